/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a TCP segment is for, and what it does to its connection. */
#include "analyzer/timeline/build.h"

static gboolean is_here(guint64 frame, const Record *record)
{
        return frame == record->packet->frame->number;
}

static void explain_number(const Record *record, Explanation *e)
{
        explanation_add(
                e, TOPIC_INITIAL_SEQUENCE_NUMBER, "The {sender}'s initial sequence number is {number}.",
                VALUES(TEXT("sender", record_source_role(record)), NUMBER("number", record->packet->tcp.sequence)));
}

static void explain_syn(const Record *record, Explanation *e)
{
        const FlowTcp *tcp = record->flow->conversation->tcp;
        guint64 answer = tcp->handshake_syn_ack_frame;
        const SentenceValue values[] = {
                TEXT("sender", record_source_role(record)),
                TEXT("receiver", record_destination_role(record)),
                NUMBER("frame", tcp->sides[record->flow->side].syn_frame),
                NUMBER("answer", answer),
                {.kind = SENTENCE_END},
        };

        if (record->flow->syns_crossed)
                explanation_add(e, TOPIC_SIMULTANEOUS_OPEN,
                                "The {sender} sends a SYN, too, without acknowledging the {receiver}'s.", values);
        else if (record_is_resent(record) && record->flow->reopens == TCP_REOPENS_NOTHING)
                explanation_add(e, TOPIC_REPEATED_SYN, "The {sender} sent this SYN first in frame {frame}.", values);
        else
                explanation_add(e, TOPIC_SYN, "Segment 1 of 3 of the handshake.", NULL);
        if (answer != 0 && answer < record->packet->frame->number && !record_is_resent(record) &&
            !record->flow->syns_crossed)
                explanation_add(e, TOPIC_SYN,
                                "Its answer was captured before it, in frame {answer}: the capture holds the two in "
                                "the wrong order.",
                                values);
        explain_number(record, e);
        explain_options(record, e);
        explain_ecn(record, e);
}

static void explain_syn_ack(const Record *record, Explanation *e)
{
        const SentenceValue values[] = {
                TEXT("sender", record_source_role(record)),
                TEXT("receiver", record_destination_role(record)),
                NUMBER("frame", record->flow->conversation->tcp->handshake_syn_ack_frame),
                {.kind = SENTENCE_END},
        };

        if (record->flow->syns_crossed)
                explanation_add(e, TOPIC_SIMULTANEOUS_OPEN,
                                "This SYN-ACK has the same initial sequence number as the {sender}'s SYN before, "
                                "and acknowledges the {receiver}'s. Wireshark takes it for a retransmission, but "
                                "nothing was lost.",
                                values);
        else if (record_is_resent(record) && !is_here(record->flow->conversation->tcp->handshake_syn_ack_frame, record))
                explanation_add(e, TOPIC_REPEATED_SYN_ACK, "The {sender} sent its SYN-ACK first in frame {frame}.",
                                values);
        else
                explanation_add(e, TOPIC_SYN_ACK, "Segment 2 of 3 of the handshake.", NULL);
        explain_number(record, e);
        explain_options(record, e);
        explain_ecn(record, e);
}

static void explain_handshake_ack(const Record *record, Explanation *e)
{
        gboolean is_client = record->flow->side == record->flow->conversation->client;

        explanation_add(e, TOPIC_HANDSHAKE_ACK,
                        is_client ? "Segment 3 of 3 of the handshake." :
                                    "It acknowledges the {receiver}'s SYN, which completes the handshake.",
                        VALUES(TEXT("receiver", record_destination_role(record))));
}

static void explain_data(const Record *record, Explanation *e)
{
        const FlowPacket *flow = record->flow;

        if (flow->analysis & TCP_ANALYSIS_ZERO_WINDOW_PROBE) {
                explanation_add(e, TOPIC_ZERO_WINDOW_PROBE,
                                "The {receiver}'s window is zero, so the {sender} sends one byte to be told whether "
                                "there is room.",
                                VALUES(TEXT("sender", record_source_role(record)),
                                       TEXT("receiver", record_destination_role(record))));
                return;
        }
        /* explain_evidence() explains data that is flagged as sent again. Data that a zero-window probe sent first is
         * not flagged, because Wireshark does not count it. */
        if (flow->new_octets == 0 && !record_is_resent(record))
                explanation_add(
                        e, TOPIC_RETRANSMISSION,
                        sentence_for(flow->payload_length, "Its byte was sent before.", "Its bytes were sent before."),
                        NULL);
        if (flow->new_octets == 0 || (flow->analysis & TCP_ANALYSIS_FAST_RETRANSMISSION))
                return;
        if (flow->new_octets < flow->payload_length)
                explanation_add(e, TOPIC_BYTE_STREAM,
                                sentence_for(flow->new_octets,
                                             "Of its {all} bytes 1 is new; the others were sent before.",
                                             "Of its {all} bytes {n} are new; the others were sent before."),
                                VALUES(NUMBER("all", flow->payload_length), NUMBER("n", flow->new_octets)));
        else if (record->told->n_messages == 1 && record->told->messages[0].n_segments > 1)
                explanation_add(e, TOPIC_BYTE_STREAM, "The line began in an earlier segment; {n} segments carried it.",
                                VALUES(NUMBER("n", record->told->messages[0].n_segments)));
        else if (record->told->n_messages > 1) {
                explanation_add(e, TOPIC_BYTE_STREAM, "This segment ends {n} lines.",
                                VALUES(NUMBER("n", record->told->n_messages)));
                explanation_add(e, TOPIC_NAGLE, NULL, NULL);
        } else
                explanation_add(e, TOPIC_BYTE_STREAM, NULL, NULL);
        if (record->told->n_messages == 1 && record->told->messages[0].form &&
            chat_protocol_has_exchanges(record->told->protocol))
                explain_exchange(record, e);
        if (record->packet->tcp.flags & TCP_PSH)
                explanation_add(e, TOPIC_PUSH, NULL, NULL);
        if (flow->analysis & TCP_ANALYSIS_WINDOW_FULL)
                explanation_add(e, TOPIC_WINDOW_FULL,
                                "With these bytes the {sender} has used up the {receiver}'s window.",
                                VALUES(TEXT("sender", record_source_role(record)),
                                       TEXT("receiver", record_destination_role(record))));
}

static void explain_window(const Record *record, Explanation *e)
{
        const FlowPacket *flow = record->flow;
        const SentenceValue values[] = {
                TEXT("sender", record_source_role(record)),
                TEXT("receiver", record_destination_role(record)),
                NUMBER("n", flow->scaled_window),
                {.kind = SENTENCE_END},
        };

        if (flow->analysis & TCP_ANALYSIS_WINDOW_UPDATE) {
                if (record_scale_is_unknown(record))
                        explanation_add(e, TOPIC_RECEIVE_WINDOW,
                                        "The {sender}'s window is {n} units; only the SYNs, which were not captured, "
                                        "tell how large a unit is.",
                                        values);
                else
                        explanation_add(e, TOPIC_RECEIVE_WINDOW,
                                        sentence_for(flow->scaled_window, "The {sender} now has room for 1 byte.",
                                                     "The {sender} now has room for {n} bytes."),
                                        values);
        } else {
                explanation_add(e, TOPIC_ZERO_WINDOW, "The {sender} has no room, so the {receiver} must wait.", values);
        }
}

static void explain_ack(const Record *record, Explanation *e)
{
        guint analysis = record->flow->analysis;
        const TcpEvidence *evidence = record->flow->evidence;
        const SentenceValue values[] = {
                TEXT("sender", record_source_role(record)),
                TEXT("receiver", record_destination_role(record)),
                NUMBER("number", record->flow->relative_acknowledgement),
                {.kind = SENTENCE_END},
        };

        if (evidence && evidence->probes_zero_window)
                explanation_add(e, TOPIC_ZERO_WINDOW_PROBE,
                                "The {receiver}'s window is zero, so the {sender} probes: this segment repeats an "
                                "old number. Wireshark calls it a keep-alive.",
                                values);
        else if ((evidence && evidence->answers_probe) || (analysis & TCP_ANALYSIS_ZERO_WINDOW_PROBE_ACK))
                explanation_add(e, TOPIC_ZERO_WINDOW_PROBE,
                                "The {sender}'s window is still zero, so the {receiver} keeps waiting and probes "
                                "again, at growing intervals.",
                                values);
        else if (analysis & TCP_ANALYSIS_KEEP_ALIVE)
                explanation_add(e, TOPIC_KEEP_ALIVE,
                                "The {sender}'s TCP checks whether the {receiver}'s TCP still has the connection.",
                                values);
        else if (analysis & TCP_ANALYSIS_KEEP_ALIVE_ACK)
                explanation_add(e, TOPIC_KEEP_ALIVE, "The {sender}'s TCP still has the connection.", values);
        else if (analysis & (TCP_ANALYSIS_ZERO_WINDOW | TCP_ANALYSIS_WINDOW_UPDATE))
                explain_window(record, e);
        else if (record_answers_from_old_connection(record))
                explanation_add(e, TOPIC_HALF_OPEN,
                                "To the {sender} the SYN is out of place: it repeats what it expects next in an "
                                "older connection on these ports.",
                                values);
        else if (!(analysis & TCP_ANALYSIS_DUPLICATE_ACK))
                explanation_add(e, TOPIC_ACKNOWLEDGEMENT, "Everything before number {number} has arrived.", values);
}

static void explain_ignored_rst(const Record *record, Explanation *e)
{
        const FlowPacket *flow = record->flow;
        const SentenceValue values[] = {
                TEXT("receiver", record_destination_role(record)),
                NUMBER("number", flow->relative_sequence),
                NUMBER("begin", flow->window_begin),
                NUMBER("end", (guint32) (flow->window_end - 1)),
                {.kind = SENTENCE_END},
        };

        explanation_add(e, TOPIC_IGNORED_RESET,
                        flow->reset == TCP_RESET_NO_ANSWER ? "It does not acknowledge the SYN of the {receiver}, "
                                                             "which goes on waiting for an answer." :
                                                             "Its number is {number}, but the {receiver} accepts "
                                                             "only numbers from {begin} to {end}, as its last "
                                                             "acknowledgement and window say: the connection goes "
                                                             "on.",
                        values);
}

static void explain_rst(const Record *record, Explanation *e)
{
        const SentenceValue values[] = {
                TEXT("sender", record_source_role(record)),
                TEXT("receiver", record_destination_role(record)),
                NUMBER("port", record->packet->source.port),
                NUMBER("frame", record->flow->conversation->tcp->sides[record->flow->side].rst_frame),
                {.kind = SENTENCE_END},
        };

        switch (record_reset(record)) {
        case RESET_REFUSED:
                explanation_add(e, TOPIC_REFUSAL,
                                record->packet->tcp.sequence == 0 && record->flow->relative_acknowledgement == 1 ?
                                        "The SYN has no acknowledgement number that the RST could take as its "
                                        "sequence number: so it is 0 in the header, and the RST names the SYN by "
                                        "acknowledging it." :
                                        NULL,
                                NULL);
                break;
        case RESET_NO_CONNECTION:
                explanation_add(e, TOPIC_NO_CONNECTION,
                                "No connection with these addresses and ports exists, and no program listens on "
                                "port {port}.",
                                values);
                break;
        case RESET_OLDER:
                explanation_add(e, TOPIC_HALF_OPEN,
                                "The {sender} is in SYN-SENT, and that acknowledgement covers a number that it never "
                                "sent. It rejects it by an RST with exactly that number; its SYN still waits for an "
                                "answer.",
                                values);
                break;
        case RESET_IGNORED:
                explain_ignored_rst(record, e);
                break;
        case RESET_HANDSHAKE:
                explanation_add(e, TOPIC_HANDSHAKE_RESET,
                                "The {sender} breaks off the handshake. No data was on its way.", values);
                break;
        case RESET_AGAIN:
                explanation_add(e, TOPIC_NO_CONNECTION,
                                "The {sender} has reset the connection already, in frame {frame}.", values);
                break;
        case RESET_LATE_DATA:
                explanation_add(e, TOPIC_LATE_DATA, "The {sender} had sent its FIN; now it takes no more data either.",
                                values);
                explanation_add(e, TOPIC_RESET, NULL, NULL);
                break;
        case RESET_CLOSED:
                explanation_add(e, TOPIC_NO_CONNECTION, "For the {sender} the connection was closed already.", values);
                break;
        case RESET_ABORTED:
                explanation_add(e, TOPIC_RESET,
                                "Usually the {sender}'s program has aborted the connection, or it ended or closed "
                                "it with data unread.",
                                values);
                break;
        }
}

static void explain_fin(const Record *record, Explanation *e)
{
        const FlowPacket *flow = record->flow;
        const FlowTcp *tcp = flow->conversation->tcp;
        const FlowTcpSide *own = &tcp->sides[flow->side], *peer = &tcp->sides[!flow->side];
        const SentenceValue values[] = {
                TEXT("sender", record_source_role(record)),
                TEXT("receiver", record_destination_role(record)),
                NUMBER("frame", own->fin_frame),
                NUMBER("other", peer->fin_frame),
                NUMBER("n", flow->payload_length),
                {.kind = SENTENCE_END},
        };
        gboolean peer_closed = peer->fin_frame != 0 && peer->fin_frame < record->packet->frame->number;

        if (!is_here(own->fin_frame, record)) {
                explanation_add(e, TOPIC_REPEATED_FIN, "The {sender} sent its FIN first in frame {frame}.", values);
                if (is_here(peer->fin_acked_frame, record))
                        explanation_add(e, TOPIC_SIMULTANEOUS_CLOSE,
                                        "This segment acknowledges the {receiver}'s FIN of frame {other} as well.",
                                        values);
                return;
        }
        explanation_add(e, TOPIC_FIN,
                        flow->payload_length == 0 ?
                                NULL :
                                sentence_for(flow->payload_length, "Its byte is the last that the {sender} sends.",
                                             "Its {n} bytes are the last that the {sender} sends."),
                        values);
        if (flow->states[flow->side] == TCP_STATE_CLOSING)
                explanation_add(e, TOPIC_SIMULTANEOUS_CLOSE,
                                "It does not acknowledge the {receiver}'s FIN of frame {other}: the {sender} had "
                                "not seen that yet.",
                                values);
        else if (peer_closed && peer->fin_acked_frame != 0 && peer->fin_acked_frame < record->packet->frame->number)
                explanation_add(e, TOPIC_LAST_FIN,
                                "The {receiver}'s FIN of frame {other} is acknowledged already; only the "
                                "acknowledgement of this one is still to come.",
                                values);
        else if (peer_closed)
                explanation_add(e, TOPIC_LAST_FIN,
                                "It also acknowledges the {receiver}'s FIN of frame {other}; only the "
                                "acknowledgement of this one is still to come.",
                                values);
        else
                explanation_add(e, TOPIC_HALF_CLOSE, "The {receiver} may still send.", values);
}

static void explain_teardown_ack(const Record *record, Explanation *e)
{
        const FlowPacket *flow = record->flow;
        const FlowTcpSide *peer = &flow->conversation->tcp->sides[!flow->side];

        explanation_add(e, TOPIC_FIN_ACKNOWLEDGED, "It covers the {receiver}'s FIN of frame {frame}.",
                        VALUES(TEXT("receiver", record_destination_role(record)), NUMBER("frame", peer->fin_frame)));
}

static void explain_without_ack(const Record *record, Explanation *e)
{
        if (record_may_be_scan(record))
                explanation_add(e, TOPIC_PORT_SCAN,
                                "It belongs to no connection: the answer, or none, tells its sender whether the "
                                "port is open, and no program notices.",
                                NULL);
        else
                explanation_add(e, TOPIC_PORT_SCAN, "The {receiver} drops it.",
                                VALUES(TEXT("receiver", record_destination_role(record))));
}

static void explain_kind(const Record *record, Explanation *e)
{
        switch (record->kind) {
        case KIND_SYN:
                explain_syn(record, e);
                break;
        case KIND_SYN_ACK:
                explain_syn_ack(record, e);
                break;
        case KIND_HANDSHAKE_ACK:
                explain_handshake_ack(record, e);
                break;
        case KIND_FIN:
                if (record_lacks_ack(record))
                        explain_without_ack(record, e);
                else
                        explain_fin(record, e);
                break;
        case KIND_TEARDOWN_ACK:
                explain_teardown_ack(record, e);
                break;
        case KIND_RST:
                explain_rst(record, e);
                break;
        case KIND_DATA:
                explain_data(record, e);
                if (record_lacks_ack(record))
                        explain_without_ack(record, e);
                break;
        default:
                if (record_lacks_ack(record))
                        explain_without_ack(record, e);
                else
                        explain_ack(record, e);
                break;
        }
}

/* The states of the two sides, if they have just changed and are known. */
static void explain_states(const Record *record, Explanation *e)
{
        const FlowPacket *flow = record->flow;
        FlowSide client = record_client(record);
        gboolean client_changed =
                flow->states[client] != flow->states_before[client] && flow->states[client] != TCP_STATE_UNKNOWN;
        gboolean server_changed =
                flow->states[!client] != flow->states_before[!client] && flow->states[!client] != TCP_STATE_UNKNOWN;
        gboolean is_first =
                flow->states_before[client] == TCP_STATE_UNKNOWN && flow->states_before[!client] == TCP_STATE_UNKNOWN;
        const SentenceValue values[] = {
                TEXT("sender", record_source_role(record)),
                TEXT("client", tcp_state_to_string(flow->states[client])),
                TEXT("server", tcp_state_to_string(flow->states[!client])),
                {.kind = SENTENCE_END},
        };

        if (record->kind == KIND_SYN && server_changed && flow->states[!client] == TCP_STATE_SYN_RECEIVED &&
            client_changed && flow->states[client] == TCP_STATE_SYN_SENT)
                explanation_add(e, TOPIC_STATES,
                                "The client is now in {client}; the server is in {server}, if a program listens on "
                                "the port.",
                                values);
        else if (record_answers_from_old_connection(record))
                explanation_add(e, TOPIC_STATES,
                                flow->side == client ? "The {sender} is still in {client}, in the older connection." :
                                                       "The {sender} is still in {server}, in the older connection.",
                                values);
        else if (client_changed && server_changed)
                explanation_add(e, TOPIC_STATES,
                                flow->states[client] == flow->states[!client] && is_first ?
                                        "Both sides are in {client}, as far "
                                        "as the capture shows." :
                                flow->states[client] == flow->states[!client] ? "Both sides are now in {client}." :
                                                                                "The client is now in {client}, the "
                                                                                "server in {server}.",
                                values);
        else if (client_changed)
                explanation_add(e, TOPIC_STATES, "The client is now in {client}.", values);
        else if (server_changed)
                explanation_add(e, TOPIC_STATES, "The server is now in {server}.", values);
        for (guint i = 0; i < 2; i++)
                if (flow->states[i] == TCP_STATE_TIME_WAIT && flow->states_before[i] != TCP_STATE_TIME_WAIT)
                        explanation_add(e, TOPIC_TIME_WAIT, NULL, NULL);
}

void explain_tcp(const Record *record, Explanation *e)
{
        explain_kind(record, e);
        explain_evidence(record, e);
        if (!(record->packet->tcp.flags & TCP_SYN)) {
                explain_options(record, e);
                explain_ecn(record, e);
        }
        explain_rarities(record, e);
        explain_states(record, e);
}
