/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions that append JSON text to a string. Functions named put write to memory that was reserved with
 * append_reserve(), at least the number of characters in the macro before them, and return the end of what they
 * wrote. */
#pragma once

#include "analyzer/decode/packet.h"
#include "analyzer/timeline/append.h"

G_BEGIN_DECLS

/* text: a string constant. */
#define json_literal(json, text) append_literal(json, text)

/* A name of the program, already in quotation marks. It is written by a copy of fixed size. */
typedef struct {
        char text[31];
        guint8 length;
} JsonName;
JsonName json_name(const char *name); /* name: at most 29 characters, none of which needs escaping */
static inline char *json_put_name(char *out, const JsonName *name)
{
        memcpy(out, name->text, sizeof name->text);
        return out + name->length;
}

/* Appends {"address":…,"port":… without the closing brace; with has_port FALSE, only the address. */
void json_append_endpoint(GString *json, const Endpoint *endpoint, gboolean has_port);
/* Appends the whole object, with the endpoint's chat name; name may be NULL. */
void json_append_party(GString *json, const Endpoint *endpoint, gboolean has_port, const char *name);

/* Seconds with nine decimals. nanoseconds may be negative. */
#define JSON_PUT_SECONDS_SIZE (1 + PUT_UNSIGNED_SIZE + PUT_FRACTION_SIZE)
char *json_put_seconds(char *out, gint64 nanoseconds);
void json_append_seconds(GString *json, gint64 nanoseconds);

/* Keeps the text of the current date, so that it is not made again for each packet. Zero-initialise. */
typedef struct {
        gint64 day;
        gsize length; /* 0: no text yet */
        char text[24];
} JsonClock;

/* A time in quotation marks, by RFC 3339: UTC, nine decimals. time: nanoseconds since 1970. */
#define JSON_PUT_TIME_SIZE 48
char *json_put_time(char *out, JsonClock *clock, gint64 time);
void json_append_time(GString *json, JsonClock *clock, gint64 time);

/* Appends text, escaped and in quotation marks; octets that are no UTF-8 become U+FFFD. */
void json_append_string_len(GString *json, const char *text, gsize length);
/* Likewise for text that ends with NUL; null if text is NULL. */
void json_append_string(GString *json, const char *text);

/* A comma, the key (a string constant), a colon, and the value. json_key_name(): value is a name of the program, which
 * needs no escaping. */
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
