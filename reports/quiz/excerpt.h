/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables that questions show. */
#pragma once

#include "reports/quiz/facts.h"
#include "reports/quiz/question.h"

G_BEGIN_DECLS

typedef enum {
        EXCERPT_DATA = 1 << 0,    /* TCP: what the segments carry */
        EXCERPT_STATES = 1 << 1,  /* TCP: the states of both sides after each of them */
        EXCERPT_KINDS = 1 << 2,   /* UDP: what each datagram is */
        EXCERPT_ANSWERS = 1 << 3, /* UDP: which frame it answers */
} ExcerptParts;

/* Columns of all of them. */
enum { EXCERPT_FRAME, EXCERPT_TIME };
/* Of TCP, then what parts adds: the states, the data. */
enum {
        EXCERPT_SENT_BY = 2,
        EXCERPT_FLAGS,
        EXCERPT_SEQ,
        EXCERPT_ACK,
        EXCERPT_LEN,
        EXCERPT_OWN_STATE,
        EXCERPT_PEER_STATE
};
/* Of UDP, then what parts adds. */
enum { EXCERPT_FROM = 2, EXCERPT_TO, EXCERPT_DATAGRAM, EXCERPT_ADDED };

/* Segments first to last of a TCP conversation (ICMP errors among them, too). */
QuizExcerpt *excerpt_of_tcp(const QuizConversation *conversation, guint first, guint last, ExcerptParts parts);
/* Datagrams, of any conversations: Record. */
QuizExcerpt *excerpt_of_udp(const GPtrArray *records, ExcerptParts parts);
/* Records around one of the fact's conversation: so many before and after, as far as there are. */
QuizExcerpt *excerpt_around(const Fact *fact, guint before, guint after, ExcerptParts parts);

/* A table with one row for each name: "Ethernet II header", "14". text: name and value by turns, NULL at the end. */
QuizExcerpt *excerpt_of_values(const char *caption, const char *name, const char *value);
void excerpt_add_value(QuizExcerpt *excerpt, const char *name, char *value); /* value is taken over */

G_END_DECLS
