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
                double unit;
                const char *name;
        } units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}};
        double value = (double) ABS(nanoseconds);

        for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
                double scaled = value / units[i].unit;

                if (scaled < 1 && i + 1 < G_N_ELEMENTS(units))
                        continue;
                g_string_append_printf(string, "%s%.*f %s", nanoseconds < 0 ? "-" : "",
                                       scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2, scaled, units[i].name);
                return;
        }
}

void append_bytes(GString *string, guint64 n)
{
        append_unsigned(string, n);
        g_string_append(string, n == 1 ? " byte" : " bytes");
}
