/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole datagrams out of fragments: IPv4, RFC 791 section 3.2; IPv6, RFC 8200 section 4.5.
 *
 * Keeps copies of fragments until their datagram is whole, for a minute and within a memory limit at the most. As in
 * Wireshark, the frame that brings the last missing octets is the one that holds the transport header and the payload;
 * the fragments before it are fragments and nothing more. What is contradictory is dropped as a receiver drops it. */
#pragma once

#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

typedef struct Defragmenter Defragmenter;

/* So much is kept where nobody asks for another limit: some sixty of the largest datagrams. */
#define DEFRAGMENTER_MEMORY (4 * 1024 * 1024)
/* RFC 8200 section 4.5; the least that RFC 1122 section 3.3.2 asks for. Nanoseconds since the first fragment. */
#define DEFRAGMENTER_TIMEOUT (G_GINT64_CONSTANT(60) * 1000000000)

Defragmenter *defragmenter_new(gsize memory_limit);
void defragmenter_free(Defragmenter *defragmenter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Defragmenter, defragmenter_free)

/* Does what packet_decode() does, and for the frame that completes a datagram reads on in the whole of it:
 * ret_packet->datagram, borrowed like all that points into it until the next call. */
DecodeStatus defragmenter_decode(Defragmenter *defragmenter, const CaptureFrame *frame, Packet *ret_packet);

/* Fragments, unless it says otherwise. Of each that is not in a whole datagram one of the others tells why. */
typedef struct {
        guint64 fragments;
        guint64 datagrams;     /* datagrams put together */
        guint64 joined;        /* in those */
        guint64 waiting;       /* for the others of their datagram */
        guint64 duplicates;    /* brought nothing that was not there */
        guint64 cut_off;       /* captured in part */
        guint64 malformed;     /* without octets, not a multiple of eight, or beyond the longest datagram */
        guint64 contradictory; /* overlapping in IPv6 (RFC 5722), or of two minds about where the datagram ends */
        guint64 timed_out;
        guint64 given_up; /* for the memory limit, the oldest first */
} DefragmenterCounts;
DefragmenterCounts defragmenter_get_counts(const Defragmenter *defragmenter);
/* Fragments that are in no whole datagram so far, repetitions aside. */
guint64 defragmenter_count_unused(const Defragmenter *defragmenter);

G_END_DECLS
