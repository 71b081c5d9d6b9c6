/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lab sheet's third and fourth question: down to which layer each packet goes, and what all have in common. */
#include "reports/filters.h"
#include "reports/prose.h"
#include "reports/sections.h"

static const char *what_goes_there(const StoryType *type, Consumer layer)
{
        switch (layer) {
        case CONSUMER_NETWORK:
                return "error reports and group membership: for the host's IP itself";
        case CONSUMER_TRANSPORT:
                return type->transport == TRANSPORT_TCP ? "handshake, acknowledgements, teardown: for TCP itself" :
                                                          "nothing for a program inside";
        case CONSUMER_APPLICATION:
                return type->transport == TRANSPORT_TCP ? "data: handed on to the chat program" :
                                                          "requests, answers and messages: handed on to the chat program";
        }
        return "";
}

static void write_reach(Document *document, const StoryType *type, Consumer layer)
{
        static const struct {
                const char *name;
                Consumer least;
        } stack[] = {
                {"link", CONSUMER_NETWORK},
                {"IP", CONSUMER_NETWORK},
                {NULL, CONSUMER_TRANSPORT},
                {"application", CONSUMER_APPLICATION},
        };

        for (guint i = 0; i < G_N_ELEMENTS(stack); i++) {
                const char *name = stack[i].name ? stack[i].name : type->transport == TRANSPORT_TCP ? "TCP" : "UDP";

                document_begin_cell(document, 1);
                if (layer >= stack[i].least)
                        document_text(document, TEXT_PLAIN, name);
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
                        document_text(document, TEXT_PLAIN, story_type_get_title(type));
                        document_end_cell(document);
                } else {
                        document_skip_cell(document);
                }
                document_text_cell(document, what_goes_there(type, i));
                write_reach(document, type, i);
                document_begin_cell(document, 1);
                document_figure(document, set->packets, set);
                document_end_cell(document);
                document_begin_cell(document, 1);
                document_frames(document, set);
                document_end_cell(document);
                document_end_row(document);
        }
}

void section_sheet_layers(Document *document, const Story *story)
{
        static const Column columns[] = {
                {"type", COLUMN_TITLE, NULL},   {"what goes there", COLUMN_TEXT, NULL}, {"link", COLUMN_LAYER_1, NULL},
                {"network", COLUMN_LAYER_2, NULL}, {"transport", COLUMN_LAYER_3, NULL},
                {"application", COLUMN_LAYER_4, NULL}, {"packets", COLUMN_NUMBER, "packets"}, {"frames", COLUMN_FRAMES, NULL},
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
        prose_append_number(text, story->told.packets);
        g_string_append(text, by_layer[CONSUMER_APPLICATION] == 1 ? " is handed on to a chat program." :
                                                                    " are handed on to a chat program.");
        document_text(document, TEXT_STRONG, text->str);
        g_string_assign(text, "");
        if (by_layer[CONSUMER_TRANSPORT] > 0) {
                g_string_append_c(text, ' ');
                prose_append_number(text, by_layer[CONSUMER_TRANSPORT]);
                g_string_append(text, by_layer[CONSUMER_TRANSPORT] == 1 ? " ends in the transport layer: the receiver's TCP reads it, and no program learns of it." :
                                                                         " end in the transport layer: the receiver's TCP reads them, and no program learns of them.");
        }
        if (by_layer[CONSUMER_NETWORK] > 0) {
                g_string_append_c(text, ' ');
                prose_append_number(text, by_layer[CONSUMER_NETWORK]);
                g_string_append(text, by_layer[CONSUMER_NETWORK] == 1 ? " is for the network layer." : " are for the network layer.");
        }
        document_text(document, TEXT_PLAIN, text->str);
        document_end_paragraph(document);
        document_begin_table(document, "reach", columns, G_N_ELEMENTS(columns));
        for (guint i = 0; i < story->types->len; i++)
                write_layer_rows(document, g_ptr_array_index(story->types, i));
        document_end_table(document);
}

static void begin_fact(Document *document, const char *title, gboolean begins_group)
{
        document_begin_row(document, begins_group ? ROW_GROUP : ROW_PLAIN);
        document_text_cell(document, title);
        document_begin_cell(document, 1);
}

static void end_fact(Document *document)
{
        document_end_cell(document);
        document_end_row(document);
}

static void write_link_layers(Document *document, const StoryFacts *facts)
{
        guint n = 0;

        begin_fact(document, "link layer", TRUE);
        for (guint kind = 0; kind < LAYER_PAYLOAD; kind++)
                if ((facts->link_layers >> kind) & 1)
                        document_printf(document, TEXT_PLAIN, "%s%s", n++ > 0 ? ", " : "", layer_kind_to_string(kind));
        if (n == 1)
                document_text(document, TEXT_PLAIN, " in every packet");
        end_fact(document);
}

static void write_families(Document *document, const StoryFacts *facts)
{
        begin_fact(document, "network layer", FALSE);
        if (facts->families[0] > 0 && facts->families[1] > 0)
                document_printf(document, TEXT_PLAIN,
                                "IPv4 in %" G_GUINT64_FORMAT ", IPv6 in %" G_GUINT64_FORMAT " packets", facts->families[0],
                                facts->families[1]);
        else
                document_printf(document, TEXT_PLAIN, "%s in every packet", facts->families[0] > 0 ? "IPv4" : "IPv6");
        end_fact(document);
}

static void write_hop_limits(Document *document, const StoryFacts *facts)
{
        guint n = 0;

        begin_fact(document, facts->families[0] > 0 ? "TTL" : "hop limit", FALSE);
        for (guint i = 0; i < G_N_ELEMENTS(facts->hop_limits); i++)
                if (facts->hop_limits[i] > 0)
                        document_printf(document, TEXT_PLAIN, "%s%u", n++ > 0 ? ", " : "", i);
        if (n == 1)
                document_text(document, TEXT_PLAIN, " in every packet");
        if (n == 1 && (facts->hop_limits[64] > 0 || facts->hop_limits[128] > 0 || facts->hop_limits[255] > 0))
                document_text(document, TEXT_PLAIN, ", a value that hosts begin with: probably no router lies in between");
        end_fact(document);
}

static void write_checksums(Document *document, const StoryFacts *facts)
{
        begin_fact(document, "checksums", FALSE);
        if (facts->bad_checksums > 0)
                document_printf(document, TEXT_PLAIN, "wrong in %" G_GUINT64_FORMAT " packets", facts->bad_checksums);
        else if (facts->offloaded > 0)
                document_printf(document, TEXT_PLAIN,
                                "not yet computed in %" G_GUINT64_FORMAT
                                " packets: they were captured in the sender, before its network card did it",
                                facts->offloaded);
        else
                document_text(document, TEXT_PLAIN, "right in every packet");
        end_fact(document);
}

void section_sheet_common(Document *document, const Story *story)
{
        static const Column columns[] = {{"property", COLUMN_TITLE, NULL}, {"in the packets told here", COLUMN_TEXT, NULL}};
        const StoryFacts *facts = &story->facts;

        document_question(document, 4, "Say what all the packets have in common and how they differ");
        document_begin_paragraph(document, PARAGRAPH_TEXT);
        document_text(document, TEXT_STRONG, "Up to IP they are alike; above it the two transports part.");
        document_text(document, TEXT_PLAIN,
                      " Each packet is a header inside a header: link layer, IP, then TCP or UDP, and behind them what a "
                      "program wrote, or nothing.");
        document_end_paragraph(document);
        document_begin_table(document, "facts", columns, G_N_ELEMENTS(columns));
        write_link_layers(document, facts);
        write_families(document, facts);
        write_hop_limits(document, facts);
        write_checksums(document, facts);
        begin_fact(document, "transport", TRUE);
        for (guint i = 0; i < story->types->len; i++) {
                const StoryType *type = g_ptr_array_index(story->types, i);

                document_printf(document, TEXT_PLAIN, "%s%s in ", i > 0 ? ", " : "",
                                type->transport == TRANSPORT_TCP ? "TCP" : "UDP");
                document_figure(document, type->all.packets, &type->all);
        }
        end_fact(document);
        begin_fact(document, "size", FALSE);
        document_printf(document, TEXT_PLAIN, "from %u to %u bytes", facts->smallest, facts->largest);
        end_fact(document);
        document_end_table(document);
}
