/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Takes the input as a capture file and copies it with comments. The copy must be a complete capture with the same
 * packets, times and octets; copying it again with the same comments must not change it. */
#include "analyzer/capture/rewriter.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* Two packets of three get a comment; one in 16 gets a comment that is longer than an option can be. */
static const char *comment_for(guint64 number)
{
        static const char *const comments[] = {NULL, "says: “hello”", "a\nb"};
        static char *longest;

        if (!longest)
                longest = g_strnfill(G_MAXUINT16 + 10, 'x');
        return number % 16 == 7 ? longest : comments[number % 3];
}

/* Returns what was written. */
static char *copy(const guint8 *data, gsize size, gsize *ret_length, CaptureRewriterCounts *ret_counts)
{
        g_autoptr(GError) error = NULL, damage = NULL;
        g_autoptr(CaptureSource) source = capture_source_open_memory(data, size, &error);
        g_autoptr(CaptureRewriter) rewriter = NULL;
        CaptureRewriterCounts counts;
        CaptureFrame frame;
        CaptureNext next;
        char *octets = NULL;
        FILE *file;

        if (!source)
                return NULL;
        file = open_memstream(&octets, ret_length);
        rewriter = capture_rewriter_new(source, file, "the copy", &error);
        g_assert_no_error(error);
        g_assert_true(capture_rewriter_begin(rewriter, "fuzz", &error));
        while ((next = capture_source_next(source, &frame, &error)) == CAPTURE_NEXT_FRAME) {
                const char *comment = frame.is_packet ? comment_for(frame.number) : NULL;

                if (comment)
                        g_assert_true(capture_rewriter_comment(rewriter, frame.number, comment, &damage));
                else if (frame.number % 2 == 0)
                        g_assert_true(capture_rewriter_copy(rewriter, frame.number, &damage));
        }
        g_assert_cmpint(capture_rewriter_finish(rewriter, &counts, &damage), ==, next == CAPTURE_NEXT_END);
        g_assert_cmpstr(damage ? damage->message : NULL, ==, error ? error->message : NULL);
        g_assert_cmpint(fclose(file), ==, 0);
        g_assert_cmpuint(counts.octets, ==, *ret_length);
        if (ret_counts)
                *ret_counts = counts;
        return octets;
}

static void compare_frames(const CaptureFrame *one, const CaptureFrame *other)
{
        g_assert_cmpuint(one->number, ==, other->number);
        g_assert_cmpint(one->is_packet, ==, other->is_packet);
        g_assert_cmpint(one->has_time, ==, other->has_time);
        g_assert_cmpint(one->time, ==, other->time);
        g_assert_cmpuint(one->link_type, ==, other->link_type);
        g_assert_cmpuint(one->interface, ==, other->interface);
        g_assert_cmpuint(one->original_length, ==, other->original_length);
        g_assert_cmpmem(one->data, one->captured_length, other->data, other->captured_length);
}

/* Compares frames until the original ends, damaged or not; the copy must then end in good order. */
static void compare(const guint8 *data, gsize size, const guint8 *copied, gsize length)
{
        g_autoptr(GError) error = NULL, copy_error = NULL;
        g_autoptr(CaptureSource) original = capture_source_open_memory(data, size, &error);
        g_autoptr(CaptureSource) copy = capture_source_open_memory(copied, length, &copy_error);
        CaptureFrame frame, other;

        g_assert_no_error(copy_error);
        while (capture_source_next(original, &frame, &error) == CAPTURE_NEXT_FRAME) {
                g_assert_cmpint(capture_source_next(copy, &other, &copy_error), ==, CAPTURE_NEXT_FRAME);
                compare_frames(&frame, &other);
        }
        g_assert_cmpint(capture_source_next(copy, &other, &copy_error), ==, CAPTURE_NEXT_END);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
        CaptureRewriterCounts counts = {0}, again = {0};
        g_autofree char *first = NULL, *second = NULL;
        gsize length = 0, second_length = 0;

        first = copy(data, size, &length, &counts);
        if (!first || length == 0)
                return 0;
        compare(data, size, (const guint8 *) first, length);
        second = copy((const guint8 *) first, length, &second_length, &again);
        g_assert_cmpmem(first, length, second, second_length);
        g_assert_cmpuint(counts.commented, ==, again.commented);
        g_assert_cmpuint(counts.uncommentable, ==, again.uncommentable);
        return 0;
}
