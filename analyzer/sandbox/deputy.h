/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A deputy is a process that does one thing which the sandbox forbids. It starts before the program enters the sandbox,
 * and waits until the program asks. Its task is fixed from the start: code that took over the parser could make the
 * deputy do this task, and nothing else. If the program ends without asking, even if it is killed, the deputy
 * notices. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct Deputy Deputy;

/* What a deputy can do. The functions run in the deputy's process. */
typedef struct {
        /* Does the task. request: what deputy_ask() was given. Returns the answer, which may be empty; or NULL, with
         * error set. */
        GBytes *(*perform)(GBytes *request, gpointer data, GError **error);
        /* Called when the program ended without asking. May be NULL. */
        void (*abandon)(gpointer data);
        /* The deputy ignores Ctrl-C and other signals that end programs, so that it can still clean up. FALSE: they end
         * it. */
        gboolean outlives_signals;
} DeputyTask;

/* Starts a deputy. It gets a copy of the program's memory, so it sees what data points to as it is now. Of the
 * program's files it keeps only standard error. Must be called while the program has only one thread. Returns NULL,
 * with error set (domain G_IO_ERROR), if it cannot start. Free with deputy_free(). */
Deputy *deputy_new(const DeputyTask *task, gpointer data, GError **error);

/* Makes the deputy do its task, and waits for the answer. request has length octets. Can be called again. Returns the
 * answer; or NULL, with error set (domain G_IO_ERROR): its message is the deputy's. */
GBytes *deputy_ask(Deputy *deputy, gconstpointer request, gsize length, GError **error);

/* Waits until the deputy has ended. A deputy that was never asked calls abandon(). deputy may be NULL. */
void deputy_free(Deputy *deputy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Deputy, deputy_free)

G_END_DECLS
