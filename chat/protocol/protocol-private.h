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
        const char *prefix; /* what stands before the argument, or all of a literal */
        const char *suffix; /* what stands after the argument; "" if nothing does */
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
        ChatForm *visible;    /* the same forms, as the public header shows them */
        guint *by_rank;       /* indices of forms, the most exact first */
        guint *by_octet[256]; /* by the first octet of a text: indices of the forms that may fit; G_MAXUINT ends */
        GPtrArray *answers;   /* owns the vectors that ChatForm.answers points to */
};

/* protocol.c */
ChatProtocol *protocol_new(void);

/* vocabulary.c: the words of descriptions, each list in the order of its enumeration and ended by NULL. */
extern const char *const vocabulary_senders[],
        *const vocabulary_replies[], *const vocabulary_transports[], *const vocabulary_types[],
                                                                             *const vocabulary_meanings[];
/* Whether the first placeholders of a form have the types that its meaning requires. ret_needed is always set: to these
 * placeholders as a person would write them, or to NULL if the meaning requires none. */
gboolean vocabulary_has_placeholders(const ChatForm *form, const char **ret_needed);
/* The only ChatSender that sends a form of this meaning; -1 if any may. */
int vocabulary_sender_of(ChatMeaning meaning);

/* pattern.c. Compiles form->visible.pattern into the rest of form. Returns FALSE if the pattern is wrong: ret_mistake
 * then says how, and ret_shown is the text for its sentence: NULL, or borrowed from strings. */
gboolean pattern_compile(PatternForm *form, GStringChunk *strings, MistakeKind *ret_mistake, const char **ret_shown);
/* Reads a number from 1 to 65535: decimal, no sign, no leading zero. Returns 0 for anything else. */
guint pattern_read_port(const char *text, gsize length);
/* Fills by_octet, for which by_rank has to be ready. */
void pattern_index(ChatProtocol *protocol);
/* Whether a message can fit both equally well. */
gboolean pattern_ties(const PatternForm *a, const PatternForm *b);
/* Sorts the more exact form first, for qsort(). */
int pattern_compare(const PatternForm *a, const PatternForm *b);
