/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/frame-set.h"

/* A filter with more ranges is too long to read or type. */
#define FILTER_MAX_RANGES 16

void frame_set_add(FrameSet *self, guint64 frame, guint32 bytes)
{
        FrameRange *last, next = {frame, frame};

        self->packets++;
        self->bytes += bytes;
        if (!self->ranges)
                self->ranges = g_array_new(FALSE, FALSE, sizeof(FrameRange));
        last = self->ranges->len > 0 ? &g_array_index(self->ranges, FrameRange, self->ranges->len - 1) : NULL;
        if (self->unlisted > 0)
                self->unlisted++;
        else if (last && last->last + 1 == frame)
                last->last = frame;
        else if (self->ranges->len < FRAME_SET_MAX_RANGES)
                g_array_append_val(self->ranges, next);
        else
                self->unlisted = 1;
}

static gint compare_ranges(gconstpointer a, gconstpointer b)
{
        const FrameRange *one = a, *other = b;

        return (one->first > other->first) - (one->first < other->first);
}

/* Merges the ranges of frames into those of the set; returns how many frames they contain together. */
static guint64 merge_ranges(FrameSet *self, const Frames *frames)
{
        guint64 listed = 0;
        guint n = 0;

        if (!self->ranges)
                self->ranges = g_array_new(FALSE, FALSE, sizeof(FrameRange));
        if (frames->ranges)
                g_array_append_vals(self->ranges, frames->ranges->data, frames->ranges->len);
        g_array_sort(self->ranges, compare_ranges);
        for (guint i = 1; i < self->ranges->len; i++) {
                FrameRange *last = &g_array_index(self->ranges, FrameRange, n);
                FrameRange next = g_array_index(self->ranges, FrameRange, i);

                if (next.first <= last->last + 1)
                        last->last = MAX(last->last, next.last);
                else
                        g_array_index(self->ranges, FrameRange, ++n) = next;
        }
        if (self->ranges->len > 0)
                g_array_set_size(self->ranges, n + 1);
        for (guint i = 0; i < self->ranges->len; i++) {
                FrameRange range = g_array_index(self->ranges, FrameRange, i);

                listed += range.last - range.first + 1;
        }
        return listed;
}

void frame_set_join(FrameSet *self, const Frames *frames, guint64 bytes)
{
        self->packets += frames->count;
        self->bytes += bytes;
        self->unlisted = self->packets - merge_ranges(self, frames);
}

void frame_set_unite(FrameSet *self, const Frames *frames)
{
        guint64 listed = merge_ranges(self, frames);

        self->unlisted = MAX(self->unlisted, frames->is_complete ? 0 : 1);
        self->packets = listed + self->unlisted;
}

void frame_set_clear(FrameSet *self)
{
        g_clear_pointer(&self->ranges, g_array_unref);
        *self = (FrameSet){0};
}

guint frame_set_get_n_ranges(const FrameSet *self)
{
        return self->ranges ? self->ranges->len : 0;
}

FrameRange frame_set_get_range(const FrameSet *self, guint index)
{
        return g_array_index(self->ranges, FrameRange, index);
}

gboolean frame_set_append_filter(const FrameSet *self, GString *filter)
{
        guint n = frame_set_get_n_ranges(self);

        if (n == 0 || n > FILTER_MAX_RANGES || self->unlisted > 0)
                return FALSE;
        g_string_append(filter, "frame.number in {");
        for (guint i = 0; i < n; i++) {
                FrameRange range = frame_set_get_range(self, i);

                g_string_append_printf(filter, "%s%" G_GUINT64_FORMAT, i > 0 ? ", " : "", range.first);
                if (range.last != range.first)
                        g_string_append_printf(filter, "..%" G_GUINT64_FORMAT, range.last);
        }
        g_string_append_c(filter, '}');
        return TRUE;
}
