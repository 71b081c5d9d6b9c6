/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/summary/stream-filter.h"

/* Nobody reads longer lists. */
#define MAX_RANGES 12

static gint compare_numbers(gconstpointer a, gconstpointer b)
{
        guint32 one = *(const guint32 *) a, other = *(const guint32 *) b;

        return (one > other) - (one < other);
}

/* Sorts the numbers and appends them, after " || " unless filter is empty. FALSE: there are too many ranges. */
static gboolean append_numbers(GString *filter, const char *field, GArray *numbers)
{
        g_autoptr(GString) ranges = g_string_new(NULL);
        guint n = 0;

        g_array_sort(numbers, compare_numbers);
        for (guint i = 0; i < numbers->len; n++) {
                guint32 first = g_array_index(numbers, guint32, i), last = first;

                while (++i < numbers->len && g_array_index(numbers, guint32, i) == last + 1)
                        last++;
                g_string_append_printf(ranges, "%s%u", n > 0 ? ", " : "", first);
                if (last != first)
                        g_string_append_printf(ranges, "..%u", last);
        }
        if (n > MAX_RANGES)
                return FALSE;
        if (numbers->len == 0)
                return TRUE;
        if (filter->len > 0)
                g_string_append(filter, " || ");
        if (numbers->len == 1)
                g_string_append_printf(filter, "%s == %s", field, ranges->str);
        else
                g_string_append_printf(filter, "%s in {%s}", field, ranges->str);
        return TRUE;
}

gboolean stream_filter_append(GString *filter, GArray *tcp, GArray *udp)
{
        return append_numbers(filter, "tcp.stream", tcp) && append_numbers(filter, "udp.stream", udp);
}

static void add_frames(GArray *numbers, const Frames *frames)
{
        for (guint i = 0; i < frames->ranges->len; i++) {
                const FrameRange *range = &g_array_index(frames->ranges, FrameRange, i);

                for (guint64 frame = range->first; frame <= range->last; frame++)
                        g_array_append_vals(numbers, &(guint32){(guint32) frame}, 1);
        }
}

/* One report can be about the groups of two rooms. */
static void drop_doubles(GArray *numbers)
{
        g_array_sort(numbers, compare_numbers);
        for (guint i = numbers->len; i-- > 1;)
                if (g_array_index(numbers, guint32, i) == g_array_index(numbers, guint32, i - 1))
                        g_array_remove_index(numbers, i);
}

gboolean stream_filter_append_reports(GString *filter, const Summary *summary)
{
        g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(guint32));

        for (guint i = 0; i < summary->sessions->len; i++) {
                const SummarySession *session = g_ptr_array_index(summary->sessions, i);

                for (guint j = 0; j < session->rooms->len; j++) {
                        const SummaryRoom *room = g_ptr_array_index(session->rooms, j);

                        if (!room->reports.is_complete)
                                return FALSE;
                        add_frames(numbers, &room->reports);
                }
        }
        drop_doubles(numbers);
        return append_numbers(filter, "frame.number", numbers);
}
