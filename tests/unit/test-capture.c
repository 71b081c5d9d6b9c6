/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The formats of captures, whole and damaged, and what is written. */
#include "analyzer/capture/pcapng-writer.h"
#include "tests/unit/capture-files.h"

static void test_pcapng(void)
{
        for (guint other = 0; other < 2; other++) {
                g_autoptr(CaptureSource) source = NULL;
                g_autoptr(GByteArray) array = NULL;

                swap = other;
                array = new_pcapng();
                swap = !other; /* a second section in the other order, whose interfaces count on */
                put_section(array);
                put_interface(array, LINK_TYPE_RAW, 0x80 | 1, "tun0");
                put_packet(array, 0, 3, "third");
                swap = FALSE;
                source = open_array(array);
                g_assert_cmpstr(capture_source_get_description(source), ==, "pcapng");
                for (guint pass = 0; pass < 2; pass++) {
                        expect_frame(source, 1, G_GINT64_CONSTANT(1600000000123456000), "first");
                        expect_frame(source, 2, G_GINT64_CONSTANT(1600000000123457000), "and the second");
                        expect_frame(source, 3, 1500000000, "third");
                        expect_end(source);
                        g_assert_null(capture_source_get_interface(source, 2));
                        g_assert_cmpstr(capture_source_get_interface(source, 1)->name, ==, "tun0");
                        g_assert_cmpint(capture_source_get_interface(source, 1)->link_type, ==, LINK_TYPE_RAW);
                        g_assert_true(capture_source_rewind(source, NULL));
                }
        }
}

/* Custom and journal blocks are counted, statistics and what nobody knows are not. */
static void test_other_blocks(void)
{
        static const guint32 types[] = {0xbad, 5, 0x40000bad, 0x7777, 9, 4};
        g_autoptr(GByteArray) array = g_byte_array_new();
        g_autoptr(CaptureSource) source = NULL;
        CaptureFrame frame;
        guint start;

        put_section(array);
        put_interface(array, LINK_TYPE_ETHERNET, 9, "eth0");
        for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
                start = begin(array, types[i]);
                put_text(array, "__REALTIME_TIMESTAMP=12\n");
                end(array, start);
        }
        start = begin(array, 3);
        put32(array, 900);
        put_text(array, "simple");
        end(array, start);
        source = open_array(array);
        for (guint i = 1; i <= 3; i++) {
                g_assert_cmpint(capture_source_next(source, &frame, NULL), ==, CAPTURE_NEXT_FRAME);
                g_assert_cmpuint(frame.number, ==, i);
                g_assert_false(frame.is_packet);
                g_assert_cmpuint(frame.captured_length, ==, i == 3 ? 24 : 20);
                g_assert_cmpint(frame.time, ==, i == 3 ? 12000 : 0);
        }
        expect_damage(source, "*damaged at byte *, after packet 3: *");
}

static void cut_everywhere(GByteArray *array, const guint *ends, gboolean at_open_below)
{
        for (guint cut = 1; cut < array->len; cut++) {
                g_autoptr(GError) error = NULL;
                g_autoptr(CaptureSource) source = open_octets(array->data, cut, &error);
                guint n = (cut >= ends[1]) + (cut >= ends[2]);
                g_autofree char *wanted = g_strdup_printf("*: truncated at byte %u, after packet %u", cut, n);
                CaptureFrame frame;

                if (cut < 4) {
                        g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT);
                        continue;
                }
                if (at_open_below && cut < ends[0]) {
                        g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED);
                        continue;
                }
                g_assert_no_error(error);
                for (guint i = 0; i < n; i++)
                        g_assert_cmpint(capture_source_next(source, &frame, NULL), ==, CAPTURE_NEXT_FRAME);
                if (cut == ends[0] || cut == ends[1] || cut == ends[3])
                        expect_end(source);
                else
                        expect_damage(source, wanted);
        }
}

static void test_cut(void)
{
        g_autoptr(GByteArray) pcapng = new_pcapng(), pcap = new_pcap(0xa1b2c3d4, 65535);
        const guint second = pcapng->len - 48, first = second - 40;

        /* where the headers end, where each packet does, and where else it may end in order */
        cut_everywhere(pcapng, (const guint[]){first, second, pcapng->len, 28}, FALSE);
        cut_everywhere(pcap, (const guint[]){24, 24 + 19, pcap->len, 24}, TRUE);
}

static void test_pcap(void)
{
        static const guint32 magics[] = {0xa1b2c3d4, 0xa1b23c4d};

        for (guint i = 0; i < 4; i++) {
                g_autoptr(GByteArray) array = NULL;
                g_autoptr(CaptureSource) source = NULL;
                gint64 scale = i / 2 ? 1 : 1000;

                swap = i % 2;
                array = new_pcap(magics[i / 2], 2); /* less than the packets have: they are shown whole */
                swap = FALSE;
                source = open_array(array);
                g_assert_cmpstr(capture_source_get_description(source), ==, i / 2 ? "pcap (nanoseconds)" : "pcap");
                for (guint pass = 0; pass < 2; pass++) {
                        expect_frame(source, 1, 0x90000000 * G_GINT64_CONSTANT(1000000000) + 7 * scale, "one");
                        expect_frame(source, 2, 0x90000000 * G_GINT64_CONSTANT(1000000000) + 8 * scale, "two two");
                        expect_end(source);
                        g_assert_true(capture_source_rewind(source, NULL));
                }
        }
}

static void test_pcap_damaged(void)
{
        g_autoptr(GByteArray) array = new_pcap(0xa1b2c3d4, 65535);
        g_autoptr(CaptureSource) source = NULL;

        memset(array->data + 24 + 19 + 8, 0x7f, 4);
        source = open_array(array);
        expect_frame(source, 1, 0x90000000 * G_GINT64_CONSTANT(1000000000) + 7000, "one");
        expect_damage(source, "*: damaged at byte 43, after packet 1: *");
}

/* Of some link types packets may be longer than of others. */
static void test_long_packets(void)
{
        static const struct {
                guint8 link_type;
                guint32 length;
                gboolean is_read;
        } cases[] = {{1, 262144, TRUE},
                     {1, 262145, FALSE},
                     {249, 300000, TRUE},
                     {231, 20 * 1024 * 1024, TRUE},
                     {113, 300000, FALSE}};

        for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autoptr(GByteArray) array = new_pcap(0xa1b2c3d4, 65535);
                g_autoptr(CaptureSource) source = NULL;
                g_autoptr(GError) error = NULL;
                CaptureFrame frame;

                g_byte_array_set_size(array, 24);
                array->data[20] = cases[i].link_type;
                put_long_packet(array, cases[i].length);
                source = open_array(array);
                if (!cases[i].is_read) {
                        expect_damage(source, "*: damaged at byte 24, after packet 0: *");
                        continue;
                }
                g_assert_cmpint(capture_source_next(source, &frame, &error), ==, CAPTURE_NEXT_FRAME);
                g_assert_cmpuint(frame.captured_length, ==, MIN(cases[i].length, 262144));
                g_assert_cmpuint(frame.data[frame.captured_length - 1], ==, 0);
                expect_end(source);
        }
}

/* What nanoseconds of 64 bits cannot hold is no time; and that of the others is not moved. */
static void test_times(void)
{
        static const struct {
                guint8 resolution;
                guint64 ticks;
                gboolean has_time;
                gint64 time;
        } cases[] = {
                {0, 9223372036, TRUE, G_GINT64_CONSTANT(9223372036000000000)},
                {0, 9223372037, FALSE, 0},
                {0, G_MAXUINT64, FALSE, 0},
                {9, G_MAXINT64, TRUE, G_MAXINT64},
                {9, (guint64) G_MAXINT64 + 1, FALSE, 0},
                {127, G_MAXUINT64, TRUE, 0},
                {0x80, 5, TRUE, G_GINT64_CONSTANT(5000000000)},
                {0x80, G_MAXUINT64, FALSE, 0},
        };

        for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autoptr(GByteArray) array = g_byte_array_new();
                g_autoptr(CaptureSource) source = NULL;
                CaptureFrame frame;

                put_section(array);
                put_interface(array, LINK_TYPE_ETHERNET, cases[i].resolution, "eth0");
                put_packet(array, 0, cases[i].ticks, "x");
                source = open_array(array);
                g_assert_cmpint(capture_source_next(source, &frame, NULL), ==, CAPTURE_NEXT_FRAME);
                g_assert_cmpint(frame.has_time, ==, cases[i].has_time);
                g_assert_cmpint(frame.time, ==, cases[i].time);
        }
}

static void test_pcapng_damaged(void)
{
        g_autoptr(GByteArray) array = new_pcapng();
        const guint second = array->len - 48;
        g_autofree char *wanted = g_strdup_printf("*: damaged at byte %u, after packet 1: *", second);
        static const struct {
                guint offset;
                guint8 octet;
        } changes[] = {{4, 49}, {4, 8}, {7, 0x7f}, {8, 1}, {20, 200}, {44, 1}};

        for (guint i = 0; i < G_N_ELEMENTS(changes); i++) {
                g_autoptr(CaptureSource) source = NULL;
                guint8 before = array->data[second + changes[i].offset];

                array->data[second + changes[i].offset] = changes[i].octet;
                source = open_array(array);
                expect_frame(source, 1, G_GINT64_CONSTANT(1600000000123456000), "first");
                expect_damage(source, wanted);
                array->data[second + changes[i].offset] = before;
        }
}

static void test_corrupted(void)
{
        g_autoptr(GRand) random = g_rand_new_with_seed(1);

        for (guint i = 0; i < 4000; i++) {
                g_autoptr(GByteArray) array = i % 2 ? new_pcapng() : new_pcap(0xa1b2c3d4, 65535);
                g_autoptr(CaptureSource) source = NULL;
                CaptureFrame frame;

                for (guint n = 0; n <= i % 3; n++)
                        array->data[g_rand_int_range(random, 0, (gint) array->len)] = (guint8) g_rand_int(random);
                source = open_octets(array->data, array->len, NULL);
                while (source && capture_source_next(source, &frame, NULL) == CAPTURE_NEXT_FRAME)
                        g_assert_cmpuint(frame.original_length, >=, frame.captured_length);
        }
}

static void expect_open_error(const char *path, const char *filter, gint code, const char *pattern)
{
        g_autoptr(GError) error = NULL;
        g_autoptr(CaptureSource) source = capture_source_open_file(path, filter, &error);

        g_assert_null(source);
        g_assert_error(error, CAPTURE_ERROR, code);
        if (!g_pattern_match_simple(pattern, error->message))
                g_error("%s is not %s", error->message, pattern);
}

static void test_open_errors(void)
{
        g_autofree char *path = save("", 0);

        expect_open_error(path, NULL, CAPTURE_ERROR_OPEN, "*/file: empty file");
        expect_open_error("/no/such", NULL, CAPTURE_ERROR_OPEN, "/no/such: no such file");
        expect_open_error(folder, NULL, CAPTURE_ERROR_OPEN, "*");
        g_free(save("a letter to somebody", 20));
        expect_open_error(path, NULL, CAPTURE_ERROR_FORMAT, "*/file: not a capture file (neither pcapng nor pcap)");
        expect_open_error(path, "port eighty", CAPTURE_ERROR_FILTER, "*port eighty*");
}

/* Frames that the filter rejects are marked. */
static void test_filter(void)
{
        g_autoptr(GByteArray) array = new_pcapng();
        g_autofree char *path = save(array->data, array->len);
        g_autoptr(CaptureSource) source = capture_source_open_file(path, "ether[0] = 0x61", NULL);
        CaptureFrame frame;

        g_assert_nonnull(source);
        for (guint64 number = 1; number <= 2; number++) {
                g_assert_cmpint(capture_source_next(source, &frame, NULL), ==, CAPTURE_NEXT_FRAME);
                g_assert_cmpuint(frame.number, ==, number);
                g_assert_cmpint(frame.is_left_out, ==, number == 1);
        }
        expect_end(source);
}

static void test_writer(void)
{
        g_autofree char *path = g_build_filename(folder, "written", NULL), *long_text = g_strnfill(70000, 'x');
        const CaptureInterface interface = {LINK_TYPE_RAW, 96, "tun0"};
        CaptureFrame frame = {.number = 1, .has_time = TRUE, .is_packet = TRUE, .original_length = 9};
        const char *comments[] = {NULL, "a comment", "", long_text};
        g_autoptr(CaptureSource) source = NULL;
        g_autoptr(CaptureWriter) writer = NULL;
        g_autoptr(GError) error = NULL;
        g_autofree char *contents = NULL;
        gsize length;
        guint index;

        writer = capture_writer_new(path, &error);
        g_assert_no_error(error);
        g_assert_true(capture_writer_begin(writer, "test 1", &error));
        g_assert_no_error(error);
        g_assert_true(capture_writer_add_interface(writer, &interface, "udp", &index, &error));
        g_assert_cmpuint(index, ==, 0);
        for (guint i = 0; i < 4; i++) {
                frame.data = (const guint8 *) "12345";
                frame.captured_length = i + 1;
                frame.time = G_GINT64_CONSTANT(1600000000123456789) + i;
                g_assert_true(capture_writer_add_frame(writer, &frame, comments[i], &error));
        }
        frame.is_packet = FALSE; /* leaves nothing behind */
        g_assert_true(capture_writer_add_frame(writer, &frame, NULL, &error));
        g_assert_true(capture_writer_finish(writer, 10, 1, &error));
        source = capture_source_open_file(path, NULL, &error);
        g_assert_no_error(error);
        for (guint i = 0; i < 4; i++) {
                g_autofree char *data = g_strndup("12345", i + 1);

                expect_frame(source, i + 1, G_GINT64_CONSTANT(1600000000123456789) + i, data);
        }
        expect_end(source);
        g_assert_cmpint(capture_source_get_interface(source, 0)->link_type, ==, LINK_TYPE_RAW);
        g_assert_cmpuint(capture_source_get_interface(source, 0)->snapshot_length, ==, 96);
        g_assert_cmpstr(capture_source_get_interface(source, 0)->name, ==, "tun0");
        g_assert_true(g_file_get_contents(path, &contents, &length, NULL));
        g_assert_nonnull(memmem(contents, length, "a comment", 9));
        g_unlink(path);
}

static void test_live(void)
{
        g_autoptr(GError) error = NULL;
        g_autoptr(CaptureSource) source = capture_source_open_live("lo", "udp port 9", 0, &error);
        CaptureFrame frame;
        CaptureNext next = CAPTURE_NEXT_IDLE;

        if (g_error_matches(error, CAPTURE_ERROR, CAPTURE_ERROR_PERMISSION)) {
                g_assert_nonnull(strstr(error->message, "CAP_NET_RAW"));
                g_test_skip("live capture is not permitted");
                return;
        }
        if (!source) {
                g_test_skip(error->message);
                return;
        }
        g_assert_cmpstr(capture_source_get_description(source), ==, "live capture on lo");
        g_assert_true(capture_source_begin(source, &error));
        capture_source_stop(source);
        while (next != CAPTURE_NEXT_END) {
                next = capture_source_next(source, &frame, &error);
                g_assert_no_error(error);
        }
}

static void test_live_unknown(void)
{
        g_autoptr(GError) error = NULL;
        g_autoptr(CaptureSource) source = capture_source_open_live("nosuchif0", NULL, 0, &error);

        g_assert_null(source);
        if (g_error_matches(error, CAPTURE_ERROR, CAPTURE_ERROR_PERMISSION)) {
                g_test_skip("live capture is not permitted");
                return;
        }
        g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN);
        g_assert_true(g_str_has_prefix(error->message, "nosuchif0: no such interface"));
}

int main(int argc, char **argv)
{
        g_autofree char *file = NULL;
        int status;

        g_test_init(&argc, &argv, NULL);
        folder = g_dir_make_tmp("test-capture-XXXXXX", NULL);
        g_assert_nonnull(folder);
        g_test_add_func("/capture/pcapng", test_pcapng);
        g_test_add_func("/capture/other-blocks", test_other_blocks);
        g_test_add_func("/capture/cut", test_cut);
        g_test_add_func("/capture/pcap", test_pcap);
        g_test_add_func("/capture/pcap-damaged", test_pcap_damaged);
        g_test_add_func("/capture/long-packets", test_long_packets);
        g_test_add_func("/capture/times", test_times);
        g_test_add_func("/capture/pcapng-damaged", test_pcapng_damaged);
        g_test_add_func("/capture/corrupted", test_corrupted);
        g_test_add_func("/capture/open-errors", test_open_errors);
        g_test_add_func("/capture/filter", test_filter);
        g_test_add_func("/capture/writer", test_writer);
        g_test_add_func("/capture/live", test_live);
        g_test_add_func("/capture/live-unknown", test_live_unknown);
        status = g_test_run();
        file = g_build_filename(folder, "file", NULL);
        g_unlink(file);
        g_rmdir(folder);
        g_free(folder);
        return status;
}
