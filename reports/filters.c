/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/filters.h"
#include "analyzer/summary/stream-filter.h"

gboolean filter_append_story(GString *filter, const Story *story)
{
        g_autoptr(GArray) tcp = g_array_new(FALSE, FALSE, sizeof(guint32)),
                          udp = g_array_new(FALSE, FALSE, sizeof(guint32));

        for (guint i = 0; i < story->conversations->len; i++) {
                const StoryConversation *conversation = g_ptr_array_index(story->conversations, i);

                if (conversation->chat->is_chat)
                        g_array_append_val(conversation->transport == TRANSPORT_TCP ? tcp : udp, conversation->stream);
        }
        return stream_filter_append(filter, tcp, udp) && stream_filter_append_reports(filter, story->summary);
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
