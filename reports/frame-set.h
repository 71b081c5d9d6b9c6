/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which frames a figure stands for, and how many packets and bytes they are. */
#pragma once

#include "analyzer/summary/summary.h"

G_BEGIN_DECLS

/* So many ranges are remembered of frames that are added one by one; of what comes after them only the count. Enough
 * for everything that somebody would read, and a bound for captures of millions. */
#define FRAME_SET_MAX_RANGES 48

/* Zero-initialise; frame_set_clear() at last. Frames are added in ascending order, each once. */
typedef struct {
        guint64 packets, bytes;
        GArray *ranges;   /* FrameRange; NULL: none so far */
        guint64 unlisted; /* packets that are in none of the ranges */
} FrameSet;

void frame_set_add(FrameSet *set, guint64 frame, guint32 bytes);
/* Frames that are in none of those added before; they may lie between them. */
void frame_set_join(FrameSet *set, const Frames *frames, guint64 bytes);
/* Frames of which some may be in the set already: each counts once. Bytes are not counted. */
void frame_set_unite(FrameSet *set, const Frames *frames);
void frame_set_clear(FrameSet *set);
guint frame_set_get_n_ranges(const FrameSet *set);
FrameRange frame_set_get_range(const FrameSet *set, guint index);

/* A Wireshark filter that lets through exactly these frames: "frame.number in {7..9, 30}"; FALSE where too many ranges
 * make that unreadable. */
gboolean frame_set_append_filter(const FrameSet *set, GString *filter);

G_END_DECLS
