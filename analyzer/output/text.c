/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The timeline as people read it: the client is always on the left, the server on the right, and the arrow between
 * them says who speaks. */
#include "analyzer/output/escape.h"
#include "analyzer/output/writer-private.h"

#define MINIMUM_COLUMNS 100
#define SENTENCE_INDENT 19 /* below the names, where the sentence has its own line */
#define NAME_COLUMNS 21    /* "192.168.122.25:34456" and one to spare */
#define TERMS_COLUMNS 32
#define WIDE_COLUMNS 160   /* from here on the sentence stands on the packet's own line */

static const char *phase_style(Phase phase)
{
        static const char *const styles[] = {
                [PHASE_RECOVERY] = "31", [PHASE_SETUP] = "32", [PHASE_TEARDOWN] = "33",
                [PHASE_CONTROL] = "36",  [PHASE_TRANSFER] = "1",
        };

        return styles[phase];
}

/* Whether the packet's sender stands on the left. */
static gboolean goes_right(const Record *record)
{
        const Conversation *conversation = record->flow->conversation;

        switch (record->told->sender) {
        case CHAT_SENDER_CLIENT:
                return record->packet->transport != TRANSPORT_ICMP;
        case CHAT_SENDER_SERVER:
                return record->packet->transport == TRANSPORT_ICMP;
        case CHAT_SENDER_PEER:
                break;
        }
        return endpoint_equal(&record->packet->source, &conversation->endpoints[0]);
}

/* A heading before the first packet of each conversation. */
static void introduce(Writer *writer, const Record *record)
{
        const Conversation *conversation = record->flow->conversation;
        gboolean is_tcp = conversation->transport == TRANSPORT_TCP;
        const ChatProtocol *protocol = record->told->protocol;
        guint key = conversation->stream * 2 + (is_tcp ? 1 : 0) + 1;
        gboolean peers = record->told->sender == CHAT_SENDER_PEER;
        FlowSide left = peers ? 0 : record_client(record);
        GString *buffer = writer->buffer;

        if (!g_hash_table_add(writer->seen, GUINT_TO_POINTER(key)))
                return;
        append_char(buffer, '\n');
        text_begin_style(writer, TEXT_BOLD);
        append_text(buffer, protocol ? chat_protocol_get_title(protocol) : is_tcp ? "TCP" : "UDP");
        append_literal(buffer, ", ");
        append_text(buffer, transport_to_string(conversation->transport));
        append_literal(buffer, " stream ");
        append_unsigned(buffer, conversation->stream);
        append_text(buffer, peers ? ": peers " : ": client ");
        text_append_endpoint(buffer, conversation->transport, &conversation->endpoints[left]);
        append_text(buffer, peers ? " and " : ", server ");
        text_append_endpoint(buffer, conversation->transport, &conversation->endpoints[!left]);
        text_end_style(writer);
        append_char(buffer, '\n');
}

const GString *text_get_explanation(Writer *writer, const Explanation *explanation)
{
        g_autoptr(GString) said = explanation ? g_string_new(NULL) : NULL;
        GString *escaped = writer->parts[G_N_ELEMENTS(writer->parts) - 1];

        if (!explanation)
                return NULL;
        explanation_append(explanation, writer->explain_fully ? NULL : &writer->topics, said);
        g_string_truncate(escaped, 0);
        escape_append_for_terminal(escaped, said->str, said->len);
        return escaped->len > 0 ? escaped : NULL;
}

void writer_set_explain_fully(Writer *writer, gboolean fully)
{
        writer->explain_fully = fully;
}

static void text_record(Writer *writer, const Record *record)
{
        GString *buffer = writer->buffer, *source = writer->parts[0], *destination = writer->parts[1];
        GString *terms = writer->parts[2], *label = writer->parts[3];
        const GString *explanation;
        const Packet *packet = record->packet;
        guint indent = SENTENCE_INDENT, columns = MAX(writer->columns, MINIMUM_COLUMNS);
        gboolean right = goes_right(record), wide = columns >= WIDE_COLUMNS;

        introduce(writer, record);
        text_set_party(source, packet->transport, &packet->source, record->told->source_name);
        text_set_party(destination, packet->transport, &packet->destination, record->told->destination_name);
        g_string_truncate(terms, 0);
        record_append_terms(record, terms);
        g_string_truncate(label, 0);
        escape_append_for_terminal(label, record->label->str, record->label->len);

        text_append_unsigned(buffer, packet->frame->number, 6);
        append_char(buffer, ' ');
        if (packet->frame->has_time)
                text_append_seconds(buffer, record->offset, 6, 11);
        else
                append_literal(buffer, "          -");
        append_char(buffer, ' ');
        text_append_column(buffer, right ? source : destination, NAME_COLUMNS);
        text_begin_style(writer, phase_style(record->phase));
        append_text(buffer, right ? " ──▶ " : " ◀── ");
        text_end_style(writer);
        text_append_column(buffer, right ? destination : source, NAME_COLUMNS);
        append_char(buffer, ' ');
        text_begin_style(writer, phase_style(record->phase));
        if (wide) {
                text_append_column(buffer, terms, TERMS_COLUMNS);
                indent = SENTENCE_INDENT + 2 * NAME_COLUMNS + 5 + 1 + TERMS_COLUMNS + 1;
        } else {
                append_len(buffer, terms->str, terms->len);
        }
        text_end_style(writer);
        append_char(buffer, wide ? ' ' : '\n');
        if (!wide)
                text_append_spaces(buffer, indent);
        text_append_wrapped(buffer, label, indent, columns);
        append_char(buffer, '\n');
        explanation = text_get_explanation(writer, record->explanation);
        if (explanation) {
                text_begin_style(writer, TEXT_DIM);
                text_append_spaces(buffer, SENTENCE_INDENT);
                text_append_wrapped(buffer, explanation, SENTENCE_INDENT, MIN(columns, 120));
                text_end_style(writer);
                append_char(buffer, '\n');
        }
        append_end(buffer);
}

static void append_sum(GString *buffer, guint64 shown, guint64 others, guint conversations)
{
        g_string_append_printf(buffer, "\n%" G_GUINT64_FORMAT " packet%s shown, in %u conversation%s", shown,
                               shown == 1 ? "" : "s", conversations, conversations == 1 ? "" : "s");
        if (others > 0)
                g_string_append_printf(buffer, "; %" G_GUINT64_FORMAT " other%s not part of %s", others,
                                       others == 1 ? " is" : "s are", conversations == 1 ? "it" : "them");
        append_literal(buffer, ".\n");
}

static void text_finish(Writer *writer, const TimelineCounts *counts)
{
        GString *buffer = writer->buffer;
        guint64 shown = writer->n_records;

        if (shown == 0)
                text_append_nothing(buffer, counts);
        else
                append_sum(buffer, shown, counts->frames - shown - counts->joined, g_hash_table_size(writer->seen));
        if (counts->joined > 0)
                g_string_append_printf(buffer, "%" G_GUINT64_FORMAT " fragment%s belong%s to the datagrams shown.\n",
                                       counts->joined, counts->joined == 1 ? "" : "s", counts->joined == 1 ? "s" : "");
        shortcomings_append(buffer, counts);
}

Writer *writer_new_text(FILE *file, gboolean colour, guint columns)
{
        static const WriterBackend backend = {
                text_record, text_conversation, text_topic, text_summary, text_finish, text_finish_conversations};
        Writer *self = g_new0(Writer, 1);

        self->backend = &backend;
        self->file = file;
        self->buffer = g_string_sized_new(4096);
        self->colour = colour;
        self->columns = columns > 0 ? MAX(columns, MINIMUM_COLUMNS) : 0;
        self->seen = g_hash_table_new(NULL, NULL);
        for (guint i = 0; i < G_N_ELEMENTS(self->parts); i++)
                self->parts[i] = g_string_new(NULL);
        return self;
}
