/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conversations as people read them: a line each, under a heading. */
#include "analyzer/output/escape.h"
#include "analyzer/output/writer-private.h"

#define PARTY_COLUMNS 21 /* "192.168.122.25:34456" and one to spare */
#define STREAM_COLUMNS 4
#define INDENT 84        /* where the sentence begins */
#define WIDE_COLUMNS 120 /* from here on the sentence stands on the conversation's own line */
#define NARROW_INDENT 9

static void append_heading(Writer *writer)
{
        text_begin_style(writer, TEXT_DIM);
        g_string_append_printf(writer->buffer, "%-8s %-*s    %-*s %8s %10s %9s\n", "stream", PARTY_COLUMNS,
                               "client", PARTY_COLUMNS, "server", "packets", "bytes", "seconds");
        text_end_style(writer);
}

static const char *style_of(const ConversationRecord *record)
{
        if (!record->protocol)
                return "0";
        switch (record->teardown) {
        case TCP_TEARDOWN_RST:
        case TCP_TEARDOWN_REFUSED:
                return "31";
        case TCP_TEARDOWN_HALF_CLOSED:
                return "33";
        default:
                return "1";
        }
}

static void append_party(Writer *writer, const ConversationRecord *record, FlowSide side)
{
        GString *party = writer->parts[0];

        text_set_party(party, record->conversation->transport, &record->conversation->endpoints[side], record->names[side]);
        text_append_column(writer->buffer, party, PARTY_COLUMNS);
}

void text_conversation(Writer *writer, const ConversationRecord *record)
{
        GString *buffer = writer->buffer, *stream = writer->parts[0], *label = writer->parts[1];
        const Conversation *conversation = record->conversation;
        guint columns = writer->columns > 0 ? writer->columns : G_MAXUINT;
        gboolean wide = columns >= WIDE_COLUMNS;
        guint indent = wide ? INDENT : NARROW_INDENT;
        const GString *explanation;
        gint64 duration;
        gboolean has_duration = conversation->has_time &&
                                !__builtin_sub_overflow(conversation->last_time, conversation->first_time, &duration);

        if (writer->n_records == 0)
                append_heading(writer);
        g_string_truncate(label, 0);
        escape_append_for_terminal(label, record->label->str, record->label->len);

        text_begin_style(writer, style_of(record));
        append_text(buffer, transport_to_string(conversation->transport));
        append_char(buffer, ' ');
        g_string_truncate(stream, 0);
        append_unsigned(stream, conversation->stream);
        text_append_column(buffer, stream, MAX(STREAM_COLUMNS, (guint) stream->len));
        append_char(buffer, ' ');
        append_party(writer, record, record->client);
        append_text(buffer, record->is_peers ? " ◀▶ " : " ─▶ ");
        append_party(writer, record, !record->client);
        text_end_style(writer);
        append_char(buffer, ' ');
        text_append_unsigned(buffer, conversation->packets, 8);
        append_char(buffer, ' ');
        text_append_unsigned(buffer, conversation->octets, 10);
        append_char(buffer, ' ');
        if (has_duration)
                text_append_seconds(buffer, duration, 3, 9);
        else
                append_literal(buffer, "        -");
        append_text(buffer, wide ? "  " : "\n");
        if (!wide)
                text_append_spaces(buffer, indent);
        text_append_wrapped(buffer, label, indent, columns);
        append_char(buffer, '\n');
        explanation = text_get_explanation(writer, record->explanation);
        if (explanation) {
                text_begin_style(writer, TEXT_DIM);
                text_append_spaces(buffer, NARROW_INDENT);
                text_append_wrapped(buffer, explanation, NARROW_INDENT, writer->columns > 0 ? MIN(writer->columns, 120) : 120);
                text_end_style(writer);
                append_char(buffer, '\n');
        }
        append_end(buffer);
}

void text_append_nothing(GString *buffer, const TimelineCounts *counts)
{
        g_string_append_printf(buffer,
                               "No chat among %" G_GUINT64_FORMAT " packet%s. With --all every TCP and UDP conversation is "
                               "shown, with --port N those on port N.\n",
                               counts->frames, counts->frames == 1 ? "" : "s");
}

void text_finish_conversations(Writer *writer, const TimelineCounts *counts)
{
        if (writer->n_records == 0)
                text_append_nothing(writer->buffer, counts);
        else
                g_string_append_printf(writer->buffer,
                                       "\n%" G_GUINT64_FORMAT " conversation%s among %" G_GUINT64_FORMAT " packet%s.\n",
                                       writer->n_records, writer->n_records == 1 ? "" : "s", counts->frames,
                                       counts->frames == 1 ? "" : "s");
        shortcomings_append(writer->buffer, counts);
}
