/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The results of earlier runs, kept in one file, so that no capture is checked twice. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct State State;

/* Opens the file, or makes it. question: everything that a result depends on, apart from the capture; results for other
 * questions stay in the file. NULL, with error set: it is not a state file, or another process is using it. */
State *state_open(const char *path, const char *question, GError **error);
void state_close(State *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(State, state_close)

/* The result for a capture; NULL: it has not been checked yet. capture: a key for its octets and for what else is
 * particular to it. Transfer: full. */
GBytes *state_find(State *state, const char *capture);
/* Keeps a result. Once this has returned TRUE, the result is in the file even if the process crashes. FALSE, with error
 * set: it could not be written. */
gboolean state_keep(State *state, const char *capture, GBytes *result, GError **error);

G_END_DECLS
