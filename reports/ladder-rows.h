/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of a diagram, from top to bottom: one for each packet. A long diagram has one row for a run of packets, and
 * one for all packets that are left out. */
#pragma once

#include "reports/ladder-drawing.h"

G_BEGIN_DECLS

typedef enum {
        ROW_PACKET,
        ROW_RUN,      /* data in one direction and its acknowledgements, summed up */
        ROW_MISSING,  /* bytes that are missing, as a later packet shows */
        ROW_LEFT_OUT, /* all rows beyond the limit */
} LadderRowKind;

typedef struct {
        LadderRowKind kind;
        const Record *first, *last; /* the same for ROW_PACKET; for ROW_MISSING, the packet that shows it */
        guint n_packets;
        char *label, *terms; /* harmless UTF-8; terms may be NULL */
        Phase phase;
        gboolean is_reversed; /* ROW_MISSING: the bytes went in the opposite direction to the packet that shows it */
        gboolean is_lost; /* ROW_MISSING: they were sent again; otherwise they may only be absent from the capture */
        gint64 pause;     /* nanoseconds since the row before, if long enough for a break, otherwise 0; negative if the
                             clock went back */
        guint64 skipped_first, skipped_last; /* frames between this row and the one before; 0: none */
        gboolean skipped_are_fragments;      /* the skipped frames are fragments of this row's datagram */
} LadderRow;

/* Nanoseconds: a longer pause is drawn as a break. */
#define ROW_PAUSE (20 * G_GINT64_CONSTANT(1000000))

/* Makes the rows (LadderRow elements, freed with the array) that options ask for. The records must outlive them.
 * Transfer: full. */
GArray *ladder_rows_new(const Record *const *records, guint n_records, const LadderOptions *options);

G_END_DECLS
