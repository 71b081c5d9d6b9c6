/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies a capture file as pcapng (draft-ietf-opsawg-pcapng) and gives some of its packets a comment more.
 *
 * Of a pcapng file every block is copied as it stands, whatever it is and in whichever byte order. Only two
 * things change: a packet that gets a comment has one more option, behind those that it had; and a section
 * that says how long it is says its new length. A pcap file is converted: one section, one interface, times
 * in its own unit. */
#pragma once

#include "analyzer/capture/source.h"

#include <stdio.h>

G_BEGIN_DECLS

typedef struct CaptureRewriter CaptureRewriter;

/* Reads the file of source anew, from its beginning; source itself, which may be in use meanwhile, stays as
 * it is, and its filter does not apply. file, called name in messages, is borrowed. Where it is a regular
 * file at whose position octets can be written again later, lengths of sections are corrected there;
 * elsewhere they become unknown (-1). application is recorded where a pcap file is converted. Errors of the
 * two: those of capture_source_open_file(), and CAPTURE_ERROR_WRITE. */
CaptureRewriter *capture_rewriter_new(const CaptureSource *source, FILE *file, const char *name, GError **error);
/* To be called before anything is copied; only now the file is looked into. */
gboolean capture_rewriter_begin(CaptureRewriter *rewriter, const char *application, GError **error);
void capture_rewriter_free(CaptureRewriter *rewriter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CaptureRewriter, capture_rewriter_free)

/* Copies everything up to and with the frame of this number, as CaptureFrame counts, if it is not copied
 * yet. FALSE: CAPTURE_ERROR_WRITE, or CAPTURE_ERROR_OPEN where the file, which had this frame, has changed
 * meanwhile. */
gboolean capture_rewriter_copy(CaptureRewriter *rewriter, guint64 number, GError **error);

/* The same, but the frame, which must not be copied yet, gets the comment: valid UTF-8, of which as much is
 * taken as an option holds. A packet that has this very comment already stays as it is; so does one that can
 * have none, a Simple Packet Block, which is counted. */
gboolean capture_rewriter_comment(CaptureRewriter *rewriter, guint64 number, const char *comment, GError **error);
#define CAPTURE_REWRITER_MAX_COMMENT G_MAXUINT16 /* octets */

typedef struct {
        guint64 commented;     /* packets that have the comment they were given */
        guint64 uncommentable; /* packets that cannot have one */
        guint64 octets;        /* written: 0 where not even a section's header is whole */
} CaptureRewriterCounts;

/* Copies what is left; file is not flushed. FALSE: CAPTURE_ERROR_WRITE, or CAPTURE_ERROR_DAMAGED, worded as
 * by capture_source_next(); then everything before the damage was copied, and file is a whole capture.
 * ret_counts is set in either case. */
gboolean capture_rewriter_finish(CaptureRewriter *rewriter, CaptureRewriterCounts *ret_counts, GError **error);

G_END_DECLS
