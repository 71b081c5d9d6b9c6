/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/output/json-append.h"

#include "analyzer/output/escape.h"

#include <time.h>

/* Digits two at a time: half as many divisions. */
static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748"
                            "4950515253545556575859606162636465666768697071727374757677787980818283848586878889909192939495969798"
                            "99";

/* Writes value so that it ends before end; returns where it begins. */
static char *write_number(char *end, guint64 value)
{
        while (value >= 100) {
                end -= 2;
                memcpy(end, pairs + 2 * (value % 100), 2);
                value /= 100;
        }
        if (value >= 10) {
                end -= 2;
                memcpy(end, pairs + 2 * value, 2);
        } else {
                *--end = (char) ('0' + value);
        }
        return end;
}

void json_append_number(GString *json, guint64 value)
{
        char digits[20], *start;

        if (value < 10) {
                *json_reserve(json, 1) = (char) ('0' + value);
                json->len++;
                return;
        }
        start = write_number(digits + sizeof digits, value);
        json_append_len(json, start, (gsize) (digits + sizeof digits - start));
}

static void append_fraction(GString *json, guint32 nanoseconds)
{
        char *out = json_reserve(json, 10);

        out[0] = '.';
        for (guint i = 8; i > 0; i -= 2, nanoseconds /= 100)
                memcpy(out + i, pairs + (gsize) 2 * (nanoseconds % 100), 2);
        out[1] = (char) ('0' + nanoseconds);
        json->len += 10;
}

void json_append_seconds(GString *json, gint64 nanoseconds)
{
        guint64 magnitude = nanoseconds < 0 ? 0 - (guint64) nanoseconds : (guint64) nanoseconds;

        if (nanoseconds < 0)
                json_literal(json, "-");
        json_append_number(json, magnitude / 1000000000u);
        append_fraction(json, (guint32) (magnitude % 1000000000u));
}

void json_append_time(GString *json, JsonClock *clock, gint64 time)
{
        gint64 seconds = time / 1000000000, rest = time % 1000000000;

        if (rest < 0) {
                rest += 1000000000;
                seconds--;
        }
        if (clock->length == 0 || seconds != clock->second) {
                time_t stamp = seconds;
                struct tm utc;

                gmtime_r(&stamp, &utc);
                clock->length = strftime(clock->text, sizeof clock->text, "\"%Y-%m-%dT%H:%M:%S", &utc);
                clock->second = seconds;
        }
        json_append_len(json, clock->text, clock->length);
        append_fraction(json, (guint32) rest);
        json_literal(json, "Z\"");
}

void json_append_string_len(GString *json, const char *text, gsize length)
{
        json_literal(json, "\"");
        escape_append_for_json(json, text, length);
        json_literal(json, "\"");
}

void json_append_string(GString *json, const char *text)
{
        if (text)
                json_append_string_len(json, text, strlen(text));
        else
                json_literal(json, "null");
}
