/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What questions are made of: the records that the story keeps (story.h), by conversation, without those that leave
 * something in doubt. */
#pragma once

#include "reports/quiz/random.h"
#include "reports/story.h"

G_BEGIN_DECLS

/* A conversation with those of its records that were kept. */
typedef struct {
        const StoryConversation *story;
        GPtrArray *records; /* const Record, in the order of the capture; ICMP errors that quote it are among them */
        gboolean is_plain;  /* each packet was captured once and in full, outside of tunnels, and the clock never went
                               back; only such conversations have facts */
        gboolean has_roles; /* TCP: the first record is a SYN, which shows who is the client; UDP: always TRUE */
        gboolean is_by_the_book; /* TCP: its states are certain: it has roles, no SYNs or FINs crossed, and every RST
                                    had an effect */
} QuizConversation;

/* A record to ask about. */
typedef struct {
        const Record *record;
        const QuizConversation *conversation;
        guint position; /* in conversation->records */
} Fact;

typedef struct {
        const Story *story;
        GPtrArray *conversations; /* QuizConversation; also of other traffic, if the story contains it */
        GArray *facts;            /* Fact, in the order of the capture */
} QuizFacts;

/* story must be finished and must outlive the facts. Transfer: full. */
QuizFacts *quiz_facts_new(const Story *story);
void quiz_facts_free(QuizFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QuizFacts, quiz_facts_free)

static inline const Fact *quiz_facts_get(const QuizFacts *facts, guint index)
{
        return &g_array_index(facts->facts, Fact, index);
}
/* The fact about a frame; NULL: there is none. */
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
/* The relative sequence number after the segment: SYN and FIN use up one number each (RFC 9293, section 3.4). */
guint32 record_end(const Record *record);
/* Whether a segment does not simply continue what its sender sent before, but is a retransmission, a probe, a duplicate
 * acknowledgement, out of order, or next to a gap. */
gboolean record_is_out_of_line(const Record *record);
/* The message, if the packet contains exactly one complete message of the protocol: over UDP the datagram, over TCP a
 * line. Otherwise NULL. */
const SessionMessage *record_single_message(const Record *record);

/* Whether it is clear what in the packet a person typed. It is not where programs exchange lines over TCP, nor where a
 * request carries free text. */
gboolean record_shows_author(const Record *record);
/* The first topic of its explanation. */
Topic record_topic(const Record *record);

/* "client" or "server"; "A" or "B" if the beginning of the connection was not captured. Static. */
const char *conversation_side(const QuizConversation *conversation, FlowSide side);
/* "the client", "B". Static. */
const char *conversation_the_side(const QuizConversation *conversation, FlowSide side);
/* The same for the sender and the receiver of the fact's record. */
const char *fact_sender(const Fact *fact);
const char *fact_receiver(const Fact *fact);

/* "10.0.0.1:8090". Transfer: full. */
char *endpoint_to_text(const Endpoint *endpoint);
/* "PSH, ACK". Transfer: full. */
char *flags_to_text(guint16 flags);
/* The packet's data in quotation marks, made harmless, without a line feed at the end, cut after max_characters; "" if
 * there is none. Transfer: full. */
char *record_data_text(const Record *record, guint max_characters);
/* The record's label, made harmless and cut if it is long; the name of the sender goes before it. Transfer: full. */
char *record_label_text(const Record *record);

G_END_DECLS
