/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/timeline/sentence.h"

#include "analyzer/timeline/append.h"

/* A sentence names no more frames than this. */
#define SHOWN_FRAMES 8

static void append_hexadecimal(GString *text, guint64 number)
{
        char digits[16];
        guint n = 0;

        append_literal(text, "0x");
        do {
                digits[n++] = "0123456789ABCDEF"[number & 15];
                number >>= 4;
        } while (number > 0);
        while (n > 0)
                append_char(text, digits[--n]);
}

static void append_frames(GString *text, const guint64 *frames, gsize n)
{
        gsize shown = MIN(n, SHOWN_FRAMES);

        for (gsize i = 0; i < shown; i++) {
                if (i > 0)
                        append_text(text, i + 1 == n ? " and " : ", ");
                append_unsigned(text, frames[i]);
        }
        if (n > shown)
                append_literal(text, " and so on");
}

static void append_value(GString *text, const SentenceValue *value)
{
        switch (value->kind) {
        case SENTENCE_NUMBER:
                append_unsigned(text, value->number);
                break;
        case SENTENCE_HEXADECIMAL:
                append_hexadecimal(text, value->number);
                break;
        case SENTENCE_DURATION:
                append_duration(text, value->duration);
                break;
        case SENTENCE_TEXT:
                append_text(text, value->text);
                break;
        case SENTENCE_ADDRESS:
                text->len += ip_address_write(value->address, append_reserve(text, IP_ADDRESS_STRING_SIZE));
                break;
        case SENTENCE_FRAMES:
                append_frames(text, value->frames, value->n);
                break;
        case SENTENCE_END:
                break;
        }
}

static const SentenceValue *find_value(const SentenceValue *values, const char *name, gsize length)
{
        for (; values && values->kind != SENTENCE_END; values++)
                if (strncmp(values->name, name, length) == 0 && values->name[length] == '\0')
                        return values;
        return NULL;
}

void sentence_append(GString *text, const char *template, const SentenceValue *values)
{
        for (;;) {
                const char *open = strchr(template, '{'), *close = open ? strchr(open, '}') : NULL;
                const SentenceValue *value;

                if (!close) {
                        append_text(text, template);
                        return;
                }
                value = find_value(values, open + 1, (gsize) (close - open - 1));
                append_len(text, template, (gsize) ((value ? open : close + 1) - template));
                if (value)
                        append_value(text, value);
                template = close + 1;
        }
}
