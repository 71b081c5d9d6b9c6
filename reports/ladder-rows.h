/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands in a diagram, from top to bottom: a row for each packet; in long ones a row for a run of
 * packets, and one for all that is left out. */
#pragma once

#include "reports/ladder-drawing.h"

G_BEGIN_DECLS

typedef enum {
        ROW_PACKET,
        ROW_RUN,      /* data in one direction and its acknowledgements, summed up */
        ROW_MISSING,  /* what a later packet shows to be missing */
        ROW_LEFT_OUT, /* rows for which there is no room */
} LadderRowKind;

typedef struct {
        LadderRowKind kind;
        const Record *first, *last; /* the same of a packet; of what is missing, the packet that shows it */
        guint n_packets;
        char *label, *terms; /* harmless; terms may be NULL */
        Phase phase;
        gboolean is_reversed; /* missing: goes the other way than the packet that shows it */
        gboolean is_lost;     /* missing: it was sent again; else it may only be absent from the capture */
        gint64 pause;         /* nanoseconds since the row before, where that is worth a break; else 0. Negative
                                 where the clock went back */
        guint64 skipped_first, skipped_last; /* frames between this row and the one before; 0: none */
        gboolean skipped_are_fragments;      /* and they are of this row's own datagram */
} LadderRow;

/* A pause of more than this is worth a break. */
#define ROW_PAUSE (20 * G_GINT64_CONSTANT(1000000))

/* LadderRow elements, freed with the array, as options ask for. Transfer: full. */
GArray *ladder_rows_new(const Record *const *records, guint n_records, const LadderOptions *options);

G_END_DECLS
