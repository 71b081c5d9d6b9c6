/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ways in which a capture comes: compressed files, pipes, standard input. */
#include "tests/unit/capture-files.h"

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

int main(int argc, char **argv)
{
        g_autofree char *file = NULL;
        int status;

        g_test_init(&argc, &argv, NULL);
        folder = g_dir_make_tmp("test-capture-XXXXXX", NULL);
        g_assert_nonnull(folder);
        g_test_add_func("/capture/gzip", test_gzip);
        g_test_add_func("/capture/standard-input", test_standard_input);
        g_test_add_func("/capture/pipe", test_pipe);
        g_test_add_func("/capture/pipe-truncated", test_pipe_truncated);
        g_test_add_func("/capture/pipe-stopped", test_pipe_stopped);
        status = g_test_run();
        file = g_build_filename(folder, "file", NULL);
        g_unlink(file);
        g_rmdir(folder);
        g_free(folder);
        return status;
}
