/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conversations as people read them: a line each, under a heading. */
#include "analyzer/output/escape.h"
#include "analyzer/output/writer-private.h"

#include <string.h>

#define PARTY_COLUMNS 21 /* "192.168.122.25:34456" and one to spare */
#define INDENT 73        /* where the sentence begins */
#define WIDE_COLUMNS 120 /* from here on the sentence stands on the conversation's own line */
#define NARROW_INDENT 9

static char *party(const ConversationRecord *record, FlowSide side)
{
        g_autoptr(GString) safe = NULL;

        if (!record->names[side])
                return text_endpoint(record->conversation->transport, &record->conversation->endpoints[side]);
        safe = g_string_new(NULL);
        escape_append_for_terminal(safe, record->names[side], strlen(record->names[side]));
        return g_string_free(g_steal_pointer(&safe), FALSE);
}

static void append_heading(Writer *writer)
{
        text_begin_style(writer, TEXT_DIM);
        g_string_append_printf(writer->buffer, "%-8s %-*s    %-*s %8s %9s\n", "stream", PARTY_COLUMNS, "client",
                               PARTY_COLUMNS, "server", "packets", "seconds");
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

void text_conversation(Writer *writer, const ConversationRecord *record)
{
        GString *buffer = writer->buffer;
        const Conversation *conversation = record->conversation;
        g_autofree char *client = party(record, record->client), *server = party(record, !record->client);
        g_autoptr(GString) label = g_string_new(NULL);
        double duration = (double) conversation->last_time / 1e9 - (double) conversation->first_time / 1e9;

        if (writer->n_records == 0)
                append_heading(writer);
        text_begin_style(writer, style_of(record));
        g_string_append_printf(buffer, "%s %-4u ", transport_to_string(conversation->transport), conversation->stream);
        text_append_column(buffer, client, PARTY_COLUMNS);
        g_string_append(buffer, record->is_peers ? " ◀▶ " : " ─▶ ");
        text_append_column(buffer, server, PARTY_COLUMNS);
        text_end_style(writer);
        g_string_append_printf(buffer, " %8" G_GUINT64_FORMAT " %9.3f", conversation->packets, duration);
        escape_append_for_terminal(label, record->label->str, record->label->len);
        if (writer->columns >= WIDE_COLUMNS) {
                g_string_append(buffer, "  ");
                text_append_wrapped(buffer, label->str, INDENT, writer->columns);
        } else {
                g_string_append_printf(buffer, "\n%*s", NARROW_INDENT, "");
                text_append_wrapped(buffer, label->str, NARROW_INDENT, writer->columns);
        }
        g_string_append_c(buffer, '\n');
}

void text_finish_conversations(Writer *writer, const TimelineCounts *counts)
{
        if (writer->n_records == 0)
                g_string_append_printf(writer->buffer,
                                       "No chat among %" G_GUINT64_FORMAT " packets. With --all every TCP and UDP "
                                       "conversation is shown, with --port N those on port N.\n",
                                       counts->frames);
        else
                g_string_append_printf(writer->buffer, "\n%" G_GUINT64_FORMAT " conversation%s among %" G_GUINT64_FORMAT " packets.\n",
                                       writer->n_records, writer->n_records == 1 ? "" : "s", counts->frames);
        text_append_shortcomings(writer->buffer, counts);
}
