/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures made in memory, octet by octet, and what is expected of reading them. */
#pragma once

#include "analyzer/capture/source.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static char *folder;

static gboolean swap; /* whether numbers are put in the other order of bytes */

static inline void put16(GByteArray *array, guint16 value)
{
        value = swap ? GUINT16_SWAP_LE_BE(value) : value;
        g_byte_array_append(array, (const guint8 *) &value, sizeof value);
}

static inline void put32(GByteArray *array, guint32 value)
{
        value = swap ? GUINT32_SWAP_LE_BE(value) : value;
        g_byte_array_append(array, (const guint8 *) &value, sizeof value);
}

static inline void put_text(GByteArray *array, const char *text)
{
        g_byte_array_append(array, (const guint8 *) text, (guint) strlen(text));
        while (array->len % 4 != 0)
                g_byte_array_append(array, (const guint8 *) "", 1);
}

static inline guint begin(GByteArray *array, guint32 type)
{
        put32(array, type);
        put32(array, 0);
        return array->len - 8;
}

static inline void end(GByteArray *array, guint start)
{
        guint32 length = array->len - start + 4, stored = swap ? GUINT32_SWAP_LE_BE(length) : length;

        put32(array, length);
        memcpy(array->data + start + 4, &stored, sizeof stored);
}

static inline void put_section(GByteArray *array)
{
        guint start = begin(array, 0x0a0d0d0a);

        put32(array, 0x1a2b3c4d);
        put16(array, 1);
        put16(array, 0);
        put32(array, G_MAXUINT32);
        put32(array, G_MAXUINT32);
        end(array, start);
}

static inline void put_interface(GByteArray *array, guint16 link_type, guint8 resolution, const char *name)
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

static inline void put_packet(GByteArray *array, guint32 interface, guint64 ticks, const char *data)
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

static inline GByteArray *new_pcapng(void)
{
        GByteArray *array = g_byte_array_new();

        put_section(array);
        put_interface(array, LINK_TYPE_ETHERNET, 6, "eth0");
        put_packet(array, 0, G_GUINT64_CONSTANT(1600000000123456), "first");
        put_packet(array, 0, G_GUINT64_CONSTANT(1600000000123457), "and the second");
        return array;
}

/* Octets of zero. */
static inline void put_long_packet(GByteArray *array, guint32 length)
{
        guint before = array->len + 8;

        put32(array, 0);
        put32(array, 0);
        put32(array, length);
        put32(array, length);
        g_byte_array_set_size(array, before + 8 + length);
        memset(array->data + before + 8, 0, length);
}

static inline GByteArray *new_pcap(guint32 magic, guint32 snapshot_length)
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

static inline char *save(const void *octets, gsize length)
{
        char *path = g_build_filename(folder, "file", NULL);
        g_autoptr(GError) error = NULL;

        g_file_set_contents(path, octets, (gssize) length, &error);
        g_assert_no_error(error);
        return path;
}

static inline CaptureSource *open_octets(const void *octets, gsize length, GError **error)
{
        g_autofree char *path = save(octets, length);

        return capture_source_open_file(path, NULL, error);
}

static inline CaptureSource *open_array(const GByteArray *array)
{
        g_autoptr(GError) error = NULL;
        CaptureSource *source = open_octets(array->data, array->len, &error);

        g_assert_no_error(error);
        return source;
}

static inline void expect_frame(CaptureSource *source, guint64 number, gint64 time, const char *data)
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

static inline void expect_end(CaptureSource *source)
{
        g_autoptr(GError) error = NULL;
        CaptureFrame frame;

        g_assert_cmpint(capture_source_next(source, &frame, &error), ==, CAPTURE_NEXT_END);
        g_assert_no_error(error);
}

static inline void expect_damage(CaptureSource *source, const char *pattern)
{
        g_autoptr(GError) error = NULL;
        CaptureFrame frame;

        g_assert_cmpint(capture_source_next(source, &frame, &error), ==, CAPTURE_NEXT_ERROR);
        g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED);
        if (!g_pattern_match_simple(pattern, error->message))
                g_error("%s is not %s", error->message, pattern);
}
