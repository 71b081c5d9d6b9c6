/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens the file or pipe that a capture comes from, and can copy a pipe to a temporary file, which is read twice. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Opens a file, or a pipe, which waits until somebody opens it for writing. "-" is standard input. Returns a
 * descriptor, of a file at its beginning; -1 with error set on failure. */
int input_open_fd(const char *path, gboolean *ret_is_pipe, GError **error);

/* Copies a pipe to its end into an unnamed file in the folder for temporary files. head: the n_head octets that were
 * already read from it. name appears in errors. Returns a descriptor of the file, at its beginning; -1 with error set
 * on failure. */
int input_spool(int from, const guint8 *head, gsize n_head, const char *name, GError **error);

G_END_DECLS
