/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file that a command writes. */
#pragma once

#include "analyzer/capture/source.h"
#include "analyzer/capture/pcapng-writer.h"
#include "analyzer/sandbox/deputy.h"

#include <gio/gio.h>
#include <stdio.h>

G_BEGIN_DECLS

/* Whether two paths name one regular file, so that writing to one would destroy the other. What does not exist yet, or
 * has no path, is found out once it is open: see output_is_apart(). */
gboolean is_same_file(const char *a, const char *b);

/* Where records go: standard output, or a file that appears under its name only when it is whole. */
typedef struct {
        FILE *file;
        char *path, *temporary; /* NULL: standard output */
        Deputy *deputy;         /* which gives the temporary file its name, or removes it */
        /* Set by others: */
        gboolean keeps_parts; /* what cannot be repeated is kept as far as it could be written */
        int code;             /* the errno of a write that has failed already; 0: none is known of */
} OutputFile;
/* path NULL or "-": standard output. Of a symbolic link the file that it names is written. A file that is there keeps
 * its mode, and has to be writable. */
gboolean output_file_open(OutputFile *output, const char *path, GError **error);
/* Puts the file in place; FALSE where something could not be written. */
gboolean output_file_commit(OutputFile *output, GError **error);
/* Removes what was not committed. */
void output_file_clear(OutputFile *output);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OutputFile, output_file_clear)

/* FALSE, and an error of usage, where what is written to path (NULL or "-": standard output) would destroy the capture
 * that source reads, or be read itself. To be asked before anything is written. */
gboolean output_is_apart(const char *path, const CaptureSource *source, GError **error);
/* The same of a capture that is written meanwhile, and of standard error as well. */
gboolean output_is_apart_from_capture(const char *path, const CaptureWriter *capture, GError **error);

G_END_DECLS
