/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A window over the octets of a packet, through which all headers are read. captured says how many octets are there,
 * length how many were on the wire. A header beyond the first was cut off by the capture; one beyond the second makes
 * the packet malformed.
 *
 * Call reader_has() before every getter. Debug builds, builds with sanitizers and fuzz targets (CHECKED_READER, set by
 * meson.build) abort if the check was forgotten; in other builds it costs nothing. */
#pragma once

#include <glib.h>

#ifdef CHECKED_READER
#define reader_check(condition) g_assert(condition)
#else
#define reader_check(condition)
#endif

typedef struct {
        const guint8 *data;
        guint32 captured; /* octets at data */
        guint32 length;   /* octets that were on the wire; at least captured */
} Reader;

/* Whether n octets from offset on were captured. */
static inline gboolean reader_has(const Reader *reader, guint32 offset, guint32 n)
{
        return offset <= reader->captured && n <= reader->captured - offset;
}

static inline guint8 reader_u8(const Reader *reader, guint32 offset)
{
        reader_check(reader_has(reader, offset, 1));
        return reader->data[offset];
}

static inline guint16 reader_u16(const Reader *reader, guint32 offset)
{
        reader_check(reader_has(reader, offset, 2));
        return (guint16) (reader->data[offset] << 8 | reader->data[offset + 1]);
}

static inline guint32 reader_u32(const Reader *reader, guint32 offset)
{
        reader_check(reader_has(reader, offset, 4));
        return (guint32) reader_u16(reader, offset) << 16 | reader_u16(reader, offset + 2);
}

/* The headers that captures add (radiotap, PPI, …) are little-endian. */
static inline guint16 reader_u16_le(const Reader *reader, guint32 offset)
{
        reader_check(reader_has(reader, offset, 2));
        return (guint16) (reader->data[offset] | reader->data[offset + 1] << 8);
}

static inline guint32 reader_u32_le(const Reader *reader, guint32 offset)
{
        reader_check(reader_has(reader, offset, 4));
        return reader_u16_le(reader, offset) | (guint32) reader_u16_le(reader, offset + 2) << 16;
}

/* Drops n octets from the front. They must be there. */
static inline void reader_skip(Reader *reader, guint32 n)
{
        reader_check(n <= reader->captured);
        reader->data += n;
        reader->captured -= n;
        reader->length -= n;
}

/* Drops all but the first n octets, those that were captured and those that were on the wire. */
static inline void reader_limit(Reader *reader, guint32 n)
{
        reader->length = MIN(reader->length, n);
        reader->captured = MIN(reader->captured, n);
}
