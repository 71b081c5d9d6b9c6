/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/filters.h"

/* Longer lists nobody reads. */
#define MAX_RANGES 12

/* "udp.stream in {1..3, 7}" of the streams, which ascend. */
static gboolean append_streams(GString *filter, const char *field, const GArray *streams)
{
        g_autoptr(GString) ranges = g_string_new(NULL);
        guint n = 0;

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

static gint compare_streams(gconstpointer a, gconstpointer b)
{
        guint32 one = *(const guint32 *) a, other = *(const guint32 *) b;

        return (one > other) - (one < other);
}

gboolean filter_append_story(GString *filter, const Story *story)
{
        g_autoptr(GArray) tcp = g_array_new(FALSE, FALSE, sizeof(guint32)),
                          udp = g_array_new(FALSE, FALSE, sizeof(guint32));

        for (guint i = 0; i < story->conversations->len; i++) {
                const StoryConversation *conversation = g_ptr_array_index(story->conversations, i);

                if (conversation->chat->is_chat)
                        g_array_append_val(conversation->transport == TRANSPORT_TCP ? tcp : udp, conversation->stream);
        }
        g_array_sort(tcp, compare_streams);
        g_array_sort(udp, compare_streams);
        return append_streams(filter, "tcp.stream", tcp) && append_streams(filter, "udp.stream", udp);
}

gboolean filter_append_others(GString *filter, const Story *story)
{
        g_autoptr(GString) streams = g_string_new(NULL);

        if (!filter_append_story(streams, story) || streams->len == 0)
                return FALSE;
        g_string_append_printf(filter, "!(%s)", streams->str);
        return TRUE;
}

gboolean filter_append_maintenance(GString *filter, const Story *story)
{
        g_autoptr(GString) streams = g_string_new(NULL), typed = g_string_new(NULL);

        if (!filter_append_story(streams, story) || !frame_set_append_filter(&story->typed, typed))
                return FALSE;
        g_string_append_printf(filter, "(%s) && !(%s)", streams->str, typed->str);
        return TRUE;
}
