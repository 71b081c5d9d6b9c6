/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of chat/protocol share among themselves. */
#pragma once

#include "chat/protocol/mistakes.h"
#include "chat/protocol/protocol.h"

#define CHAT_MAX_TOKENS 12

/* One token of a pattern: a literal, or an argument between two literal parts. */
typedef struct {
        gboolean is_argument;
        ChatArgumentType type;
        const char *prefix; /* the literal itself where it is no argument */
        const char *suffix; /* "" where none */
        gsize prefix_length, suffix_length;
} PatternToken;

typedef struct {
        ChatForm visible;
        guint n_tokens;
        PatternToken tokens[CHAT_MAX_TOKENS];
        guint rank[CHAT_MAX_TOKENS]; /* how exact each token is: a literal is 0 */
} PatternForm;

struct ChatProtocol {
        gatomicrefcount references;
        GStringChunk *strings; /* everything below points into it */
        const char *name, *title, *description;
        ChatTransport transport;
        guint receive_limit;
        gboolean has_exchanges;
        guint senders; /* a bit for each ChatSender that some form is from */
        GArray *ports;
        guint n_forms;
        PatternForm *forms;   /* n_forms, in file order */
        ChatForm *visible;    /* the same, as the header shows them */
        guint *by_rank;       /* indices of forms, the most exact first */
        guint *by_octet[256]; /* the same, of those that a text may have whose first octet this is; G_MAXUINT ends */
        GPtrArray *answers;   /* the vectors that ChatForm.answers points to */
};

/* protocol.c */
ChatProtocol *protocol_new(void);

/* vocabulary.c: the words of descriptions, each list in the order of its enumeration and ended by NULL. */
extern const char *const vocabulary_senders[],
        *const vocabulary_replies[], *const vocabulary_transports[], *const vocabulary_types[],
                                                                             *const vocabulary_meanings[];
/* What a form of that meaning has to be: its sender (-1: any), and the types that its first placeholders have (NULL:
 * any), as a person would write them in ret_needed. */
gboolean vocabulary_has_placeholders(const ChatForm *form, const char **ret_needed);
int vocabulary_sender_of(ChatMeaning meaning);

/* pattern.c. Parses a pattern into form, whose visible.pattern is set. FALSE, with what is wrong and the text that its
 * sentence shows (or NULL; borrowed from strings), where it cannot. */
gboolean pattern_compile(PatternForm *form, GStringChunk *strings, MistakeKind *ret_mistake, const char **ret_shown);
/* 1 to 65535, decimal, no sign, no leading zero. 0: it is none. */
guint pattern_read_port(const char *text, gsize length);
/* Fills by_octet. */
void pattern_index(ChatProtocol *protocol);
/* Whether one datagram could fit both equally well. */
gboolean pattern_ties(const PatternForm *a, const PatternForm *b);
int pattern_compare(const PatternForm *a, const PatternForm *b);
