/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lab sheet's third question: to which layer of the stack each packet goes. */
#include "reports/filters.h"
#include "reports/prose.h"
#include "reports/sections.h"

static const char *what_goes_there(const StoryType *type, Consumer layer)
{
        if (type->transport == TRANSPORT_ICMP)
                return "error reports: for the host's IP itself";
        switch (layer) {
        case CONSUMER_NETWORK:
                return "group membership: for the host's IP itself";
        case CONSUMER_TRANSPORT:
                return type->transport == TRANSPORT_TCP ? "handshake, acknowledgements, teardown: for TCP itself" :
                                                          "no data for a program";
        case CONSUMER_APPLICATION:
                return type->transport == TRANSPORT_TCP ? "data: for the chat program" :
                                                          "requests, answers and messages: for the chat program";
        }
        return "";
}

static void write_reach(Document *document, const StoryType *type, Consumer layer)
{
        const struct {
                const char *name;
                Consumer least;
        } stack[] = {
                {"link", CONSUMER_NETWORK},
                {type->is_chat ? "IP" : type->title, CONSUMER_NETWORK},
                {type->transport == TRANSPORT_TCP ? "TCP" : "UDP", CONSUMER_TRANSPORT},
                {"application", CONSUMER_APPLICATION},
        };

        for (guint i = 0; i < G_N_ELEMENTS(stack); i++) {
                document_begin_cell(document, 1);
                if (layer >= stack[i].least)
                        document_text(document, TEXT_PLAIN, stack[i].name);
                else
                        document_text(document, TEXT_MUTED, "–");
                document_end_cell(document);
        }
}

static void write_layer_rows(Document *document, const StoryType *type)
{
        guint n = 0, row = 0;

        for (guint i = 0; i < STORY_N_CONSUMERS; i++)
                n += type->consumers[i].packets > 0;
        for (guint i = STORY_N_CONSUMERS; i-- > 0;) {
                const FrameSet *set = &type->consumers[i];

                if (set->packets == 0)
                        continue;
                document_begin_row(document, row == 0 ? ROW_GROUP : ROW_PLAIN);
                if (row++ == 0) {
                        document_begin_cell(document, n);
                        document_text(document, TEXT_PLAIN, type->title);
                        document_end_cell(document);
                } else {
                        document_skip_cell(document);
                }
                document_text_cell(document, what_goes_there(type, i));
                write_reach(document, type, i);
                document_figure_cell(document, set->packets, set);
                document_frames_cell(document, set);
                document_end_row(document);
        }
}

/* The layer that packets of other traffic go up to, as far as the name of their kind tells. */
static const char *where_it_ends(const char *name)
{
        static const char *const link[] = {"ARP",
                                           "RARP",
                                           "LLDP",
                                           "EAPOL",
                                           "PTP",
                                           "PPPoE discovery",
                                           "Wake-on-LAN",
                                           "Ethernet loopback test",
                                           "IEEE 802.2 (spanning tree and the like)",
                                           "IEEE 802.11"};
        static const char *const unknown[] = {"damaged or cut off",
                                              "IP fragments",
                                              "records that hold no packet",
                                              "link types that cannot be read",
                                              "other protocols",
                                              "other IPv4",
                                              "other IPv6",
                                              "PPPoE"};

        for (guint i = 0; i < G_N_ELEMENTS(link); i++)
                if (g_str_equal(name, link[i]))
                        return "above the link layer, beside IP";
        for (guint i = 0; i < G_N_ELEMENTS(unknown); i++)
                if (g_str_equal(name, unknown[i]))
                        return "not looked into";
        if (strstr(name, "ICMP") || g_str_equal(name, "IGMP"))
                return "network layer";
        return "application, over TCP or UDP";
}

static void write_rest(Document *document, const Story *story)
{
        static const Column columns[] = {
                {"other traffic", COLUMN_TITLE, NULL},
                {"up to", COLUMN_TEXT, NULL},
                {"packets", COLUMN_NUMBER, "packets"},
                {"bytes", COLUMN_NUMBER, "bytes"},
        };
        const GArray *traffic = story->summary->traffic;
        g_autoptr(GString) filter = g_string_new(NULL);

        if (traffic->len == 0)
                return;
        document_begin_table(document, "traffic", columns, G_N_ELEMENTS(columns));
        for (guint i = 0; i < traffic->len; i++) {
                const SummaryTraffic *kind = &g_array_index(traffic, SummaryTraffic, i);

                document_begin_row(document, ROW_PLAIN);
                document_text_cell(document, kind->name);
                document_text_cell(document, where_it_ends(kind->name));
                document_number_cell(document, kind->packets);
                document_number_cell(document, kind->bytes);
                document_end_row(document);
        }
        document_end_table(document);
        if (filter_append_others(filter, story))
                document_filter(document, NULL, filter->str, story->summary->packets - story->summary->chat_packets);
}

void section_sheet_layers(Document *document, const Story *story)
{
        static const Column columns[] = {
                {"type", COLUMN_TITLE, NULL},          {"what goes there", COLUMN_TEXT, NULL},
                {"link", COLUMN_LAYER_1, NULL},        {"network", COLUMN_LAYER_2, NULL},
                {"transport", COLUMN_LAYER_3, NULL},   {"application", COLUMN_LAYER_4, NULL},
                {"packets", COLUMN_NUMBER, "packets"}, {"frames", COLUMN_FRAMES, NULL},
        };
        g_autoptr(GString) text = g_string_new(NULL);
        guint64 by_layer[STORY_N_CONSUMERS] = {0};

        for (guint i = 0; i < story->types->len; i++)
                for (guint j = 0; j < STORY_N_CONSUMERS; j++)
                        by_layer[j] += ((const StoryType *) g_ptr_array_index(story->types, i))->consumers[j].packets;
        document_question(document, 3, "Mark down to which layer of the stack each packet goes");
        document_begin_paragraph(document, PARAGRAPH_TEXT);
        prose_append_number(text, by_layer[CONSUMER_APPLICATION]);
        g_string_append(text, " of the ");
        prose_append_number(text, story->summary->chat_packets);
        g_string_append(text,
                        by_layer[CONSUMER_APPLICATION] == 1 ? " is for a chat program." : " are for a chat program.");
        document_text(document, TEXT_STRONG, text->str);
        g_string_assign(text, "");
        if (by_layer[CONSUMER_TRANSPORT] > 0) {
                g_string_append_c(text, ' ');
                prose_append_number(text, by_layer[CONSUMER_TRANSPORT]);
                g_string_append(text, by_layer[CONSUMER_TRANSPORT] == 1 ?
                                              " ends in the transport layer: the receiver's TCP reads it, and no "
                                              "program learns of it." :
                                              " end in the transport layer: the receiver's TCP reads them, and no "
                                              "program learns of them.");
        }
        if (by_layer[CONSUMER_NETWORK] > 0) {
                g_string_append_c(text, ' ');
                prose_append_number(text, by_layer[CONSUMER_NETWORK]);
                g_string_append(text, by_layer[CONSUMER_NETWORK] == 1 ? " is for the network layer." :
                                                                        " are for the network layer.");
        }
        document_text(document, TEXT_PLAIN, text->str);
        document_end_paragraph(document);
        document_begin_table(document, "reach", columns, G_N_ELEMENTS(columns));
        for (guint i = 0; i < story->types->len; i++)
                write_layer_rows(document, g_ptr_array_index(story->types, i));
        document_end_table(document);
        g_string_assign(text, "");
        if (filter_append_story(text, story))
                document_filter(document, NULL, text->str, story->summary->chat_packets);
        write_rest(document, story);
}
