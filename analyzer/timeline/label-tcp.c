/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one line beside a TCP segment. */
#include "analyzer/decode/options.h"
#include "analyzer/timeline/label.h"

#include <string.h>

/* Whether it was seen in an earlier packet: live, a record can be told after its conversation went on. */
static gboolean is_before(guint64 frame, const Record *record)
{
        return frame != 0 && frame < record->packet->frame->number;
}

static gboolean is_here(guint64 frame, const Record *record)
{
        return frame == record->packet->frame->number;
}

/* What it brings cannot be told yet, and perhaps nothing will come that lets it be told: so it is shown here. */
static void append_waiting(const Record *record, GString *label)
{
        const Packet *packet = record->packet;
        const char *text = (const char *) packet->payload, *stop = text + packet->payload_captured, *end;
        guint32 n = record->flow->new_octets, gap = record->flow->gap;

        sentence_append(label,
                        gap == 1 ? sentence_for(n, "sends 1 byte of data behind a gap of 1 byte", "sends {n} bytes of data behind a gap of 1 byte") :
                                   sentence_for(n, "sends 1 byte of data behind a gap of {gap} bytes",
                                                "sends {n} bytes of data behind a gap of {gap} bytes"),
                        VALUES(NUMBER("n", n), NUMBER("gap", gap)));
        while (text < stop && *text == '\n')
                text++;
        if (!record->told->protocol || text == stop)
                return;
        append_literal(label, ": ");
        end = memchr(text, '\n', (gsize) (stop - text));
        if (end)
                label_append_quoted(label, text, (gsize) (end - text));
        else
                label_append_beginning(label, text, (gsize) (stop - text));
        if (end && end + 1 < stop)
                append_literal(label, " and more");
}

/* Sent before; FALSE where it was not, and nothing was said. */
static gboolean append_resent(const Record *record, GString *label)
{
        const FlowPacket *flow = record->flow;
        guint32 n = flow->payload_length;
        const SentenceValue values[] = {
                NUMBER("n", n),
                NUMBER("acks", flow->evidence ? flow->evidence->duplicate_acks : 0),
                {.kind = SENTENCE_END},
        };

        if (flow->analysis & TCP_ANALYSIS_SPURIOUS_RETRANSMISSION)
                sentence_append(label, sentence_for(n, "sends 1 byte again although it was already acknowledged",
                                                    "sends {n} bytes again although they were already acknowledged"), values);
        else if ((flow->analysis & TCP_ANALYSIS_FAST_RETRANSMISSION) && flow->evidence->duplicate_acks == G_MAXUINT32)
                sentence_append(label, sentence_for(n, "sends 1 byte again at once, after duplicate acknowledgements",
                                                    "sends {n} bytes again at once, after duplicate acknowledgements"), values);
        else if (flow->analysis & TCP_ANALYSIS_FAST_RETRANSMISSION)
                sentence_append(label, sentence_for(n, "sends 1 byte again at once, after {acks} duplicate acknowledgements",
                                                    "sends {n} bytes again at once, after {acks} duplicate acknowledgements"), values);
        else if (flow->new_octets == 0)
                sentence_append(label, sentence_for(n, "sends 1 byte again: no acknowledgement of it so far",
                                                    "sends {n} bytes again: no acknowledgement of them so far"), values);
        else
                return FALSE;
        return TRUE;
}

/* Nearly all segments with data that are no chat's are told by this: it costs no more than what it replaces. */
static void append_plain(guint32 n, GString *label)
{
        if (n == 1) {
                append_literal(label, "sends 1 byte of data");
                return;
        }
        append_literal(label, "sends ");
        append_unsigned(label, n);
        append_literal(label, " bytes of data");
}

static void append_data(const Record *record, GString *label)
{
        const FlowPacket *flow = record->flow;
        gboolean resent = (flow->analysis != 0 || flow->new_octets == 0) && append_resent(record, label);

        /* What was lost before the capture, and is now sent again, is told now. */
        if (resent && record->told->n_messages > 0)
                append_literal(label, "; ");
        if (record->told->n_messages > 0) {
                label_append_messages(record, label);
        } else if (resent) {
                /* That says it all. */
        } else if (flow->gap > 0) {
                append_waiting(record, label);
        } else if (record->told->protocol && record->told->pending > 0) {
                append_literal(label, "sends part of a line, no line feed yet: ");
                label_append_beginning(label, record->told->pending_text.start, record->told->pending_text.length);
        } else {
                append_plain(flow->new_octets, label);
        }
        if (flow->analysis & TCP_ANALYSIS_WINDOW_FULL)
                sentence_append(label, "; the {receiver}'s window is now full", VALUES(TEXT("receiver", record_destination_role(record))));
}

/* How many of the peer's octets an acknowledgement covers: SYN and FIN count as one each. */
static guint32 acknowledged(const Record *record)
{
        const FlowPacket *flow = record->flow;
        const FlowTcpSide *peer = &flow->conversation->tcp->sides[!flow->side];
        guint32 n = flow->relative_acknowledgement;

        n -= n > 0;
        return n - (n > 0 && peer->fin_acked_frame != 0 && peer->fin_acked_frame <= record->packet->frame->number);
}

gboolean record_answers_from_old_connection(const Record *record)
{
        const FlowPacket *flow = record->flow;

        return flow->conversation->tcp->handshake_syn_ack_frame == 0 &&
               flow->states[!flow->side] == TCP_STATE_SYN_SENT && flow->relative_acknowledgement > 1;
}

gboolean record_acks_repetition(const Record *record)
{
        const FlowPacket *flow = record->flow;

        return tcp_has_duplicate_sack(&record->packet->tcp) || (flow->evidence && flow->evidence->answers_spurious) ||
               is_before(flow->conversation->tcp->sides[!flow->side].fin_acked_frame, record);
}

gboolean record_scale_is_unknown(const Record *record)
{
        return record->flow->conversation->tcp->sides[record->flow->side].syn_frame == 0;
}

static void append_window(const Record *record, GString *label)
{
        guint32 n = record->flow->scaled_window;
        const SentenceValue values[] = {NUMBER("n", n), TEXT("receiver", record_destination_role(record)), {.kind = SENTENCE_END}};

        if (!(record->flow->analysis & TCP_ANALYSIS_WINDOW_UPDATE))
                sentence_append(label, "announces a zero window: the {receiver} must stop sending", values);
        else if (record_scale_is_unknown(record))
                sentence_append(label, sentence_for(n, "announces a receive window of 1 unit, whose size the capture does not tell",
                                                    "announces a receive window of {n} units, whose size the capture does not tell"), values);
        else
                sentence_append(label, sentence_for(n, "announces a receive window of 1 byte", "announces a receive window of {n} bytes"),
                                values);
}

gboolean record_is_beyond_gap(const TcpHeader *tcp, guint block)
{
        return (gint32) (tcp->sack_blocks[block].left - tcp->acknowledgement) > 0;
}

/* What has arrived beyond the acknowledgement number. */
static void append_sack(const TcpHeader *tcp, GString *label)
{
        guint32 n = 0;

        for (guint i = tcp_has_duplicate_sack(tcp); i < tcp->n_sack_blocks; i++)
                if (record_is_beyond_gap(tcp, i))
                        n += tcp->sack_blocks[i].right - tcp->sack_blocks[i].left;
        if (n > 0)
                sentence_append(label, sentence_for(n, "; 1 more has arrived beyond a gap", "; {n} more have arrived beyond a gap"),
                                VALUES(NUMBER("n", n)));
}

/* As append_plain(): nearly all acknowledgements are told by this. */
static void append_acknowledged(const Record *record, GString *label)
{
        gboolean from_beginning = record->flow->conversation->client_known;
        guint32 n = acknowledged(record);

        if (n == 0) {
                append_text(label, from_beginning ? "acknowledges: no data received so far" :
                                                    "acknowledges what came before the capture began");
        } else if (n == 1) {
                append_text(label, from_beginning ? "acknowledges the first byte" : "acknowledges the first byte since the capture began");
        } else {
                append_literal(label, "acknowledges the first ");
                append_unsigned(label, n);
                append_text(label, from_beginning ? " bytes" : " bytes since the capture began");
        }
        if (record->packet->tcp.n_sack_blocks > 0)
                append_sack(&record->packet->tcp, label);
}

/* Of what carries a flag of the analysis. */
static void append_flagged_ack(const Record *record, GString *label)
{
        const FlowPacket *flow = record->flow;
        const TcpEvidence *evidence = flow->evidence;
        const SentenceValue values[] = {
                TEXT("receiver", record_destination_role(record)),
                NUMBER("n", evidence ? evidence->duplicate_acks : 0),
                NUMBER("number", flow->relative_acknowledgement),
                {.kind = SENTENCE_END},
        };

        if (evidence && evidence->probes_zero_window)
                append_literal(label, "asks whether there is room again (zero-window probe)");
        else if ((evidence && evidence->answers_probe) || (flow->analysis & TCP_ANALYSIS_ZERO_WINDOW_PROBE_ACK))
                append_literal(label, "answers the probe: its window is still zero");
        else if ((flow->analysis & TCP_ANALYSIS_KEEP_ALIVE) && flow->payload_length > 0 && flow->relative_sequence > 0)
                append_literal(label, "sends its last byte again (or a keep-alive probe: the two look alike)");
        else if (flow->analysis & TCP_ANALYSIS_KEEP_ALIVE)
                sentence_append(label, "checks whether the {receiver}'s TCP still has the connection (keep-alive probe)", values);
        else if (flow->analysis & TCP_ANALYSIS_KEEP_ALIVE_ACK)
                append_literal(label, "answers the keep-alive probe");
        else if (flow->analysis & (TCP_ANALYSIS_ZERO_WINDOW | TCP_ANALYSIS_WINDOW_UPDATE))
                append_window(record, label);
        else if ((flow->analysis & TCP_ANALYSIS_DUPLICATE_ACK) && record_acks_repetition(record))
                append_literal(label, "acknowledges again: what came had arrived before");
        else if (flow->analysis & TCP_ANALYSIS_DUPLICATE_ACK)
                sentence_append(label, "repeats that it expects number {number} next (duplicate acknowledgement {n})", values);
        else
                append_acknowledged(record, label);
}

static void append_ack(const Record *record, GString *label)
{
        if (record_answers_from_old_connection(record))
                append_literal(label, "answers from an older connection that it still has open on these ports");
        else if (G_UNLIKELY(record->flow->analysis != 0))
                append_flagged_ack(record, label);
        else
                append_acknowledged(record, label);
}

static void append_handshake_ack(const Record *record, GString *label)
{
        const FlowTcp *tcp = record->flow->conversation->tcp;
        gboolean is_client = record->flow->side == record->flow->conversation->client;
        const SentenceValue values[] = {
                DURATION("duration", tcp->handshake_duration),
                TEXT("receiver", record_destination_role(record)),
                {.kind = SENTENCE_END},
        };

        /* Where both sent a SYN, the client sends a SYN-ACK as well. */
        if (!is_client)
                sentence_append(label, "acknowledges the {receiver}'s SYN: the connection is open", values);
        else if (tcp->has_handshake_duration)
                sentence_append(label, "acknowledges: the connection is open, after {duration} (handshake, 3 of 3)", values);
        else
                append_literal(label, "acknowledges: the connection is open (handshake, 3 of 3)");
}

gboolean record_is_resent(const Record *record)
{
        return (record->flow->analysis &
                (TCP_ANALYSIS_RETRANSMISSION | TCP_ANALYSIS_FAST_RETRANSMISSION | TCP_ANALYSIS_OUT_OF_ORDER |
                 TCP_ANALYSIS_SPURIOUS_RETRANSMISSION)) != 0;
}

/* Every segment after the first SYN carries ACK: what does not is dropped by whoever has a connection, and answered with
 * an RST by whoever has none, RFC 9293 section 3.10.7. */
static void append_without_ack(const Record *record, GString *label)
{
        switch (record->packet->tcp.flags & (TCP_FIN | TCP_PSH | TCP_URG)) {
        case 0:
                append_literal(label, "sends a segment without any flag that says what it is for");
                break;
        case TCP_FIN | TCP_PSH | TCP_URG:
                append_literal(label, "sends FIN, PSH and URG without ACK");
                break;
        case TCP_FIN:
                append_literal(label, "sends a FIN without ACK");
                break;
        default:
                append_literal(label, "sends a segment without ACK");
                break;
        }
        if (record_may_be_scan(record))
                sentence_append(label, ", in no connection: perhaps a port scan ({name})", VALUES(TEXT("name", record_scan_name(record))));
        else
                append_literal(label, ": the receiver drops it");
}

gboolean record_lacks_ack(const Record *record)
{
        return !(record->packet->tcp.flags & (TCP_SYN | TCP_RST | TCP_ACK));
}

gboolean record_may_be_scan(const Record *record)
{
        return record_lacks_ack(record) && record->flow->states[record->flow->side] == TCP_STATE_UNKNOWN;
}

const char *record_scan_name(const Record *record)
{
        guint flags = record->packet->tcp.flags & (TCP_FIN | TCP_PSH | TCP_URG);

        return flags == 0                             ? "null scan" :
               flags == (TCP_FIN | TCP_PSH | TCP_URG) ? "Xmas scan" :
               flags == TCP_FIN                       ? "FIN scan" :
                                                        "with unusual flags";
}

/* A FIN that its side had sent before. */
static void append_repeated_fin(const Record *record, GString *label)
{
        const FlowPacket *flow = record->flow;
        const FlowTcpSide *own = &flow->conversation->tcp->sides[flow->side], *peer = &flow->conversation->tcp->sides[!flow->side];

        if (is_here(peer->fin_acked_frame, record))
                sentence_append(label, "acknowledges the {receiver}'s FIN, and repeats its own",
                                VALUES(TEXT("receiver", record_destination_role(record))));
        else if (is_before(own->fin_acked_frame, record))
                sentence_append(label, "sends its FIN again, although frame {frame} acknowledged it", VALUES(NUMBER("frame", own->fin_acked_frame)));
        else
                append_literal(label, "sends its FIN again: no acknowledgement of it so far");
}

static void append_fin(const Record *record, GString *label)
{
        const FlowPacket *flow = record->flow;
        const FlowTcp *tcp = flow->conversation->tcp;
        const FlowTcpSide *peer = &tcp->sides[!flow->side];
        const SentenceValue values[] = {TEXT("receiver", record_destination_role(record)), {.kind = SENTENCE_END}};

        if (flow->new_octets == 0 && record->told->n_messages == 1 && !record->told->messages[0].line_ended) {
                /* The line came earlier; only now is it known that nothing follows. */
                append_literal(label, "ends its last line without line feed: ");
                label_append_line(label, &record->told->messages[0]);
                append_literal(label, "; and ");
        } else if (flow->new_octets > 0 || record->told->n_messages > 0) {
                if (record->told->n_messages > 0)
                        label_append_messages(record, label);
                else
                        append_data(record, label);
                append_literal(label, "; and ");
        }
        if (!is_here(tcp->sides[flow->side].fin_frame, record))
                append_repeated_fin(record, label);
        else if (tcp->fin_first == flow->side)
                append_literal(label, "has nothing more to send: begins to close the connection");
        else if (flow->states[flow->side] == TCP_STATE_CLOSING)
                sentence_append(label, "begins to close as well: it had not seen the {receiver}'s FIN yet", values);
        else if (is_here(peer->fin_acked_frame, record))
                sentence_append(label, "has nothing more to send either: acknowledges the {receiver}'s FIN, and sends its own", values);
        else
                append_literal(label, "has nothing more to send either: closes its direction, too");
}

static void append_teardown_ack(const Record *record, GString *label)
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
                sentence_append(label, "acknowledges the {receiver}'s FIN: the {receiver}'s direction is closed, the {sender}'s still open",
                                values);
        else
                sentence_append(label, "acknowledges the {receiver}'s FIN; its own is still to be acknowledged", values);
}

RecordReset record_reset(const Record *record)
{
        const FlowPacket *flow = record->flow;
        const FlowTcp *tcp = flow->conversation->tcp;
        const FlowTcpSide *own = &tcp->sides[flow->side], *peer = &tcp->sides[!flow->side];

        if (flow->reset == TCP_RESET_OF_OLDER)
                return RESET_OLDER;
        if (flow->reset != TCP_RESET_ENDS)
                return RESET_IGNORED;
        if (flow->reset == TCP_RESET_OF_OLDER)
                return RESET_OLDER;
        if (flow->reset != TCP_RESET_ENDS)
                return RESET_IGNORED;
        if (is_before(own->rst_frame, record))
                return RESET_AGAIN;
        if (is_before(peer->syn_frame, record) && !is_before(own->syn_frame, record) &&
            !is_before(tcp->handshake_syn_ack_frame, record))
                return RESET_REFUSED;
        /* As whoever has no connection answers a segment without ACK. */
        if (record->packet->tcp.sequence == 0 && (record->packet->tcp.flags & TCP_ACK) &&
            !is_before(own->syn_frame, record) && !is_before(peer->syn_frame, record))
                return RESET_NO_CONNECTION;
        if (is_before(tcp->handshake_syn_ack_frame, record) && !is_before(tcp->handshake_ack_frame, record) && !tcp->established)
                return RESET_HANDSHAKE;
        if (is_before(own->fin_acked_frame, record) && is_before(peer->fin_acked_frame, record))
                return RESET_CLOSED;
        return is_before(own->fin_frame, record) ? RESET_LATE_DATA : RESET_ABORTED;
}

static void append_rst(const Record *record, GString *label)
{
        static const char *const sentences[] = {
                [RESET_REFUSED] = "refuses the connection: no program listens on port {port}",
                [RESET_NO_CONNECTION] = "answers that there is no such connection, and that no program listens on port {port}",
                [RESET_OLDER] = "rejects that acknowledgement: it never sent what is acknowledged",
                [RESET_IGNORED] = "sends an RST outside the window: the receiver drops it",
                [RESET_HANDSHAKE] = "breaks off the handshake before it was complete",
                [RESET_AGAIN] = "resets the connection again: it no longer exists here",
                [RESET_LATE_DATA] = "resets the connection after its FIN: data that comes now is not read any more",
                [RESET_CLOSED] = "resets a connection that is already closed",
                [RESET_ABORTED] = "resets the connection: data not yet delivered is lost",
        };

        sentence_append(label, record->flow->reset == TCP_RESET_NO_ANSWER ? "sends an RST that does not acknowledge the SYN: the receiver drops it" :
                                                                          sentences[record_reset(record)], VALUES(NUMBER("port", record->packet->source.port)));
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
                append_data(record, label);
}

static void append_syn(const Record *record, GString *label)
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
                append_literal(label, "asks to open a new connection, after the one before was closed (handshake, 1 of 3)");
        else if (flow->reopens == TCP_REOPENS_REPLACED)
                append_literal(label, "sends its SYN again, now that the older connection is gone (handshake, 1 of 3)");
        else if (flow->reopens == TCP_REOPENS_RESET)
                append_literal(label, "asks to open the connection anew, after it was reset (handshake, 1 of 3)");
        else if (!record_is_resent(record))
                append_literal(label, "asks to open a connection (handshake, 1 of 3)");
        else if (is_before(tcp->handshake_syn_ack_frame, record))
                sentence_append(label, "sends its SYN again, although frame {answer} answered it", values);
        else
                sentence_append(label, "sends its SYN again: no SYN-ACK since frame {frame}", values);
        append_early_data(record, label);
}

static void append_syn_ack(const Record *record, GString *label)
{
        const FlowPacket *flow = record->flow;
        guint64 first = flow->conversation->tcp->handshake_syn_ack_frame;

        if (flow->syns_crossed)
                sentence_append(label, "acknowledges the {receiver}'s SYN, and repeats its own",
                                VALUES(TEXT("receiver", record_destination_role(record))));
        /* The rules know nothing of a connection that begins anew with the same numbers. */
        else if (record_is_resent(record) && !is_here(first, record))
                sentence_append(label, "sends its SYN-ACK again (first in frame {frame})", VALUES(NUMBER("frame", first)));
        else
                append_literal(label, "agrees, and opens its own direction (handshake, 2 of 3)");
        append_early_data(record, label);
}

static void append_segment(const Record *record, GString *label)
{
        if (record->flow->analysis & TCP_ANALYSIS_ZERO_WINDOW_PROBE)
                append_literal(label, "asks with one byte whether there is room again (zero-window probe)");
        else
                append_data(record, label);
        if (record_lacks_ack(record))
                append_literal(label, "; but without ACK, so the receiver drops it");
}

void label_append_tcp(const Record *record, GString *label)
{
        switch (record->kind) {
        case KIND_RST:
                append_rst(record, label);
                break;
        case KIND_SYN:
                append_syn(record, label);
                break;
        case KIND_SYN_ACK:
                append_syn_ack(record, label);
                break;
        case KIND_HANDSHAKE_ACK:
                append_handshake_ack(record, label);
                break;
        case KIND_FIN:
                if (record_lacks_ack(record))
                        append_without_ack(record, label);
                else
                        append_fin(record, label);
                break;
        case KIND_TEARDOWN_ACK:
                append_teardown_ack(record, label);
                break;
        case KIND_DATA:
                append_segment(record, label);
                break;
        default:
                if (record_lacks_ack(record))
                        append_without_ack(record, label);
                else
                        append_ack(record, label);
                break;
        }
}
