/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conversations for people: each on a line, below a heading. */
#include "analyzer/output/escape.h"
#include "analyzer/output/text-private.h"

#define STREAM_COLUMNS 7
#define PARTY_COLUMNS 20 /* "192.168.122.25:34456" */
#define PACKETS_COLUMNS 7
#define BYTES_COLUMNS 10
#define SECONDS_COLUMNS 8
/* The column at which the sentence begins if it is on the conversation's own line, and the width of line from which it
 * is. */
#define INDENT                                                                                                         \
        (STREAM_COLUMNS + 1 + 2 * PARTY_COLUMNS + 4 + 1 + PACKETS_COLUMNS + 1 + BYTES_COLUMNS + 1 + SECONDS_COLUMNS + 2)
#define WIDE_COLUMNS (INDENT + 38)
#define NARROW_INDENT (STREAM_COLUMNS + 1)

static void append_heading(TextWriter *writer)
{
        g_string_append_printf(writer->buffer, "%-*s %-*s    %-*s %*s %*s %*s\n", STREAM_COLUMNS, "stream",
                               PARTY_COLUMNS, "client", PARTY_COLUMNS, "server", PACKETS_COLUMNS, "packets",
                               BYTES_COLUMNS, "bytes", SECONDS_COLUMNS, "seconds");
}

static void append_party(TextWriter *writer, const ConversationRecord *record, FlowSide side)
{
        GString *party = writer->parts[0];

        text_set_party(party, record->conversation->transport, &record->conversation->endpoints[side],
                       record->names[side]);
        (writer->columns > 0 ? text_append_column : text_append_padded)(writer->buffer, party, PARTY_COLUMNS);
}

static void append_stream(TextWriter *writer, const Conversation *conversation)
{
        GString *stream = writer->parts[0];

        g_string_assign(stream, transport_to_string(conversation->transport));
        append_char(stream, ' ');
        append_unsigned(stream, conversation->stream);
        text_append_padded(writer->buffer, stream, STREAM_COLUMNS);
        append_char(writer->buffer, ' ');
}

static void append_duration_of(GString *buffer, const Conversation *conversation)
{
        gint64 duration;
        gboolean has_duration = conversation->has_time &&
                                !__builtin_sub_overflow(conversation->last_time, conversation->first_time, &duration);

        if (has_duration)
                text_append_seconds(buffer, duration, 3, SECONDS_COLUMNS);
        else
                g_string_append_printf(buffer, "%*s", SECONDS_COLUMNS, "-");
}

/* Appends the label, and the explanation if there is one, behind the figures. */
static void append_sentences(TextWriter *writer, const ConversationRecord *record)
{
        GString *buffer = writer->buffer, *label = writer->parts[0];
        guint indent = writer->columns >= WIDE_COLUMNS ? INDENT : NARROW_INDENT;

        g_string_truncate(label, 0);
        escape_append_for_terminal(label, record->label->str, record->label->len);
        if (writer->columns == 0) {
                append_literal(buffer, "  ");
                append_len(buffer, label->str, label->len);
        } else {
                append_text(buffer, indent == INDENT ? "  " : "\n");
                text_append_spaces(buffer, indent == INDENT ? 0 : indent);
                text_append_wrapped(buffer, label, &(TextMargin){indent, indent, writer->columns, FALSE});
        }
        if (record->explanation)
                text_append_explanation(writer, record->explanation, NARROW_INDENT);
}

void text_conversation(Writer *base, const ConversationRecord *record)
{
        TextWriter *writer = base->priv;
        const Conversation *conversation = record->conversation;
        GString *buffer = writer->buffer;

        if (writer->n_records++ == 0)
                append_heading(writer);
        if (record->protocol)
                text_begin_style(writer, TEXT_BOLD);
        append_stream(writer, conversation);
        append_party(writer, record, record->client);
        append_text(buffer, record->is_peers ? " ◀▶ " : " ─▶ ");
        append_party(writer, record, !record->client);
        if (record->protocol)
                text_end_style(writer);
        append_char(buffer, ' ');
        text_append_unsigned(buffer, conversation->packets, PACKETS_COLUMNS);
        append_char(buffer, ' ');
        text_append_unsigned(buffer, conversation->octets, BYTES_COLUMNS);
        append_char(buffer, ' ');
        append_duration_of(buffer, conversation);
        append_sentences(writer, record);
        append_char(buffer, '\n');
        append_end(buffer);
}

void text_append_nothing(GString *text, const TimelineCounts *counts)
{
        g_string_append_printf(text,
                               "No chat among %" G_GUINT64_FORMAT
                               " packet%s. With --all every TCP and UDP conversation is "
                               "shown, with --port N those on port N.\n",
                               counts->frames, counts->frames == 1 ? "" : "s");
}

void text_close_conversations(Writer *base, const TimelineCounts *counts, GString *text)
{
        TextWriter *writer = base->priv;

        if (writer->n_records == 0 && !writer->quiet)
                text_append_nothing(writer->buffer, counts);
        else if (!writer->quiet)
                g_string_append_printf(writer->buffer,
                                       "\n%" G_GUINT64_FORMAT " conversation%s among %" G_GUINT64_FORMAT " packet%s.\n",
                                       writer->n_records, writer->n_records == 1 ? "" : "s", counts->frames,
                                       counts->frames == 1 ? "" : "s");
        shortcomings_append(text, counts);
}
