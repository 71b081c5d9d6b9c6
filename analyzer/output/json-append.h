/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What JSON is put together from, for json.c and json-conversation.c. */
#pragma once

#include "analyzer/decode/packet.h"
#include "analyzer/timeline/append.h"

G_BEGIN_DECLS

/* A string constant. */
#define json_literal(json, text) append_literal(json, text)

/* A name of ours, in quotation marks, made once: written by a copy of fixed size. */
typedef struct {
        char text[31];
        guint8 length;
} JsonName;
JsonName json_name(const char *name); /* at most 29 characters, none that needs escaping */
static inline char *json_put_name(char *out, const JsonName *name)
{
        memcpy(out, name->text, sizeof name->text);
        return out + name->length;
}

/* {"address":…,"port":… without what follows; no port where there is none. */
#define JSON_PUT_ENDPOINT_SIZE (IP_ADDRESS_STRING_SIZE + PUT_UNSIGNED_SIZE + 24)
char *json_put_endpoint(char *out, const Endpoint *endpoint, gboolean has_port);
void json_append_endpoint(GString *json, const Endpoint *endpoint, gboolean has_port);

/* Seconds with nine decimals. */
#define JSON_PUT_SECONDS_SIZE (1 + PUT_UNSIGNED_SIZE + PUT_FRACTION_SIZE)
char *json_put_seconds(char *out, gint64 nanoseconds);
void json_append_seconds(GString *json, gint64 nanoseconds);

/* Packets come by the thousand a day: the text of the date is made once. Zero-initialise. */
typedef struct {
        gint64 day;
        gsize length; /* 0: none yet */
        char text[24];
} JsonClock;

/* RFC 3339, UTC, nine decimals, quoted. time: nanoseconds since 1970. */
#define JSON_PUT_TIME_SIZE 48
char *json_put_time(char *out, JsonClock *clock, gint64 time);
void json_append_time(GString *json, JsonClock *clock, gint64 time);

/* Any octets; what is no UTF-8 becomes U+FFFD. */
void json_append_string_len(GString *json, const char *text, gsize length);
/* NULL: null. */
void json_append_string(GString *json, const char *text);

/* A comma, the key (a string constant), a colon, and the value. A name is one of ours and needs no escaping. */
#define json_put_key(out, key) put_literal(out, ",\"" key "\":")
#define json_key(json, key) json_literal(json, ",\"" key "\":")
#define json_key_number(json, key, value) (json_key(json, key), append_unsigned(json, value))
#define json_key_string(json, key, value) (json_key(json, key), json_append_string(json, value))
#define json_key_name(json, key, value) (json_key(json, key), json_append_name(json, value))

static inline void json_append_name(GString *json, const char *name)
{
        gsize length = strlen(name);
        char *out = append_reserve(json, length + 2);

        out[0] = '"';
        memcpy(out + 1, name, length);
        out[length + 1] = '"';
        json->len += length + 2;
}

G_END_DECLS
