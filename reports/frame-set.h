/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The frames that a figure in the report counts, with the number of packets and bytes. */
#pragma once

#include "analyzer/summary/summary.h"

G_BEGIN_DECLS

/* frame_set_add() keeps this number of ranges and only counts the frames after them: more than anybody would read, and
 * a bound for captures of millions of packets. */
#define FRAME_SET_MAX_RANGES 48

/* Zero-initialise it, and release it with frame_set_clear(). */
typedef struct {
        guint64 packets, bytes;
        GArray *ranges;   /* FrameRange, ascending; NULL: none so far */
        guint64 unlisted; /* packets that are in none of the ranges */
} FrameSet;

/* Adds one frame. Frames must be added in ascending order, each once. */
void frame_set_add(FrameSet *set, guint64 frame, guint32 bytes);
/* Adds frames of which none is in the set yet, in any position. */
void frame_set_join(FrameSet *set, const Frames *frames, guint64 bytes);
/* Adds frames of which some may be in the set already; each counts once. Does not change the bytes. Where frames is
 * incomplete, set->packets becomes a lower bound. */
void frame_set_unite(FrameSet *set, const Frames *frames);
void frame_set_clear(FrameSet *set);
guint frame_set_get_n_ranges(const FrameSet *set);
FrameRange frame_set_get_range(const FrameSet *set, guint index);

/* Appends a Wireshark filter that lets through exactly these frames: "frame.number in {7..9, 30}". FALSE, and nothing
 * is appended, if the set is empty, or if the filter would be incomplete or too long to read. */
gboolean frame_set_append_filter(const FrameSet *set, GString *filter);

G_END_DECLS
