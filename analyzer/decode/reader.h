/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A window over octets of a packet, never read beyond its end. "Captured" is what is there, "length" what the wire
 * carried: a read beyond the first is a cut-off, beyond the second a malformed packet.
 *
 * Ask reader_has() before each getter. Builds for debugging, with sanitizers and for fuzzing (CHECKED_READER, set by
 * meson.build) abort where somebody forgot; others pay nothing for it. */
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

/* Whether n octets from offset are there. */
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

/* The headers of captures themselves (radiotap, PPI) have the octet of least weight first. */
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

/* Drops n octets from the front; n must be there. */
static inline void reader_skip(Reader *reader, guint32 n)
{
        reader_check(n <= reader->captured);
        reader->data += n;
        reader->captured -= n;
        reader->length -= n;
}

/* Keeps only the first n octets of what was on the wire. */
static inline void reader_limit(Reader *reader, guint32 n)
{
        reader->length = MIN(reader->length, n);
        reader->captured = MIN(reader->captured, n);
}
