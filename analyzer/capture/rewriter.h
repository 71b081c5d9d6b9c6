/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies a capture file as pcapng (draft-ietf-opsawg-pcapng) and adds a comment to some of its packets.
 *
 * Every block of a pcapng file is copied as it is, whatever its type and byte order. Only two things change: a packet
 * that gets a comment has one more option, after its others; and a section that says how long it is says its new
 * length. A pcap file is converted: it becomes one section with one interface, and its times keep their unit. */
#pragma once

#include "analyzer/capture/source.h"

#include <stdio.h>

G_BEGIN_DECLS

typedef struct CaptureRewriter CaptureRewriter;

/* Opens the file of source again; it is read from its beginning. source itself may be in use meanwhile and does not
 * change; its filter does not apply. file is borrowed, and is called name in messages. If what was written to file can
 * be written over later, the lengths of sections are corrected in the end; if not, the copy says that they are unknown
 * (-1). Errors of this function and the next: those of capture_source_open_file(), and CAPTURE_ERROR_WRITE. */
CaptureRewriter *capture_rewriter_new(const CaptureSource *source, FILE *file, const char *name, GError **error);
/* Begins the copy, and only now looks at what is in the file. If a pcap file is converted, the copy records
 * application, e.g. "chatsniff 0.1.0". */
gboolean capture_rewriter_begin(CaptureRewriter *rewriter, const char *application, GError **error);
void capture_rewriter_free(CaptureRewriter *rewriter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CaptureRewriter, capture_rewriter_free)

/* Copies everything up to and including the frame of this number (CaptureFrame.number), unless it was copied before.
 * Returns FALSE with CAPTURE_ERROR_WRITE, CAPTURE_ERROR_MEMORY, or, if the file has changed and no longer has this
 * frame, CAPTURE_ERROR_OPEN. */
gboolean capture_rewriter_copy(CaptureRewriter *rewriter, guint64 number, GError **error);

/* The same, but adds a comment to the frame, which must not have been copied yet. comment is valid UTF-8, and is cut if
 * it is longer than an option can be. A packet that already has this comment does not change. Neither does a Simple
 * Packet Block, which cannot have one: it is counted. */
gboolean capture_rewriter_comment(CaptureRewriter *rewriter, guint64 number, const char *comment, GError **error);
#define CAPTURE_REWRITER_MAX_COMMENT G_MAXUINT16 /* octets */

typedef struct {
        guint64 commented;     /* packets that have the comment they were given */
        guint64 uncommentable; /* packets that cannot have one */
        guint64 octets;        /* written; 0 if the capture is damaged within its first block */
} CaptureRewriterCounts;

/* Copies what is left; does not flush file. Returns FALSE with CAPTURE_ERROR_WRITE or CAPTURE_ERROR_MEMORY, or with
 * CAPTURE_ERROR_DAMAGED, worded as by capture_source_next(): then everything before the damage was copied, and file is
 * a complete capture. ret_counts is always set. */
gboolean capture_rewriter_finish(CaptureRewriter *rewriter, CaptureRewriterCounts *ret_counts, GError **error);

G_END_DECLS
