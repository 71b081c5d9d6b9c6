/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The strip's packets, in the order of the capture: a column for each, or for several, and blocks of
 * conversations. */
#pragma once

#include "reports/ladder-drawing.h"

G_BEGIN_DECLS

/* Conversations that go on at the same time, or one alone. */
typedef struct {
        GPtrArray *groups;  /* LadderGroup, borrowed */
        guint64 last_frame; /* of its conversations */
        guint begin, end;   /* columns, without end */
        double start, stop; /* where it is, along the strip */
} StripBlock;

typedef struct {
        const Record *first, *last;
        guint n_packets;
        guint block;
        gboolean is_typed;    /* one of them brings what was typed */
        gboolean is_both;     /* they go both ways */
        gboolean is_left_out; /* for these there is no room */
        gboolean has_pause;   /* before it */
        double at;            /* along the strip */
} StripColumn;

typedef struct {
        GPtrArray *groups; /* LadderGroup */
        GArray *blocks;    /* StripBlock */
        GArray *columns;   /* StripColumn */
} StripColumns;

/* At most max_columns of them: packets of one phase between the same two are summed up, and if that does not
 * do, the middle is left out. */
StripColumns *strip_columns_new(const Record *const *records, guint n_records, guint max_columns);
void strip_columns_free(StripColumns *columns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StripColumns, strip_columns_free)

G_END_DECLS
