/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/timeline/append.h"

/* Digits two at a time: half as many divisions. */
static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748"
                            "4950515253545556575859606162636465666768697071727374757677787980818283848586878889909192939495969798"
                            "99";

void append_unsigned(GString *string, guint64 value)
{
        char digits[20], *end = digits + sizeof digits, *start = end;

        while (value >= 100) {
                start -= 2;
                memcpy(start, pairs + 2 * (value % 100), 2);
                value /= 100;
        }
        if (value >= 10) {
                start -= 2;
                memcpy(start, pairs + 2 * value, 2);
        } else {
                *--start = (char) ('0' + value);
        }
        append_len(string, start, (gsize) (end - start));
}

void append_fraction(GString *string, guint32 nanoseconds)
{
        char *out = append_reserve(string, 10);

        out[0] = '.';
        for (guint i = 8; i > 0; i -= 2, nanoseconds /= 100)
                memcpy(out + i, pairs + (gsize) 2 * (nanoseconds % 100), 2);
        out[1] = (char) ('0' + nanoseconds);
        string->len += 10;
}

void append_duration(GString *string, gint64 nanoseconds)
{
        static const struct {
                guint64 unit; /* nanoseconds */
                const char *name;
        } units[] = {{1000000000, " s"}, {1000000, " ms"}, {1000, " µs"}};
        guint64 value = nanoseconds < 0 ? 0 - (guint64) nanoseconds : (guint64) nanoseconds, scale = 100;
        guint n = 0, decimals = 2;

        while (value < units[n].unit && n + 1 < G_N_ELEMENTS(units))
                n++;
        for (; decimals > 0 && value >= units[n].unit * 1000 / scale; decimals--)
                scale /= 10;
        if (nanoseconds < 0)
                append_char(string, '-');
        /* Rounded to so many decimals, as a whole number. */
        value = value / units[n].unit * scale + (value % units[n].unit * scale + units[n].unit / 2) / units[n].unit;
        append_unsigned(string, value / scale);
        if (decimals > 0) {
                append_char(string, '.');
                if (decimals == 2)
                        append_char(string, (char) ('0' + value / 10 % 10));
                append_char(string, (char) ('0' + value % 10));
        }
        append_text(string, units[n].name);
}

void append_bytes(GString *string, guint64 n)
{
        append_unsigned(string, n);
        append_text(string, n == 1 ? " byte" : " bytes");
}
