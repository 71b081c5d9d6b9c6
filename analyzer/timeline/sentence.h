/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences. Each stands in the source as one whole template with named {placeholders}, so that it can be read,
 * compared with its RFC and, one day, translated. A sentence that depends on a number has two templates, for one and
 * for several. */
#pragma once

#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

typedef enum {
        SENTENCE_END, /* ends a list of values */
        SENTENCE_NUMBER,
        SENTENCE_HEXADECIMAL, /* "0xACC0" */
        SENTENCE_DURATION,
        SENTENCE_TEXT,
        SENTENCE_ADDRESS,
        SENTENCE_FRAMES,
} SentenceKind;

/* The value of the placeholder {name}. Pointers are borrowed until the sentence is written. */
typedef struct {
        const char *name;
        SentenceKind kind;
        gsize n; /* length of frames */
        union {
                guint64 number;
                gint64 duration;  /* nanoseconds */
                const char *text; /* any octets: writers escape them */
                const IpAddress *address;
                const guint64 *frames; /* "1, 2 and 3"; of many, the first few */
        };
} SentenceValue;

#define NUMBER(place, value)                                                                                           \
        {                                                                                                              \
                .name = (place), .kind = SENTENCE_NUMBER, .number = (value)                                            \
        }
#define HEXADECIMAL(place, value)                                                                                      \
        {                                                                                                              \
                .name = (place), .kind = SENTENCE_HEXADECIMAL, .number = (value)                                       \
        }
#define DURATION(place, value)                                                                                         \
        {                                                                                                              \
                .name = (place), .kind = SENTENCE_DURATION, .duration = (value)                                        \
        }
#define TEXT(place, value)                                                                                             \
        {                                                                                                              \
                .name = (place), .kind = SENTENCE_TEXT, .text = (value)                                                \
        }
#define ADDRESS(place, value)                                                                                          \
        {                                                                                                              \
                .name = (place), .kind = SENTENCE_ADDRESS, .address = (value)                                          \
        }
#define FRAMES(place, value, length)                                                                                   \
        {                                                                                                              \
                .name = (place), .kind = SENTENCE_FRAMES, .frames = (value), .n = (length)                             \
        }

/* The values of one sentence. */
#define VALUES(...) ((const SentenceValue[]){__VA_ARGS__, {.kind = SENTENCE_END}})

/* Appends the template with its placeholders filled in. values: VALUES(…), or NULL if the template has no placeholders.
 * A placeholder without a value is a mistake in the source: it is appended as it is, and the tests look for it. */
void sentence_append(GString *text, const char *template, const SentenceValue *values);

/* The template to use for the number n. */
static inline const char *sentence_for(guint64 n, const char *one, const char *several)
{
        return n == 1 ? one : several;
}

G_END_DECLS
