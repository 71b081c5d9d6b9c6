/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every packet in a row, which opens to show its explanation and its bytes. */
#include "reports/explanation-html.h"
#include "reports/markup.h"
#include "reports/packet-bytes.h"
#include "reports/page.h"
#include "reports/prose.h"
#include "reports/sections.h"

/* Characters of a label, which the bytes show in full. */
#define MAX_LABEL 150

static char *chat_name(const StoryConversation *conversation)
{
        return g_strdup_printf("%s %u", conversation->transport == TRANSPORT_TCP ? "TCP" : "UDP", conversation->stream);
}

static void format_seconds(const Record *record, char *buffer, gsize size)
{
        guint64 nanoseconds = record->offset < 0 ? 0 - (guint64) record->offset : (guint64) record->offset;
        guint64 microseconds = (nanoseconds + 500) / 1000;

        g_snprintf(buffer, size, "%s%" G_GUINT64_FORMAT ".%06" G_GUINT64_FORMAT, record->offset < 0 ? "-" : "",
                   microseconds / 1000000, microseconds % 1000000);
}

static void write_direction(xmlTextWriterPtr xml, const Story *story, const Record *record)
{
        const Packet *packet = record->packet;

        markup_open(xml, "td", "way");
        markup_element(xml, "bdi", NULL, naming_get_endpoint(story->naming, &packet->source, packet->transport));
        markup_text(xml, " → ");
        markup_element(xml, "bdi", NULL, naming_get_endpoint(story->naming, &packet->destination, packet->transport));
        markup_close(xml);
}

static void write_label(xmlTextWriterPtr xml, const Record *record)
{
        g_autoptr(GString) label = g_string_new(NULL);
        gsize n = prose_append_wire(label, record->label->str, record->label->len, MAX_LABEL);

        markup_open(xml, "td", "what");
        markup_open(xml, "details", NULL);
        markup_open(xml, "summary", NULL);
        markup_element(xml, "bdi", NULL, label->str);
        if (n > MAX_LABEL) {
                markup_open(xml, "span", "muted");
                markup_textf(xml, " … %" G_GSIZE_FORMAT " characters, all of them below", n);
                markup_close(xml);
        }
        markup_close(xml);
        markup_close(xml);
        markup_close(xml);
}

static void write_states(xmlTextWriterPtr xml, const Record *record)
{
        FlowSide client = record_client(record);

        markup_open(xml, "p", "states");
        markup_text(xml, "Afterwards: client ");
        markup_element(xml, "b", NULL, tcp_state_to_string(record->flow->states[client]));
        markup_text(xml, ", server ");
        markup_element(xml, "b", NULL, tcp_state_to_string(record->flow->states[1 - client]));
        markup_close(xml);
}

/* Whether the explanation already says in which states both ends are. */
static gboolean explains_states(const Record *record)
{
        for (guint i = 0; record->explanation && i < record->explanation->n_points; i++)
                if (record->explanation->points[i].topic == TOPIC_STATES)
                        return TRUE;
        return FALSE;
}

static void write_explanation(xmlTextWriterPtr xml, const Record *record, TopicSet *told)
{
        markup_open(xml, "div", "explanation");
        explanation_write_html(xml, record, told);
        if (record->packet->transport == TRANSPORT_TCP && !explains_states(record))
                write_states(xml, record);
        markup_close(xml);
}

static void
write_packet(xmlTextWriterPtr xml, const Story *story, const Record *record, gboolean begins_group, TopicSet *told)
{
        const StoryConversation *conversation = story_get_conversation(story, record);
        g_autofree char *chat = chat_name(conversation);
        char text[48];

        markup_open(xml, "tbody", begins_group ? "packet group" : "packet");
        markup_attributef(xml, "id", "f%" G_GUINT64_FORMAT, record->packet->frame->number);
        markup_attributef(xml, "data-chat", "%u", conversation->chat->index);
        if (record->packet->transport == TRANSPORT_TCP) {
                FlowSide client = record_client(record);

                markup_attributef(xml, "data-states", "%s %s", tcp_state_to_string(record->flow->states[client]),
                                  tcp_state_to_string(record->flow->states[1 - client]));
        }
        markup_open(xml, "tr", record->maintenance ? NULL : "typed");
        markup_open(xml, "th", "number");
        markup_attribute(xml, "scope", "row");
        markup_textf(xml, "%" G_GUINT64_FORMAT, record->packet->frame->number);
        markup_close(xml);
        format_seconds(record, text, sizeof text);
        markup_element(xml, "td", "n seconds", text);
        markup_element(xml, "td", "chat", chat);
        write_direction(xml, story, record);
        markup_open(xml, "td", "p");
        page_write_phase(xml, record->phase);
        markup_close(xml);
        markup_element(xml, "td", "layer-name", consumer_to_string(record->layer));
        markup_open(xml, "td", "n bytes-count");
        markup_textf(xml, "%u", record->packet->frame->original_length);
        markup_close(xml);
        write_label(xml, record);
        markup_close(xml);
        markup_open(xml, "tr", "more");
        markup_open(xml, "td", NULL);
        markup_attribute(xml, "colspan", "8");
        markup_open(xml, "div", "opened");
        write_explanation(xml, record, told);
        packet_bytes_write(xml, record);
        markup_close(xml);
        markup_close(xml);
        markup_close(xml);
        markup_close(xml);
        markup_text(xml, "\n");
}

static void write_search(xmlTextWriterPtr xml, const Story *story)
{
        markup_open(xml, "p", "search");
        markup_attribute(xml, "hidden", "hidden"); /* until its script shows it */
        markup_open(xml, "label", NULL);
        markup_attribute(xml, "for", "search");
        markup_text(xml, "Search");
        markup_close(xml);
        markup_text(xml, " ");
        markup_open(xml, "input", NULL);
        markup_attribute(xml, "id", "search");
        markup_attribute(xml, "type", "search");
        markup_attribute(xml, "placeholder", "seq 7, hello, FIN");
        markup_attribute(xml, "autocomplete", "off");
        markup_close_void(xml);
        markup_text(xml, " ");
        markup_open(xml, "output", NULL);
        markup_attribute(xml, "id", "found");
        markup_attribute(xml, "for", "search");
        markup_textf(xml, "%u packets", story->shown->len);
        markup_close(xml);
        markup_close(xml);
}

static void write_page(xmlTextWriterPtr xml, const Story *story)
{
        static const struct {
                const char *class, *title;
        } columns[] = {
                {"number", "frame"}, {"n seconds", "seconds"}, {"chat", "chat"},           {"way", "from → to"},
                {"p", "phase"},      {"layer-name", "layer"},  {"n bytes-count", "bytes"}, {"what", "what it is"},
        };
        const StoryChat *previous = NULL;
        TopicSet told = {0};

        write_search(xml, story);
        markup_open(xml, "table", "packets");
        markup_open(xml, "thead", NULL);
        markup_open(xml, "tr", NULL);
        for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
                markup_open(xml, "th", columns[i].class);
                markup_attribute(xml, "scope", "col");
                markup_text(xml, columns[i].title);
                markup_close(xml);
        }
        markup_close(xml);
        markup_close(xml);
        for (guint i = 0; i < story->shown->len; i++) {
                const Record *record = g_ptr_array_index(story->shown, i);
                const StoryChat *chat = story_get_conversation(story, record)->chat;

                write_packet(xml, story, record, i > 0 && chat != previous, &told);
                previous = chat;
        }
        markup_close(xml);
}

/* For Markdown: the rows without explanations and bytes. */
static void write_table(Document *document, const Story *story)
{
        static const Column columns[] = {
                {"frame", COLUMN_TITLE, NULL},    {"seconds", COLUMN_NUMBER, NULL},  {"chat", COLUMN_TEXT, NULL},
                {"from → to", COLUMN_TEXT, NULL}, {"phase", COLUMN_PHASE, NULL},     {"layer", COLUMN_TEXT, NULL},
                {"bytes", COLUMN_NUMBER, NULL},   {"what it is", COLUMN_TEXT, NULL},
        };

        document_begin_table(document, "packets", columns, G_N_ELEMENTS(columns));
        for (guint i = 0; i < story->shown->len; i++) {
                const Record *record = g_ptr_array_index(story->shown, i);
                const Packet *packet = record->packet;
                g_autofree char *chat = chat_name(story_get_conversation(story, record));
                char text[48];

                document_begin_row(document, ROW_PLAIN);
                document_begin_cell(document, 1);
                document_frame(document, packet->frame->number);
                document_end_cell(document);
                format_seconds(record, text, sizeof text);
                document_text_cell(document, text);
                document_text_cell(document, chat);
                document_begin_cell(document, 1);
                document_text(document, TEXT_WIRE,
                              naming_get_endpoint(story->naming, &packet->source, packet->transport));
                document_text(document, TEXT_PLAIN, " → ");
                document_text(document, TEXT_WIRE,
                              naming_get_endpoint(story->naming, &packet->destination, packet->transport));
                document_end_cell(document);
                document_phase_cell(document, record->phase);
                document_text_cell(document, consumer_to_string(record->layer));
                document_number_cell(document, packet->frame->original_length);
                document_begin_cell(document, 1);
                document_wire(document, record->label->str, record->label->len, MAX_LABEL);
                document_end_cell(document);
                document_end_row(document);
        }
        document_end_table(document);
}

void section_packets(Document *document, const Story *story)
{
        xmlTextWriterPtr xml = document_get_page(document);

        if (story->shown->len == 0)
                return;
        document_begin_section(document, "packets", "Every packet", "Packets");
        if (xml)
                write_page(xml, story);
        else
                write_table(document, story);
        document_end_section(document);
}
