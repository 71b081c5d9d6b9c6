/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The label of a segment that opens or ends a connection. */
#include "analyzer/timeline/label.h"

/* As in reading.c. */
static gboolean is_before(guint64 frame, const Record *record)
{
        return frame != 0 && frame < record->packet->frame->number;
}

static gboolean is_here(guint64 frame, const Record *record)
{
        return frame == record->packet->frame->number;
}

void label_append_handshake_ack(const Record *record, GString *label)
{
        const FlowTcp *tcp = record->flow->conversation->tcp;
        gboolean is_client = record->flow->side == record->flow->conversation->client;
        const SentenceValue values[] = {
                DURATION("duration", tcp->handshake_duration),
                TEXT("receiver", record_destination_role(record)),
                {.kind = SENTENCE_END},
        };

        /* After a simultaneous open, the client has sent a SYN-ACK as well. */
        if (!is_client)
                sentence_append(label, "acknowledges the {receiver}'s SYN: the connection is open", values);
        else if (is_before(tcp->sides[record->flow->side].syn_frame, record) &&
                 tcp->sides[record->flow->side].sent_syn_ack)
                sentence_append(label, "acknowledges the {receiver}'s SYN-ACK: the connection is open", values);
        else if (tcp->has_handshake_duration)
                sentence_append(label, "acknowledges: the connection is open, after {duration} (handshake, 3 of 3)",
                                values);
        else
                append_literal(label, "acknowledges: the connection is open (handshake, 3 of 3)");
}

/* A FIN that its sender has sent before. */
static void append_repeated_fin(const Record *record, GString *label)
{
        const FlowPacket *flow = record->flow;
        const FlowTcpSide *own = &flow->conversation->tcp->sides[flow->side],
                          *peer = &flow->conversation->tcp->sides[!flow->side];
        guint32 n = flow->new_octets == 0 ? flow->payload_length : 0;

        if (is_here(peer->fin_acked_frame, record))
                sentence_append(label, "acknowledges the {receiver}'s FIN, and repeats its own",
                                VALUES(TEXT("receiver", record_destination_role(record))));
        else if (is_before(own->fin_acked_frame, record))
                sentence_append(label,
                                n == 0 ? "sends its FIN again, although frame {frame} acknowledged it" :
                                         sentence_for(n,
                                                      "sends its last byte and its FIN again, although frame {frame} "
                                                      "acknowledged them",
                                                      "sends its last {n} bytes and its FIN again, although frame "
                                                      "{frame} acknowledged them"),
                                VALUES(NUMBER("n", n), NUMBER("frame", own->fin_acked_frame)));
        else
                sentence_append(label,
                                n == 0 ? "sends its FIN again: no acknowledgement of it so far" :
                                         sentence_for(n,
                                                      "sends its last byte and its FIN again: no acknowledgement of "
                                                      "them so far",
                                                      "sends its last {n} bytes and its FIN again: no acknowledgement "
                                                      "of them so far"),
                                VALUES(NUMBER("n", n)));
}

void label_append_fin(const Record *record, GString *label)
{
        const FlowPacket *flow = record->flow;
        const FlowTcp *tcp = flow->conversation->tcp;
        const FlowTcpSide *peer = &tcp->sides[!flow->side];
        const SentenceValue values[] = {TEXT("receiver", record_destination_role(record)), {.kind = SENTENCE_END}};

        if (flow->new_octets == 0 && record->told->n_messages == 1 && !record->told->messages[0].line_ended) {
                /* The line came earlier; only the FIN shows that it is complete. */
                append_literal(label, "ends its last line without line feed: ");
                label_append_line(label, &record->told->messages[0]);
                append_literal(label, "; and ");
        } else if (flow->new_octets > 0 || record->told->n_messages > 0) {
                if (record->told->n_messages > 0)
                        label_append_messages(record, label);
                else
                        label_append_data(record, label);
                append_literal(label, "; and ");
        }
        if (!is_here(tcp->sides[flow->side].fin_frame, record))
                append_repeated_fin(record, label);
        else if (tcp->fin_first == flow->side)
                append_literal(label, "has nothing more to send: begins to close the connection");
        else if (flow->states[flow->side] == TCP_STATE_CLOSING)
                sentence_append(label, "begins to close as well: it had not seen the {receiver}'s FIN yet", values);
        else if (is_here(peer->fin_acked_frame, record))
                sentence_append(label,
                                "has nothing more to send either: acknowledges the {receiver}'s FIN, and sends its "
                                "own",
                                values);
        else
                append_literal(label, "has nothing more to send either: closes its direction, too");
}

void label_append_teardown_ack(const Record *record, GString *label)
{
        const FlowTcpSide *own = &record->flow->conversation->tcp->sides[record->flow->side];
        const SentenceValue values[] = {
                TEXT("sender", record_source_role(record)),
                TEXT("receiver", record_destination_role(record)),
                {.kind = SENTENCE_END},
        };

        if (own->fin_acked_frame != 0 && own->fin_acked_frame <= record->packet->frame->number)
                sentence_append(label, "acknowledges the {receiver}'s FIN: both directions are closed", values);
        else if (own->fin_frame == 0 || own->fin_frame > record->packet->frame->number)
                sentence_append(label,
                                "acknowledges the {receiver}'s FIN: the {receiver}'s direction is closed, the "
                                "{sender}'s still open",
                                values);
        else
                sentence_append(label, "acknowledges the {receiver}'s FIN; its own is still to be acknowledged",
                                values);
}

void label_append_rst(const Record *record, GString *label)
{
        static const char *const sentences[] = {
                [RESET_REFUSED] = "refuses the connection: no program listens on port {port}",
                [RESET_NO_CONNECTION] = "answers that there is no such connection, and that no program "
                                        "listens on port {port}",
                [RESET_OLDER] = "rejects that acknowledgement: it never sent what is acknowledged",
                [RESET_IGNORED] = "sends an RST outside the window: the receiver drops it",
                [RESET_HANDSHAKE] = "breaks off the handshake before it was complete",
                [RESET_AGAIN] = "resets the connection again: it no longer exists here",
                [RESET_LATE_DATA] = "resets the connection after its FIN: data that comes now is not read "
                                    "any more",
                [RESET_CLOSED] = "resets a connection that is already closed",
                [RESET_ABORTED] = "resets the connection: data not yet delivered is lost",
        };

        sentence_append(label,
                        record->flow->reset == TCP_RESET_NO_ANSWER ? "sends an RST that does not acknowledge the "
                                                                     "SYN: the receiver drops it" :
                                                                     sentences[record_reset(record)],
                        VALUES(NUMBER("port", record->packet->source.port)));
}

/* Data in the handshake itself, as with Fast Open (RFC 7413). */
static void append_early_data(const Record *record, GString *label)
{
        if (record->flow->payload_length == 0)
                return;
        append_literal(label, "; and already ");
        if (record->flow->new_octets > 0 && record->told->n_messages > 0)
                label_append_messages(record, label);
        else
                label_append_data(record, label);
}

void label_append_syn(const Record *record, GString *label)
{
        const FlowPacket *flow = record->flow;
        const FlowTcp *tcp = flow->conversation->tcp;
        const SentenceValue values[] = {
                TEXT("receiver", record_destination_role(record)),
                NUMBER("frame", tcp->sides[flow->side].syn_frame),
                NUMBER("answer", tcp->handshake_syn_ack_frame),
                {.kind = SENTENCE_END},
        };

        if (flow->syns_crossed)
                sentence_append(label, "sends a SYN of its own, which does not acknowledge the {receiver}'s", values);
        else if (flow->reopens == TCP_REOPENS_REFUSED)
                append_literal(label, "asks again, after it was refused (handshake, 1 of 3)");
        else if (flow->reopens == TCP_REOPENS_CLOSED)
                append_literal(label, "asks to open a new connection, after the one before was closed "
                                      "(handshake, 1 of 3)");
        else if (flow->reopens == TCP_REOPENS_REPLACED)
                append_literal(label, "sends its SYN again, now that the older connection is gone "
                                      "(handshake, 1 of 3)");
        else if (flow->reopens == TCP_REOPENS_RESET)
                append_literal(label, "asks to open the connection anew, after it was reset (handshake, 1 "
                                      "of 3)");
        else if (!record_is_resent(record))
                append_literal(label, "asks to open a connection (handshake, 1 of 3)");
        else if (is_before(tcp->handshake_syn_ack_frame, record))
                sentence_append(label, "sends its SYN again, although frame {answer} answered it", values);
        else
                sentence_append(label, "sends its SYN again: no SYN-ACK since frame {frame}", values);
        append_early_data(record, label);
}

void label_append_syn_ack(const Record *record, GString *label)
{
        const FlowPacket *flow = record->flow;
        guint64 first = flow->conversation->tcp->handshake_syn_ack_frame;

        if (flow->syns_crossed)
                sentence_append(label, "acknowledges the {receiver}'s SYN, and repeats its own",
                                VALUES(TEXT("receiver", record_destination_role(record))));
        /* Wireshark's rules flag this also in a connection that is opened again with the same numbers. */
        else if (record_is_resent(record) && !is_here(first, record))
                sentence_append(label, "sends its SYN-ACK again (first in frame {frame})",
                                VALUES(NUMBER("frame", first)));
        else
                append_literal(label, "agrees, and opens its own direction (handshake, 2 of 3)");
        append_early_data(record, label);
}
