/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A deputy does one thing that the sandbox forbids: it is a process of its own, started before the sandbox closes, that
 * waits until it is asked. What it is to do is settled when it starts; a parser that was taken over can have it done,
 * and nothing else. It notices when the program has gone without asking, killed or not. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct Deputy Deputy;

/* Both run in the deputy. */
typedef struct {
        /* Does it. request is what deputy_ask() was given. Returns the answer, which may be empty, or NULL and sets
         * error. */
        GBytes *(*perform)(GBytes *request, gpointer data, GError **error);
        /* The program ended without asking. May be NULL. */
        void (*abandon)(gpointer data);
        /* It outlives Ctrl-C and the like, so that it can clean up; without it, they end it as any program. */
        gboolean outlives_signals;
} DeputyTask;

/* Starts one, with a copy of what data points to as it is now; it keeps none of the program's files but standard error.
 * To be called while there is only one thread. NULL: error is set. */
Deputy *deputy_new(const DeputyTask *task, gpointer data, GError **error);

/* Has it done, and waits for it; it can be asked again. Returns the answer; NULL: error (of the domain G_IO_ERROR) says
 * what it said. */
GBytes *deputy_ask(Deputy *deputy, gconstpointer request, gsize length, GError **error);

/* Waits for its end; one that was not asked abandons its task. */
void deputy_free(Deputy *deputy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Deputy, deputy_free)

G_END_DECLS
