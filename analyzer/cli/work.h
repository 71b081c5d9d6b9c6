/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns the packets of a capture into what a command wants: records, conversations, or both.
 *
 * A file is read twice if records are wanted (see analyzer/timeline/timeline.h). For conversations alone one reading is
 * enough, unless a chat was recognised late; then the file is read again. */
#pragma once

#include "analyzer/cli/packet-reader.h"
#include "analyzer/cli/run.h"

G_BEGIN_DECLS

/* For a command that still needs the packets of a batch after their records were handed on. */
typedef struct {
        /* The reading that produces the records begins. */
        void (*begin)(PacketReader *reader, gpointer data);
        /* The records of this batch were handed on. The keeper releases it to reader, now or later. FALSE ends the
         * reading. */
        gboolean (*take)(const PacketBatch *batch, gpointer data);
        /* No batch follows. All batches must be released when this returns. */
        void (*end)(gpointer data);
} WorkKeeper;

typedef struct {
        const Options *options;
        RunFuncs funcs;
        gpointer data;
        Timeline *timeline;           /* if records are wanted, or one reading was not enough; else NULL */
        Conversations *conversations; /* if there is no timeline; else NULL */
        guint64 incomplete;           /* fragments whose datagram is not complete */
} Work;

/* Zero-initialise before, work_clear() after. options and data are borrowed, funcs is copied. is_live: see
 * capture_source_is_live(). */
void work_init(Work *self, const Options *options, gboolean is_live, const RunFuncs *funcs, gpointer data);
void work_clear(Work *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

/* Reads source, a file at its beginning, to its end. keeper may be NULL; its data is the work's. Returns an exit
 * status; sets error with every one but EXIT_DONE. */
int work_read_file(Work *self, CaptureSource *source, const WorkKeeper *keeper, GError **error);

/* Takes the next packets of a live capture. */
void work_add(Work *self, const Packet *packets, guint n);

/* Call this when the capture has ended: hands on what was held back, and returns the counts. */
TimelineCounts work_finish(Work *self);

G_END_DECLS
