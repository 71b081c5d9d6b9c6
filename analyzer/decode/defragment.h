/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts datagrams together from fragments: IPv4, RFC 791 section 3.2; IPv6, RFC 8200 section 4.5.
 *
 * Keeps copies of fragments until their datagram is complete, but for no longer than a minute and within a memory
 * limit. As in Wireshark, the frame that completes the datagram is the one that has the transport header and the
 * payload; the earlier ones are only fragments. Fragments that contradict each other are dropped, as a receiver drops
 * them. */
#pragma once

#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

typedef struct Defragmenter Defragmenter;

/* The usual memory limit, in octets: enough for about sixty of the largest datagrams. */
#define DEFRAGMENTER_MEMORY (4 * 1024 * 1024)
/* Nanoseconds since the first fragment: RFC 8200 section 4.5, and the least that RFC 1122 section 3.3.2 allows. */
#define DEFRAGMENTER_TIMEOUT (G_GINT64_CONSTANT(60) * 1000000000)

/* memory_limit: octets for fragments that wait; DEFRAGMENTER_MEMORY is a good value. */
Defragmenter *defragmenter_new(gsize memory_limit);
void defragmenter_free(Defragmenter *defragmenter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Defragmenter, defragmenter_free)

/* Does what packet_decode() does. If the frame completes a datagram, goes on to decode that datagram, which is then
 * ret_packet->datagram. The datagram and all that points into it are borrowed until the next call. */
DecodeStatus defragmenter_decode(Defragmenter *defragmenter, const CaptureFrame *frame, Packet *ret_packet);

/* How many fragments there were of each kind; datagrams counts datagrams. Each fragment that is not part of a complete
 * datagram is counted once, under the reason. */
typedef struct {
        guint64 fragments;
        guint64 datagrams;  /* complete datagrams */
        guint64 joined;     /* fragments of complete datagrams */
        guint64 waiting;    /* for the rest of their datagram */
        guint64 duplicates; /* contained only octets that had come before */
        guint64 cut_off;    /* not captured completely */
        guint64 malformed; /* no octets, a length that is no multiple of eight, or an end beyond the longest datagram */
        guint64 contradictory; /* overlapping in IPv6 (RFC 5722), or disagreeing about where the datagram ends */
        guint64 timed_out;
        guint64 given_up; /* because of the memory limit, the oldest first */
} DefragmenterCounts;
DefragmenterCounts defragmenter_get_counts(const Defragmenter *defragmenter);
/* The number of fragments that are not part of a complete datagram so far, not counting repetitions. */
guint64 defragmenter_count_unused(const Defragmenter *defragmenter);

G_END_DECLS
