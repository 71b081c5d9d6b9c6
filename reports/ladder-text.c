/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/ladder-text.h"

#include "chat/protocol/utf8.h"
#include "reports/characters.h"

#include <string.h>

/* The advance widths of DejaVu Sans and DejaVu Sans Bold for ASCII, from the space on, in hundredths of an em, rounded
 * up. */
static const guint8 sans_widths[] = {
        32, 41, 46, 84, 64, 96, 78, 28, 40,  40, 50, 84, 32, 37, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64,
        64, 64, 34, 34, 84, 84, 84, 54, 100, 69, 69, 70, 78, 64, 58, 78, 76, 30, 30, 66, 56, 87, 75, 79,
        61, 79, 70, 64, 62, 74, 69, 99, 69,  62, 69, 40, 34, 40, 84, 50, 50, 62, 64, 55, 64, 62, 36, 64,
        64, 28, 28, 58, 28, 98, 64, 62, 64,  64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84,
};
static const guint8 bold_widths[] = {
        35, 46, 53, 84, 70, 101, 88, 31,  46,  46, 53, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70,  70, 70,
        70, 70, 40, 40, 84, 84,  84, 59,  100, 78, 77, 74, 84, 69, 69, 83, 84, 38, 38, 78, 64, 100, 84, 86,
        74, 86, 78, 73, 69, 82,  78, 111, 78,  73, 73, 46, 37, 46, 84, 50, 50, 68, 72, 60, 72, 68,  44, 72,
        72, 35, 35, 67, 35, 105, 72, 69,  72,  72, 50, 60, 48, 72, 66, 93, 65, 66, 59, 72, 37, 72,  84,
};
#define MONO_WIDTH 61

/* Estimates for ranges beyond ASCII, on the wide side: they hold for bold letters, too. */
static guint other_width(gunichar letter)
{
        if (g_unichar_iszerowidth(letter))
                return 0;
        if (g_unichar_iswide(letter) || (letter >= 0x2600 && letter < 0x2800) || letter >= 0x1f000)
                return 130;
        switch (letter) {
        case 0xa0: /* no-break space */
        case 0xb7: /* · */
        case 0x2018:
        case 0x2019:
                return 38;
        case 0x201c: /* quotation marks */
        case 0x201d:
                return 66;
        case 0x2013:
        case 0x27e8:
        case 0x27e9:
                return 50;
        }
        /* Digraphs: two letters in one character. */
        if ((letter >= 0x1c4 && letter <= 0x1cc) || (letter >= 0x1f1 && letter <= 0x1f3))
                return 156;
        if (letter < 0x400)
                return letter == 0xc6 || letter == 0x152 || letter == 0x153 ? 122 : 80;
        if (letter < 0x530)
                return g_unichar_isupper(letter) ? 115 : 95;
        return letter < 0x2000 ? 100 : 105;
}

/* In hundredths of an em, like all widths in this file. */
static guint letter_width(gunichar letter, LadderFont font)
{
        if (letter < ' ' || letter > '~')
                return other_width(letter);
        return font == LADDER_FONT_MONO ? MONO_WIDTH :
               font == LADDER_FONT_BOLD ? bold_widths[letter - ' '] :
                                          sans_widths[letter - ' '];
}

/* Converts px to hundredths of an em. */
static guint room(double width, double size)
{
        return (guint) (MAX(width / size, 1) * 100 + 0.001);
}

double ladder_text_width(const char *text, LadderFont font, double size)
{
        guint64 em = 0;

        for (; *text; text = g_utf8_next_char(text))
                em += letter_width(g_utf8_get_char(text), font);
        return (double) em / 100 * size;
}

/* Characters that are shown by their number, because they have no shape, or one of unknown width. */
static gboolean is_shapeless(gunichar letter)
{
        switch (g_unichar_type(letter)) {
        case G_UNICODE_CONTROL:
        case G_UNICODE_PRIVATE_USE:
        case G_UNICODE_SURROGATE:
                return TRUE;
        case G_UNICODE_FORMAT:
                return letter != 0x200c && letter != 0x200d; /* the zero-width joiner and non-joiner */
        default:
                break;
        }
        return (letter & 0xfffe) == 0xfffe || letter == 0xfdfd || (letter >= 0x2e3a && letter <= 0x2e3b) ||
               (letter >= 0x12000 && letter < 0x12600);
}

static void append_harmless(GString *harmless, gunichar letter)
{
        const char *name = character_get_name(letter);

        if (name)
                g_string_append_printf(harmless, "⟨%s⟩", name);
        else if (is_shapeless(letter))
                g_string_append_printf(harmless, "⟨U+%04X⟩", letter);
        else
                g_string_append_unichar(harmless, letter);
}

#define MAX_MARKS 3

char *ladder_text_harmless(const char *text, gsize length, guint max_letters)
{
        GString *harmless = g_string_sized_new(MIN(length, 4 * (gsize) max_letters) + 1);
        const char *end = text + length;
        guint n_letters = 0, n_marks = 0;

        while (text < end) {
                gunichar letter = utf8_take(&text, end);

                if (g_unichar_ismark(letter)) {
                        if (n_letters > 0 && n_marks++ < MAX_MARKS)
                                g_string_append_unichar(harmless, letter);
                        continue;
                }
                if (n_letters == max_letters) {
                        g_string_append(harmless, " …");
                        break;
                }
                n_marks = 0;
                n_letters++;
                append_harmless(harmless, letter);
        }
        return g_string_free(harmless, FALSE);
}

static const char *skip_spaces(const char *text)
{
        while (*text == ' ')
                text++;
        return text;
}

/* Whether the word at text is longer than a line. */
static gboolean is_long_word(const char *text, LadderFont font, guint width)
{
        guint em = 0;

        for (; *text && *text != ' ' && em <= width; text = g_utf8_next_char(text))
                em += letter_width(g_utf8_get_char(text), font);
        return em > width;
}

/* The length, in octets, of the next line, which has at least one letter. ret_rest: where the line after it begins. */
static gsize take_line(const char *text, LadderFont font, guint width, const char **ret_rest)
{
        const char *space = NULL, *at = text;
        guint em = 0;

        for (; *at; at = g_utf8_next_char(at)) {
                guint letter = letter_width(g_utf8_get_char(at), font);

                if (*at == ' ')
                        space = at;
                else if (em + letter > width && at > text)
                        break;
                em += letter;
        }
        if (*at && *at != ' ' && space && space > text && !is_long_word(space + 1, font, width))
                at = space;
        *ret_rest = skip_spaces(at);
        while (at > text && at[-1] == ' ')
                at--;
        return (gsize) (at - text);
}

static guint count_lines(const char *text, LadderFont font, guint width, guint limit)
{
        guint n = 0;

        do {
                take_line(text, font, width, &text);
                n++;
        } while (*text && n < limit);
        return *text ? limit + 1 : n;
}

/* The smallest width with which the text needs no more than n_lines. */
static guint balance(const char *text, LadderFont font, guint width, guint n_lines)
{
        guint low = width / 2, high = width;

        while (n_lines > 1 && high - low > 1) {
                guint middle = (low + high) / 2;

                if (count_lines(text, font, middle, n_lines) <= n_lines)
                        high = middle;
                else
                        low = middle;
        }
        return high;
}

/* The last line of a text that is too long: it ends with " …". */
static char *cut_line(const char *text, LadderFont font, guint width)
{
        static const char more[] = " …";
        guint own = (guint) (ladder_text_width(more, font, 100) + 0.5);
        const char *rest;
        gsize length = take_line(text, font, width > own ? width - own : 1, &rest);

        return g_strdup_printf("%.*s%s", (int) length, text, more);
}

GPtrArray *ladder_text_wrap(const char *text, LadderFont font, double size, double width, guint max_lines)
{
        GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
        guint em = room(width, size), n_lines;

        text = skip_spaces(text);
        n_lines = count_lines(text, font, em, max_lines);
        if (n_lines <= max_lines)
                em = balance(text, font, em, n_lines);
        do {
                if (n_lines > max_lines && lines->len + 1 == max_lines) {
                        g_ptr_array_add(lines, cut_line(text, font, em));
                        break;
                }
                const char *line = text;
                gsize length = take_line(line, font, em, &text);

                g_ptr_array_add(lines, g_strndup(line, length));
        } while (*text);
        return lines;
}

/* The end of text that fits into width, at most n letters. */
static const char *tail(const char *text, LadderFont font, guint width, glong n)
{
        const char *at = text + strlen(text);
        guint em = 0;

        while (at > text && n-- > 0) {
                const char *before = g_utf8_prev_char(at);

                em += letter_width(g_utf8_get_char(before), font);
                if (em > width)
                        break;
                at = before;
        }
        while (*at && g_unichar_iszerowidth(g_utf8_get_char(at)))
                at = g_utf8_next_char(at);
        return at;
}

char *ladder_text_shorten(const char *text, LadderFont font, double size, double width, guint max_letters)
{
        const char *end = text;
        guint own = letter_width(0x2026, font), half = (MAX(room(width, size), own + 100) - own) / 2, em = 0;
        glong n_letters = g_utf8_strlen(text, -1), n = 0;

        if (n_letters <= (glong) max_letters && ladder_text_width(text, font, size) <= width)
                return g_strdup(text);
        for (; *end && n < (glong) (max_letters / 2); end = g_utf8_next_char(end), n++) {
                em += letter_width(g_utf8_get_char(end), font);
                if (em > half)
                        break;
        }
        return g_strdup_printf("%.*s…%s", (int) (end - text), text,
                               tail(end, font, half, ((glong) max_letters - 1) / 2));
}
