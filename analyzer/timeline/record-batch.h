/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies of records, for whoever reads them later or in another thread: what they came from may go on meanwhile. */
#pragma once

#include "analyzer/timeline/record.h"

G_BEGIN_DECLS

typedef struct RecordBatch RecordBatch;

RecordBatch *record_batch_new(void);
void record_batch_free(RecordBatch *batch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecordBatch, record_batch_free)

/* Adds a copy that owns everything but its packet, which has to stay for as long; of the conversation it has what
 * never changes (endpoints, transport, stream), of the flow all but evidence, of the session all but pending_text:
 * those went into the label and the explanation. */
void record_batch_add(RecordBatch *batch, const Record *record);

/* The same, and the copy owns its packet, too, with the frame's octets and the evidence: it needs nothing but the
 * batch. About 3 KB each, and the octets. */
void record_batch_keep(RecordBatch *batch, const Record *record);

guint record_batch_get_length(const RecordBatch *batch);
/* Roughly how many octets of memory the copies take. */
gsize record_batch_get_octets(const RecordBatch *batch);
const Record *record_batch_get(const RecordBatch *batch, guint index);

/* Removes all records; the memory is used again for those that follow. */
void record_batch_clear(RecordBatch *batch);

G_END_DECLS
