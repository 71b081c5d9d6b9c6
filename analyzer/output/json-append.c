/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/output/json-append.h"

#include "analyzer/output/escape.h"

#include <time.h>

void json_append_seconds(GString *json, gint64 nanoseconds)
{
        guint64 magnitude = nanoseconds < 0 ? 0 - (guint64) nanoseconds : (guint64) nanoseconds;

        if (nanoseconds < 0)
                json_literal(json, "-");
        append_unsigned(json, magnitude / 1000000000u);
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
        append_len(json, clock->text, clock->length);
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

void json_append_endpoint(GString *json, const Endpoint *endpoint, gboolean has_port)
{
        json_literal(json, "{\"address\":\"");
        json->len += ip_address_write(&endpoint->address, append_reserve(json, IP_ADDRESS_STRING_SIZE));
        json_literal(json, "\"");
        if (has_port)
                json_key_number(json, "port", endpoint->port);
}
