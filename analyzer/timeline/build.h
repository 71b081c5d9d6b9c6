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
void record_append_arp_explanation(const Record *record, GString *text);

/* label.c */
void record_append_label(const Record *record, GString *label);
/* explain.c */
void record_append_explanation(const Record *record, GString *explanation);

/* explain-evidence.c, explain-options.c, explain-option-kinds.c, explain-ecn.c, explain-checksum.c: what they append begins with a space. */
void record_append_options(const Record *record, GString *text);
void record_append_rarities(const Record *record, GString *text);
void record_append_evidence(const Record *record, GString *text);
/* All that is to be said of a packet that was captured before; begins without a space. */
void record_append_captured_twice(const Record *record, GString *text);
void record_append_option_kinds(const Record *record, GString *text);
void record_append_ecn(const Record *record, GString *text);
void record_append_checksum(const Record *record, GString *text);

/* What an RST means where it stands. */
typedef enum {
        RESET_REFUSED, /* the answer to a SYN */
        RESET_AGAIN,   /* the same side reset it before */
        RESET_NO_CONNECTION, /* the answer to a segment that neither begins a connection nor belongs to one */
        RESET_OLDER,   /* see TCP_RESET_OF_OLDER */
        RESET_IGNORED, /* it has no effect, see TcpReset */
        RESET_CLOSED,  /* after its FIN was acknowledged */
        RESET_ABORTED,
} RecordReset;
RecordReset record_reset(const Record *record);

/* Flagged as if something had been lost, while in truth nothing was. */
gboolean record_is_no_recovery(const Record *record);

/* Neither SYN nor RST, and no ACK. */
gboolean record_lacks_ack(const Record *record);
/* The same, and nothing shows that its sender has a connection. */
gboolean record_may_be_scan(const Record *record);
const char *record_scan_name(const Record *record); /* "null", "Xmas", "FIN"; else "flag" */

G_END_DECLS
