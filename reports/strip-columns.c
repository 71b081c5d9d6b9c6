/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/strip-columns.h"

#include "reports/ladder-lifelines.h"
#include "reports/ladder-rows.h"

static void block_clear(gpointer data)
{
        g_clear_pointer(&((StripBlock *) data)->groups, g_ptr_array_unref);
}

static const Record *last_of(const LadderGroup *group)
{
        return g_ptr_array_index(group->records, group->records->len - 1);
}

static const Record *first_of(const LadderGroup *group)
{
        return g_ptr_array_index(group->records, 0);
}

static guint64 frame_of(const Record *record)
{
        return record->packet->frame->number;
}

/* Groups are in the order of their first packets. A group that begins before the block has ended belongs to that block.
 */
static void find_blocks(StripColumns *self)
{
        guint64 end = 0;

        for (guint i = 0; i < self->groups->len; i++) {
                LadderGroup *group = g_ptr_array_index(self->groups, i);

                if (i == 0 || frame_of(first_of(group)) > end) {
                        StripBlock block = {.groups = g_ptr_array_new()};

                        g_array_append_val(self->blocks, block);
                }
                g_ptr_array_add(g_array_index(self->blocks, StripBlock, self->blocks->len - 1).groups, group);
                end = MAX(end, frame_of(last_of(group)));
                g_array_index(self->blocks, StripBlock, self->blocks->len - 1).last_frame = end;
        }
}

static void add_columns(StripColumns *self, const Record *const *records, guint n_records)
{
        for (guint i = 0, block = 0; i < n_records; i++) {
                StripColumn column = {
                        .first = records[i],
                        .last = records[i],
                        .n_packets = 1,
                        .is_typed = !records[i]->maintenance,
                };

                while (frame_of(records[i]) > g_array_index(self->blocks, StripBlock, block).last_frame)
                        block++;
                column.block = block;
                g_array_append_val(self->columns, column);
        }
}

/* Whether two columns may become one. ret_turned: their packets go in opposite directions. */
static gboolean are_alike(const StripColumn *one, const StripColumn *other, gboolean *ret_turned)
{
        Endpoint a, b, c, d;

        if (one->block != other->block || one->first->phase != other->first->phase)
                return FALSE;
        record_get_ends(one->first, &a, &b);
        record_get_ends(other->first, &c, &d);
        *ret_turned = !endpoint_equal(&a, &c);
        return (endpoint_equal(&a, &c) && endpoint_equal(&b, &d)) || (endpoint_equal(&a, &d) && endpoint_equal(&b, &c));
}

static void sum_up(StripColumns *self)
{
        guint n = 0;

        for (guint i = 0; i < self->columns->len; i++) {
                StripColumn *column = &g_array_index(self->columns, StripColumn, i);
                StripColumn *last = n > 0 ? &g_array_index(self->columns, StripColumn, n - 1) : NULL;
                gboolean is_turned = FALSE;

                if (!last || !are_alike(last, column, &is_turned)) {
                        g_array_index(self->columns, StripColumn, n++) = *column;
                        continue;
                }
                last->last = column->last;
                last->n_packets++;
                last->is_typed |= column->is_typed;
                last->is_both |= is_turned;
        }
        g_array_set_size(self->columns, n);
}

/* Replaces the columns in the middle by one; a block that lies completely in it has no column afterwards. */
static void leave_out(StripColumns *self, guint max_columns)
{
        guint begin = max_columns * 2 / 3, end = self->columns->len - (max_columns - begin - 1);
        StripColumn *out = &g_array_index(self->columns, StripColumn, begin);

        for (guint i = begin + 1; i < end; i++) {
                const StripColumn *column = &g_array_index(self->columns, StripColumn, i);

                out->n_packets += column->n_packets;
                out->last = column->last;
        }
        out->is_left_out = TRUE;
        g_array_remove_range(self->columns, begin + 1, end - begin - 1);
}

static void find_ranges(StripColumns *self)
{
        for (guint i = 0; i < self->columns->len; i++) {
                StripColumn *column = &g_array_index(self->columns, StripColumn, i);
                StripBlock *block = &g_array_index(self->blocks, StripBlock, column->block);

                if (block->end == 0)
                        block->begin = i;
                block->end = i + 1;
                column->has_pause = i > block->begin && column->first->packet->frame->has_time &&
                                    ABS(offset_between(g_array_index(self->columns, StripColumn, i - 1).last->offset,
                                                       column->first->offset)) > ROW_PAUSE;
        }
}

StripColumns *strip_columns_new(const Record *const *records, guint n_records, guint max_columns)
{
        StripColumns *self = g_new0(StripColumns, 1);

        self->groups = ladder_group_records(records, n_records);
        self->blocks = g_array_new(FALSE, TRUE, sizeof(StripBlock));
        g_array_set_clear_func(self->blocks, block_clear);
        self->columns = g_array_new(FALSE, TRUE, sizeof(StripColumn));
        find_blocks(self);
        add_columns(self, records, n_records);
        if (self->columns->len > max_columns)
                sum_up(self);
        if (self->columns->len > max_columns)
                leave_out(self, max_columns);
        find_ranges(self);
        return self;
}

void strip_columns_free(StripColumns *self)
{
        if (!self)
                return;
        g_array_unref(self->columns);
        g_array_unref(self->blocks);
        g_ptr_array_unref(self->groups);
        g_free(self);
}
