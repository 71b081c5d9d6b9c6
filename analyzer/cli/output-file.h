/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file that a command writes. */
#pragma once

#include <gio/gio.h>
#include <stdio.h>

G_BEGIN_DECLS

/* Whether two paths name one regular file, so that writing to one would destroy the other. */
gboolean is_same_file(const char *a, const char *b);

/* Where records go: standard output, or a file that appears under its name only when it is whole. */
typedef struct {
        FILE *file;
        char *path, *temporary; /* NULL: standard output */
} OutputFile;
/* path NULL or "-": standard output. Of a symbolic link the file that it names is written. A file that is there keeps
 * its mode, and has to be writable. */
gboolean output_file_open(OutputFile *output, const char *path, GError **error);
/* Puts the file in place; FALSE where something could not be written. */
gboolean output_file_commit(OutputFile *output, GError **error);
/* Removes what was not committed. */
void output_file_clear(OutputFile *output);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OutputFile, output_file_clear)

G_END_DECLS
