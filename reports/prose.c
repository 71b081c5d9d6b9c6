/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/prose.h"

#include "analyzer/timeline/append.h"
#include "chat/protocol/utf8.h"
#include "reports/characters.h"

void prose_append_number(GString *text, guint64 n)
{
        char digits[32];
        gint length = g_snprintf(digits, sizeof digits, "%" G_GUINT64_FORMAT, n);

        for (gint i = 0; i < length; i++) {
                if (i > 0 && (length - i) % 3 == 0 && length > 4)
                        g_string_append_c(text, ',');
                g_string_append_c(text, digits[i]);
        }
}

void prose_append_count(GString *text, guint64 n)
{
        static const char *const words[] = {"no",    "one",   "two",  "three", "four",   "five",  "six",
                                            "seven", "eight", "nine", "ten",   "eleven", "twelve"};

        if (n < G_N_ELEMENTS(words))
                g_string_append(text, words[n]);
        else
                prose_append_number(text, n);
}

void prose_append_counted(GString *text, guint64 n, const char *noun)
{
        prose_append_count(text, n);
        g_string_append_printf(text, " %s%s", noun, n == 1 ? "" : "s");
}

void prose_append_numbered(GString *text, guint64 n, const char *noun)
{
        prose_append_number(text, n);
        g_string_append_printf(text, " %s%s", noun, n == 1 ? "" : "s");
}

const char *prose_separator(guint i, guint n)
{
        if (i == 0)
                return "";
        return i + 1 == n ? " and " : ", ";
}

void prose_capitalise(GString *text)
{
        if (text->len > 0)
                text->str[0] = g_ascii_toupper(text->str[0]);
}

void prose_append_duration(GString *text, gint64 nanoseconds)
{
        append_duration(text, nanoseconds);
        append_end(text);
}

gsize prose_append_wire(GString *text, const char *octets, gsize length, gsize max_characters)
{
        const char *end = octets + length;
        gsize n = 0;

        while (octets < end) {
                gunichar character = utf8_take(&octets, end);
                const char *name = character_get_name(character);

                n++;
                if (max_characters > 0 && n > max_characters)
                        continue;
                if (name)
                        g_string_append_printf(text, "⟨%s⟩", name);
                else if (character >= 0x80 && character < 0xa0)
                        g_string_append_printf(text, "⟨%02X⟩", character);
                else if ((character & 0xfffe) == 0xfffe || (character >= 0xfdd0 && character <= 0xfdef))
                        g_string_append_unichar(text, 0xfffd); /* noncharacters, some of which XML does not allow */
                else
                        g_string_append_unichar(text, character);
        }
        return n;
}
