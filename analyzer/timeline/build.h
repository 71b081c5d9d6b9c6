/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds records, for timeline.c; and what the files that do so share. */
#pragma once

#include "analyzer/timeline/append.h"
#include "analyzer/timeline/record.h"

G_BEGIN_DECLS

typedef struct RecordBuilder RecordBuilder;

RecordBuilder *record_builder_new(gboolean explain);
void record_builder_free(RecordBuilder *builder);

/* The record is valid until the next call. offset and went_back: see Record. */
const Record *record_builder_build(RecordBuilder *builder,
                                   const Packet *packet,
                                   const FlowPacket *flow,
                                   const SessionPacket *told,
                                   gint64 offset,
                                   gint64 went_back);

/* The record of an ARP packet, which belongs to no conversation. */
const Record *record_builder_build_arp(RecordBuilder *builder, const Packet *packet, gint64 offset);

/* label-arp.c */
void record_append_arp_terms(const Record *record, GString *terms);
void explain_arp(const Record *record, Explanation *explanation);

/* label.c */
void record_append_label(const Record *record, GString *label);

/* explain.c: adds the points of a packet to an empty explanation. The functions below add parts of them. */
void record_explain(const Record *record, Explanation *explanation);
void explain_tcp(const Record *record, Explanation *explanation);
void explain_evidence(const Record *record, Explanation *explanation);
void explain_captured_twice(const Record *record, Explanation *explanation);
void explain_options(const Record *record, Explanation *explanation);
void explain_option_kinds(const Record *record, Explanation *explanation);
void explain_rarities(const Record *record, Explanation *explanation);
void explain_ecn(const Record *record, Explanation *explanation);
void explain_checksum(const Record *record, Explanation *explanation);

/* reading.c: what an RST means in its place; RFC 9293 sections 3.5.1 to 3.5.3 and 3.6.1. */
typedef enum {
        RESET_REFUSED,       /* it answers a SYN */
        RESET_AGAIN,         /* its sender has reset the connection before */
        RESET_NO_CONNECTION, /* it answers a segment that neither opens a connection nor belongs to one */
        RESET_OLDER,         /* see TCP_RESET_OF_OLDER */
        RESET_IGNORED,       /* it has no effect, see TcpReset */
        RESET_HANDSHAKE,     /* after the SYN-ACK and before the last segment of the handshake */
        RESET_LATE_DATA,     /* after its sender's own FIN, while the other side may still send */
        RESET_CLOSED,        /* after both FINs were acknowledged */
        RESET_ABORTED,       /* in an open connection */
} RecordReset;
RecordReset record_reset(const Record *record);

/* Flagged as a retransmission of any kind, or as out of order. */
gboolean record_is_resent(const Record *record);

/* A duplicate acknowledgement that answers data which had arrived before: nothing is missing. */
gboolean record_acks_repetition(const Record *record);

/* The SACK block reports data beyond the acknowledgement number, with a gap in between. */
gboolean record_is_beyond_gap(const TcpHeader *tcp, guint block);

/* The SACK block lies further beyond the acknowledgement number than any window allows: a device on the way has changed
 * the sequence numbers, but not those in the option. */
gboolean record_is_beyond_window(const TcpHeader *tcp, guint block);

/* It answers a SYN, and its sender has an older connection open on the same ports: RFC 9293 section 3.5.1 (half-open
 * connections). */
gboolean record_answers_from_old_connection(const Record *record);

/* The sender's SYN was not captured, so its windows may count in units larger than a byte. */
gboolean record_scale_is_unknown(const Record *record);

/* explain.c: what the packet's message asks or answers. The packet has one message, and that has a form. */
void explain_exchange(const Record *record, Explanation *e);

/* explain-option-kinds.c: the segment has a Fast Open option with a cookie in it, RFC 7413 section 4.1.1. */
gboolean record_has_cookie(const Record *record);

/* It may be flagged as if something had been lost, but nothing was. */
gboolean record_is_no_recovery(const Record *record);

/* A segment that must have ACK set and has not: neither SYN nor RST. */
gboolean record_lacks_ack(const Record *record);
/* The same, and nothing captured shows that its sender has a connection. */
gboolean record_may_be_scan(const Record *record);
const char *record_scan_name(const Record *record); /* "null scan", …; else "with unusual flags" */

G_END_DECLS
