/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file that a command writes. */
#pragma once

#include "analyzer/capture/source.h"
#include "analyzer/capture/pcapng-writer.h"
#include "analyzer/sandbox/deputy.h"

#include <gio/gio.h>
#include <stdio.h>

G_BEGIN_DECLS

/* Whether two paths name the same regular file, so that writing to one would destroy the other. A file that does not
 * exist yet, or has no path, can be compared only when it is open: see output_is_apart(). */
gboolean is_same_file(const char *a, const char *b);

/* Where records go: standard output, or a file that appears under its name only when it is complete. Zero-initialise;
 * it must not move while it is open. */
typedef struct {
        FILE *file; /* to write to; has no file descriptor of its own unless it goes to a terminal */
        int fd;
        gboolean is_seekable;
        char *path;      /* NULL: standard output */
        char *temporary; /* the name until the file is complete; NULL: it is written under its own */
        Deputy *deputy;  /* renames the temporary file, or removes it */
        int code;        /* errno of the first write that failed; 0: none has. May be set by whoever writes, too. */
        /* Set by the command: if something cannot be written, the file keeps what was written before. */
        gboolean keeps_parts;
} OutputFile;
/* path NULL or "-": standard output. If path is a symbolic link, the file that it points to is written. An existing
 * file keeps its mode, and has to be writable. */
gboolean output_file_open(OutputFile *output, const char *path, GError **error);
/* Gives the file its name. Returns FALSE if something could not be written: error says why, and how much was. */
gboolean output_file_commit(OutputFile *output, GError **error);
/* Removes a file that was not committed. */
void output_file_clear(OutputFile *output);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OutputFile, output_file_clear)

/* Call this before anything is written. Returns FALSE, with an error of wrong usage, if writing to path (NULL or "-":
 * standard output) would destroy the capture that source reads, or would be read by it. */
gboolean output_is_apart(const char *path, const CaptureSource *source, GError **error);
/* The same for a capture that is being written, and for standard error as well. */
gboolean output_is_apart_from_capture(const char *path, const CaptureWriter *capture, GError **error);

G_END_DECLS
