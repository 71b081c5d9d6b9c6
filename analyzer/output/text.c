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

static guint text_width(const char *text)
{
        return range_width(text, text + strlen(text));
}

/* Pads to columns, or cuts out the middle: of a long IPv6 address the network and the port tell most. */
void text_append_column(GString *buffer, const char *text, guint columns)
{
        glong length = g_utf8_strlen(text, -1);
        guint width = text_width(text);

        if (width <= columns) {
                g_string_append(buffer, text);
                for (; width < columns; width++)
                        g_string_append_c(buffer, ' ');
                return;
        }
        {
                glong tail = columns / 2, head = (glong) columns - 1 - tail;
                g_autofree char *front = g_utf8_substring(text, 0, head);
                g_autofree char *back = g_utf8_substring(text, length - tail, length);

                g_string_append_printf(buffer, "%s…%s", front, back);
        }
}

char *text_endpoint(Transport transport, const Endpoint *endpoint)
{
        char address[IP_ADDRESS_STRING_SIZE];

        ip_address_to_string(&endpoint->address, address);
        if (transport != TRANSPORT_TCP && transport != TRANSPORT_UDP)
                return g_strdup(address);
        return g_strdup_printf(endpoint->address.family == 6 ? "[%s]:%u" : "%s:%u", address, endpoint->port);
}

static char *party_text(const Packet *packet, const Endpoint *endpoint, const char *name)
{
        g_autoptr(GString) safe = g_string_new(NULL);

        if (!name)
                return text_endpoint(packet->transport, endpoint);
        escape_append_for_terminal(safe, name, strlen(name));
        return g_string_free(g_steal_pointer(&safe), FALSE);
}

/* Breaks text into lines at spaces. The first line begins at the column where the buffer stands. */
void text_append_wrapped(GString *buffer, const char *text, guint indent, guint columns)
{
        guint column = indent;

        for (const char *word = text; *word;) {
                const char *end = strchrnul(word, ' ');
                guint width = range_width(word, end);

                if (column > indent && column + 1 + width > columns) {
                        g_string_append_printf(buffer, "\n%*s", (int) indent, "");
                        column = indent;
                } else if (column > indent) {
                        g_string_append_c(buffer, ' ');
                        column++;
                }
                g_string_append_len(buffer, word, end - word);
                column += width;
                if (*end == '\0')
                        break;
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
        g_autofree char *a = NULL, *b = NULL;

        if (!g_hash_table_add(writer->seen, GUINT_TO_POINTER(key)))
                return;
        a = text_endpoint(conversation->transport, &conversation->endpoints[left]);
        b = text_endpoint(conversation->transport, &conversation->endpoints[!left]);
        g_string_append_c(writer->buffer, '\n');
        text_begin_style(writer, TEXT_BOLD);
        g_string_append_printf(writer->buffer, "%s, %s stream %u: ",
                               protocol ? chat_protocol_get_title(protocol) : is_tcp ? "TCP" : "UDP",
                               transport_to_string(conversation->transport), conversation->stream);
        if (peers)
                g_string_append_printf(writer->buffer, "peers %s and %s", a, b);
        else
                g_string_append_printf(writer->buffer, "client %s, server %s", a, b);
        text_end_style(writer);
        g_string_append_c(writer->buffer, '\n');
}

static void text_record(Writer *writer, const Record *record)
{
        GString *buffer = writer->buffer;
        const Packet *packet = record->packet;
        g_autofree char *source = party_text(packet, &packet->source, record->told->source_name);
        g_autofree char *destination = party_text(packet, &packet->destination, record->told->destination_name);
        gboolean right = goes_right(record), wide = writer->columns >= WIDE_COLUMNS;
        g_autoptr(GString) label = g_string_new(NULL), terms = g_string_new(NULL);
        guint indent = SENTENCE_INDENT;

        introduce(writer, record);
        record_append_terms(record, terms);
        g_string_append_printf(buffer, "%6" G_GUINT64_FORMAT " %11.6f ", packet->frame->number,
                               (double) record->offset / 1e9);
        text_append_column(buffer, right ? source : destination, NAME_COLUMNS);
        text_begin_style(writer, phase_style(record->phase));
        g_string_append(buffer, right ? " ──▶ " : " ◀── ");
        text_end_style(writer);
        text_append_column(buffer, right ? destination : source, NAME_COLUMNS);
        g_string_append_c(buffer, ' ');
        text_begin_style(writer, phase_style(record->phase));
        if (wide) {
                text_append_column(buffer, terms->str, TERMS_COLUMNS);
                indent = SENTENCE_INDENT + 2 * NAME_COLUMNS + 5 + 1 + TERMS_COLUMNS + 1;
        } else {
                g_string_append(buffer, terms->str);
        }
        text_end_style(writer);
        if (wide)
                g_string_append_c(buffer, ' ');
        else
                g_string_append_printf(buffer, "\n%*s", (int) indent, "");
        escape_append_for_terminal(label, record->label->str, record->label->len);
        text_append_wrapped(buffer, label->str, indent, writer->columns);
        g_string_append_c(buffer, '\n');
        if (record->explanation) {
                text_begin_style(writer, TEXT_DIM);
                g_string_append_printf(buffer, "%*s", (int) SENTENCE_INDENT, "");
                text_append_wrapped(buffer, record->explanation->str, SENTENCE_INDENT, MIN(writer->columns, 120));
                text_end_style(writer);
                g_string_append_c(buffer, '\n');
        }
}

void text_append_shortcomings(GString *buffer, const TimelineCounts *counts)
{
        if (counts->unread > 0)
                g_string_append_printf(buffer,
                                       "%" G_GUINT64_FORMAT " packet%s could not be looked into: chatsniff does not read "
                                       "link type %u.\n",
                                       counts->unread, counts->unread == 1 ? "" : "s", counts->unread_link_type);
        if (counts->given_up > 0)
                g_string_append_printf(buffer,
                                       "%" G_GUINT64_FORMAT " packets of conversations that stayed undecided too long "
                                       "are not shown.\n",
                                       counts->given_up);
        if (counts->incomplete > 0)
                g_string_append_printf(buffer,
                                       "%" G_GUINT64_FORMAT " fragment%s could not be put together to a whole datagram.\n",
                                       counts->incomplete, counts->incomplete == 1 ? "" : "s");
        if (counts->evicted > 0)
                g_string_append_printf(buffer,
                                       "%" G_GUINT64_FORMAT " conversations were forgotten because memory was short: "
                                       "packets that came later began new ones. --memory-limit gives more.\n",
                                       counts->evicted);
}

static void text_finish(Writer *writer, const TimelineCounts *counts)
{
        if (writer->n_records == 0)
                g_string_append_printf(writer->buffer,
                                       "No chat among %" G_GUINT64_FORMAT " packets. With --all every TCP and UDP "
                                       "conversation is shown, with --port N those on port N.\n",
                                       counts->frames);
        else
                g_string_append_printf(writer->buffer,
                                       "\n%" G_GUINT64_FORMAT " packets shown, in %u conversation%s; %" G_GUINT64_FORMAT
                                       " others are not part of them.\n",
                                       writer->n_records, g_hash_table_size(writer->seen),
                                       g_hash_table_size(writer->seen) == 1 ? "" : "s",
                                       counts->frames - writer->n_records - counts->joined);
        if (counts->joined > 0)
                g_string_append_printf(writer->buffer,
                                       "%" G_GUINT64_FORMAT " fragment%s belong%s to the datagrams shown.\n",
                                       counts->joined, counts->joined == 1 ? "" : "s", counts->joined == 1 ? "s" : "");
        text_append_shortcomings(writer->buffer, counts);
}

Writer *writer_new_text(FILE *file, gboolean colour, guint columns)
{
        static const WriterBackend backend = {text_record, text_conversation, text_finish, text_finish_conversations};
        Writer *self = g_new0(Writer, 1);

        self->backend = &backend;
        self->file = file;
        self->buffer = g_string_sized_new(4096);
        self->colour = colour;
        self->columns = MAX(columns, MINIMUM_COLUMNS);
        self->seen = g_hash_table_new(NULL, NULL);
        return self;
}
