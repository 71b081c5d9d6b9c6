/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the report leaves out: which packets, how many, why, and the option that shows them. */
#include "reports/prose.h"
#include "reports/sections.h"

static void write_line(Document *document, const char *title, guint64 packets, const char *why, const char *command)
{
        document_begin_row(document, ROW_PLAIN);
        document_text_cell(document, title);
        document_number_cell(document, packets);
        document_text_cell(document, why);
        document_begin_cell(document, 1);
        if (command)
                document_text(document, TEXT_CODE, command);
        document_end_cell(document);
        document_end_row(document);
}

static const StoryConversation *first_unshown(const Story *story)
{
        for (guint i = 0; i < story->conversations->len; i++) {
                const StoryConversation *conversation = g_ptr_array_index(story->conversations, i);

                if (conversation->shown < conversation->frames.packets)
                        return conversation;
        }
        return NULL;
}

static void write_unshown(Document *document, const Story *story)
{
        guint n;
        guint64 unshown = story_count_unshown(story, &n);
        const StoryConversation *first = first_unshown(story);
        g_autofree char *command = NULL;
        g_autoptr(GString) why = g_string_new("counted above, but not shown one by one: ");

        if (!first)
                return;
        prose_append_counted(why, n, "conversation");
        g_string_append(why, n == 1 ? " is not shown in full" : " are not shown in full");
        command = first->shown == 0 ? g_strdup_printf("--conversation %s:%u", transport_to_string(first->transport),
                                                      first->stream) :
                                      g_strdup_printf("--limit %" G_GUINT64_FORMAT, story->shown->len + unshown);
        write_line(document, "packets of chats", unshown, why->str, command);
}

static void write_other(Document *document, const Story *story, guint64 packets)
{
        for (guint i = 0; i < story->chats->len; i++)
                if (!((const StoryChat *) g_ptr_array_index(story->chats, i))->is_chat) {
                        write_line(document, "other traffic", packets,
                                   "belongs to no chat: its TCP and UDP conversations are shown, and not counted above",
                                   NULL);
                        return;
                }
        write_line(document, "other traffic", packets, "belongs to no chat that was recognised", "--all");
}

void section_omitted(Document *document, const Story *story)
{
        static const Column columns[] = {
                {"what", COLUMN_TITLE, NULL},
                {"packets", COLUMN_NUMBER, "packets"},
                {"why", COLUMN_TEXT, NULL},
                {"what shows it", COLUMN_TEXT, NULL},
        };
        const TimelineCounts *counts = &story->summary->counts;
        guint64 other = story->summary->packets - MIN(story->summary->packets, story->summary->chat_packets);

        if (other == 0 && !first_unshown(story) && counts->evicted == 0)
                return;
        document_begin_section(document, "omitted", "What is left out", NULL);
        document_begin_table(document, "omitted", columns, G_N_ELEMENTS(columns));
        write_unshown(document, story);
        if (other > 0)
                write_other(document, story, other);
        if (counts->unread > 0)
                write_line(document, "unknown link layer", counts->unread,
                           "chatsniff does not read the link layer of these packets", NULL);
        if (counts->incomplete > 0)
                write_line(document, "fragments", counts->incomplete, "their datagram was not captured in full", NULL);
        if (counts->evicted > 0)
                write_line(document, "forgotten conversations", counts->evicted,
                           "the number of conversations, not of packets: memory was too short for them",
                           "--memory-limit 4G");
        document_end_table(document);
        document_end_section(document);
}
