/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the tables that questions show. All functions that return an excerpt transfer it in full. */
#pragma once

#include "reports/quiz/facts.h"
#include "reports/quiz/question.h"

G_BEGIN_DECLS

typedef enum {
        EXCERPT_DATA = 1 << 0,    /* TCP: the data of each segment */
        EXCERPT_STATES = 1 << 1,  /* TCP: the states of both sides after each segment */
        EXCERPT_KINDS = 1 << 2,   /* UDP: whether a datagram is a request, a reply, a notice or a message */
        EXCERPT_ANSWERS = 1 << 3, /* UDP: the frame that each datagram answers */
} ExcerptParts;

/* The first columns of every excerpt of packets. */
enum { EXCERPT_FRAME, EXCERPT_TIME };
/* The further columns of TCP. After EXCERPT_LEN come those that parts asks for: the states, then the data. */
enum {
        EXCERPT_SENT_BY = 2,
        EXCERPT_FLAGS,
        EXCERPT_SEQ,
        EXCERPT_ACK,
        EXCERPT_LEN,
        EXCERPT_OWN_STATE,
        EXCERPT_PEER_STATE
};
/* The further columns of UDP, the last of which is the first that parts asks for. */
enum { EXCERPT_FROM = 2, EXCERPT_TO, EXCERPT_DATAGRAM, EXCERPT_ADDED };

/* The records of a TCP conversation from position first to last; there may be ICMP errors among them. */
QuizExcerpt *excerpt_of_tcp(const QuizConversation *conversation, guint first, guint last, ExcerptParts parts);
/* records: const Record, datagrams of any conversations and ICMP errors. */
QuizExcerpt *excerpt_of_udp(const GPtrArray *records, ExcerptParts parts);
/* The fact's record with up to that many records of its conversation before and after it. */
QuizExcerpt *excerpt_around(const Fact *fact, guint before, guint after, ExcerptParts parts);

/* A table of names and values, empty at first. caption is copied; name and value are the titles of the columns, static.
 */
QuizExcerpt *excerpt_of_values(const char *caption, const char *name, const char *value);
/* Adds a row: "Ethernet", "14". name is copied, value is taken over. */
void excerpt_add_value(QuizExcerpt *excerpt, const char *name, char *value);

G_END_DECLS
