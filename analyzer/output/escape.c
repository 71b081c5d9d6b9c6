/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/output/escape.h"

#include <string.h>

gunichar escape_next(const char **text, const char *end)
{
        gunichar character = g_utf8_get_char_validated(*text, end - *text);

        /* g_utf8_get_char_validated() gives -2 for a NUL as well, and for a character that is cut off. */
        if (**text == '\0') {
                *text += 1;
                return 0;
        }
        if (character == (gunichar) -1 || character == (gunichar) -2) {
                *text += 1;
                return 0xfffd;
        }
        *text = g_utf8_next_char(*text);
        return character;
}

static gboolean is_unsafe(gunichar character)
{
        return character < 0x20 || (character >= 0x7f && character < 0xa0) ||
               (character >= 0x200e && character <= 0x200f) || (character >= 0x2028 && character <= 0x202e) ||
               (character >= 0x2066 && character <= 0x2069) || character == 0x061c || character == 0xfeff;
}

void escape_append_for_terminal(GString *string, const char *text, gsize length)
{
        const char *end = text + length;

        while (text < end) {
                gunichar character = escape_next(&text, end);

                if (!is_unsafe(character))
                        g_string_append_unichar(string, character);
                else if (character == '\n')
                        g_string_append(string, "\\n");
                else if (character == '\r')
                        g_string_append(string, "\\r");
                else if (character == '\t')
                        g_string_append(string, "\\t");
                else if (character < 0x100)
                        g_string_append_printf(string, "\\x%02x", character);
                else
                        g_string_append_printf(string, "\\u%04x", character);
        }
}

/* How many octets from the front need no escape in JSON and are ASCII: eight at a time as long as they all are. An
 * octet is marked in its highest bit where it is below 0x20, a quotation mark, a backslash, or from 0x7f on. */
static gsize plain_length(const char *text, const char *end)
{
        const guint64 ones = G_GUINT64_CONSTANT(0x0101010101010101);
        const char *p = text;

        for (; end - p >= 8; p += 8) {
                guint64 word, quote, backslash;

                memcpy(&word, p, sizeof word);
                quote = word ^ ones * '"';
                backslash = word ^ ones * '\\';
                if (((word | (word + ones) | (word - ones * 0x20) | (quote - ones) | (backslash - ones)) & ones * 0x80) != 0)
                        break;
        }
        while (p < end && *p >= 0x20 && *p < 0x7f && *p != '"' && *p != '\\')
                p++;
        return (gsize) (p - text);
}

void escape_append_for_json(GString *string, const char *text, gsize length)
{
        const char *end = text + length;

        while (text < end) {
                gsize plain = plain_length(text, end);
                gunichar character;

                /* Most of it is printable ASCII: copied in one go. */
                g_string_append_len(string, text, (gssize) plain);
                text += plain;
                if (text == end)
                        break;
                character = escape_next(&text, end);
                if (character == '"' || character == '\\') {
                        g_string_append_c(string, '\\');
                        g_string_append_c(string, (char) character);
                } else if (character == '\n') {
                        g_string_append(string, "\\n");
                } else if (character == '\t') {
                        g_string_append(string, "\\t");
                } else if (is_unsafe(character)) {
                        g_string_append_printf(string, "\\u%04x", character);
                } else {
                        g_string_append_unichar(string, character);
                }
        }
}
