/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/ladder-order.h"
#include "reports/ladder-text.h"

#include <string.h>

static void check_harmless(const char *text, gsize length, guint max_letters, const char *expected)
{
        /* An exact copy on the heap, so that a sanitizer sees one octet too many. */
        g_autofree char *exact = g_memdup2(text, length);
        g_autofree char *harmless = ladder_text_harmless(exact, length, max_letters);

        g_assert_cmpstr(harmless, ==, expected);
        g_assert_true(g_utf8_validate(harmless, -1, NULL));
}
#define CHECK_HARMLESS(text, expected) check_harmless(text, sizeof(text) - 1, 100, expected)

static void test_harmless(void)
{
        CHECK_HARMLESS("", "");
        CHECK_HARMLESS("grüße 你好 😀", "grüße 你好 😀");
        CHECK_HARMLESS("\033[2J\007", "⟨ESC⟩[2J⟨BEL⟩");
        CHECK_HARMLESS("a\nb\tc\0d", "a⟨LF⟩b⟨TAB⟩c⟨NUL⟩d");
        CHECK_HARMLESS("\xe2\x80\xae" "evil\xe2\x81\xa6", "⟨RLO⟩evil⟨LRI⟩");
        CHECK_HARMLESS("\xc2\x9b" "31m", "⟨U+009B⟩31m"); /* the C1 control that means ESC [ */
        CHECK_HARMLESS("\xff\xe4\xbd", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
        CHECK_HARMLESS("\xef\xbf\xbe", "⟨U+FFFE⟩"); /* which XML may not hold */
        CHECK_HARMLESS("a\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81" "b", "a\xcc\x81\xcc\x81\xcc\x81" "b");
        CHECK_HARMLESS("\xcc\x81x", "x"); /* a mark over nothing */
        check_harmless("abcdef", 6, 3, "abc …");
        check_harmless("abc", 3, 3, "abc");
}

static void test_width(void)
{
        g_assert_cmpfloat_with_epsilon(ladder_text_width("MM", LADDER_FONT_SANS, 10), 17.4, 0.001);
        g_assert_cmpfloat_with_epsilon(ladder_text_width("MM", LADDER_FONT_BOLD, 10), 20, 0.001);
        g_assert_cmpfloat_with_epsilon(ladder_text_width("Mi", LADDER_FONT_MONO, 10), 12.2, 0.001);
        /* A mark takes no room of its own. */
        g_assert_cmpfloat_with_epsilon(ladder_text_width("e\xcc\x81", LADDER_FONT_SANS, 10),
                                       ladder_text_width("e", LADDER_FONT_SANS, 10), 0.001);
        g_assert_cmpfloat(ladder_text_width("漢", LADDER_FONT_SANS, 10), >=, 10);
}

static void check_wrap(const char *text, double width, guint max_lines, const char *expected)
{
        g_autoptr(GPtrArray) lines = ladder_text_wrap(text, LADDER_FONT_MONO, 10, width, max_lines);
        g_autoptr(GString) joined = g_string_new(NULL);

        for (guint i = 0; i < lines->len; i++) {
                g_assert_cmpfloat(ladder_text_width(lines->pdata[i], LADDER_FONT_MONO, 10), <=, width + 0.001);
                g_string_append_printf(joined, "%s%s", i > 0 ? "|" : "", (const char *) lines->pdata[i]);
        }
        g_assert_cmpuint(lines->len, <=, max_lines);
        g_assert_cmpstr(joined->str, ==, expected);
}

static void test_wrap(void)
{
        /* 10 letters of this size are 61 px wide. */
        check_wrap("", 61, 3, "");
        check_wrap("one line", 61, 3, "one line");
        check_wrap("exactly 10", 61, 3, "exactly 10");
        check_wrap("exactly ten and more", 61, 3, "exactly|ten and|more");
        check_wrap("aaa bbb ccc", 61, 3, "aaa bbb|ccc");
        check_wrap("aa bb cc dd ee ff gg hh", 122, 3, "aa bb cc dd|ee ff gg hh");      /* balanced: not "… gg|hh" */
        check_wrap("abcdefghijklmnopqrst", 61, 3, "abcdefghij|klmnopqrst");            /* broken anywhere */
        check_wrap("to: abcdefghijklmnopqrst", 61, 3, "to: abcd|efghijkl|mnopqrst"); /* "to:" is not left alone */
        check_wrap("one two three four five", 61, 2, "one two|three …");
        check_wrap("   spaces    around   ", 61, 3, "spaces|around");
}

static void test_shorten(void)
{
        g_autofree char *fits = ladder_text_shorten("alpine", LADDER_FONT_MONO, 10, 61, 22);
        g_autofree char *wide = ladder_text_shorten("abcdefghijklmnop", LADDER_FONT_MONO, 10, 61, 22);
        g_autofree char *letters = ladder_text_shorten("abcdefghijklmnop", LADDER_FONT_MONO, 10, 610, 9);

        g_assert_cmpstr(fits, ==, "alpine");
        g_assert_cmpfloat(ladder_text_width(wide, LADDER_FONT_MONO, 10), <=, 61);
        g_assert_true(g_str_has_prefix(wide, "abc") && strstr(wide, "…") && g_str_has_suffix(wide, "nop"));
        g_assert_cmpstr(letters, ==, "abcd…mnop");
}

static void test_order(void)
{
        guint place[ORDER_MAX];
        OrderTraffic star = {{0}}, line = {{0}};

        /* Two clients and their server, which was met second: it is between them already. */
        order_count(star, 0, 1);
        order_count(star, 2, 1);
        order_find(star, 3, place);
        g_assert_cmpuint(place[0], ==, 0);
        g_assert_cmpuint(place[1], ==, 1);
        g_assert_cmpuint(place[2], ==, 2);

        /* 0–2, 2–1, 1–3: as neighbours they stand in this order. */
        order_count(line, 2, 0);
        order_count(line, 2, 1);
        order_count(line, 1, 3);
        order_find(line, 4, place);
        g_assert_cmpuint(place[0], ==, 0);
        g_assert_cmpuint(place[2], ==, 1);
        g_assert_cmpuint(place[1], ==, 2);
        g_assert_cmpuint(place[3], ==, 3);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/ladder/harmless", test_harmless);
        g_test_add_func("/ladder/width", test_width);
        g_test_add_func("/ladder/wrap", test_wrap);
        g_test_add_func("/ladder/shorten", test_shorten);
        g_test_add_func("/ladder/order", test_order);
        return g_test_run();
}
