/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pipe that is read as it comes, and that can be told to stop waiting for more. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct InputPipe InputPipe;

/* Takes over fd, the end of a pipe that is read from. */
InputPipe *input_pipe_new(int fd);
void input_pipe_free(InputPipe *pipe);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(InputPipe, input_pipe_free)

/* Waits for octets and reads at most size of them. Returns their number, 0 at the end of the pipe or once it was
 * stopped, -1 on an error (errno). */
gssize input_pipe_read(InputPipe *pipe, guint8 *octets, gsize size);
/* Whether a read would wait. */
gboolean input_pipe_is_empty(const InputPipe *pipe);

/* Stops the reading, for which it waits up to a second longer: whoever writes to the pipe may have been stopped by the
 * same Ctrl-C, and may still be sending its last packets. Async-signal-safe. */
void input_pipe_stop(InputPipe *pipe);
/* Whether reading ended because of that, and not at the end of the pipe. */
gboolean input_pipe_was_stopped(const InputPipe *pipe);

int input_pipe_get_fd(const InputPipe *pipe);

G_END_DECLS
