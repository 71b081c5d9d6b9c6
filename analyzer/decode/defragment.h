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

/* The default memory limit, in octets: enough for about sixty of the largest datagrams. */
#define DEFRAGMENTER_MEMORY (4 * 1024 * 1024)
/* RFC 8200 section 4.5; the least that RFC 1122 section 3.3.2 asks for. Nanoseconds since the first fragment. */
#define DEFRAGMENTER_TIMEOUT (G_GINT64_CONSTANT(60) * 1000000000)

Defragmenter *defragmenter_new(gsize memory_limit);
void defragmenter_free(Defragmenter *defragmenter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Defragmenter, defragmenter_free)

/* Does what packet_decode() does. If the frame completes a datagram, goes on to decode the whole datagram, which is
 * then ret_packet->datagram. That, and all that points into it, is borrowed until the next call. */
DecodeStatus defragmenter_decode(Defragmenter *defragmenter, const CaptureFrame *frame, Packet *ret_packet);

/* Numbers of fragments, except datagrams. Each fragment that is not part of a complete datagram is counted under the
 * reason. */
typedef struct {
        guint64 fragments;
        guint64 datagrams;     /* datagrams put together */
        guint64 joined;        /* in those */
        guint64 waiting;       /* until the rest of their datagram comes */
        guint64 duplicates;    /* contained only octets that had been received before */
        guint64 cut_off;       /* captured in part */
        guint64 malformed;     /* without octets, not a multiple of eight, or beyond the longest datagram */
        guint64 contradictory; /* overlapping in IPv6 (RFC 5722), or disagreeing about where the datagram ends */
        guint64 timed_out;
        guint64 given_up; /* for the memory limit, the oldest first */
} DefragmenterCounts;
DefragmenterCounts defragmenter_get_counts(const Defragmenter *defragmenter);
/* The number of fragments that are not part of a complete datagram so far, not counting repetitions. */
guint64 defragmenter_count_unused(const Defragmenter *defragmenter);

G_END_DECLS
