/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Columns, numbers and lines of text; nothing here knows what is told. */
#include "analyzer/output/escape.h"
#include "analyzer/output/writer-private.h"

#include <string.h>

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
