/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What sentences are put together from. Numbers without printf: a label is written for every packet. */
#include "analyzer/timeline/build.h"

void append_unsigned(GString *string, guint64 value)
{
        char digits[20];
        guint n = sizeof digits;

        do
                digits[--n] = (char) ('0' + value % 10);
        while ((value /= 10) > 0);
        g_string_append_len(string, digits + n, (gssize) (sizeof digits - n));
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
                g_string_append_c(string, '-');
        /* Rounded to so many decimals, as a whole number. */
        value = value / units[n].unit * scale + (value % units[n].unit * scale + units[n].unit / 2) / units[n].unit;
        append_unsigned(string, value / scale);
        if (decimals > 0) {
                g_string_append_c(string, '.');
                if (decimals == 2)
                        g_string_append_c(string, (char) ('0' + value / 10 % 10));
                g_string_append_c(string, (char) ('0' + value % 10));
        }
        g_string_append(string, units[n].name);
}

void append_bytes(GString *string, guint64 n)
{
        append_unsigned(string, n);
        g_string_append(string, n == 1 ? " byte" : " bytes");
}
