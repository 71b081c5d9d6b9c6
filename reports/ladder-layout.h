/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The layout of a diagram: its rows with their places, in one part or several. Lengths are in px. */
#pragma once

#include "reports/ladder-lifelines.h"
#include "reports/ladder-rows.h"

G_BEGIN_DECLS

/* Consecutive rows of one phase. A row that stands for what is left out is a band of its own. */
typedef struct {
        guint begin, end; /* rows, end excluded */
        Phase phase, tint;
        gboolean is_gap;    /* the row that stands for what is left out: it has no phase and no tint */
        gboolean is_joined; /* drawn as one block with the band before, because two phases alternate */
        gboolean is_again;  /* the name of its phase stands in the block already */
} LadderBand;

typedef struct {
        const LadderRow *row;
        guint source, destination; /* lifelines */
        guint band;
        GPtrArray *label, *terms; /* lines of text (char *); terms may be empty */
        double space;             /* above the row, with the text about a pause; none if it is the first in its part */
        double arrow, height;     /* from top to the arrow, and to the end of the row */
        double top;               /* within its part */
        TcpState states[2];       /* TCP: of source and destination, after the row; otherwise unknown */
        gboolean shows_state[2];  /* the state is new */
} LadderPlacedRow;

/* A piece of the diagram that becomes a drawing of its own. */
typedef struct {
        guint begin, end; /* rows, end excluded */
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

/* records, and everything that options points to, must outlive the ladder. Transfer: full. */
Ladder *ladder_new(const Record *const *records, guint n_records, const LadderOptions *options);
void ladder_free(Ladder *ladder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ladder, ladder_free)

/* Draws a part at the drawing's origin. Its height is in the part, its width in the lifelines. */
void ladder_draw(const Ladder *ladder, guint part, Drawing *drawing);

G_END_DECLS
