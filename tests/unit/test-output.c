/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/output/escape.h"
#include "analyzer/output/text-private.h"

#include <string.h>

static char *for_terminal(const char *text, gsize length)
{
        GString *string = g_string_new(NULL);

        escape_append_for_terminal(string, text, length);
        return g_string_free(string, FALSE);
}

static char *for_json(const char *text, gsize length)
{
        GString *string = g_string_new(NULL);

        escape_append_for_json(string, text, length);
        return g_string_free(string, FALSE);
}

static void check(char *(*escape)(const char *, gsize), const char *text, gsize length, const char *expected)
{
        /* An exact copy on the heap, so that a sanitizer sees one octet too many. */
        g_autofree char *exact = g_memdup2(text, length);
        g_autofree char *escaped = escape(exact, length);

        g_assert_cmpstr(escaped, ==, expected);
        g_assert_true(g_utf8_validate(escaped, -1, NULL));
}
#define CHECK(escape, text, expected) check(escape, text, sizeof(text) - 1, expected)

static void test_terminal(void)
{
        CHECK(for_terminal, "plain", "plain");
        CHECK(for_terminal, "grüße 你好", "grüße 你好");
        CHECK(for_terminal, "\033[2J\007", "\\x1b[2J\\x07");
        CHECK(for_terminal, "a\nb\tc\r", "a\\nb\\tc\\r");
        CHECK(for_terminal, "nul\0end", "nul\\x00end");
        CHECK(for_terminal,
              "\xc2\x9b"
              "31m",
              "\\x9b31m"); /* the C1 control that means ESC [ */
        CHECK(for_terminal,
              "\xe2\x80\xae"
              "evil",
              "\\u202eevil");
        CHECK(for_terminal, "\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd");
        CHECK(for_terminal, "cut \xe4\xbd", "cut \xef\xbf\xbd\xef\xbf\xbd");
        CHECK(for_terminal, "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* a surrogate */
}

static void test_json(void)
{
        CHECK(for_json, "plain", "plain");
        CHECK(for_json, "\"quoted\\\"", "\\\"quoted\\\\\\\"");
        CHECK(for_json, "a\nb\tc\r", "a\\nb\\tc\\u000d");
        CHECK(for_json, "nul\0end", "nul\\u0000end");
        CHECK(for_json, "\033[2J", "\\u001b[2J");
        CHECK(for_json, "\xff", "\xef\xbf\xbd");
        CHECK(for_json, "你好", "你好");
        CHECK(for_json, "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80");
}

/* What is copied in one go must be what the closer look lets through: every character, at every place of a word. */
static void test_json_characters(void)
{
        for (gunichar character = 0; character < 0x11000; character++) {
                char text[24] = "0123456789abcdef", *escaped;
                guint place = character % 9;
                int length;

                if (!g_unichar_validate(character))
                        continue;
                length = g_unichar_to_utf8(character, text + place);
                memcpy(text + place + length, "wxyz", 4);
                escaped = for_json(text, place + (gsize) length + 4);
                if (character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0x61c ||
                    (character >= 0x200e && character <= 0x200f) || (character >= 0x2028 && character <= 0x202e) ||
                    (character >= 0x2066 && character <= 0x2069) || character == 0xfeff || character == '"' ||
                    character == '\\')
                        g_assert_cmpint(escaped[place], ==, '\\');
                else
                        g_assert_true(memcmp(escaped, text, place + (gsize) length + 4) == 0);
                g_assert_true(g_str_has_suffix(escaped, "wxyz"));
                g_free(escaped);
        }
}

/* --- layout ------------------------------------------------------------------------------------------- */

static void test_cells(void)
{
        static const struct {
                const char *text;
                guint cells;
        } texts[] = {
                {"", 0},   {"plain", 5},     {"gr\303\274n", 4},      {"你好", 4},
                {"한", 2}, {"e\314\201", 1}, {"\360\237\231\202", 2}, {"\342\200\213", 0},
                {"ｗ", 2}, {"…", 1},
        };

        for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
                g_assert_cmpuint(text_cells(texts[i].text, texts[i].text + strlen(texts[i].text)), ==, texts[i].cells);
}

static char *cut(const char *text, guint columns, gboolean pad)
{
        g_autoptr(GString) from = g_string_new(text);
        GString *to = g_string_new(NULL);

        (pad ? text_append_column : text_append_cut)(to, from, columns);
        append_end(to);
        return g_string_free(to, FALSE);
}

static void check_cut(const char *text, guint columns, const char *expected)
{
        g_autofree char *shown = cut(text, columns, FALSE), *column = cut(text, columns, TRUE);

        g_assert_cmpstr(shown, ==, expected);
        g_assert_true(g_str_has_prefix(column, expected));
        g_assert_cmpuint(text_cells(column, column + strlen(column)), ==, columns);
}

/* Once, in the middle, between two characters; what fits is left alone, and a column is always as wide as it should be.
 */
static void test_cut(void)
{
        check_cut("exact", 5, "exact");
        check_cut("a bit longer", 9, "a bi…nger");
        check_cut("東京都渋谷区", 12, "東京都渋谷区");
        check_cut("東京都渋谷区", 11, "東京都…谷区");
        check_cut("東京都渋谷区", 8, "東…谷区"); /* a cell that no character fits in is padded */
        check_cut("東京都", 3, "東…");
        check_cut("e\314\201e\314\201e\314\201e\314\201", 3, "e\314\201…e\314\201");
}

static void check_wrapped(const char *text, TextMargin margin, const char *expected)
{
        g_autoptr(GString) from = g_string_new(text), to = g_string_new(NULL);

        text_append_wrapped(to, from, &margin);
        append_end(to);
        g_assert_cmpstr(to->str, ==, expected);
}

static void test_wrapped(void)
{
        check_wrapped("a few words", (TextMargin){0, 0, 80, FALSE}, "a few words");
        check_wrapped("a few words", (TextMargin){0, 0, 5, FALSE}, "a few\nwords");
        check_wrapped("a few words", (TextMargin){0, 2, 7, FALSE}, "a few\n  words");
        check_wrapped("a few words", (TextMargin){6, 2, 9, FALSE}, "a\n  few\n  words");
        check_wrapped("a few words", (TextMargin){4, 4, 9, TRUE}, "a few\n  │ words");
        check_wrapped("你好 世界", (TextMargin){0, 0, 8, FALSE}, "你好\n世界");
        /* A word that is longer than a line is broken between two characters. */
        check_wrapped("abcdefgh", (TextMargin){1, 1, 4, FALSE}, "abc\n def\n gh");
        check_wrapped("你好世界", (TextMargin){0, 0, 5, FALSE}, "你好\n世界");
        check_wrapped("你好", (TextMargin){0, 0, 1, FALSE}, "你\n好");
        check_wrapped("e\314\201e\314\201", (TextMargin){0, 0, 1, FALSE}, "e\314\201\ne\314\201");
        check_wrapped("", (TextMargin){0, 0, 5, FALSE}, "");
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/output/escape-for-terminal", test_terminal);
        g_test_add_func("/output/escape-for-json", test_json);
        g_test_add_func("/output/json-characters", test_json_characters);
        g_test_add_func("/output/cells", test_cells);
        g_test_add_func("/output/cut", test_cut);
        g_test_add_func("/output/wrapped", test_wrapped);
        return g_test_run();
}
