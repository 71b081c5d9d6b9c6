/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and decodes the packets of a file in a thread of its own while the caller analyses earlier ones. The two
 * threads share only batches, each of which belongs to one of them at a time. */
#pragma once

#include "analyzer/capture/source.h"
#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

typedef struct PacketReader PacketReader;

/* source has to be at its beginning; nobody else may use it until packet_reader_free(). */
PacketReader *packet_reader_new(CaptureSource *source);
/* Stops early if necessary. All batches have to be released before. */
void packet_reader_free(PacketReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PacketReader, packet_reader_free)

/* Decoded packets, in the order of the capture. What they point to is valid until the batch is released. */
typedef struct {
        const Packet *packets;
        guint n;
        CaptureNext next;    /* what came after them: CAPTURE_NEXT_FRAME while there may be more */
        const GError *error; /* what went wrong, if next is CAPTURE_NEXT_ERROR */
        guint64 done, total; /* octets of the file, see capture_source_get_progress() */
        guint64 incomplete;  /* fragments so far whose datagram is incomplete */
} PacketBatch;

/* Waits for the next batch, which is the caller's until it is released. There are only a few batches: the reading
 * thread waits while none is free. Must not be called after the end or an error. */
const PacketBatch *packet_reader_next(PacketReader *reader);
/* May be called from any thread. */
void packet_reader_release(PacketReader *reader, const PacketBatch *batch);

G_END_DECLS
