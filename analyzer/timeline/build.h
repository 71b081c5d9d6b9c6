/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts records together; for timeline.c. */
#pragma once

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
                                   gint64 offset);

/* label.c */
void record_append_terms(const Record *record, GString *terms);
void record_append_label(const Record *record, GString *label);
/* explain.c */
void record_append_explanation(const Record *record, GString *explanation);

/* Where a segment is told as something else than its flags say, e.g. zero-length window probes. */
gboolean record_is_split_handshake(const Record *record);

/* "0.527 ms", "13.7 µs", "2.1 s": three significant digits. */
void append_duration(GString *string, gint64 nanoseconds);

G_END_DECLS
