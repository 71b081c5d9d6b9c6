/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/timeline: one record for each packet: what the packet is, which conversation it belongs to, and what a
 * teacher would write beside it.
 *
 * record.c builds a record from packet, flow and session; label.c and explain.c write its sentences; timeline.c leads
 * from packets to records and decides when a record is passed on. The manual page describes the same fields for users.
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

/* One packet's record. It, and everything it points to, is valid until the timeline's next packet. Strings from the
 * wire may hold any octets; writers make them valid UTF-8 and escape them. */
typedef struct {
        const Packet *packet;      /* packet->frame is the frame */
        const FlowPacket *flow;    /* NULL: ARP, which belongs to no conversation (see TimelineOptions.arp) */
        const SessionPacket *told; /* NULL if flow is */
        gint64 offset;             /* nanoseconds since the first packet of the capture */
        gint64 went_back; /* nanoseconds by which this packet's time is earlier than that of the packet before; 0: it is
                             not, or by less than a millisecond, as happens when packets of several interfaces are
                             merged */
        Phase phase;
        Kind kind;
        Consumer layer;
        gboolean maintenance; /* it carries no data of users */
        /* Of the transport header and of the IPv4 header. CHECKSUM_NOT_CHECKED unless the packet belongs to a chat or
         * explanations are asked for: adding up every octet of a large capture takes too long. */
        ChecksumStatus checksum, header_checksum;
        GString *label;                 /* one line, without a line feed at its end */
        const Explanation *explanation; /* NULL: not asked for */
} Record;

/* Appends the packet in technical terms: "PSH, ACK seq 1 ack 1 len 6". */
void record_append_terms(const Record *record, GString *terms);

/* The status of both checksums together: bad if either is bad, else offloaded if either is. */
ChecksumStatus record_checksum(const Record *record);

/* Whether it is an IGMP or MLD packet about the multicast group of a room. Then flow is not the packet's own: it names
 * the conversation of a client in the room, to which the record is assigned. */
gboolean record_is_membership(const Record *record);

/* Whether it is a datagram of a chat that is longer than receivers read, by the protocol's description. */
gboolean record_exceeds_limit(const Record *record);

/* The roles of the packet's sender and receiver: "client", "server", "peer"; also "router", and "group" for a multicast
 * destination. Not for ARP. */
const char *record_source_role(const Record *record);
const char *record_destination_role(const Record *record);
/* TCP: which side of the conversation is the client. */
FlowSide record_client(const Record *record);

/* Nanoseconds from one time or offset to a later one, limited to -G_MAXINT64 … G_MAXINT64: times come from files and
 * may be anything. */
static inline gint64 offset_between(gint64 earlier, gint64 later)
{
        gint64 between;

        if (!__builtin_sub_overflow(later, earlier, &between))
                return MAX(between, -G_MAXINT64);
        return later > earlier ? G_MAXINT64 : -G_MAXINT64;
}

G_END_DECLS
