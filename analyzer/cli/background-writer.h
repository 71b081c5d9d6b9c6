/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A thread that writes records while the packets that follow are analysed. */
#pragma once

#include "analyzer/cli/packet-reader.h"
#include "analyzer/output/writer.h"

G_BEGIN_DECLS

typedef struct BackgroundWriter BackgroundWriter;

/* record writes one (FALSE: errno). Until it is freed, writer is its own, and packets go back to reader when their
 * records are written. */
BackgroundWriter *
background_writer_new(Writer *writer, gboolean (*record)(Writer *writer, const Record *record), PacketReader *reader);
/* Waits until everything is written. */
void background_writer_free(BackgroundWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BackgroundWriter, background_writer_free)

/* Keeps a copy of the record of one of the packets at hand. */
void background_writer_add(BackgroundWriter *self, const Record *record);

/* The packets' records are all added: they can be written, and then the packets be released. FALSE where writing has
 * failed, so that more of them are of no use. */
gboolean background_writer_end_batch(BackgroundWriter *self, const PacketBatch *packets);

/* Waits until everything is written. Returns 0, or the errno of the first write that failed, after which none was
 * tried. */
int background_writer_finish(BackgroundWriter *self);

G_END_DECLS
