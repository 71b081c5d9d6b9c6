/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/summary/summary-private.h"

void frames_init(Frames *self, MemoryBudget *memory)
{
        *self = (Frames){
                .ranges = g_array_new(FALSE, FALSE, sizeof(FrameRange)), .is_complete = TRUE, .memory = memory};
}

void frames_clear(Frames *self)
{
        g_clear_pointer(&self->ranges, g_array_unref);
}

/* A GArray may have allocated twice what it holds. */
#define RANGE_COST (2 * sizeof(FrameRange))

static FrameRange *range_at(const Frames *self, guint index)
{
        return &g_array_index(self->ranges, FrameRange, index);
}

guint64 frames_first(const Frames *self)
{
        return self->ranges->len > 0 ? range_at(self, 0)->first : 0;
}

/* The number of ranges that begin at or before frame. Live, records of held packets come late, so frames are not always
 * added in order. */
static guint find_position(const Frames *self, guint64 frame)
{
        guint low = 0, high = self->ranges->len;

        while (low < high) {
                guint middle = low + (high - low) / 2;

                if (range_at(self, middle)->first <= frame)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

gboolean frames_contain(const Frames *self, guint64 frame)
{
        guint position = find_position(self, frame);

        return position > 0 && range_at(self, position - 1)->last >= frame;
}

void frames_add(Frames *self, guint64 frame)
{
        FrameRange range = {frame, frame};
        guint position = find_position(self, frame);
        FrameRange *before = position > 0 ? range_at(self, position - 1) : NULL;
        FrameRange *after = position < self->ranges->len ? range_at(self, position) : NULL;

        if (before && before->last >= frame)
                return;
        self->count++;
        if (before && before->last + 1 == frame) {
                before->last = frame;
                if (after && after->first == frame + 1) {
                        before->last = after->last;
                        g_array_remove_index(self->ranges, position);
                }
        } else if (after && after->first == frame + 1) {
                after->first = frame;
        } else if (self->ranges->len < FRAMES_MAX_RANGES && memory_budget_take(self->memory, RANGE_COST)) {
                g_array_insert_val(self->ranges, position, range);
        } else {
                self->is_complete = FALSE;
        }
}

void frames_add_all(Frames *self, const Frames *other)
{
        for (guint i = 0; i < other->ranges->len; i++) {
                const FrameRange *range = &g_array_index(other->ranges, FrameRange, i);

                for (guint64 frame = range->first; frame <= range->last; frame++)
                        frames_add(self, frame);
        }
        self->is_complete &= other->is_complete;
}
