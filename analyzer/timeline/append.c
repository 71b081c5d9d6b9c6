/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/timeline/append.h"

/* Two digits at a time, which halves the number of divisions. */
static const char pairs[] =
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748"
        "4950515253545556575859606162636465666768697071727374757677787980818283848586878889909192939495969798"
        "99";

char *put_two_digits(char *out, guint value)
{
        return put_len(out, pairs + (gsize) 2 * value, 2);
}

static guint count_digits(guint64 value)
{
        static const guint64 powers[] = {
                0,
                10,
                100,
                1000,
                10000,
                100000,
                1000000,
                10000000,
                100000000,
                1000000000,
                10000000000,
                100000000000,
                1000000000000,
                10000000000000,
                100000000000000,
                1000000000000000,
                10000000000000000,
                100000000000000000,
                1000000000000000000,
                G_GUINT64_CONSTANT(10000000000000000000),
        };
        /* 1233 / 4096 is a little less than the logarithm of 2 to the base 10, so the guess is right or 1 too low. */
        guint guess = (guint) (64 - __builtin_clzll(value | 1)) * 1233 >> 12;

        return guess + (value >= powers[guess]);
}

char *put_unsigned(char *out, guint64 value)
{
        char *end, *p;

        if (value < 10) {
                *out = (char) ('0' + value);
                return out + 1;
        }
        p = end = out + count_digits(value);
        for (; value >= 100; value /= 100)
                memcpy(p -= 2, pairs + 2 * (value % 100), 2);
        if (value >= 10)
                memcpy(p - 2, pairs + 2 * value, 2);
        else
                p[-1] = (char) ('0' + value);
        return end;
}

char *put_fraction(char *out, guint32 nanoseconds)
{
        out[0] = '.';
        for (guint i = 8; i > 0; i -= 2, nanoseconds /= 100)
                memcpy(out + i, pairs + (gsize) 2 * (nanoseconds % 100), 2);
        out[1] = (char) ('0' + nanoseconds);
        return out + PUT_FRACTION_SIZE;
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
        /* value in units of the last decimal, rounded. */
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
