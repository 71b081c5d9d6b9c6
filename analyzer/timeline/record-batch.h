/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies of records, to be read later or in another thread while the timeline goes on. */
#pragma once

#include "analyzer/timeline/record.h"

G_BEGIN_DECLS

typedef struct RecordBatch RecordBatch;

RecordBatch *record_batch_new(void);
void record_batch_free(RecordBatch *batch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecordBatch, record_batch_free)

/* Adds a copy of the record. It does not own its packet, which must outlive the batch's contents. Of the conversation
 * it has only endpoints, transport and stream, which never change; flow->evidence and told->pending_text are left out,
 * because only the label and the explanation need them. */
void record_batch_add(RecordBatch *batch, const Record *record);

/* Adds a copy that owns its packet, too, with the frame's octets and the evidence, and depends on nothing but the
 * batch. It takes about 3 KB and the octets. */
void record_batch_keep(RecordBatch *batch, const Record *record);

guint record_batch_get_length(const RecordBatch *batch);
/* Roughly how many bytes of memory the copies take. */
gsize record_batch_get_octets(const RecordBatch *batch);
const Record *record_batch_get(const RecordBatch *batch, guint index);

/* Removes all records; the memory is used again for those that follow. */
void record_batch_clear(RecordBatch *batch);

G_END_DECLS
