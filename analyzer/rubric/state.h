/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was checked before, in one file, so that it need not be checked again. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct State State;

/* Opens the file, or makes it. question: everything but the capture that a result depends on; results of other
 * questions stay in the file. NULL with error set where it is no state file, or another process has it. */
State *state_open(const char *path, const char *question, GError **error);
void state_close(State *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(State, state_close)

/* capture: what identifies its octets and what it was judged by. NULL: it was not checked yet. Transfer: full. */
GBytes *state_find(State *state, const char *capture);
/* It is in the file when this returns, whatever becomes of the process. */
gboolean state_keep(State *state, const char *capture, GBytes *result, GError **error);

G_END_DECLS
