/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way from a capture's packets to what a command wants of them: records, conversations, or both.
 *
 * A file is read twice where records are wanted (see analyzer/timeline/timeline.h). For conversations alone one reading
 * is enough, unless a chat was recognised late; then it is read again. */
#pragma once

#include "analyzer/cli/packet-reader.h"
#include "analyzer/cli/run.h"

G_BEGIN_DECLS

/* Whoever needs the packets of a batch for longer than until their records were told. */
typedef struct {
        void (*begin)(PacketReader *reader, gpointer data); /* the reading that tells begins */
        /* Its records are told; it is to be given back. FALSE: nothing more is wanted. */
        gboolean (*take)(const PacketBatch *batch, gpointer data);
        void (*end)(gpointer data); /* no batch follows: those that were taken have to be back when this returns */
} WorkKeeper;

typedef struct {
        const Options *options;
        RunFuncs funcs;
        gpointer data;
        Timeline *timeline;           /* where records are wanted, or one reading was not enough; */
        Conversations *conversations; /* else */
        guint64 incomplete;           /* fragments whose datagram is not whole */
} Work;

/* Zero-initialise before, work_clear() after. options and data are borrowed. is_live: see
 * capture_source_is_live(). */
void work_init(Work *self, const Options *options, gboolean is_live, const RunFuncs *funcs, gpointer data);
void work_clear(Work *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

/* Reads source, a file at its beginning, to its end. keeper may be NULL; its data is the work's. Returns an exit
 * status; sets error with every one but EXIT_DONE. */
int work_read_file(Work *self, CaptureSource *source, const WorkKeeper *keeper, GError **error);

/* Live: the next packets. */
void work_add(Work *self, const Packet *packets, guint n);

/* The capture has ended: what is left is told. */
TimelineCounts work_finish(Work *self);

G_END_DECLS
