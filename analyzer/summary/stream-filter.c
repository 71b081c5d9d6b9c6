/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/summary/stream-filter.h"

/* Longer lists nobody reads. */
#define MAX_RANGES 12

static gint compare_streams(gconstpointer a, gconstpointer b)
{
        guint32 one = *(const guint32 *) a, other = *(const guint32 *) b;

        return (one > other) - (one < other);
}

static gboolean append_streams(GString *filter, const char *field, GArray *streams)
{
        g_autoptr(GString) ranges = g_string_new(NULL);
        guint n = 0;

        g_array_sort(streams, compare_streams);
        for (guint i = 0; i < streams->len; n++) {
                guint32 first = g_array_index(streams, guint32, i), last = first;

                while (++i < streams->len && g_array_index(streams, guint32, i) == last + 1)
                        last++;
                g_string_append_printf(ranges, "%s%u", n > 0 ? ", " : "", first);
                if (last != first)
                        g_string_append_printf(ranges, "..%u", last);
        }
        if (n > MAX_RANGES)
                return FALSE;
        if (streams->len == 0)
                return TRUE;
        if (filter->len > 0)
                g_string_append(filter, " || ");
        if (streams->len == 1)
                g_string_append_printf(filter, "%s == %s", field, ranges->str);
        else
                g_string_append_printf(filter, "%s in {%s}", field, ranges->str);
        return TRUE;
}

gboolean stream_filter_append(GString *filter, GArray *tcp, GArray *udp)
{
        return append_streams(filter, "tcp.stream", tcp) && append_streams(filter, "udp.stream", udp);
}
