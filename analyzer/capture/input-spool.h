/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens the file or pipe that a capture comes from, and can copy a pipe to a temporary file, which is read twice. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns a descriptor of the file, at its beginning, or of the pipe, once somebody writes to it; -1 with an error. "-"
 * is standard input. */
int input_open_fd(const char *path, gboolean *ret_is_pipe, GError **error);

/* Copies a pipe, of which n_head octets were read already, to the end: to a file without a name in the folder for
 * temporary files. Returns its descriptor, at its beginning; -1 with an error. name stands in messages. */
int input_spool(int from, const guint8 *head, gsize n_head, const char *name, GError **error);

G_END_DECLS
