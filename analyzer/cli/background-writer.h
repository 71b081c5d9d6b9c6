/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A thread that writes records while the packets that follow are analysed. */
#pragma once

#include "analyzer/cli/packet-reader.h"
#include "analyzer/output/writer.h"

G_BEGIN_DECLS

typedef struct BackgroundWriter BackgroundWriter;

/* record writes one record and returns FALSE on failure (errno). Until background_writer_free(), nobody else may use
 * writer. Packets are released to reader once their records are written. */
BackgroundWriter *
background_writer_new(Writer *writer, gboolean (*record)(Writer *writer, const Record *record), PacketReader *reader);
/* Waits until everything is written. */
void background_writer_free(BackgroundWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BackgroundWriter, background_writer_free)

/* Copies the record; its packet is one of the current batch. */
void background_writer_add(BackgroundWriter *self, const Record *record);

/* Call this when all records of a batch have been added: they are written, and then packets is released to the reader.
 * Returns FALSE if writing has failed, so that further records are useless. */
gboolean background_writer_end_batch(BackgroundWriter *self, const PacketBatch *packets);

/* Waits until everything is written. Returns 0, or the errno of the first write that failed; nothing is written after
 * it. */
int background_writer_finish(BackgroundWriter *self);

G_END_DECLS
