/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/output/escape.h"

#include "analyzer/timeline/append.h"
#include "chat/protocol/ascii.h"
#include "chat/protocol/utf8.h"

static gboolean is_unsafe(gunichar character)
{
        return character < 0x20 || (character >= 0x7f && character < 0xa0) ||
               (character >= 0x200e && character <= 0x200f) || (character >= 0x2028 && character <= 0x202e) ||
               (character >= 0x2066 && character <= 0x2069) || character == 0x061c || character == 0xfeff;
}

/* Marks the octets of a word that may need an escape: unprintable ones, quotation marks and backslashes. */
static inline guint64 mark_special(guint64 word)
{
        return ascii_mark_unprintable(word) | ascii_mark_character(word, '"') | ascii_mark_character(word, '\\');
}

/* Copies ASCII characters from the front until one may need an escape, eight octets at a time. Returns how many it
 * copied. out must have room for eight octets more than length. */
static inline gsize copy_plain(char *out, const char *text, gsize length)
{
        guint64 word, marks;
        gsize n = 0;

        for (; length - n >= sizeof word; n += sizeof word) {
                memcpy(&word, text + n, sizeof word);
                memcpy(out + n, &word, sizeof word);
                marks = mark_special(GUINT64_FROM_LE(word));
                if (marks != 0)
                        return n + (gsize) __builtin_ctzll(marks) / 8;
        }
        for (; n < length; n++) {
                char character = text[n];

                if (character < 0x20 || character >= 0x7f || character == '"' || character == '\\')
                        break;
                out[n] = character;
        }
        return n;
}

static gboolean is_continuation(const char *p, const char *end, guint n)
{
        for (guint i = 1; i <= n; i++)
                if ((gsize) (end - p) <= i || ((guchar) p[i] & 0xc0) != 0x80)
                        return FALSE;
        return TRUE;
}

/* The length of the character at text, if it is valid UTF-8 beyond ASCII and certainly needs no escape; 0: it must be
 * examined. Blocks that contain unsafe characters, surrogates or overlong forms are left to that. */
static guint safe_character(const char *text, const char *end)
{
        guchar first = (guchar) *text, second;

        if (first >= 0xc3 && first <= 0xdf)
                return is_continuation(text, end, 1) && first != 0xd8 ? 2 : 0;
        if (first < 0xe1 || first > 0xee || first == 0xed || !is_continuation(text, end, 2))
                return 0;
        second = (guchar) text[1];
        if (first == 0xe2 && (second == 0x80 || second == 0x81)) {
                guchar third = (guchar) text[2];

                /* In this block, only U+2010 to U+2027 (dashes, quotation marks) are certainly safe. */
                return second == 0x80 && third >= 0x90 && third <= 0xa7 ? 3 : 0;
        }
        return 3;
}

/* Copies characters from the front until one may need an escape. Returns how many octets it copied. */
static gsize copy_safe(char *out, const char *text, gsize length)
{
        gsize n = copy_plain(out, text, length);

        for (guint width; n < length && (width = safe_character(text + n, text + length)) > 0;) {
                memcpy(out + n, text + n, width);
                n += width;
                n += copy_plain(out + n, text + n, length - n);
        }
        return n;
}

void escape_append_for_terminal(GString *string, const char *text, gsize length)
{
        const char *end = text + length;

        while (text < end) {
                gsize rest = (gsize) (end - text);
                gsize safe = copy_safe(append_reserve(string, rest + sizeof(guint64)), text, rest);
                gunichar character;

                string->len += safe;
                text += safe;
                if (text == end)
                        break;
                character = utf8_take(&text, end);
                if (!is_unsafe(character))
                        g_string_append_unichar(string, character);
                else if (character == '\n')
                        append_literal(string, "\\n");
                else if (character == '\r')
                        append_literal(string, "\\r");
                else if (character == '\t')
                        append_literal(string, "\\t");
                else
                        g_string_append_printf(string, character < 0x100 ? "\\x%02x" : "\\u%04x", character);
        }
        append_end(string);
}

void escape_append_for_json(GString *string, const char *text, gsize length)
{
        const char *end = text + length;

        while (text < end) {
                gsize rest = (gsize) (end - text);
                gsize safe = copy_safe(append_reserve(string, rest + sizeof(guint64)), text, rest);
                gunichar character;

                string->len += safe;
                text += safe;
                if (text == end)
                        break;
                character = utf8_take(&text, end);
                if (character == '"' || character == '\\') {
                        append_char(string, '\\');
                        append_char(string, (char) character);
                } else if (character == '\n') {
                        append_literal(string, "\\n");
                } else if (character == '\t') {
                        append_literal(string, "\\t");
                } else if (is_unsafe(character)) {
                        g_string_append_printf(string, "\\u%04x", character);
                } else {
                        g_string_append_unichar(string, character);
                }
        }
        append_end(string);
}
