/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The timeline for people. The client is always on the left, the server on the right, and the arrow between them shows
 * who sends.
 *
 * In every layout, a packet has the same parts in the same order: its number and time, its phase, its stream, its
 * sender and receiver, the layer that it reaches, whether it is maintenance, its terms (flags and numbers, or the
 * command), and a sentence about its purpose. On a terminal they take as many lines as the width demands. Otherwise
 * they are one line, in which nothing is cut or wrapped. */
#include "analyzer/decode/arp.h"
#include "analyzer/output/escape.h"
#include "analyzer/output/text-private.h"

#define MINIMUM_COLUMNS 72
#define NUMBER_COLUMNS 5
#define SECONDS_COLUMNS 11
#define PHASE_COLUMNS 8 /* without the space on each side */
#define STREAM_COLUMNS 6
#define PARTY_COLUMNS 20 /* "192.168.122.25:34456" */
#define PARTY_SPARE 8    /* added at most, if there is room */
#define PARTY_LEAST 8
#define ARROW_COLUMNS 4
#define LAYER_COLUMNS 11
#define PURPOSE_COLUMNS 11 /* "maintenance" */
#define TERMS_COLUMNS 31
/* Everything before the first party. */
#define FRONT_COLUMNS (NUMBER_COLUMNS + 1 + SECONDS_COLUMNS + 1 + PHASE_COLUMNS + 2 + 1 + STREAM_COLUMNS + 1)
/* The width that front and parties need. */
#define NARROW_COLUMNS (FRONT_COLUMNS + PARTIES_COLUMNS)
#define PARTIES_COLUMNS (2 * PARTY_COLUMNS + ARROW_COLUMNS)
#define DETAILS_COLUMNS (2 + LAYER_COLUMNS + 1 + PURPOSE_COLUMNS)

/* Further lines begin below the word of the phase. */
#define INDENT (NUMBER_COLUMNS + 1 + SECONDS_COLUMNS + 2)
/* From this width on, layer and purpose stand on the first line, and the sentence beside the terms on the second. */
#define MIDDLE_COLUMNS (FRONT_COLUMNS + PARTIES_COLUMNS + DETAILS_COLUMNS)
/* From this width on, everything stands on one line. */
#define WIDE_INDENT (MIDDLE_COLUMNS + 2 + TERMS_COLUMNS + 1)
#define SENTENCE_COLUMNS 48 /* at least */
#define WIDE_COLUMNS (WIDE_INDENT + SENTENCE_COLUMNS)

#define LEGEND_OF_TERMS "flags and numbers, or command"

/* White text on a coloured background is readable on light and dark terminals. */
static const char *phase_style(Phase phase)
{
        static const char *const styles[] = {
                [PHASE_RECOVERY] = "38;5;231;48;5;130", [PHASE_SETUP] = "38;5;231;48;5;26",
                [PHASE_TEARDOWN] = "38;5;231;48;5;53",  [PHASE_CONTROL] = "38;5;231;48;5;242",
                [PHASE_TRANSFER] = "38;5;231;48;5;22",
        };

        return styles[phase];
}

/* The width of a party: wider if the layout leaves room. */
static guint party_columns(const TextWriter *writer)
{
        guint least = writer->columns < MIDDLE_COLUMNS ? NARROW_COLUMNS : MIDDLE_COLUMNS;

        if (writer->columns <= least || writer->columns >= WIDE_COLUMNS)
                return PARTY_COLUMNS;
        return PARTY_COLUMNS + MIN((writer->columns - least) / 2, PARTY_SPARE);
}

/* Whether the arrow points to the right: the sender stands on the left. */
static gboolean goes_right(const Record *record)
{
        if (!record->flow || record_is_membership(record))
                return TRUE;
        switch (record->told->sender) {
        case CHAT_SENDER_CLIENT:
                return record->packet->transport != TRANSPORT_ICMP;
        case CHAT_SENDER_SERVER:
                return record->packet->transport == TRANSPORT_ICMP;
        case CHAT_SENDER_PEER:
                break;
        }
        return endpoint_equal(&record->packet->source, &record->flow->conversation->endpoints[0]);
}

/* Writes the names of the columns, before the first packet. */
static void append_legend(TextWriter *writer)
{
        guint party = party_columns(writer);
        GString *buffer = writer->buffer;

        g_string_append_printf(buffer, "%*s %*s  %-*s  %-*s %-*s", NUMBER_COLUMNS, "frame", SECONDS_COLUMNS, "seconds",
                               PHASE_COLUMNS, "phase", STREAM_COLUMNS, "stream", (int) party + ARROW_COLUMNS, "client");
        if (writer->columns < MIDDLE_COLUMNS)
                g_string_append_printf(buffer, "server\n%*s" LEGEND_OF_TERMS " · layer · brings\n", INDENT, "");
        else
                g_string_append_printf(buffer, "%-*s  %-*s %s\n", (int) party, "server", LAYER_COLUMNS, "layer",
                                       "brings");
}

/* Writes a heading before the first packet of each conversation. */
static void introduce(TextWriter *writer, const Record *record)
{
        const Conversation *conversation = record->flow->conversation;
        gboolean is_tcp = conversation->transport == TRANSPORT_TCP;
        const ChatProtocol *protocol = record->told->protocol;
        guint key = conversation->stream * 2 + (is_tcp ? 1 : 0) + 1;
        gboolean peers = record->told->sender == CHAT_SENDER_PEER;
        FlowSide left = peers ? 0 : record_client(record);
        GString *buffer = writer->buffer, *heading = writer->parts[0];

        if (!g_hash_table_add(writer->seen, GUINT_TO_POINTER(key)) || writer->columns == 0)
                return;
        g_string_truncate(heading, 0);
        append_text(heading, protocol ? chat_protocol_get_title(protocol) : is_tcp ? "TCP" : "UDP");
        append_literal(heading, ", ");
        append_text(heading, transport_to_string(conversation->transport));
        append_literal(heading, " stream ");
        append_unsigned(heading, conversation->stream);
        append_text(heading, peers ? ": peers " : ": client ");
        text_append_endpoint(heading, conversation->transport, &conversation->endpoints[left]);
        append_text(heading, peers ? " and " : ", server ");
        text_append_endpoint(heading, conversation->transport, &conversation->endpoints[!left]);

        append_char(buffer, '\n');
        text_begin_style(writer, TEXT_BOLD);
        text_append_wrapped(buffer, heading, &(TextMargin){.indent = 2, .end = writer->columns});
        text_end_style(writer);
        append_char(buffer, '\n');
}

static void append_chip(TextWriter *writer, Phase phase)
{
        const char *word = phase_to_string(phase);
        GString *buffer = writer->buffer;

        text_begin_style(writer, phase_style(phase));
        append_char(buffer, ' ');
        append_text(buffer, word);
        text_append_spaces(buffer, PHASE_COLUMNS + 1 - (guint) strlen(word));
        text_end_style(writer);
}

/* Appends "tcp 0"; a packet without a conversation is IGMP, MLD or ARP. */
static void append_stream(GString *buffer, const Record *record)
{
        gsize begin = buffer->len;
        gsize width;

        if (record_is_membership(record)) {
                append_text(buffer, record->packet->transport == TRANSPORT_IGMP ? "igmp" : "mld");
        } else if (record->flow) {
                append_text(buffer, transport_to_string(record->flow->conversation->transport));
                append_char(buffer, ' ');
                append_unsigned(buffer, record->flow->conversation->stream);
        } else {
                append_literal(buffer, "arp");
        }
        width = buffer->len - begin;
        text_append_spaces(buffer, width < STREAM_COLUMNS ? STREAM_COLUMNS - (guint) width : 0);
}

/* Appends number, time, phase and stream. Returns how many cells they take, because large numbers are wider than their
 * columns. */
static guint append_front(TextWriter *writer, const Record *record)
{
        GString *buffer = writer->buffer;
        gsize begin = buffer->len, cells;

        text_append_unsigned(buffer, record->packet->frame->number, NUMBER_COLUMNS);
        append_char(buffer, ' ');
        if (record->packet->frame->has_time) {
                text_append_seconds(buffer, record->offset, 6, SECONDS_COLUMNS);
        } else {
                text_append_spaces(buffer, SECONDS_COLUMNS - 1);
                append_char(buffer, '-');
        }
        append_char(buffer, ' ');
        cells = buffer->len - begin + PHASE_COLUMNS + 2;
        append_chip(writer, record->phase);
        append_char(buffer, ' ');
        begin = buffer->len;
        append_stream(buffer, record);
        append_char(buffer, ' ');
        return (guint) (cells + 1 + buffer->len - begin);
}

static void set_parties(const Record *record, GString *source, GString *destination)
{
        const Packet *packet = record->packet;
        Arp arp;

        if (record->flow) {
                text_set_party(source, packet->transport, &packet->source, record->told->source_name);
                text_set_party(destination, packet->transport, &packet->destination, record->told->destination_name);
        } else if (arp_read(packet, &arp)) {
                text_set_party(source, TRANSPORT_NONE, &(Endpoint){.address = arp.sender}, NULL);
                text_set_party(destination, TRANSPORT_NONE, &(Endpoint){.address = arp.target}, NULL);
        } else {
                g_string_assign(source, "?");
                g_string_assign(destination, "?");
        }
}

/* Appends both parties and the arrow, beginning at column. If there is not enough room, because the front was wider
 * than its columns or the terminal is narrow, the party on the right is cut. */
static void append_parties(TextWriter *writer, const Record *record, guint column)
{
        GString *buffer = writer->buffer, *source = writer->parts[0], *destination = writer->parts[1];
        gboolean right = goes_right(record), one_line = writer->columns == 0;
        guint width = party_columns(writer), end, rest;

        set_parties(record, source, destination);
        end = writer->columns < MIDDLE_COLUMNS ? writer->columns : FRONT_COLUMNS + 2 * width + ARROW_COLUMNS;
        rest = MAX(end, column + width + ARROW_COLUMNS + PARTY_LEAST) - column - width - ARROW_COLUMNS;
        (one_line ? text_append_padded : text_append_column)(buffer, right ? source : destination, width);
        append_text(buffer, right ? " ─▶ " : " ◀─ ");
        if (one_line)
                text_append_padded(buffer, right ? destination : source, width);
        else if (writer->columns < MIDDLE_COLUMNS)
                text_append_cut(buffer, right ? destination : source, rest);
        else
                text_append_column(buffer, right ? destination : source, rest);
}

static const char *purpose_of(const Record *record)
{
        return record->maintenance ? "maintenance" : "user data";
}

/* Appends the layer and the purpose, in columns of their own. */
static void append_details(TextWriter *writer, const Record *record, gboolean is_last)
{
        GString *buffer = writer->buffer, *text = writer->parts[0];

        append_literal(buffer, "  ");
        g_string_assign(text, consumer_to_string(record->layer));
        text_append_padded(buffer, text, LAYER_COLUMNS);
        append_char(buffer, ' ');
        g_string_assign(text, purpose_of(record));
        text_append_padded(buffer, text, is_last ? 0 : PURPOSE_COLUMNS);
}

/* Appends the sentence, beginning at column. What a user typed is bold. */
static void append_sentence(TextWriter *writer, const Record *record, guint column, guint indent)
{
        GString *label = writer->parts[3];

        g_string_truncate(label, 0);
        escape_append_for_terminal(label, record->label->str, record->label->len);
        if (!record->maintenance)
                text_begin_style(writer, TEXT_BOLD);
        text_append_wrapped(writer->buffer, label, &(TextMargin){column, indent, writer->columns, FALSE});
        if (!record->maintenance)
                text_end_style(writer);
}

/* Appends what follows the parties, for three lines or more. */
static void append_narrow(TextWriter *writer, const Record *record, GString *terms)
{
        GString *buffer = writer->buffer;

        append_literal(terms, " · ");
        append_text(terms, consumer_to_string(record->layer));
        append_literal(terms, " · ");
        append_text(terms, purpose_of(record));
        append_char(buffer, '\n');
        text_append_spaces(buffer, INDENT);
        text_append_wrapped(buffer, terms, &(TextMargin){INDENT, INDENT, writer->columns, FALSE});
        append_char(buffer, '\n');
        text_append_spaces(buffer, INDENT);
        append_sentence(writer, record, INDENT, INDENT);
}

/* Appends what follows the parties, for one line or two. */
static void append_wide(TextWriter *writer, const Record *record, const GString *terms)
{
        GString *buffer = writer->buffer;
        guint column = WIDE_INDENT - TERMS_COLUMNS - 1;
        guint width = MAX(TERMS_COLUMNS, text_cells(terms->str, terms->str + terms->len));

        append_details(writer, record, writer->columns < WIDE_COLUMNS);
        if (writer->columns < WIDE_COLUMNS) {
                append_char(buffer, '\n');
                text_append_spaces(buffer, INDENT);
                column = INDENT;
        } else {
                append_literal(buffer, "  ");
        }
        text_append_padded(buffer, terms, TERMS_COLUMNS);
        append_char(buffer, ' ');
        append_sentence(writer, record, column + width + 1, column + TERMS_COLUMNS + 1);
}

/* Appends what follows the parties, all on one line. */
static void append_one_line(TextWriter *writer, const Record *record, const GString *terms)
{
        GString *buffer = writer->buffer;

        append_details(writer, record, FALSE);
        append_literal(buffer, "  ");
        text_append_padded(buffer, terms, TERMS_COLUMNS);
        append_char(buffer, ' ');
        escape_append_for_terminal(buffer, record->label->str, record->label->len);
}

/* Writes that packets are missing here because the capture lost them, not the network. */
static void append_lost(TextWriter *writer, guint64 lost)
{
        g_autoptr(GString) line = g_string_new(NULL);
        guint64 n = lost - writer->lost;

        writer->lost = lost;
        g_string_append_printf(line,
                               "── %" G_GUINT64_FORMAT " packet%s not captured here: %s came faster than %s could be "
                               "taken ──\n",
                               n, n == 1 ? " was" : "s were", n == 1 ? "it" : "they", n == 1 ? "it" : "they");
        append_len(writer->buffer, line->str, line->len);
}

static void text_record(Writer *base, const Record *record)
{
        TextWriter *writer = base->priv;
        GString *buffer = writer->buffer, *terms = writer->parts[2];

        if (writer->n_records++ == 0 && writer->columns > 0)
                append_legend(writer);
        if (record->packet->frame->lost > writer->lost)
                append_lost(writer, record->packet->frame->lost);
        if (record->flow)
                introduce(writer, record);
        append_parties(writer, record, append_front(writer, record));
        g_string_truncate(terms, 0);
        record_append_terms(record, terms);
        if (writer->columns == 0)
                append_one_line(writer, record, terms);
        else if (writer->columns < MIDDLE_COLUMNS)
                append_narrow(writer, record, terms);
        else
                append_wide(writer, record, terms);
        if (record->explanation)
                text_append_explanation(writer, record->explanation, INDENT);
        append_char(buffer, '\n');
        append_end(buffer);
}

static void append_sum(GString *buffer, guint64 shown, const TimelineCounts *counts, guint conversations)
{
        guint64 others = counts->frames - shown - counts->joined;

        g_string_append_printf(buffer, "\n%" G_GUINT64_FORMAT " packet%s shown, in %u conversation%s", shown,
                               shown == 1 ? "" : "s", conversations, conversations == 1 ? "" : "s");
        if (others > 0)
                g_string_append_printf(buffer, "; %" G_GUINT64_FORMAT " other%s not part of %s%s", others,
                                       others == 1 ? " is" : "s are", conversations == 1 ? "it" : "them",
                                       counts->left_out > 0 ? ", or left out by the filter" : "");
        append_literal(buffer, ".\n");
}

static void text_close(Writer *base, const TimelineCounts *counts, GString *text)
{
        TextWriter *writer = base->priv;
        guint64 shown = writer->n_records;

        if (shown == 0 && !writer->quiet)
                text_append_nothing(writer->buffer, counts); /* this is the answer, so it goes into the file even if
                                                                other closing sentences do not */
        else if (!writer->quiet)
                append_sum(text, shown, counts, g_hash_table_size(writer->seen));
        if (counts->joined > 0 && !writer->quiet)
                g_string_append_printf(text, "%" G_GUINT64_FORMAT " fragment%s belong%s to the datagrams shown.\n",
                                       counts->joined, counts->joined == 1 ? "" : "s", counts->joined == 1 ? "s" : "");
        shortcomings_append(text, counts);
        append_end(text);
}

static void text_free(gpointer priv)
{
        TextWriter *self = priv;

        g_hash_table_unref(self->seen);
        for (guint i = 0; i < G_N_ELEMENTS(self->parts); i++)
                g_string_free(self->parts[i], TRUE);
        g_free(self);
}

Writer *writer_new_text(FILE *file, const TextStyle *style)
{
        static const WriterBackend backend = {
                .record = text_record,
                .conversation = text_conversation,
                .topic = text_topic,
                .summary = text_summary,
                .close = text_close,
                .close_conversations = text_close_conversations,
                .free = text_free,
        };
        TextWriter *self = g_new0(TextWriter, 1);
        Writer *writer = writer_new(&backend, self, file, style->columns == 0);

        self->buffer = writer->buffer;
        self->colour = style->colour;
        self->quiet = style->quiet;
        self->explain_fully = style->explain_fully;
        self->columns = style->columns > 0 ? MAX(style->columns, MINIMUM_COLUMNS) : 0;
        self->seen = g_hash_table_new(NULL, NULL);
        for (guint i = 0; i < G_N_ELEMENTS(self->parts); i++)
                self->parts[i] = g_string_new(NULL);
        return writer;
}

const WriterFormat text_format = {"text", "for people", TRUE, writer_new_text};
