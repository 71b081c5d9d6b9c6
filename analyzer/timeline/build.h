/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts records together; for timeline.c. */
#pragma once

#include "analyzer/timeline/append.h"
#include "analyzer/timeline/record.h"

G_BEGIN_DECLS

typedef struct RecordBuilder RecordBuilder;

RecordBuilder *record_builder_new(gboolean explain);
void record_builder_free(RecordBuilder *builder);

/* The record is valid until the next call. */
const Record *record_builder_build(RecordBuilder *builder,
                                   const Packet *packet,
                                   const FlowPacket *flow,
                                   const SessionPacket *told,
                                   gint64 offset,
                                   gint64 went_back);

/* The same of one that belongs to no conversation: ARP. */
const Record *record_builder_build_arp(RecordBuilder *builder, const Packet *packet, gint64 offset);

/* label-arp.c */
void record_append_arp_terms(const Record *record, GString *terms);
void explain_arp(const Record *record, Explanation *explanation);

/* label.c */
void record_append_label(const Record *record, GString *label);

/* explain.c: adds the points of a packet to an explanation that is empty; the others are its parts. */
void record_explain(const Record *record, Explanation *explanation);
void explain_tcp(const Record *record, Explanation *explanation);
void explain_evidence(const Record *record, Explanation *explanation);
void explain_captured_twice(const Record *record, Explanation *explanation);
void explain_options(const Record *record, Explanation *explanation);
void explain_option_kinds(const Record *record, Explanation *explanation);
void explain_rarities(const Record *record, Explanation *explanation);
void explain_ecn(const Record *record, Explanation *explanation);
void explain_checksum(const Record *record, Explanation *explanation);

/* reading.c: what an RST means where it stands; RFC 9293 sections 3.5.1 to 3.5.3 and 3.6.1. */
typedef enum {
        RESET_REFUSED,       /* the answer to a SYN */
        RESET_AGAIN,         /* the same side reset it before */
        RESET_NO_CONNECTION, /* the answer to a segment that neither begins a connection nor is of one */
        RESET_OLDER,         /* see TCP_RESET_OF_OLDER */
        RESET_IGNORED,       /* it has no effect, see TcpReset */
        RESET_HANDSHAKE,     /* between SYN-ACK and the last acknowledgement */
        RESET_LATE_DATA,     /* after its own FIN, while the other side may still send */
        RESET_CLOSED,        /* after both FINs were acknowledged */
        RESET_ABORTED,
} RecordReset;
RecordReset record_reset(const Record *record);

/* Flagged as a retransmission, of whatever kind, or as out of order. */
gboolean record_is_resent(const Record *record);

/* A duplicate acknowledgement of what had arrived before: nothing is missing. */
gboolean record_acks_repetition(const Record *record);

/* A SACK block of data that the acknowledgement does not reach. */
gboolean record_is_beyond_gap(const TcpHeader *tcp, guint block);

/* One that no window allows: something on the way has changed the sequence numbers, but not those in the option. */
gboolean record_is_beyond_window(const TcpHeader *tcp, guint block);

/* The answer to a SYN by a side that has an older connection open on the same ports: half-open connection
 * discovery, RFC 9293 section 3.5.1. */
gboolean record_answers_from_old_connection(const Record *record);

/* The sender's SYN was not captured, so that its windows may count in larger units than bytes. */
gboolean record_scale_is_unknown(const Record *record);

/* explain.c: what the packet's only message, which has a form, asks or answers. */
void explain_exchange(const Record *record, Explanation *e);

/* explain-option-kinds.c: a Fast Open option with a cookie in it, RFC 7413 section 4.1.1. */
gboolean record_has_cookie(const Record *record);

/* Flagged as if something had been lost, while in truth nothing was. */
gboolean record_is_no_recovery(const Record *record);

/* Neither SYN nor RST, and no ACK. */
gboolean record_lacks_ack(const Record *record);
/* The same, and nothing shows that its sender has a connection. */
gboolean record_may_be_scan(const Record *record);
const char *record_scan_name(const Record *record); /* "null scan", …; else "with unusual flags" */

G_END_DECLS
