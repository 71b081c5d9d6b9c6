/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packets of the strip in the order of the capture, divided into blocks of conversations and columns of packets. */
#pragma once

#include "reports/ladder-drawing.h"

G_BEGIN_DECLS

/* Conversations that overlap in time, or a single one. */
typedef struct {
        GPtrArray *groups;  /* LadderGroup, borrowed */
        guint64 last_frame; /* of these conversations */
        guint begin, end;   /* columns, end excluded; end is 0 if it has no column */
        double start, stop; /* its place along the strip, px */
} StripBlock;

/* A packet, or several that are drawn as one arrow. */
typedef struct {
        const Record *first, *last;
        guint n_packets;
        guint block;
        gboolean is_typed;    /* one of the packets brings what somebody typed */
        gboolean is_both;     /* the packets go in both directions */
        gboolean is_left_out; /* stands for the packets beyond the limit */
        gboolean has_pause;   /* there is a pause before it */
        double at;            /* its place along the strip, px */
} StripColumn;

typedef struct {
        GPtrArray *groups; /* LadderGroup */
        GArray *blocks;    /* StripBlock */
        GArray *columns;   /* StripColumn */
} StripColumns;

/* Makes at most max_columns columns. If there are more packets, consecutive packets of one phase between the same two
 * endpoints share a column; if that is not enough, the middle is left out. The records must outlive the result.
 * Transfer: full. */
StripColumns *strip_columns_new(const Record *const *records, guint n_records, guint max_columns);
void strip_columns_free(StripColumns *columns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StripColumns, strip_columns_free)

G_END_DECLS
