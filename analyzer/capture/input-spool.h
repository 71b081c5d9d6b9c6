/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens what is to be read as a capture; what cannot be read twice can be kept. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A descriptor of the file at its beginning, or of a pipe, for which it waits until somebody writes to it; -1 with an
 * error. "-" is standard input. */
int input_open_fd(const char *path, gboolean *ret_is_pipe, GError **error);

/* Copies a pipe, of which n_head octets were read already, to the end: to a file without a name in the folder for
 * temporary files. Returns its descriptor, at its beginning; -1 with an error. name stands in messages. */
int input_spool(int from, const guint8 *head, gsize n_head, const char *name, GError **error);

G_END_DECLS
