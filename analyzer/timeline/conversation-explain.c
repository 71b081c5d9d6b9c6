/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The explanation of a conversation's label: why it began, went and ended as it did. */
#include "analyzer/timeline/append.h"
#include "analyzer/timeline/conversations.h"

static const char *side_name(const ConversationRecord *record, FlowSide side)
{
        return side == record->client ? "client" : "server";
}

static guint64 first_reset(const FlowTcp *tcp)
{
        guint64 a = tcp->sides[0].rst_frame, b = tcp->sides[1].rst_frame;

        return a != 0 && (b == 0 || a < b) ? a : b;
}

static void explain_syn_alone(const ConversationRecord *record, Explanation *e)
{
        const Conversation *conversation = record->conversation;
        const FlowTcpSide *client = &conversation->tcp->sides[conversation->client];
        const FlowTcpSide *server = &conversation->tcp->sides[!conversation->client];
        const SentenceValue values[] = {
                NUMBER("frame", client->syn_frame),
                NUMBER("error", conversation->error_frame),
                {.kind = SENTENCE_END},
        };

        if (conversation->error_frame != 0)
                explanation_add(e, TOPIC_ICMP_ERROR, "Frame {error}, an ICMP error, answers the SYN in frame {frame}.",
                                values);
        else if (server->state >= TCP_STATE_ESTABLISHED && server->rst_frame == 0 && client->rst_frame == 0)
                explanation_add(e, TOPIC_HALF_OPEN,
                                "The SYN in frame {frame} was answered from an older connection on the same ports.",
                                values);
        else
                explanation_add(e, TOPIC_UNANSWERED_SYN, "No answer to the SYN in frame {frame} was captured.", values);
}

static void explain_beginning(const ConversationRecord *record, Explanation *e)
{
        const FlowTcp *tcp = record->conversation->tcp;
        const FlowTcpSide *client = &tcp->sides[record->conversation->client];
        const SentenceValue values[] = {
                NUMBER("n", tcp->n_reopened),
                NUMBER("syn", tcp->handshake_syn_frame),
                NUMBER("syn_ack", tcp->handshake_syn_ack_frame),
                NUMBER("ack", tcp->handshake_ack_frame),
                NUMBER("rst", first_reset(tcp)),
                {.kind = SENTENCE_END},
        };

        if (tcp->n_reopened > 0)
                explanation_add(e, TOPIC_REUSED_PORTS,
                                sentence_for(tcp->n_reopened,
                                             "After a close or a refusal the client opened the connection again, with "
                                             "the same initial sequence number; what is said of its beginning and end "
                                             "is about the last time.",
                                             "After a close or a refusal the client opened the connection again, "
                                             "{n} times, with the same initial sequence number; what is said of its "
                                             "beginning and end is about the last time."),
                                values);
        if (tcp->handshake_syn_frame != 0 && tcp->handshake_syn_ack_frame != 0 && tcp->handshake_ack_frame != 0)
                explanation_add(e, TOPIC_HANDSHAKE, "The handshake is in frames {syn}, {syn_ack} and {ack}.", values);
        else if (!record->conversation->client_known)
                explanation_add(e, TOPIC_MIDSTREAM,
                                "No SYN was captured: the connection began before the capture, or its SYNs took a "
                                "path that was not captured.",
                                NULL);
        else if (tcp->established)
                explanation_add(e, TOPIC_HANDSHAKE,
                                "Data and acknowledgements show that the connection was open, but not every segment "
                                "of the handshake was captured.",
                                NULL);
        else if (tcp->handshake_syn_ack_frame != 0 && first_reset(tcp) != 0)
                explanation_add(e, TOPIC_HANDSHAKE_RESET, "The handshake was broken off by the RST in frame {rst}.",
                                values);
        else if (tcp->handshake_syn_ack_frame != 0)
                explanation_add(e, TOPIC_INCOMPLETE_HANDSHAKE,
                                "No acknowledgement of the SYN-ACK in frame {syn_ack} was captured.", values);
        else if (client->syn_frame != 0 && record->teardown != TCP_TEARDOWN_REFUSED)
                explain_syn_alone(record, e);
}

static guint64 count_flags(const FlowTcp *tcp, guint flags)
{
        guint64 n = 0;

        for (guint flag = 0; flag < TCP_ANALYSIS_COUNT; flag++)
                if (flags >> flag & 1)
                        n += tcp->analysis_counts[flag];
        return n;
}

static void explain_troubles(const FlowTcp *tcp, Explanation *e)
{
        static const struct {
                guint flags;
                Topic topic;
                const char *one, *several;
        } troubles[] = {
                {TCP_ANALYSIS_RETRANSMISSION | TCP_ANALYSIS_FAST_RETRANSMISSION | TCP_ANALYSIS_SPURIOUS_RETRANSMISSION,
                 TOPIC_RETRANSMISSION, "By Wireshark's rules 1 segment was retransmitted.",
                 "By Wireshark's rules {n} segments were retransmitted."},
                {TCP_ANALYSIS_OUT_OF_ORDER, TOPIC_OUT_OF_ORDER, "1 segment seems to have been reordered.",
                 "{n} segments seem to have been reordered."},
                {TCP_ANALYSIS_ZERO_WINDOW, TOPIC_ZERO_WINDOW, "1 segment announced a zero window.",
                 "{n} segments announced a zero window."},
        };

        for (gsize i = 0; tcp->analysis_counts && i < G_N_ELEMENTS(troubles); i++) {
                guint64 n = count_flags(tcp, troubles[i].flags);

                if (n > 0)
                        explanation_add(e, troubles[i].topic, sentence_for(n, troubles[i].one, troubles[i].several),
                                        VALUES(NUMBER("n", n)));
        }
        if (tcp->n_gaps > 0)
                explanation_add(e, TOPIC_GAP, sentence_for(tcp->n_gaps, "1 gap stayed open.", "{n} gaps stayed open."),
                                VALUES(NUMBER("n", tcp->n_gaps)));
        if (tcp->n_gaps > 0 && tcp->analysis_counts && count_flags(tcp, TCP_ANALYSIS_ACK_LOST_SEGMENT) > 0)
                explanation_add(e, TOPIC_NOT_CAPTURED, NULL, NULL);
}

static void explain_ending(const ConversationRecord *record, Explanation *e)
{
        const FlowTcp *tcp = record->conversation->tcp;
        FlowSide side = record->initiator == G_MAXUINT ? 0 : record->initiator;
        guint64 own = tcp->sides[side].fin_frame, peer = tcp->sides[!side].fin_frame;
        const SentenceValue values[] = {
                TEXT("initiator", side_name(record, side)),
                NUMBER("first", MIN(own, peer)),
                NUMBER("second", MAX(own, peer)),
                NUMBER("fin", own),
                NUMBER("rst", first_reset(tcp)),
                {.kind = SENTENCE_END},
        };

        switch (record->teardown) {
        case TCP_TEARDOWN_FIN:
                explanation_add(e, TOPIC_CLOSE,
                                "The {initiator} closed first; the FINs are in frames {first} and {second}.", values);
                break;
        case TCP_TEARDOWN_SIMULTANEOUS:
                explanation_add(e, TOPIC_SIMULTANEOUS_CLOSE,
                                "Each side sent its FIN before it had the other's, in frames {first} and {second}, "
                                "so neither closed first.",
                                values);
                break;
        case TCP_TEARDOWN_RST:
                if (tcp->handshake_syn_ack_frame == 0 || tcp->established)
                        explanation_add(e, TOPIC_RESET, "The RST in frame {rst} ended the connection.", values);
                break;
        case TCP_TEARDOWN_HALF_CLOSED:
                if (own != 0 && peer != 0)
                        explanation_add(e, TOPIC_CLOSE,
                                        "The FINs are in frames {first} and {second}; the capture does not show "
                                        "both acknowledged.",
                                        values);
                else
                        explanation_add(e, TOPIC_HALF_CLOSE, "Only the {initiator}'s FIN was captured, in frame {fin}.",
                                        values);
                break;
        case TCP_TEARDOWN_REFUSED:
                explanation_add(e, TOPIC_REFUSAL, "The RST in frame {rst} answered the SYN.", values);
                break;
        case TCP_TEARDOWN_NONE:
                break;
        }
}

/* The values of conn_state in Zeek's connection log, as Zeek's documentation defines them. */
static const char *state_sentence(const char *state)
{
        static const struct {
                const char *state, *sentence;
        } states[] = {
                {"S0", "Zeek calls this S0: a SYN without an answer."},
                {"S1", "Zeek calls this S1: opened, not closed."},
                {"SF", "Zeek calls this SF: opened and closed."},
                {"REJ", "Zeek calls this REJ: refused."},
                {"S2", "Zeek calls this S2: opened, closed by the client alone."},
                {"S3", "Zeek calls this S3: opened, closed by the server alone."},
                {"RSTO", "Zeek calls this RSTO: SYN and SYN-ACK, then reset by the client."},
                {"RSTR", "Zeek calls this RSTR: SYN and SYN-ACK, then reset by the server."},
                {"RSTOS0", "Zeek calls this RSTOS0: a SYN without an answer, then reset by the client."},
                {"RSTRH", "Zeek calls this RSTRH: a SYN-ACK and then an RST of the server, no SYN."},
                {"SH", "Zeek calls this SH: a SYN and then a FIN of the client, no SYN-ACK."},
                {"SHR", "Zeek calls this SHR: a SYN-ACK and then a FIN of the server, no SYN."},
        };

        for (gsize i = 0; i < G_N_ELEMENTS(states); i++)
                if (g_str_equal(states[i].state, state))
                        return states[i].sentence;
        return "Zeek calls this OTH: no SYN captured, the capture began in the middle.";
}

static void explain_names(const ConversationRecord *record, Explanation *e)
{
        static const char *const steps[] = {"SYN", "SYN-ACK", "ACK", "data", "FIN", "RST"};
        guint completeness = record->conversation->tcp->completeness;
        g_autoptr(GString) list = g_string_new(NULL);

        explanation_add(e, TOPIC_CONNECTION_NAMES, state_sentence(record->state), NULL);
        for (guint i = 0; i < G_N_ELEMENTS(steps); i++)
                if (completeness >> i & 1)
                        g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", steps[i]);
        explanation_add(e, TOPIC_CONNECTION_NAMES,
                        completeness == 0 ? "Wireshark's completeness is 0: nothing that it counts was captured." :
                                            "Wireshark's completeness is {number}: {list}.",
                        VALUES(NUMBER("number", completeness), TEXT("list", list->str)));
}

static void explain_datagrams(const ConversationRecord *record, Explanation *e)
{
        guint32 n = record->n_requests - MIN(record->n_answered, record->n_requests);
        const SentenceValue values[] = {
                NUMBER("n", n),
                NUMBER("frame", record->conversation->error_frame),
                ADDRESS("group", &record->conversation->endpoints[!record->client].address),
                {.kind = SENTENCE_END},
        };

        explanation_add(e, TOPIC_UDP_CONVERSATION, NULL, NULL);
        if (record->protocol && record->is_peers && conversation_is_group(record))
                explanation_add(e, TOPIC_GROUP_MESSAGE, "Its datagrams go to the group {group}.", values);
        else if (record->protocol && record->is_peers)
                explanation_add(e, TOPIC_PEER_MESSAGE, NULL, NULL);
        if (!record->protocol || record->is_peers || n == 0)
                return;
        explanation_add(e, TOPIC_UNANSWERED_REQUEST,
                        record->conversation->error_frame != 0 ?
                                sentence_for(n, "1 request stayed unanswered, and frame {frame} is an ICMP error.",
                                             "{n} requests stayed unanswered, and frame {frame} is an ICMP error.") :
                                sentence_for(n, "1 request stayed unanswered.", "{n} requests stayed unanswered."),
                        values);
}

void conversation_explain(const ConversationRecord *record, Explanation *e)
{
        if (record->conversation->tcp) {
                explain_beginning(record, e);
                explain_troubles(record->conversation->tcp, e);
                explain_ending(record, e);
                explain_names(record, e);
        } else {
                explain_datagrams(record, e);
        }
}
