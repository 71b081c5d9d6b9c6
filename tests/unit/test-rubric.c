/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/rubric/class.h"
#include "analyzer/rubric/csv.h"

#include <string.h>

static CaptureFrame make_frame(guint64 number, guint64 content, gint64 time)
{
        static guint64 octets;

        octets = content;
        return (CaptureFrame){.number = number,
                              .time = time,
                              .has_time = TRUE,
                              .is_packet = TRUE,
                              .captured_length = sizeof octets,
                              .original_length = sizeof octets,
                              .data = (const guint8 *) &octets};
}

/* Frames number first to first + n - 1 of some long capture. */
static CaptureResult *make_result(guint64 first, guint64 n)
{
        CaptureResult *result = capture_result_new();

        for (guint64 i = 0; i < n; i++) {
                CaptureFrame frame = make_frame(i + 1, first + i, (gint64) (first + i + 1) * 1000000);

                fingerprints_add(&result->fingerprints, &frame);
        }
        fingerprints_finish(&result->fingerprints);
        return result;
}

static void test_fingerprint_of_a_frame(void)
{
        Fingerprints fingerprints;
        CaptureFrame frames[] = {
                make_frame(1, 7, 1234567891), make_frame(2, 7, 1234567999), /* the same microsecond */
                make_frame(3, 7, 1234568001),                               /* another one */
                make_frame(4, 7, 0),                                        /* no time to speak of */
                make_frame(5, 7, 5000),       make_frame(6, 7, 5000),
        };

        frames[4].has_time = FALSE;
        frames[5].is_packet = FALSE;
        fingerprints_init(&fingerprints);
        for (guint i = 0; i < G_N_ELEMENTS(frames); i++)
                fingerprints_add(&fingerprints, &frames[i]);
        fingerprints_finish(&fingerprints);
        g_assert_cmpuint(fingerprints.items->len, ==, 2);
        for (guint i = 0; i < 2; i++)
                g_assert_true(g_array_index(fingerprints.items, Fingerprint, i).frame == 1 ||
                              g_array_index(fingerprints.items, Fingerprint, i).frame == 3);
        fingerprints_clear(&fingerprints);
}

static ClassResults *make_class(guint n)
{
        static const char text[] = "[item a]\npoints = 1\ntext = t\nwhen = true\n";
        static Rubric *rubric;
        g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));
        g_autoptr(GPtrArray) submissions = g_ptr_array_new_with_free_func(submission_free);

        if (!rubric)
                rubric = rubric_new_from_bytes(bytes, "rubric", NULL);
        for (guint i = 0; i < n; i++) {
                Submission *submission = g_new0(Submission, 1);

                submission->name = g_strdup_printf("s%03u", i);
                submission->paths = g_ptr_array_new_with_free_func(g_free);
                g_ptr_array_add(submission->paths, g_strdup_printf("%s.pcap", submission->name));
                g_ptr_array_add(submissions, submission);
        }
        return class_new(rubric, NULL, submissions);
}

static ClassCapture *capture_of(const ClassResults *results, guint i)
{
        return g_ptr_array_index(results->captures, i);
}

/* Longer than what is kept: a part of it is found all the same. */
static void test_copy_of_a_part_of_a_long_capture(void)
{
        g_autoptr(ClassResults) results = make_class(3);
        const ClassCopy *copy;

        capture_of(results, 0)->result = make_result(0, 4 * FINGERPRINTS_MAX);
        capture_of(results, 1)->result = make_result(500000, 1000);
        capture_of(results, 2)->result = make_result(90000000, 1000);
        class_finish(results);
        g_assert_cmpuint(capture_of(results, 0)->result->fingerprints.items->len, ==, FINGERPRINTS_MAX);
        g_assert_cmpuint(capture_of(results, 1)->copies->len, ==, 1);
        copy = g_ptr_array_index(capture_of(results, 1)->copies, 0);
        g_assert_cmpuint(copy->capture, ==, 0);
        g_assert_cmpuint(copy->count, >, 150); /* a quarter of them, about */
        g_assert_cmpuint(copy->count, <, 350);
        for (guint i = 0; i < MIN(copy->mine->len, CLASS_MAX_RANGES); i++)
                g_assert_cmpuint(g_array_index(copy->theirs, ClassRange, i).first, ==,
                                 g_array_index(copy->mine, ClassRange, i).first + 500000);
        g_assert_cmpuint(capture_of(results, 2)->copies->len, ==, 0);
}

/* Everybody hands in the same: no square of them is told or computed, but that there are more. */
static void test_a_class_with_one_capture(void)
{
        const guint n = 1000;
        g_autoptr(ClassResults) results = make_class(n);

        for (guint i = 0; i < n; i++)
                capture_of(results, i)->result = make_result(0, 100);
        class_finish(results);
        for (guint i = 0; i < n; i++) {
                const ClassCapture *capture = capture_of(results, i);
                const ClassCopy *copy = g_ptr_array_index(capture->copies, 0);

                g_assert_cmpuint(capture->copies->len, ==, CLASS_MAX_COPIES);
                g_assert_true(capture->has_more_copies);
                g_assert_cmpuint(copy->count, ==, 100);
                g_assert_cmpuint(g_array_index(copy->mine, ClassRange, 0).last, ==, 100);
        }
}

/* Frames here and there: the first ranges are told, and the count of all. */
static void test_many_ranges(void)
{
        g_autoptr(ClassResults) results = make_class(2);
        g_autofree char *text = NULL;
        const ClassCopy *copy;
        CaptureResult *some = capture_result_new();

        capture_of(results, 0)->result = make_result(0, 200);
        for (guint64 i = 0; i < 200; i += 2) {
                CaptureFrame frame = make_frame(i + 1, i, (gint64) (i + 1) * 1000000);

                fingerprints_add(&some->fingerprints, &frame);
        }
        fingerprints_finish(&some->fingerprints);
        capture_of(results, 1)->result = some;
        class_finish(results);
        copy = g_ptr_array_index(capture_of(results, 0)->copies, 0);
        g_assert_cmpuint(copy->count, ==, 100);
        text = class_ranges_to_string(copy->mine);
        g_assert_true(g_str_has_prefix(text, "1, 3, 5, "));
        g_assert_true(g_str_has_suffix(text, " …"));
}

static void test_result_survives(void)
{
        g_autoptr(CaptureResult) result = make_result(0, 3), again = NULL;
        g_autoptr(GBytes) bytes = NULL, cut = NULL;
        g_autoptr(GError) error = NULL;

        result->outcome = OUTCOME_DAMAGED;
        result->remark = g_strdup("cut");
        result->packets = 17;
        capture_result_add(result, VERDICT_FULFILLED, NULL);
        capture_result_add(result, VERDICT_UNDECIDED, "a\x1b[1m\xff");
        bytes = capture_result_to_bytes(result);
        again = capture_result_new_from_bytes(bytes, 2, &error);
        g_assert_no_error(error);
        g_assert_cmpint(again->outcome, ==, OUTCOME_DAMAGED);
        g_assert_cmpstr(again->remark, ==, "cut");
        g_assert_cmpuint(again->packets, ==, 17);
        g_assert_cmpuint(again->items->len, ==, 2);
        g_assert_cmpstr(g_array_index(again->items, ItemResult, 1).reason, ==, "a\\x1b[1m\xef\xbf\xbd");
        g_assert_cmpuint(again->fingerprints.items->len, ==, 3);
        g_assert_null(capture_result_new_from_bytes(bytes, 3, NULL));
        for (gsize length = 0; length < g_bytes_get_size(bytes); length++) {
                g_autoptr(GBytes) part = g_bytes_new_from_bytes(bytes, 0, length);

                capture_result_free(capture_result_new_from_bytes(part, 2, NULL));
        }
}

static void test_csv(void)
{
        g_autoptr(GPtrArray) rows = NULL;
        g_autoptr(GString) csv = g_string_new(NULL);
        const CsvRow *row;
        guint line = 0;

        csv_append(csv, TRUE, "=1+1");
        csv_append(csv, FALSE, "a \"b\"\nc");
        csv_append(csv, FALSE, "");
        csv_end_row(csv);
        g_assert_cmpstr(csv->str, ==, "\"'=1+1\",\"a \"\"b\"\"\nc\",\r\n");
        rows = csv_parse(csv->str, &line);
        g_assert_cmpuint(rows->len, ==, 1);
        row = g_ptr_array_index(rows, 0);
        g_assert_cmpuint(row->cells->len, ==, 3);
        g_assert_cmpstr(g_ptr_array_index(row->cells, 1), ==, "a \"b\"\nc");
        /* What others separate cells with must not look like a separator, either. */
        g_string_truncate(csv, 0);
        csv_append(csv, TRUE, "a;b;c;d");
        csv_append(csv, FALSE, "e\tf");
        csv_end_row(csv);
        g_assert_cmpstr(csv->str, ==, "\"a;b;c;d\",\"e\tf\"\r\n");
        g_assert_null(csv_parse("a,b\n1,\"2\n3", &line));
        g_assert_cmpuint(line, ==, 2);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/rubric/fingerprint-of-a-frame", test_fingerprint_of_a_frame);
        g_test_add_func("/rubric/copy-of-a-part-of-a-long-capture", test_copy_of_a_part_of_a_long_capture);
        g_test_add_func("/rubric/a-class-with-one-capture", test_a_class_with_one_capture);
        g_test_add_func("/rubric/many-ranges", test_many_ranges);
        g_test_add_func("/rubric/result-survives", test_result_survives);
        g_test_add_func("/rubric/csv", test_csv);
        return g_test_run();
}
