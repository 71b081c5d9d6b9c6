/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A diagram as it is laid out: rows with their places, in one part or several. */
#pragma once

#include "reports/ladder-lifelines.h"
#include "reports/ladder-rows.h"

G_BEGIN_DECLS

/* Rows of one phase; of a row that stands for what is left out, that row alone. */
typedef struct {
        guint begin, end; /* rows, without end */
        Phase phase, tint;
        gboolean is_gap;    /* stands for what is left out: no phase, no tint */
        gboolean is_joined; /* to the band before: two phases take turns */
        gboolean is_again;  /* its phase was named in the turns before */
} LadderBand;

typedef struct {
        const LadderRow *row;
        guint source, destination; /* lifelines */
        guint band;
        GPtrArray *label, *terms; /* lines of text (char *); terms may be empty */
        double space;             /* above, unless it is the first of its part; with what is said of pauses */
        double arrow, height;     /* from top: to the arrow; to the end of the row */
        double top;               /* within its part */
        TcpState states[2];       /* of TCP: of its source and destination, after it; else unknown */
        gboolean shows_state[2];  /* because it is new */
} LadderPlacedRow;

typedef struct {
        guint begin, end; /* rows, without end */
        double height;
} LadderPart;

struct Ladder {
        LadderOptions options;
        Lifelines *lifelines;
        GArray *rows;   /* LadderRow */
        GArray *bands;  /* LadderBand */
        GArray *placed; /* LadderPlacedRow */
        GArray *parts;  /* LadderPart */
};
typedef struct Ladder Ladder;

/* records and what options points to have to stay. */
Ladder *ladder_new(const Record *const *records, guint n_records, const LadderOptions *options);
void ladder_free(Ladder *ladder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ladder, ladder_free)

/* At the drawing's origin; the part has a height, the diagram a width. */
void ladder_draw(const Ladder *ladder, guint part, Drawing *drawing);

G_END_DECLS
