/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every octet at every place of a word of text: the lowest mark is where the first of its kind stands. */
#include "chat/protocol/ascii.h"

#include <string.h>

/* marks: of a word in the order of the text. Returns the place of the lowest, 8 if there is none. */
static guint first_mark(guint64 marks)
{
        return marks == 0 ? 8 : (guint) __builtin_ctzll(marks) / 8;
}

static guint64 load(const char *text)
{
        guint64 word;

        memcpy(&word, text, sizeof word);
        return GUINT64_FROM_LE(word);
}

static void test_marks(void)
{
        for (guint octet = 0; octet < 256; octet++)
                for (guint place = 0; place < 8; place++) {
                        char text[8] = {'a', ' ', '~', 'Z', '0', '!', 'm', '}'};
                        gboolean printable = octet >= 0x20 && octet < 0x7f;
                        guint64 word;

                        text[place] = (char) octet;
                        word = load(text);
                        g_assert_cmpuint(first_mark(ascii_mark_unprintable(word)), ==, printable ? 8 : place);
                        g_assert_cmpuint(first_mark(ascii_mark_no_text(word)), ==,
                                         octet > 0 && octet < 0x80 ? 8 : place);
                        if (octet < 0x80)
                                g_assert_cmpuint(first_mark(ascii_mark_character(word, '\\')), ==,
                                                 octet == '\\' ? place : 8);
                }
}

/* The lowest of two marks is right, whatever stands above it. */
static void test_two(void)
{
        for (guint first = 0; first < 8; first++)
                for (guint second = first + 1; second < 8; second++)
                        for (guint octet = 0; octet < 256; octet++) {
                                char text[8] = {'a', ' ', '~', 'Z', '0', '!', 'm', '}'};

                                text[first] = 0;
                                text[second] = (char) octet;
                                g_assert_cmpuint(first_mark(ascii_mark_unprintable(load(text))), ==, first);
                                g_assert_cmpuint(first_mark(ascii_mark_no_text(load(text))), ==, first);
                                g_assert_cmpuint(first_mark(ascii_mark_character(load(text), '\0')), ==, first);
                        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/ascii/marks", test_marks);
        g_test_add_func("/ascii/two", test_two);
        return g_test_run();
}
