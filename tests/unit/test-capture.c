/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/source.h"
#include "analyzer/capture/pcapng-writer.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static char *folder;

/* --- files made in memory --------------------------------------------------------------------------- */

static gboolean swap; /* whether numbers are put in the other order of bytes */

static void put16(GByteArray *array, guint16 value)
{
        value = swap ? GUINT16_SWAP_LE_BE(value) : value;
        g_byte_array_append(array, (const guint8 *) &value, sizeof value);
}

static void put32(GByteArray *array, guint32 value)
{
        value = swap ? GUINT32_SWAP_LE_BE(value) : value;
        g_byte_array_append(array, (const guint8 *) &value, sizeof value);
}

static void put_text(GByteArray *array, const char *text)
{
        g_byte_array_append(array, (const guint8 *) text, (guint) strlen(text));
        while (array->len % 4 != 0)
                g_byte_array_append(array, (const guint8 *) "", 1);
}

static guint begin(GByteArray *array, guint32 type)
{
        put32(array, type);
        put32(array, 0);
        return array->len - 8;
}

static void end(GByteArray *array, guint start)
{
        guint32 length = array->len - start + 4, stored = swap ? GUINT32_SWAP_LE_BE(length) : length;

        put32(array, length);
        memcpy(array->data + start + 4, &stored, sizeof stored);
}

static void put_section(GByteArray *array)
{
        guint start = begin(array, 0x0a0d0d0a);

        put32(array, 0x1a2b3c4d);
        put16(array, 1);
        put16(array, 0);
        put32(array, G_MAXUINT32);
        put32(array, G_MAXUINT32);
        end(array, start);
}

static void put_interface(GByteArray *array, guint16 link_type, guint8 resolution, const char *name)
{
        const guint8 padded[4] = {resolution};
        guint start = begin(array, 1);

        put16(array, link_type);
        put16(array, 0);
        put32(array, 0);
        put16(array, 2);
        put16(array, (guint16) strlen(name));
        put_text(array, name);
        put16(array, 9);
        put16(array, 1);
        g_byte_array_append(array, padded, sizeof padded);
        put32(array, 0);
        end(array, start);
}

static void put_packet(GByteArray *array, guint32 interface, guint64 ticks, const char *data)
{
        guint start = begin(array, 6);

        put32(array, interface);
        put32(array, (guint32) (ticks >> 32));
        put32(array, (guint32) ticks);
        put32(array, (guint32) strlen(data));
        put32(array, 1000);
        put_text(array, data);
        end(array, start);
}

static GByteArray *new_pcapng(void)
{
        GByteArray *array = g_byte_array_new();

        put_section(array);
        put_interface(array, LINK_TYPE_ETHERNET, 6, "eth0");
        put_packet(array, 0, G_GUINT64_CONSTANT(1600000000123456), "first");
        put_packet(array, 0, G_GUINT64_CONSTANT(1600000000123457), "and the second");
        return array;
}

/* Octets of zero. */
static void put_long_packet(GByteArray *array, guint32 length)
{
        guint before = array->len + 8;

        put32(array, 0);
        put32(array, 0);
        put32(array, length);
        put32(array, length);
        g_byte_array_set_size(array, before + 8 + length);
        memset(array->data + before + 8, 0, length);
}

static GByteArray *new_pcap(guint32 magic, guint32 snapshot_length)
{
        static const char *const packets[] = {"one", "two two"};
        GByteArray *array = g_byte_array_new();

        put32(array, magic);
        put16(array, 2);
        put16(array, 4);
        put32(array, 0);
        put32(array, 0);
        put32(array, snapshot_length);
        put32(array, LINK_TYPE_ETHERNET);
        for (guint i = 0; i < G_N_ELEMENTS(packets); i++) {
                put32(array, 0x90000000); /* 2046 */
                put32(array, 7 + i);
                put32(array, (guint32) strlen(packets[i]));
                put32(array, (guint32) strlen(packets[i]));
                g_byte_array_append(array, (const guint8 *) packets[i], (guint) strlen(packets[i]));
        }
        return array;
}

static char *save(const void *octets, gsize length)
{
        char *path = g_build_filename(folder, "file", NULL);
        g_autoptr(GError) error = NULL;

        g_file_set_contents(path, octets, (gssize) length, &error);
        g_assert_no_error(error);
        return path;
}

static CaptureSource *open_octets(const void *octets, gsize length, GError **error)
{
        g_autofree char *path = save(octets, length);

        return capture_source_open_file(path, NULL, error);
}

static CaptureSource *open_array(const GByteArray *array)
{
        g_autoptr(GError) error = NULL;
        CaptureSource *source = open_octets(array->data, array->len, &error);

        g_assert_no_error(error);
        return source;
}

static void expect_frame(CaptureSource *source, guint64 number, gint64 time, const char *data)
{
        g_autoptr(GError) error = NULL;
        CaptureFrame frame;
        CaptureNext next = capture_source_next(source, &frame, &error);

        g_assert_no_error(error);
        g_assert_cmpint(next, ==, CAPTURE_NEXT_FRAME);
        g_assert_cmpuint(frame.number, ==, number);
        g_assert_cmpint(frame.time, ==, time);
        g_assert_cmpmem(frame.data, frame.captured_length, data, strlen(data));
}

static void expect_end(CaptureSource *source)
{
        g_autoptr(GError) error = NULL;
        CaptureFrame frame;

        g_assert_cmpint(capture_source_next(source, &frame, &error), ==, CAPTURE_NEXT_END);
        g_assert_no_error(error);
}

static void expect_damage(CaptureSource *source, const char *pattern)
{
        g_autoptr(GError) error = NULL;
        CaptureFrame frame;

        g_assert_cmpint(capture_source_next(source, &frame, &error), ==, CAPTURE_NEXT_ERROR);
        g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED);
        if (!g_pattern_match_simple(pattern, error->message))
                g_error("%s is not %s", error->message, pattern);
}

/* --- tests ------------------------------------------------------------------------------------------ */

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
                        g_assert_cmpuint(capture_source_get_n_interfaces(source), ==, 2);
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

static void test_gzip(void)
{
        g_autoptr(GByteArray) array = new_pcapng(), packed = g_byte_array_new();
        const gsize halves[] = {50, array->len - 50};
        g_autoptr(CaptureSource) whole = NULL, cut = NULL;
        const guint8 *next = array->data;

        for (guint i = 0; i < 2; i++) { /* two members, as "cat a.gz b.gz" has */
                g_autoptr(GConverter) deflater = G_CONVERTER(g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, 0));
                guint8 buffer[1024];
                gsize taken, written;

                g_assert_cmpint(g_converter_convert(deflater, next, halves[i], buffer, sizeof buffer,
                                                    G_CONVERTER_INPUT_AT_END, &taken, &written, NULL),
                                ==, G_CONVERTER_FINISHED);
                g_byte_array_append(packed, buffer, (guint) written);
                next += halves[i];
        }
        whole = open_array(packed);
        g_assert_cmpstr(capture_source_get_description(whole), ==, "pcapng, gzip");
        for (guint pass = 0; pass < 2; pass++) {
                expect_frame(whole, 1, G_GINT64_CONSTANT(1600000000123456000), "first");
                expect_frame(whole, 2, G_GINT64_CONSTANT(1600000000123457000), "and the second");
                expect_end(whole);
                g_assert_true(capture_source_rewind(whole, NULL));
        }
        g_byte_array_set_size(packed, packed->len - 20);
        cut = open_array(packed);
        expect_frame(cut, 1, G_GINT64_CONSTANT(1600000000123456000), "first");
        expect_damage(cut, "*: truncated at byte *, after packet 1*");
}

static void write_to(int fd, const guint8 *octets, gsize length)
{
        g_assert_cmpint(write(fd, octets, length), ==, length);
}

/* Standard input is a pipe in which the octets are already; ret_end is the one to write more to. */
static CaptureSource *open_standard_input(CaptureSource *(*open)(const char *, const char *, GError **),
                                          const guint8 *octets,
                                          gsize length,
                                          int *ret_end)
{
        g_autoptr(GError) error = NULL;
        CaptureSource *source;
        int fds[2], kept = dup(STDIN_FILENO);

        g_assert_cmpint(pipe(fds), ==, 0);
        write_to(fds[1], octets, length);
        g_assert_cmpint(dup2(fds[0], STDIN_FILENO), ==, STDIN_FILENO);
        close(fds[0]);
        if (ret_end)
                *ret_end = fds[1];
        else
                close(fds[1]);
        source = open("-", NULL, &error);
        dup2(kept, STDIN_FILENO);
        close(kept);
        g_assert_no_error(error);
        return source;
}

/* Each packet is there as soon as it was written. */
static void test_pipe(void)
{
        g_autoptr(GByteArray) array = new_pcapng();
        const guint second = array->len - 48;
        g_autoptr(CaptureSource) source = NULL;
        int end;

        source = open_standard_input(capture_source_open_as_it_comes, array->data, second, &end);
        g_assert_true(capture_source_is_live(source));
        expect_frame(source, 1, G_GINT64_CONSTANT(1600000000123456000), "first");
        g_assert_false(capture_source_has_more(source));
        write_to(end, array->data + second, array->len - second);
        g_assert_true(capture_source_has_more(source));
        expect_frame(source, 2, G_GINT64_CONSTANT(1600000000123457000), "and the second");
        g_assert_false(capture_source_has_more(source));
        close(end);
        expect_end(source);
}

static void test_pipe_truncated(void)
{
        g_autoptr(GByteArray) array = new_pcapng();
        g_autoptr(CaptureSource) source = NULL;
        g_autoptr(GError) error = NULL;
        CaptureFrame frame;

        source = open_standard_input(capture_source_open_as_it_comes, array->data, array->len - 20, NULL);
        expect_frame(source, 1, G_GINT64_CONSTANT(1600000000123456000), "first");
        g_assert_cmpint(capture_source_next(source, &frame, &error), ==, CAPTURE_NEXT_ERROR);
        g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED);
        g_assert_true(g_pattern_match_simple("standard input: truncated at byte *, after packet 1", error->message));
}

/* Whoever is stopped waits no longer for the rest of a packet, and does not call it damage. */
static void test_pipe_stopped(void)
{
        g_autoptr(GByteArray) array = new_pcapng();
        g_autoptr(CaptureSource) source = NULL;
        int end;

        source = open_standard_input(capture_source_open_as_it_comes, array->data, array->len - 20, &end);
        capture_source_stop(source);
        expect_frame(source, 1, G_GINT64_CONSTANT(1600000000123456000), "first");
        expect_end(source);
        expect_end(source);
        close(end);
}

static void test_standard_input(void)
{
        g_autoptr(GByteArray) array = new_pcapng();
        g_autoptr(CaptureSource) source = NULL;

        source = open_standard_input(capture_source_open_file, array->data, array->len, NULL);
        g_assert_false(capture_source_is_live(source));
        for (guint pass = 0; pass < 2; pass++) {
                expect_frame(source, 1, G_GINT64_CONSTANT(1600000000123456000), "first");
                expect_frame(source, 2, G_GINT64_CONSTANT(1600000000123457000), "and the second");
                expect_end(source);
                g_assert_true(capture_source_rewind(source, NULL));
        }
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
        g_autoptr(CaptureSource) source = capture_source_open_live("lo", "udp port 9", &error);
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
        capture_source_stop(source);
        while (next != CAPTURE_NEXT_END) {
                next = capture_source_next(source, &frame, &error);
                g_assert_no_error(error);
        }
}

static void test_live_unknown(void)
{
        g_autoptr(GError) error = NULL;
        g_autoptr(CaptureSource) source = capture_source_open_live("nosuchif0", NULL, &error);

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
        g_test_add_func("/capture/gzip", test_gzip);
        g_test_add_func("/capture/standard-input", test_standard_input);
        g_test_add_func("/capture/pipe", test_pipe);
        g_test_add_func("/capture/pipe-truncated", test_pipe_truncated);
        g_test_add_func("/capture/pipe-stopped", test_pipe_stopped);
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
