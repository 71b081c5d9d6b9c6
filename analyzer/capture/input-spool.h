/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens what is to be read as a capture, and can be read twice. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A descriptor of the file, at its beginning; -1 with an error. "-" is standard input; that, and a pipe, is first copied to
 * a file without a name in the folder for temporary files. name stands in messages. */
int input_open_seekable(const char *path, const char *name, GError **error);

G_END_DECLS
