/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packets of a file: read and decoded by a thread of its own, while what came before is being analysed. The two
 * share nothing but batches, each of which belongs to one of them at a time. */
#pragma once

#include "analyzer/capture/source.h"
#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

typedef struct PacketReader PacketReader;

/* source stands at its beginning, and is the reader's until reader_free(). */
PacketReader *packet_reader_new(CaptureSource *source);
/* Where it is not at the end yet, it ends. All batches have to be released before. */
void packet_reader_free(PacketReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PacketReader, packet_reader_free)

/* Packets in the order of the capture, as they were decoded; what they point to is the reader's. */
typedef struct {
        const Packet *packets;
        guint n;
        CaptureNext next;    /* what came after them: CAPTURE_NEXT_FRAME while there may be more */
        const GError *error; /* CAPTURE_NEXT_ERROR: which */
        guint64 done, total; /* octets of the file, as capture_source_get_progress() tells */
        guint64 incomplete;  /* fragments so far whose datagram is not whole */
} PacketBatch;

/* Waits for the next batch, which is the caller's until it is released; there are few, and the reader waits where
 * none is left. Not to be called after the end or an error. */
const PacketBatch *packet_reader_next(PacketReader *reader);
/* From any thread. */
void packet_reader_release(PacketReader *reader, const PacketBatch *batch);

G_END_DECLS
