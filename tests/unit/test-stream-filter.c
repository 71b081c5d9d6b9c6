/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Wireshark filter of conversations, and of what hosts report about the groups of rooms. */
#include "analyzer/summary/stream-filter.h"

#include "analyzer/summary/summary-private.h"

static GArray *new_numbers(const char *text)
{
        GArray *numbers = g_array_new(FALSE, FALSE, sizeof(guint32));
        g_auto(GStrv) words = g_strsplit(text, " ", -1);

        for (guint i = 0; words[i] && *words[i]; i++) {
                guint32 number = (guint32) g_ascii_strtoull(words[i], NULL, 10);

                g_array_append_val(numbers, number);
        }
        return numbers;
}

static void test_streams(void)
{
        static const struct {
                const char *tcp, *udp, *filter; /* NULL: it would be too long */
        } cases[] = {
                {"", "", ""},
                {"0", "", "tcp.stream == 0"},
                {"", "7", "udp.stream == 7"},
                {"2 0 1", "", "tcp.stream in {0..2}"},
                {"0", "7 3 1 2", "tcp.stream == 0 || udp.stream in {1..3, 7}"},
                {"1 3 5 7 9 11 13 15 17 19 21 23", "", "tcp.stream in {1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23}"},
                {"1 3 5 7 9 11 13 15 17 19 21 23 25", "", NULL},
                {"", "1 3 5 7 9 11 13 15 17 19 21 23 25", NULL},
        };

        for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autoptr(GArray) tcp = new_numbers(cases[i].tcp), udp = new_numbers(cases[i].udp);
                g_autoptr(GString) filter = g_string_new(NULL);

                g_assert_cmpint(stream_filter_append(filter, tcp, udp), ==, cases[i].filter != NULL);
                if (cases[i].filter)
                        g_assert_cmpstr(filter->str, ==, cases[i].filter);
        }
}

/* A report about the groups of two rooms is named once. */
static void test_reports(void)
{
        MemoryBudget memory = {.limit = G_MAXSIZE};
        SummaryRoom one = {0}, other = {0};
        g_autoptr(GPtrArray) rooms = g_ptr_array_new(), sessions = g_ptr_array_new();
        SummarySession session = {.rooms = rooms};
        const Summary summary = {.sessions = sessions};
        g_autoptr(GString) filter = g_string_new("tcp.stream == 0");

        frames_init(&one.reports, &memory);
        frames_init(&other.reports, &memory);
        g_ptr_array_add(rooms, &one);
        g_ptr_array_add(rooms, &other);
        g_ptr_array_add(sessions, &session);
        g_assert_true(stream_filter_append_reports(filter, &summary));
        g_assert_cmpstr(filter->str, ==, "tcp.stream == 0");
        for (guint i = 0; i < 3; i++) {
                frames_add(&one.reports, (const guint[]){16, 20, 21}[i]);
                frames_add(&other.reports, (const guint[]){16, 20, 30}[i]);
        }
        g_assert_true(stream_filter_append_reports(filter, &summary));
        g_assert_cmpstr(filter->str, ==, "tcp.stream == 0 || frame.number in {16, 20..21, 30}");
        other.reports.is_complete = FALSE;
        g_assert_false(stream_filter_append_reports(filter, &summary));
        frames_clear(&one.reports);
        frames_clear(&other.reports);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/stream-filter/streams", test_streams);
        g_test_add_func("/stream-filter/reports", test_reports);
        return g_test_run();
}
