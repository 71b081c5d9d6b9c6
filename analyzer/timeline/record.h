/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/timeline: the record, one a packet: what the packet is, to whom it belongs, and what a teacher would
 * write beside it.
 *
 * record.c puts a record together from packet, flow and session; label.c and explain.c write its sentences;
 * timeline.c runs the whole way from frame to record and decides when a record is told. The manual page describes
 * the same fields for users.
 *
 * May use: GLib, analyzer/session. Is used by: analyzer/output, analyzer/cli, reports.
 */
#pragma once

#include "analyzer/decode/checksum.h"
#include "analyzer/session/session.h"
#include "analyzer/timeline/explanation.h"

G_BEGIN_DECLS

typedef enum {
        PHASE_RECOVERY,
        PHASE_SETUP,
        PHASE_TEARDOWN,
        PHASE_CONTROL,
        PHASE_TRANSFER,
} Phase;
const char *phase_to_string(Phase phase); /* "recovery", … */

typedef enum {
        KIND_RST,
        KIND_SYN_ACK,
        KIND_SYN,
        KIND_FIN,
        KIND_DATA,
        KIND_HANDSHAKE_ACK,
        KIND_TEARDOWN_ACK,
        KIND_ACK,
        KIND_REQUEST,
        KIND_REPLY,
        KIND_NOTICE,
        KIND_MESSAGE,
        KIND_OTHER,
        KIND_ICMP_ERROR,
        KIND_ICMP,
        KIND_IGMP,
} Kind;
const char *kind_to_string(Kind kind); /* "syn_ack", … */

/* The highest layer of the receiver's stack that consumes the packet. */
typedef enum {
        CONSUMER_NETWORK,
        CONSUMER_TRANSPORT,
        CONSUMER_APPLICATION,
} Consumer;
const char *consumer_to_string(Consumer consumer); /* "network", … */

/* One packet's record. Borrowed: everything it points to is valid until the timeline's next frame.
 * Strings from the wire may hold any octets; writers make them valid UTF-8 and escape them. */
typedef struct {
        const Packet *packet;      /* and through it, the frame */
        const FlowPacket *flow;    /* NULL: belongs to no conversation, which only ARP does (see TimelineOptions) */
        const SessionPacket *told; /* NULL with flow */
        gint64 offset;             /* nanoseconds since the first packet of the capture */
        gint64 went_back; /* nanoseconds by which the clock went back since the packet captured before this one;
                             0: it did not, or by less than a millisecond, as where the packets of two
                             interfaces are put together */
        Phase phase;
        Kind kind;
        Consumer layer;
        gboolean maintenance;
        /* Of the transport, and of the IPv4 header. Verified in chats, and in all packets where explanations are asked
         * for; elsewhere CHECKSUM_NOT_CHECKED, because adding up every octet of a large capture costs too much. */
        ChecksumStatus checksum, header_checksum;
        GString *label;                 /* one line */
        const Explanation *explanation; /* NULL where not asked for */
} Record;

/* The packet in the field's terms: "PSH, ACK seq 1 ack 1 len 6". */
void record_append_terms(const Record *record, GString *terms);

/* The status of both checksums together: bad if either is bad, else offloaded if either is. */
ChecksumStatus record_checksum(const Record *record);

/* Whether it is of IGMP or MLD, and says something of the group in which a room talks: flow's conversation is then that
 * of a client in the room, which has nothing to do with the packet itself. */
gboolean record_is_membership(const Record *record);

/* Whether it is a datagram of a chat that is longer than what receivers read of one, by the chat's description. */
gboolean record_exceeds_limit(const Record *record);

/* Who is who; whether a record has messages and states is in told and flow. */
const char *record_source_role(const Record *record);      /* "client", "server", "peer": the packet's own sender */
const char *record_destination_role(const Record *record); /* likewise; for a multicast group "group" */
FlowSide record_client(const Record *record);              /* TCP: which side of the conversation is the client */

/* Nanoseconds between two times or offsets, from -G_MAXINT64 to G_MAXINT64: times come from files and may be
 * anything. */
static inline gint64 offset_between(gint64 earlier, gint64 later)
{
        gint64 between;

        if (!__builtin_sub_overflow(later, earlier, &between))
                return MAX(between, -G_MAXINT64);
        return later > earlier ? G_MAXINT64 : -G_MAXINT64;
}

G_END_DECLS
