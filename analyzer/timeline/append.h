/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fast ways to build labels and JSON. A label is written for each of millions of packets, so nothing here uses printf,
 * and copying is inlined. The string has no NUL at its end until append_end() is called; these functions may be mixed
 * with GLib's, because all of them go by its length. */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* put_…() writes at out, which must have room, and returns the end of what it wrote, so that a sequence of calls keeps
 * its position in a register. append_…() writes at the end of a string, which grows. */

static inline char *put_len(char *out, const char *text, gsize length)
{
        memcpy(out, text, length);
        return out + length;
}

/* A string constant. */
#define put_literal(out, text) put_len(out, "" text, sizeof(text) - 1)

#define PUT_UNSIGNED_SIZE 20
char *put_unsigned(char *out, guint64 value);

/* A decimal point and nine digits. */
#define PUT_FRACTION_SIZE 10
char *put_fraction(char *out, guint32 nanoseconds);

/* A value below 100, always as two digits. */
char *put_two_digits(char *out, guint value);

/* Makes room for n more characters and returns where they go; the caller adds the number written to string->len. */
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

static inline void append_unsigned(GString *string, guint64 value)
{
        string->len = (gsize) (put_unsigned(append_reserve(string, PUT_UNSIGNED_SIZE), value) - string->str);
}

void append_bytes(GString *string, guint64 n); /* "1 byte", "2 bytes" */
/* "527 µs", "13.7 µs", "2.10 s": three significant digits, or all digits of whole seconds from 1000 s on. */
void append_duration(GString *string, gint64 nanoseconds);

G_END_DECLS
