/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/output/json-append.h"

#include "analyzer/output/escape.h"

#include <time.h>

JsonName json_name(const char *name)
{
        JsonName self = {.length = (guint8) (strlen(name) + 2)};

        g_assert_cmpuint(self.length, <=, sizeof self.text);
        self.text[0] = self.text[self.length - 1] = '"';
        memcpy(self.text + 1, name, self.length - 2u);
        return self;
}

/* Makes what a put function wrote behind json's end part of it. */
static void take(GString *json, const char *end)
{
        json->len = (gsize) (end - json->str);
}

char *json_put_seconds(char *out, gint64 nanoseconds)
{
        guint64 magnitude = nanoseconds < 0 ? 0 - (guint64) nanoseconds : (guint64) nanoseconds;

        if (nanoseconds < 0)
                out = put_literal(out, "-");
        return put_fraction(put_unsigned(out, magnitude / 1000000000u), (guint32) (magnitude % 1000000000u));
}

void json_append_seconds(GString *json, gint64 nanoseconds)
{
        take(json, json_put_seconds(append_reserve(json, JSON_PUT_SECONDS_SIZE), nanoseconds));
}

#define DAY (24 * 60 * 60)

char *json_put_time(char *out, JsonClock *clock, gint64 time)
{
        gint64 seconds = time / 1000000000, rest = time % 1000000000, day;
        guint second;

        if (rest < 0) {
                rest += 1000000000;
                seconds--;
        }
        day = seconds / DAY - (seconds % DAY < 0);
        second = (guint) (seconds - day * DAY);
        if (clock->length == 0 || day != clock->day) {
                time_t stamp = seconds;
                struct tm utc;

                gmtime_r(&stamp, &utc);
                clock->length = strftime(clock->text, sizeof clock->text, "\"%Y-%m-%dT", &utc);
                clock->day = day;
        }
        out = put_len(out, clock->text, clock->length);
        out = put_literal(put_two_digits(out, second / 3600), ":");
        out = put_literal(put_two_digits(out, second / 60 % 60), ":");
        out = put_two_digits(out, second % 60);
        return put_literal(put_fraction(out, (guint32) rest), "Z\"");
}

void json_append_time(GString *json, JsonClock *clock, gint64 time)
{
        take(json, json_put_time(append_reserve(json, JSON_PUT_TIME_SIZE), clock, time));
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

#define PUT_ENDPOINT_SIZE (IP_ADDRESS_STRING_SIZE + PUT_UNSIGNED_SIZE + 24)

static char *put_endpoint(char *out, const Endpoint *endpoint, gboolean has_port)
{
        out = put_literal(out, "{\"address\":\"");
        out += ip_address_write(&endpoint->address, out);
        out = put_literal(out, "\"");
        return has_port ? put_unsigned(json_put_key(out, "port"), endpoint->port) : out;
}

void json_append_endpoint(GString *json, const Endpoint *endpoint, gboolean has_port)
{
        take(json, put_endpoint(append_reserve(json, PUT_ENDPOINT_SIZE), endpoint, has_port));
}

void json_append_party(GString *json, const Endpoint *endpoint, gboolean has_port, const char *name)
{
        json_append_endpoint(json, endpoint, has_port);
        json_key_string(json, "name", name);
        json_literal(json, "}");
}
