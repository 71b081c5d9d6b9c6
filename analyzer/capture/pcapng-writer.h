/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a pcapng file (draft-ietf-opsawg-pcapng): a section header, an interface description per interface,
 * an enhanced packet block per frame, interface statistics at the end. */
#pragma once

#include "analyzer/capture/source.h"

G_BEGIN_DECLS

typedef struct CaptureWriter CaptureWriter;

/* Opens path, and creates it where there is no such file; one that is there keeps its content until
 * capture_writer_begin(), so that the caller can find out whether anybody needs that. */
CaptureWriter *capture_writer_new(const char *path, GError **error);
/* Whether it writes the regular file that status describes. */
struct stat;
gboolean capture_writer_writes(const CaptureWriter *writer, const struct stat *status);
/* Before capture_writer_begin(): nothing will be written. Removes the file if it was not there before. */
void capture_writer_abandon(CaptureWriter *writer);

/* Empties the file and writes the section header, in which application is recorded, e.g. "chatsniff 0.1.0". From here
 * on every block is handed to the kernel whole before the call that writes it returns, so that a killed process leaves
 * a readable file; and so does a full disk. */
gboolean capture_writer_begin(CaptureWriter *writer, const char *application, GError **error);

/* Adds an interface; returns its index through ret_index. name and filter may be NULL. */
gboolean capture_writer_add_interface(
        CaptureWriter *writer, const CaptureInterface *interface, const char *filter, guint *ret_index, GError **error);

/* Writes one frame; frame->interface is an index given by capture_writer_add_interface(). comment may be NULL. */
gboolean
capture_writer_add_frame(CaptureWriter *writer, const CaptureFrame *frame, const char *comment, GError **error);

/* Writes the statistics (received, dropped; G_MAXUINT64 for unknown), closes the file. */
gboolean capture_writer_finish(CaptureWriter *writer, guint64 received, guint64 dropped, GError **error);

/* Closes without statistics where finish was not called; what was written stays. */
void capture_writer_free(CaptureWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CaptureWriter, capture_writer_free)

G_END_DECLS
