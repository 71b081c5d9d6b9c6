/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A conversation in one line: a list of short statements on how it began, went and ended. Each of them stands in the
 * source as a whole. */
#include "analyzer/timeline/append.h"
#include "analyzer/timeline/conversations.h"

static const char *side_name(const ConversationRecord *record, FlowSide side)
{
        return side == record->client ? "client" : "server";
}

/* Appends a statement to the list. */
static void add(GString *label, const char *template, const SentenceValue *values)
{
        if (label->len > 0)
                append_literal(label, ", ");
        sentence_append(label, template, values);
}

static void add_beginning(const ConversationRecord *record, GString *label)
{
        const FlowTcp *tcp = record->conversation->tcp;

        if (tcp->handshake_syn_ack_frame != 0 && tcp->handshake_ack_frame != 0 && tcp->handshake_syn_frame != 0)
                add(label,
                    tcp->has_handshake_duration && tcp->handshake_duration > 0 ? "opened in {duration}" : "opened",
                    VALUES(DURATION("duration", tcp->handshake_duration)));
        else if (!record->conversation->client_known)
                add(label, "began before the capture", NULL);
        else if (tcp->established)
                add(label, "opened (not all of the handshake was captured)", NULL);
        else if (tcp->handshake_syn_ack_frame != 0)
                add(label, "handshake not completed", NULL);
        else
                add(label, "connection requested", NULL);
}

/* The number of messages: of both sides together ({n}), of the {client} and of the {server}. Between peers the one that
 * spoke first counts as client. */
static void add_messages(const ConversationRecord *record, const char *one, const char *several, GString *label)
{
        guint64 client = record->n_messages[record->client], server = record->n_messages[!record->client];

        add(label, sentence_for(client + server, one, several),
            VALUES(NUMBER("n", client + server), NUMBER("client", client), NUMBER("server", server)));
}

/* The flags that people look for first. */
static void add_troubles(const FlowTcp *tcp, GString *label)
{
        static const struct {
                guint flags;
                const char *one, *several;
        } troubles[] = {
                {TCP_ANALYSIS_RETRANSMISSION | TCP_ANALYSIS_FAST_RETRANSMISSION | TCP_ANALYSIS_SPURIOUS_RETRANSMISSION,
                 "1 retransmission", "{n} retransmissions"},
                {TCP_ANALYSIS_OUT_OF_ORDER, "1 segment out of order", "{n} segments out of order"},
                {TCP_ANALYSIS_ZERO_WINDOW, "1 zero window", "{n} zero windows"},
        };

        for (gsize i = 0; tcp->analysis_counts && i < G_N_ELEMENTS(troubles); i++) {
                guint64 n = 0;

                for (guint flag = 0; flag < TCP_ANALYSIS_COUNT; flag++)
                        if (troubles[i].flags >> flag & 1)
                                n += tcp->analysis_counts[flag];
                if (n > 0)
                        add(label, sentence_for(n, troubles[i].one, troubles[i].several), VALUES(NUMBER("n", n)));
        }
        /* Gaps themselves are counted, not the packets that are flagged because of one: there can be several. */
        if (tcp->n_gaps > 0)
                add(label, sentence_for(tcp->n_gaps, "1 gap", "{n} gaps"), VALUES(NUMBER("n", tcp->n_gaps)));
}

static void add_ending(const ConversationRecord *record, GString *label)
{
        const FlowTcp *tcp = record->conversation->tcp;
        const SentenceValue values[] = {
                TEXT("initiator", record->initiator == G_MAXUINT ? "" : side_name(record, record->initiator)),
                {.kind = SENTENCE_END},
        };

        switch (record->teardown) {
        case TCP_TEARDOWN_FIN:
                add(label, "closed ({initiator} first)", values);
                break;
        case TCP_TEARDOWN_RST:
                add(label, "reset by the {initiator}", values);
                break;
        case TCP_TEARDOWN_SIMULTANEOUS:
                add(label, "closed by both at once", NULL);
                break;
        case TCP_TEARDOWN_HALF_CLOSED:
                if (tcp->sides[0].fin_frame != 0 && tcp->sides[1].fin_frame != 0)
                        add(label, "both FINs sent, not both acknowledged", NULL);
                else
                        add(label, "closed by the {initiator} only", values);
                break;
        case TCP_TEARDOWN_REFUSED:
                add(label, "refused", NULL);
                break;
        case TCP_TEARDOWN_NONE:
                if (tcp->established || !record->conversation->client_known)
                        add(label, "still open at the end", NULL);
                else if (record->conversation->error_frame != 0)
                        add(label, "answered by an ICMP error", NULL);
                else if (tcp->handshake_syn_ack_frame == 0)
                        add(label, "no answer captured", NULL);
                break;
        }
}

gboolean conversation_is_group(const ConversationRecord *record)
{
        return ip_address_is_multicast(&record->conversation->endpoints[!record->client].address);
}

/* Nothing if nothing was asked. */
static void add_answered(const ConversationRecord *record, GString *label)
{
        guint32 n = record->n_requests;
        const SentenceValue values[] = {NUMBER("n", n), NUMBER("answered", record->n_answered), {.kind = SENTENCE_END}};

        if (n > 0 && record->n_answered == n)
                add(label, sentence_for(n, "1 request, answered", "{n} requests, all answered"), values);
        else if (n > 0 && record->n_answered == 0)
                add(label, sentence_for(n, "1 request, not answered", "{n} requests, none answered"), values);
        else if (n > 0)
                add(label, "{n} requests, {answered} answered", values);
}

static void add_requests(const ConversationRecord *record, GString *label)
{
        guint32 messages = record->n_messages[0] + record->n_messages[1];

        if (record->n_requests == 0 && messages == 0)
                add(label, "notices only", NULL);
        add_answered(record, label);
        if (messages > 0)
                add_messages(record, "1 message ({client} + {server})", "{n} messages ({client} + {server})", label);
}

static void add_datagrams(const ConversationRecord *record, GString *label)
{
        if (!record->protocol) {
                add(label, "datagrams, not a chat", NULL);
        } else if (record->is_peers && conversation_is_group(record)) {
                add(label, "to a multicast group", NULL);
                add_answered(record, label);
                if (record->n_requests == 0 || record->n_messages[0] + record->n_messages[1] > 0)
                        add_messages(record, "1 message", "{n} messages", label);
        } else if (record->is_peers) {
                add(label, "peer to peer", NULL);
                add_messages(record, "1 message ({client} + {server})", "{n} messages ({client} + {server})", label);
        } else {
                add_requests(record, label);
        }
}

void conversation_append_label(const ConversationRecord *record, GString *label)
{
        if (!record->conversation->tcp) {
                add_datagrams(record, label);
                return;
        }
        add_beginning(record, label);
        if (record->protocol &&
            (record->n_messages[0] + record->n_messages[1] > 0 || record->conversation->tcp->established))
                add_messages(record, "1 line ({client} + {server})", "{n} lines ({client} + {server})", label);
        add_troubles(record->conversation->tcp, label);
        add_ending(record, label);
}
