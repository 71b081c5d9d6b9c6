/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What labels, and JSON, are put together from. A label is written for each of millions of packets, so that nothing
 * here goes through printf, and copying is inlined. Until append_end() the string is not ended by a NUL; GLib's own
 * functions may be mixed with these, since all go by its length. */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* Room for n more characters, at the end; add what was written to string->len. */
static inline char *append_reserve(GString *string, gsize n)
{
        if (G_UNLIKELY(string->allocated_len - string->len <= n)) {
                gsize length = string->len;

                g_string_set_size(string, length + n);
                string->len = length;
        }
        return string->str + string->len;
}

static inline void append_len(GString *string, const char *text, gsize length)
{
        memcpy(append_reserve(string, length), text, length);
        string->len += length;
}

static inline void append_text(GString *string, const char *text)
{
        append_len(string, text, strlen(text));
}

static inline void append_char(GString *string, char character)
{
        *append_reserve(string, 1) = character;
        string->len++;
}

/* A string constant. */
#define append_literal(string, text) append_len(string, "" text, sizeof(text) - 1)

static inline void append_end(GString *string)
{
        *append_reserve(string, 1) = '\0';
}

void append_unsigned(GString *string, guint64 value);
/* A point and nine decimals. */
void append_fraction(GString *string, guint32 nanoseconds);
void append_bytes(GString *string, guint64 n); /* "1 byte", "2 bytes" */
/* "0.527 ms", "13.7 µs", "2.1 s": three significant digits. */
void append_duration(GString *string, gint64 nanoseconds);

G_END_DECLS
