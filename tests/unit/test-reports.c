/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/frame-set.h"
#include "reports/markdown.h"
#include "reports/prose.h"
#include "reports/report.h"

#include <stdlib.h>

static void check_wire(const char *octets, gsize length, gsize max, const char *wanted, gsize wanted_n)
{
        g_autoptr(GString) text = g_string_new(NULL);

        g_assert_cmpuint(prose_append_wire(text, octets, length, max), ==, wanted_n);
        g_assert_cmpstr(text->str, ==, wanted);
        g_assert_true(g_utf8_validate(text->str, -1, NULL));
}

static void test_wire(void)
{
        check_wire("grüß", strlen("grüß"), 0, "grüß", 4);
        check_wire("a\0b", 3, 0, "a⟨NUL⟩b", 3);
        check_wire("\x1b[31m\n\x7f", 7, 0, "⟨ESC⟩[31m⟨LF⟩⟨DEL⟩", 7);
        check_wire("\xe2\x80\xae"
                   "evil\xe2\x81\xa9",
                   10, 0, "⟨RLO⟩evil⟨PDI⟩", 6);
        check_wire("\xff\xe2\x82", 3, 0, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 3);
        check_wire("\xc2\x85\xef\xbf\xbf", 5, 0, "⟨NEL⟩\xef\xbf\xbd",
                   2);                           /* the last is U+FFFF, which XML does not know */
        check_wire("\xc2\x80", 2, 0, "⟨80⟩", 1); /* a control character without an abbreviation here */
        check_wire("\xed\xa0\x80", 3, 0, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 3); /* a surrogate */
        check_wire("abcdef", 6, 3, "abc", 6);
        check_wire("", 0, 3, "", 0);
}

static void check_number(guint64 n, const char *wanted)
{
        g_autoptr(GString) text = g_string_new(NULL);

        prose_append_number(text, n);
        g_assert_cmpstr(text->str, ==, wanted);
}

static void test_numbers(void)
{
        g_autoptr(GString) text = g_string_new(NULL);

        check_number(0, "0");
        check_number(9999, "9999");
        check_number(10000, "10,000");
        check_number(1234567, "1,234,567");
        check_number(G_MAXUINT64, "18,446,744,073,709,551,615");
        prose_append_counted(text, 1, "host");
        g_string_append(text, prose_separator(1, 3));
        prose_append_counted(text, 12, "host");
        g_string_append(text, prose_separator(2, 3));
        prose_append_numbered(text, 13, "host");
        g_assert_cmpstr(text->str, ==, "one host, twelve hosts and 13 hosts");
}

static void check_set(const FrameSet *set, guint64 packets, const char *filter)
{
        g_autoptr(GString) text = g_string_new(NULL);

        g_assert_cmpuint(set->packets, ==, packets);
        g_assert_true(frame_set_append_filter(set, text) == (filter != NULL));
        if (filter)
                g_assert_cmpstr(text->str, ==, filter);
}

static void test_frame_set(void)
{
        FrameSet set = {0}, joined = {0};
        Frames frames = {.ranges = g_array_new(FALSE, FALSE, sizeof(FrameRange)), .count = 3, .is_complete = TRUE};
        FrameRange ranges[] = {{3, 4}, {20, 20}};

        check_set(&set, 0, NULL);
        frame_set_add(&set, 7, 60);
        check_set(&set, 1, "frame.number in {7}");
        frame_set_add(&set, 8, 60);
        frame_set_add(&set, 11, 60);
        check_set(&set, 3, "frame.number in {7..8, 11}");
        g_assert_cmpuint(set.bytes, ==, 180);

        g_array_append_vals(frames.ranges, ranges, G_N_ELEMENTS(ranges));
        frame_set_join(&set, &frames, 20);
        check_set(&set, 6, "frame.number in {3..4, 7..8, 11, 20}");
        g_assert_cmpuint(set.bytes, ==, 200);
        g_assert_cmpuint(set.unlisted, ==, 0);

        frames.count = 10; /* seven of them in no range */
        frame_set_join(&joined, &frames, 0);
        check_set(&joined, 10, NULL);
        g_assert_cmpuint(joined.unlisted, ==, 7);
        frame_set_clear(&set);
        frame_set_clear(&joined);
        g_array_unref(frames.ranges);
}

/* Many frames that are no ranges: the count stays right, the list is bounded. */
static void test_many_frames(void)
{
        FrameSet set = {0};

        for (guint64 frame = 1; frame < 2000; frame += 2)
                frame_set_add(&set, frame, 1);
        g_assert_cmpuint(set.packets, ==, 1000);
        g_assert_cmpuint(frame_set_get_n_ranges(&set), ==, FRAME_SET_MAX_RANGES);
        g_assert_cmpuint(set.unlisted, ==, 1000 - FRAME_SET_MAX_RANGES);
        check_set(&set, 1000, NULL);
        frame_set_clear(&set);
}

static void test_markdown(void)
{
        static const Column columns[] = {{"a|b", COLUMN_TITLE, NULL}, {"n", COLUMN_NUMBER, NULL}};
        g_autoptr(Document) document = markdown_document_new();
        char *text = NULL;
        size_t length;
        FILE *file = open_memstream(&text, &length);

        document_begin_paragraph(document, PARAGRAPH_TEXT);
        document_text(document, TEXT_WIRE, "+ *x* <b> `c` [d](http://e) me@f");
        document_end_paragraph(document);
        document_begin_table(document, "t", columns, G_N_ELEMENTS(columns));
        document_begin_row(document, ROW_PLAIN);
        document_begin_cell(document, 2);
        document_text(document, TEXT_CODE, "x|`y");
        document_end_cell(document);
        document_number_cell(document, 12345);
        document_end_row(document);
        document_begin_row(document, ROW_PLAIN);
        document_skip_cell(document);
        document_number_cell(document, 1);
        document_end_row(document);
        document_end_table(document);
        g_assert_true(markdown_document_write(document, file));
        fclose(file);
        g_assert_cmpstr(text, ==,
                        "\\+ \\*x\\* \\<b\\> \\`c\\` \\[d\\](http\\://e) me<!-- -->@f\n\n"
                        "| a\\|b | n |\n| --- | ---: |\n| `` x\\|`y `` | 12,345 |\n|  | 1 |\n\n");
        free(text);
}

static void test_options(void)
{
        ReportFormat format = REPORT_PDF;

        g_assert_true(report_format_from_path("a.md", &format));
        g_assert_cmpint(format, ==, REPORT_MARKDOWN);
        g_assert_true(report_format_from_path("x/a.b.html", &format));
        g_assert_cmpint(format, ==, REPORT_HTML);
        g_assert_false(report_format_from_path("html", &format));
        g_assert_true(story_is_conversation_name("udp:4294967295"));
        g_assert_false(story_is_conversation_name("udp:4294967296"));
        g_assert_false(story_is_conversation_name("udp:"));
        g_assert_false(story_is_conversation_name("udp:-1"));
        g_assert_false(story_is_conversation_name("icmp:1"));
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/reports/wire", test_wire);
        g_test_add_func("/reports/numbers", test_numbers);
        g_test_add_func("/reports/frame-set", test_frame_set);
        g_test_add_func("/reports/many-frames", test_many_frames);
        g_test_add_func("/reports/markdown", test_markdown);
        g_test_add_func("/reports/options", test_options);
        return g_test_run();
}
