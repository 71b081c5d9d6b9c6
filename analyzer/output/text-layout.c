/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Columns, numbers and lines of text. Nothing here knows what they mean. */
#include "analyzer/output/escape.h"
#include "analyzer/output/text-private.h"

#include <string.h>

void text_begin_style(TextWriter *writer, const char *style)
{
        if (writer->colour)
                g_string_append_printf(writer->buffer, "\033[%sm", style);
}

void text_end_style(TextWriter *writer)
{
        if (writer->colour)
                g_string_append(writer->buffer, "\033[0m");
}

/* The width of a character on a terminal: none for combining characters, two cells for East Asian characters and most
 * emoji, otherwise one. */
static guint cells_of(gunichar character)
{
        return g_unichar_iszerowidth(character) ? 0 : g_unichar_iswide(character) ? 2 : 1;
}

guint text_cells(const char *text, const char *end)
{
        guint cells = 0;

        for (const char *p = text; p < end;) {
                if ((guchar) *p < 0x80) {
                        cells++;
                        p++;
                } else {
                        cells += cells_of(g_utf8_get_char(p));
                        p = g_utf8_next_char(p);
                }
        }
        return cells;
}

void text_append_spaces(GString *buffer, guint n)
{
        memset(append_reserve(buffer, n), ' ', n);
        buffer->len += n;
}

/* The end of the longest beginning that fits into cells. Characters that combine with its last one belong to it. */
static const char *find_head(const char *text, const char *end, guint cells)
{
        guint used = 0;

        while (text < end) {
                used += cells_of(g_utf8_get_char(text));
                if (used > cells)
                        break;
                text = g_utf8_next_char(text);
        }
        return text;
}

/* The start of the longest ending that fits into cells. It does not start with a combining character. */
static const char *find_tail(const char *text, const char *end, guint cells)
{
        const char *tail = end, *p = end;
        guint used = 0;

        while (p > text) {
                guint cost;

                p = g_utf8_prev_char(p);
                cost = cells_of(g_utf8_get_char(p));
                used += cost;
                if (used > cells)
                        break;
                if (cost > 0)
                        tail = p;
        }
        return tail;
}

void text_append_cut(GString *buffer, const GString *text, guint columns)
{
        const char *end = text->str + text->len, *head, *tail;

        if (text_cells(text->str, end) <= columns) {
                append_len(buffer, text->str, text->len);
                return;
        }
        tail = find_tail(text->str, end, columns / 2);
        head = find_head(text->str, tail, columns - 1 - text_cells(tail, end));
        append_len(buffer, text->str, (gsize) (head - text->str));
        append_literal(buffer, "…");
        append_len(buffer, tail, (gsize) (end - tail));
}

void text_append_column(GString *buffer, const GString *text, guint columns)
{
        gsize begin = buffer->len;
        guint cells;

        text_append_cut(buffer, text, columns);
        cells = text_cells(buffer->str + begin, buffer->str + buffer->len);
        text_append_spaces(buffer, columns > cells ? columns - cells : 0);
}

void text_append_padded(GString *buffer, const GString *text, guint columns)
{
        guint cells = text_cells(text->str, text->str + text->len);

        append_len(buffer, text->str, text->len);
        text_append_spaces(buffer, columns > cells ? columns - cells : 0);
}

/* Appends digits, right-aligned in columns. */
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

static void begin_line(GString *buffer, const TextMargin *margin)
{
        append_char(buffer, '\n');
        text_append_spaces(buffer, margin->indent - (margin->has_bar ? TEXT_BAR_CELLS : 0));
        if (margin->has_bar)
                append_literal(buffer, TEXT_BAR);
}

/* Appends a word that is longer than a line: on each line as much as fits. Returns the column behind it. */
static guint
append_long_word(GString *buffer, const char *word, const char *end, guint column, const TextMargin *margin)
{
        for (;;) {
                const char *head = find_head(word, end, margin->end > column ? margin->end - column : 0);

                if (head == word && column == margin->indent)
                        head = g_utf8_next_char(word); /* a single character is wider than the line */
                append_len(buffer, word, (gsize) (head - word));
                column += text_cells(word, head);
                word = head;
                if (word >= end)
                        return column;
                begin_line(buffer, margin);
                column = margin->indent;
        }
}

void text_append_wrapped(GString *buffer, const GString *text, const TextMargin *margin)
{
        const char *text_end = text->str + text->len;
        guint column = margin->column;

        for (const char *word = text->str; word < text_end;) {
                const char *space = memchr(word, ' ', (gsize) (text_end - word));
                const char *end = space ? space : text_end;
                guint cells = text_cells(word, end), gap = word > text->str ? 1 : 0;

                if (column > margin->indent && column + gap + cells > margin->end) {
                        begin_line(buffer, margin);
                        column = margin->indent;
                } else if (gap > 0) {
                        append_char(buffer, ' ');
                        column++;
                }
                if (column + cells > margin->end) {
                        column = append_long_word(buffer, word, end, column, margin);
                } else {
                        append_len(buffer, word, (gsize) (end - word));
                        column += cells;
                }
                word = end + 1;
        }
}
