/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/prose.h"

#include "analyzer/timeline/append.h"

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

/* The abbreviation of a control character or invisible mark in ASCII or Unicode. NULL: it has none. */
static const char *name_of_control(gunichar character)
{
        static const char *const c0[] = {"NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS",  "TAB", "LF",
                                         "VT",  "FF",  "CR",  "SO",  "SI",  "DLE", "DC1", "DC2", "DC3", "DC4", "NAK",
                                         "SYN", "ETB", "CAN", "EM",  "SUB", "ESC", "FS",  "GS",  "RS",  "US"};
        static const struct {
                gunichar character;
                const char *name;
        } marks[] = {
                {0x00ad, "SHY"}, {0x061c, "ALM"}, {0x180e, "MVS"}, {0x200b, "ZWSP"}, {0x200e, "LRM"},
                {0x200f, "RLM"}, {0x2028, "LS"},  {0x2029, "PS"},  {0x202a, "LRE"},  {0x202b, "RLE"},
                {0x202c, "PDF"}, {0x202d, "LRO"}, {0x202e, "RLO"}, {0x2060, "WJ"},   {0x2066, "LRI"},
                {0x2067, "RLI"}, {0x2068, "FSI"}, {0x2069, "PDI"}, {0xfeff, "BOM"},
        };

        if (character < 0x20)
                return c0[character];
        if (character == 0x7f)
                return "DEL";
        for (guint i = 0; i < G_N_ELEMENTS(marks); i++)
                if (marks[i].character == character)
                        return marks[i].name;
        return NULL;
}

/* Takes the next character; U+FFFD for an octet that is not part of valid UTF-8. */
static gunichar next_character(const char **at, const char *end)
{
        gunichar character = **at == '\0' ? 0 : g_utf8_get_char_validated(*at, end - *at);

        if (**at != '\0' && character != (gunichar) -1 && character != (gunichar) -2) {
                *at = g_utf8_next_char(*at);
                return character;
        }
        *at += 1;
        return (*at)[-1] == '\0' ? 0 : 0xfffd;
}

gsize prose_append_wire(GString *text, const char *octets, gsize length, gsize max_characters)
{
        const char *end = octets + length;
        gsize n = 0;

        while (octets < end) {
                gunichar character = next_character(&octets, end);
                const char *name = name_of_control(character);

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
