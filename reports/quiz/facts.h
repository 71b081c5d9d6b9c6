/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What questions are made of: the records that the report keeps (story.h), by conversation, less those that show
 * nothing certain. */
#pragma once

#include "reports/quiz/random.h"
#include "reports/story.h"

G_BEGIN_DECLS

/* A conversation, as far as its records were kept. */
typedef struct {
        const StoryConversation *story;
        GPtrArray *records; /* const Record, in the order of the capture; ICMP errors that quote it are among them */
        gboolean is_plain;  /* each packet came once, whole, outside of tunnels, and the clock never went back */
        gboolean has_roles; /* TCP: the handshake shows who is the client; UDP: always */
        gboolean is_by_the_book; /* TCP: its states follow by the book: with roles, neither SYNs nor FINs crossed on
                                their way, and no RST was without effect */
} QuizConversation;

/* A record to ask about. */
typedef struct {
        const Record *record;
        const QuizConversation *conversation;
        guint position; /* in its records */
} Fact;

typedef struct {
        const Story *story;
        GPtrArray *conversations; /* QuizConversation; what is no chat is among them where the report was asked for
                                     everything */
        GArray *facts;            /* Fact, in the order of the capture */
} QuizFacts;

/* story has to be finished, and to last as long. */
QuizFacts *quiz_facts_new(const Story *story);
void quiz_facts_free(QuizFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QuizFacts, quiz_facts_free)

static inline const Fact *quiz_facts_get(const QuizFacts *facts, guint index)
{
        return &g_array_index(facts->facts, Fact, index);
}
/* NULL: not among them. */
const Fact *quiz_facts_find(const QuizFacts *facts, guint64 frame);

static inline const Record *conversation_get(const QuizConversation *conversation, guint position)
{
        return g_ptr_array_index(conversation->records, position);
}

static inline guint64 record_frame(const Record *record)
{
        return record->packet->frame->number;
}
static inline gboolean record_is_tcp(const Record *record)
{
        return record->packet->transport == TRANSPORT_TCP;
}
static inline gboolean record_is_udp(const Record *record)
{
        return record->packet->transport == TRANSPORT_UDP;
}
static inline gboolean record_has_flag(const Record *record, guint16 flag)
{
        return record_is_tcp(record) && (record->packet->tcp.flags & flag) != 0;
}
/* The relative number that follows the segment: SYN and FIN use up one each (RFC 9293 section 3.4). */
guint32 record_end(const Record *record);
/* Sent again, a probe, a duplicate: a segment that does not simply go on where its sender was. */
gboolean record_is_out_of_line(const Record *record);
/* One whole message of a form: over UDP the datagram, over TCP a line of one segment. NULL: there is none. */
const SessionMessage *record_single_message(const Record *record);

/* Whether the form of the protocol tells what in the packet a person typed: not where programs speak by lines, nor
 * where a request carries a text. */
gboolean record_shows_author(const Record *record);
/* What its explanation begins with. */
Topic record_topic(const Record *record);

/* "client" and "server"; of a connection whose beginning was not captured "A" and "B". Static. */
const char *conversation_side(const QuizConversation *conversation, FlowSide side);
/* "the client", "B". Static. */
const char *conversation_the_side(const QuizConversation *conversation, FlowSide side);
/* The same of whoever sent, or gets, a record of the conversation. */
const char *fact_sender(const Fact *fact);
const char *fact_receiver(const Fact *fact);

/* "10.0.0.1:8090". Transfer: full. */
char *endpoint_to_text(const Endpoint *endpoint);
/* "PSH, ACK". Transfer: full. */
char *flags_to_text(guint16 flags);
/* What the packet carries, harmless, in quotation marks, cut after so many characters; "" for nothing. A single line
 * ending at its end is left out. Transfer: full. */
char *record_data_text(const Record *record, guint max_characters);
/* The record's label as it reads on from its sender: harmless. Transfer: full. */
char *record_label_text(const Record *record);

G_END_DECLS
