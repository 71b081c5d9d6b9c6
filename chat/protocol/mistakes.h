/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be wrong with a description, and the sentences that say so: the same as in dissector/chatsniff/mistakes.lua,
 * so that the analyzer and Wireshark refuse a description in the same words. tests/protocol compares the two. */
#pragma once

#include "chat/protocol/protocol.h"

typedef enum {
        MISTAKE_TOO_LARGE,
        MISTAKE_NUL,
        MISTAKE_NOT_UTF8,
        MISTAKE_NEITHER,
        MISTAKE_NO_GROUP_YET,
        MISTAKE_SECOND_GROUP,
        MISTAKE_SECOND_KEY,
        MISTAKE_UNKNOWN_GROUP,
        MISTAKE_NO_PROTOCOL,
        MISTAKE_NO_FORM,
        MISTAKE_MANY_FORMS,
        MISTAKE_UNKNOWN_KEY,
        MISTAKE_NO_KEY,
        MISTAKE_CONTROL,
        MISTAKE_NONE_OF,
        MISTAKE_NAME,
        MISTAKE_PORT,
        MISTAKE_LIMIT,
        MISTAKE_EMPTY_PATTERN,
        MISTAKE_ONE_SPACE,
        MISTAKE_MANY_TOKENS,
        MISTAKE_REST_LAST,
        MISTAKE_REST_ALONE,
        MISTAKE_CLOSE_ALONE,
        MISTAKE_OPEN_ALONE,
        MISTAKE_PLACEHOLDER,
        MISTAKE_ONE_PLACEHOLDER,
        MISTAKE_TYPE,
        MISTAKE_MANY_PLACEHOLDERS,
        MISTAKE_SAME_PLACEHOLDER,
        MISTAKE_LABEL,
        MISTAKE_ANSWERS_WITHOUT_REPLY,
        MISTAKE_REPLY_WITHOUT_ANSWERS,
        MISTAKE_NO_SUCH_FORM,
        MISTAKE_SAME_SIDE,
        MISTAKE_TIE,
        MISTAKE_MEANING_PLACEHOLDERS,
        MISTAKE_MEANING_SENDER,
        MISTAKE_MEANING_TEXT,
} MistakeKind;

/* An empty list of ChatMistake. */
GPtrArray *mistakes_new(void);

/* Adds a ChatMistake to mistakes, unless there are CHAT_MAX_MISTAKES already. group and key may be NULL. a and b fill
 * the gaps in the sentence of that kind; NULL where it has none. Text of the file is shortened, and its control
 * characters are replaced. */
void mistakes_add(GPtrArray *mistakes,
                  guint line,
                  const char *group,
                  const char *key,
                  MistakeKind kind,
                  const char *a,
                  const char *b);

/* Sorts by line; mistakes of the same line stay in the order in which they were found. */
void mistakes_sort(GPtrArray *mistakes);
