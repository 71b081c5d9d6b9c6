/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a pcapng file (draft-ietf-opsawg-pcapng): a section header, an interface description per interface,
 * an enhanced packet block per frame, interface statistics at the end. */
#pragma once

#include "analyzer/capture/source.h"

G_BEGIN_DECLS

typedef struct CaptureWriter CaptureWriter;

/* Opens path, and creates the file if it does not exist. An existing file keeps its content until
 * capture_writer_begin(), so that the caller can first find out whether that content is needed. */
CaptureWriter *capture_writer_new(const char *path, GError **error);
/* Whether it writes the regular file that status describes. */
struct stat;
gboolean capture_writer_writes(const CaptureWriter *writer, const struct stat *status);
/* Call this instead of capture_writer_begin() if nothing is to be written: removes the file if it did not exist before.
 */
void capture_writer_abandon(CaptureWriter *writer);

/* Empties the file and writes the section header, which records application, e.g. "chatsniff 0.1.0". From now on each
 * call hands complete blocks to the kernel before it returns, so that a process that is killed, and a disk that is
 * full, leave a readable file. */
gboolean capture_writer_begin(CaptureWriter *writer, const char *application, GError **error);

/* Describes an interface, and returns its index through ret_index. interface->name and filter may be NULL. */
gboolean capture_writer_add_interface(
        CaptureWriter *writer, const CaptureInterface *interface, const char *filter, guint *ret_index, GError **error);

/* Writes one frame; frame->interface is an index given by capture_writer_add_interface(). comment may be NULL. */
gboolean
capture_writer_add_frame(CaptureWriter *writer, const CaptureFrame *frame, const char *comment, GError **error);

/* Writes the statistics (received, dropped: packets; G_MAXUINT64 if unknown) and closes the file. */
gboolean capture_writer_finish(CaptureWriter *writer, guint64 received, guint64 dropped, GError **error);

/* Closes the file, without statistics, unless capture_writer_finish() was called; what was written stays. */
void capture_writer_free(CaptureWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CaptureWriter, capture_writer_free)

G_END_DECLS
