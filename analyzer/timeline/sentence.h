/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences. Each stands in the source as one whole template with named {placeholders}, so that it can be
 * read, compared with its RFC and one day be translated; what depends on a number has two, for one and for
 * several. */
#pragma once

#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

typedef enum {
        SENTENCE_END, /* of a list of values */
        SENTENCE_NUMBER,
        SENTENCE_HEXADECIMAL, /* "0xACC0" */
        SENTENCE_DURATION,
        SENTENCE_TEXT,
        SENTENCE_ADDRESS,
        SENTENCE_FRAMES,
} SentenceKind;

/* What takes the place of {name}. Text and frames are borrowed until the sentence is written. */
typedef struct {
        const char *name;
        SentenceKind kind;
        gsize n; /* of frames */
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

/* Appends the template with its placeholders filled in. values: VALUES(…), or NULL where the template has
 * none. A placeholder without a value is a mistake in the source: it stays as it stands, and the tests look
 * for it. */
void sentence_append(GString *text, const char *template, const SentenceValue *values);

/* The template for n. */
static inline const char *sentence_for(guint64 n, const char *one, const char *several)
{
        return n == 1 ? one : several;
}

G_END_DECLS
