/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The timeline as people read it: the client is always on the left, the server on the right, and the arrow between
 * them says who speaks. */
#include "analyzer/output/escape.h"
#include "analyzer/output/writer-private.h"

#include <string.h>

#define MINIMUM_COLUMNS 100
#define SENTENCE_INDENT 19 /* below the names, where the sentence has its own line */
#define NAME_COLUMNS 21    /* "192.168.122.25:34456" and one to spare */
#define TERMS_COLUMNS 32
#define WIDE_COLUMNS 160   /* from here on the sentence stands on the packet's own line */

void text_begin_style(Writer *writer, const char *style)
{
        if (writer->colour)
                g_string_append_printf(writer->buffer, "\033[%sm", style);
}

void text_end_style(Writer *writer)
{
        if (writer->colour)
                g_string_append(writer->buffer, "\033[0m");
}

static const char *phase_style(Phase phase)
{
        static const char *const styles[] = {
                [PHASE_RECOVERY] = "31", [PHASE_SETUP] = "32", [PHASE_TEARDOWN] = "33",
                [PHASE_CONTROL] = "36",  [PHASE_TRANSFER] = "1",
        };

        return styles[phase];
}

static guint width_of(gunichar character)
{
        return g_unichar_iszerowidth(character) ? 0 : g_unichar_iswide(character) ? 2 : 1;
}

static guint range_width(const char *text, const char *end)
{
        guint width = 0;

        for (const char *p = text; p < end;) {
                if ((guchar) *p < 0x80) {
                        width++;
                        p++;
                } else {
                        width += width_of(g_utf8_get_char(p));
                        p = g_utf8_next_char(p);
                }
        }
        return width;
}

void text_append_spaces(GString *buffer, guint n)
{
        memset(append_reserve(buffer, n), ' ', n);
        buffer->len += n;
}

/* Pads to columns, or cuts out the middle: of a long IPv6 address the network and the port tell most. */
void text_append_column(GString *buffer, const GString *text, guint columns)
{
        guint width = range_width(text->str, text->str + text->len);

        if (width <= columns) {
                append_len(buffer, text->str, text->len);
                text_append_spaces(buffer, columns - width);
        } else {
                glong length = g_utf8_strlen(text->str, (gssize) text->len);
                glong tail = columns / 2, head = (glong) columns - 1 - tail;
                const char *front = g_utf8_offset_to_pointer(text->str, head);
                const char *back = g_utf8_offset_to_pointer(text->str, length - tail);

                append_len(buffer, text->str, (gsize) (front - text->str));
                append_literal(buffer, "…");
                append_len(buffer, back, (gsize) (text->str + text->len - back));
        }
}

/* Right-aligned. */
static void append_number(GString *buffer, const char *digits, const char *end, guint columns)
{
        guint length = (guint) (end - digits);

        text_append_spaces(buffer, columns > length ? columns - length : 0);
        append_len(buffer, digits, length);
}

void text_append_unsigned(GString *buffer, guint64 value, guint columns)
{
        char digits[PUT_UNSIGNED_SIZE];

        append_number(buffer, digits, put_unsigned(digits, value), columns);
}

void text_append_seconds(GString *buffer, gint64 nanoseconds, guint decimals, guint columns)
{
        char digits[1 + PUT_UNSIGNED_SIZE + 1 + 9], *out = digits;
        guint64 magnitude = nanoseconds < 0 ? 0 - (guint64) nanoseconds : (guint64) nanoseconds;
        guint64 second = 1, unit;

        for (guint i = 0; i < decimals; i++)
                second *= 10;
        unit = 1000000000 / second;
        magnitude = magnitude / unit + (magnitude % unit >= (unit + 1) / 2 && unit > 1);
        if (nanoseconds < 0)
                *out++ = '-';
        out = put_unsigned(out, magnitude / second);
        *out++ = '.';
        for (magnitude %= second; (second /= 10) > 0;)
                *out++ = (char) ('0' + magnitude / second % 10);
        append_number(buffer, digits, out, columns);
}

void text_append_endpoint(GString *buffer, Transport transport, const Endpoint *endpoint)
{
        gboolean has_port = transport == TRANSPORT_TCP || transport == TRANSPORT_UDP;
        gboolean in_brackets = has_port && endpoint->address.family == 6;

        if (in_brackets)
                append_char(buffer, '[');
        buffer->len += ip_address_write(&endpoint->address, append_reserve(buffer, IP_ADDRESS_STRING_SIZE));
        if (in_brackets)
                append_char(buffer, ']');
        if (has_port) {
                append_char(buffer, ':');
                append_unsigned(buffer, endpoint->port);
        }
        append_end(buffer);
}

void text_set_party(GString *party, Transport transport, const Endpoint *endpoint, const char *name)
{
        g_string_truncate(party, 0);
        if (name)
                escape_append_for_terminal(party, name, strlen(name));
        else
                text_append_endpoint(party, transport, endpoint);
}

/* Breaks text into lines at spaces. The first line begins at the column where the buffer stands. */
void text_append_wrapped(GString *buffer, const GString *text, guint indent, guint columns)
{
        const char *all_end = text->str + text->len;
        guint column = indent;

        for (const char *word = text->str; word < all_end;) {
                const char *space = memchr(word, ' ', (gsize) (all_end - word));
                const char *end = space ? space : all_end;
                guint width = range_width(word, end);

                if (column > indent && column + 1 + width > columns) {
                        append_char(buffer, '\n');
                        text_append_spaces(buffer, indent);
                        column = indent;
                } else if (column > indent) {
                        append_char(buffer, ' ');
                        column++;
                }
                append_len(buffer, word, (gsize) (end - word));
                column += width;
                word = end + 1;
        }
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

static void text_record(Writer *writer, const Record *record)
{
        GString *buffer = writer->buffer, *source = writer->parts[0], *destination = writer->parts[1];
        GString *terms = writer->parts[2], *label = writer->parts[3];
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
        text_append_seconds(buffer, record->offset, 6, 11);
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
        if (record->explanation) {
                text_begin_style(writer, TEXT_DIM);
                text_append_spaces(buffer, SENTENCE_INDENT);
                text_append_wrapped(buffer, record->explanation, SENTENCE_INDENT, MIN(columns, 120));
                text_end_style(writer);
                append_char(buffer, '\n');
        }
        append_end(buffer);
}

static void text_finish(Writer *writer, const TimelineCounts *counts)
{
        GString *buffer = writer->buffer;
        guint64 shown = writer->n_records, others = counts->frames - shown - counts->joined;
        guint conversations = g_hash_table_size(writer->seen);

        if (shown == 0)
                text_append_nothing(buffer, counts);
        else
                g_string_append_printf(buffer,
                                       "\n%" G_GUINT64_FORMAT " packet%s shown, in %u conversation%s; %" G_GUINT64_FORMAT
                                       " other%s not part of %s.\n",
                                       shown, shown == 1 ? "" : "s", conversations, conversations == 1 ? "" : "s", others,
                                       others == 1 ? " is" : "s are", conversations == 1 ? "it" : "them");
        if (counts->joined > 0)
                g_string_append_printf(buffer, "%" G_GUINT64_FORMAT " fragment%s belong%s to the datagrams shown.\n",
                                       counts->joined, counts->joined == 1 ? "" : "s", counts->joined == 1 ? "s" : "");
        shortcomings_append(buffer, counts);
}

Writer *writer_new_text(FILE *file, gboolean colour, guint columns)
{
        static const WriterBackend backend = {text_record, text_conversation, text_finish, text_finish_conversations};
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
