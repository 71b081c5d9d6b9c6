/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one line beside a TCP segment. */
#include "analyzer/decode/options.h"
#include "analyzer/timeline/label.h"

#include <string.h>

/* What it brings cannot be told yet, and perhaps nothing will come that lets it be told: so it is shown here. */
static void append_waiting(const Record *record, GString *label)
{
        const Packet *packet = record->packet;
        const char *text = (const char *) packet->payload, *stop = text + packet->payload_captured, *end;

        append_literal(label, "sends ");
        append_bytes(label, record->flow->new_octets);
        append_literal(label, " of data, behind a gap of ");
        append_bytes(label, record->flow->gap);
        while (text < stop && *text == '\n')
                text++;
        if (!record->told->protocol || text == stop)
                return;
        append_literal(label, ": ");
        end = memchr(text, '\n', (gsize) (stop - text));
        label_append_quoted(label, text, (gsize) ((end ? end : stop) - text));
        if (end && end + 1 < stop)
                append_literal(label, " and more");
}

static void append_data(const Record *record, GString *label)
{
        const FlowPacket *flow = record->flow;

        if (flow->analysis & TCP_ANALYSIS_SPURIOUS_RETRANSMISSION) {
                append_bytes(label, flow->payload_length);
                append_literal(label, " sent again, although they were already acknowledged");
        } else if (flow->analysis & TCP_ANALYSIS_FAST_RETRANSMISSION) {
                append_literal(label, "sends ");
                append_bytes(label, flow->payload_length);
                append_literal(label, " again at once, as the repeated acknowledgements ask for");
        } else if (flow->new_octets == 0) {
                append_literal(label, "sends ");
                append_bytes(label, flow->payload_length);
                append_literal(label, " again: they were not acknowledged in time");
        } else if (record->told->n_messages > 0) {
                label_append_messages(record, label);
        } else if (flow->gap > 0) {
                append_waiting(record, label);
        } else if (record->told->protocol && record->told->pending > 0) {
                append_literal(label, "sends part of a line, no line feed yet: ");
                label_append_quoted(label, record->told->pending_text.start, record->told->pending_text.length);
        } else {
                append_literal(label, "sends ");
                append_bytes(label, flow->new_octets);
                append_literal(label, " of data");
        }
        if (flow->analysis & TCP_ANALYSIS_WINDOW_FULL)
                append_literal(label, "; the receiver's window is now full");
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

/* Half-open connection discovery, RFC 9293 section 3.5.1: the answer to a SYN by a side that has an older connection
 * open on the same ports. */
gboolean record_answers_from_old_connection(const Record *record)
{
        const FlowPacket *flow = record->flow;

        return flow->conversation->tcp->handshake_syn_ack_frame == 0 &&
               flow->states[!flow->side] == TCP_STATE_SYN_SENT && flow->relative_acknowledgement > 1;
}

static void append_ack(const Record *record, GString *label)
{
        const FlowPacket *flow = record->flow;
        const TcpEvidence *evidence = flow->evidence;

        if (evidence && evidence->probes_zero_window) {
                append_literal(label, "asks whether there is room again (zero-window probe)");
        } else if (evidence && evidence->answers_probe) {
                append_literal(label, "answers the probe: still no room");
        } else if (flow->analysis & TCP_ANALYSIS_KEEP_ALIVE) {
                append_literal(label, "asks whether the other side is still there (keep-alive)");
        } else if (flow->analysis & TCP_ANALYSIS_KEEP_ALIVE_ACK) {
                append_literal(label, "answers the keep-alive: still here");
        } else if (flow->analysis & TCP_ANALYSIS_ZERO_WINDOW_PROBE_ACK) {
                append_literal(label, "answers the probe: still no room");
        } else if (flow->analysis & TCP_ANALYSIS_ZERO_WINDOW) {
                append_literal(label, "has no room for more data: asks the sender to wait");
        } else if (flow->analysis & TCP_ANALYSIS_WINDOW_UPDATE) {
                append_literal(label, "announces a new receive window: room for ");
                append_bytes(label, flow->scaled_window);
        } else if (flow->analysis & TCP_ANALYSIS_DUPLICATE_ACK) {
                append_literal(label, "repeats its last acknowledgement: what came was not the next byte it waits for");
        } else if (record_answers_from_old_connection(record)) {
                g_string_append_printf(label, "acknowledges up to number %u, which was never sent in this connection: "
                                              "it still knows an older one",
                                       record->packet->tcp.acknowledgement);
        } else if (acknowledged(record) == 0) {
                append_text(label, flow->conversation->client_known ? "acknowledges: nothing received yet" :
                                                                           "acknowledges all that came before the capture began");
        } else {
                append_literal(label, "acknowledges: ");
                append_bytes(label, acknowledged(record));
                append_text(label, flow->conversation->client_known ? " received in all" :
                                                                           " received since the capture began");
        }
}

static void append_handshake_ack(const Record *record, GString *label)
{
        const FlowTcp *tcp = record->flow->conversation->tcp;

        append_literal(label, "confirms: the connection is open");
        if (tcp->handshake_syn_frame != 0) {
                append_literal(label, ", after ");
                append_duration(label, tcp->handshake_duration);
        }
        /* Where the SYNs crossed, the client sends a SYN-ACK as well. */
        append_text(label, record->flow->side == record->flow->conversation->client ? " (handshake, 3 of 3)" :
                                                                                       " (simultaneous open)");
}

gboolean record_is_resent(const Record *record)
{
        return (record->flow->analysis &
                (TCP_ANALYSIS_RETRANSMISSION | TCP_ANALYSIS_FAST_RETRANSMISSION | TCP_ANALYSIS_OUT_OF_ORDER |
                 TCP_ANALYSIS_SPURIOUS_RETRANSMISSION)) != 0;
}

/* The rules know nothing of a connection that begins anew with the same numbers. */
static gboolean is_first_agreement(const Record *record)
{
        return record->flow->conversation->tcp->handshake_syn_ack_frame == record->packet->frame->number;
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
        if (!record_may_be_scan(record)) {
                append_literal(label, ": the receiver drops it");
                return;
        }
        append_literal(label, ", in no connection: it may be to find out whether the port is open (");
        append_text(label, record_scan_name(record));
        append_literal(label, " scan)");
}

gboolean record_acks_repetition(const Record *record)
{
        const FlowPacket *flow = record->flow;
        guint64 fin_acked = flow->conversation->tcp->sides[!flow->side].fin_acked_frame;

        return tcp_has_duplicate_sack(&record->packet->tcp) || flow->evidence->answers_spurious ||
               (fin_acked != 0 && fin_acked < record->packet->frame->number);
}

gboolean record_scale_is_unknown(const Record *record)
{
        return record->flow->conversation->tcp->sides[record->flow->side].syn_frame == 0;
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

        return flags == 0                             ? "null" :
               flags == (TCP_FIN | TCP_PSH | TCP_URG) ? "Xmas" :
               flags == TCP_FIN                       ? "FIN" :
                                                        "flag";
}

static void append_fin(const Record *record, GString *label)
{
        const FlowPacket *flow = record->flow;
        const FlowTcp *tcp = flow->conversation->tcp;

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
        if (tcp->sides[flow->side].fin_frame != record->packet->frame->number)
                append_literal(label, "sends its FIN again: no acknowledgement reached it");
        else if (tcp->fin_first == flow->side)
                append_literal(label, "has nothing more to send: begins to close the connection");
        else if (flow->states[flow->side] == TCP_STATE_CLOSING)
                append_literal(label, "begins to close as well, before the other's FIN reached it");
        else
                append_literal(label, "has nothing more to send either: closes its direction too");
}

static void append_teardown_ack(const Record *record, GString *label)
{
        guint64 here = record->packet->frame->number;
        const FlowTcpSide *own = &record->flow->conversation->tcp->sides[record->flow->side];

        append_literal(label, "acknowledges the FIN");
        if (own->fin_acked_frame != 0 && own->fin_acked_frame <= here)
                append_literal(label, ": the connection is closed in both directions");
        else if (own->fin_frame == 0 || own->fin_frame > here)
                append_literal(label, ": this direction is closed, the other still open");
}

/* Whether it was seen in an earlier packet: live, a record can be told after its conversation went on. */
static gboolean is_before(guint64 frame, const Record *record)
{
        return frame != 0 && frame < record->packet->frame->number;
}

RecordReset record_reset(const Record *record)
{
        const FlowPacket *flow = record->flow;
        const FlowTcp *tcp = flow->conversation->tcp;
        const FlowTcpSide *own = &tcp->sides[flow->side], *peer = &tcp->sides[!flow->side];

        if (is_before(own->rst_frame, record))
                return RESET_AGAIN;
        if (is_before(peer->syn_frame, record) && !is_before(own->syn_frame, record) &&
            !is_before(tcp->handshake_syn_ack_frame, record))
                return RESET_REFUSED;
        /* As whoever has no connection answers a segment without ACK. */
        if (record->packet->tcp.sequence == 0 && (record->packet->tcp.flags & TCP_ACK) &&
            !is_before(own->syn_frame, record) && !is_before(peer->syn_frame, record))
                return RESET_NO_CONNECTION;
        if (flow->states_before[flow->side] == TCP_STATE_SYN_SENT)
                return RESET_REJECTS;
        if (tcp->handshake_syn_ack_frame != 0 && !is_before(tcp->handshake_ack_frame, record) && !tcp->established)
                return RESET_HANDSHAKE;
        if (is_before(own->fin_acked_frame, record) && is_before(peer->fin_acked_frame, record))
                return RESET_CLOSED;
        return is_before(own->fin_frame, record) ? RESET_LATE_DATA : RESET_ABORTED;
}

static void append_rst(const Record *record, GString *label)
{
        switch (record_reset(record)) {
        case RESET_REFUSED:
                append_literal(label, "refuses the connection: nothing accepts connections on port ");
                append_unsigned(label, record->packet->source.port);
                break;
        case RESET_NO_CONNECTION:
                append_literal(label, "answers that there is no such connection: nothing accepts any on port ");
                append_unsigned(label, record->packet->source.port);
                break;
        case RESET_AGAIN:
                append_literal(label, "resets the connection again: it no longer exists here");
                break;
        case RESET_CLOSED:
                append_literal(label, "resets a connection that it has already closed");
                break;
        case RESET_REJECTS:
                append_literal(label, "rejects that acknowledgement: it never sent what it covers");
                break;
        case RESET_HANDSHAKE:
                append_literal(label, "breaks off the handshake before it was complete");
                break;
        case RESET_LATE_DATA:
                append_literal(label, "resets the connection: it takes no more data either");
                break;
        case RESET_ABORTED:
                append_literal(label, "aborts the connection: data still on its way will not be read");
                break;
        }
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

/* The packet before it is the same: all that can be said of it was said there. */
static void append_captured_twice(const Record *record, GString *label)
{
        append_literal(label, "the packet before once more: captured twice, ");
        append_duration(label, record->flow->evidence->since_same);
        append_literal(label, " apart");
}

void label_append_tcp(const Record *record, GString *label)
{
        const FlowPacket *flow = record->flow;

        if (flow->evidence && flow->evidence->captured_twice) {
                append_captured_twice(record, label);
                return;
        }
        switch (record->kind) {
        case KIND_RST:
                append_rst(record, label);
                break;
        case KIND_SYN:
                if (flow->syns_crossed)
                        append_literal(label, "asks to open a connection as well, its SYN crosses the other one (simultaneous open)");
                else if (flow->reopens == TCP_REOPENS_REFUSED)
                        append_literal(label, "asks again, after it was refused (handshake, 1 of 3)");
                else if (flow->reopens == TCP_REOPENS_RESET)
                        append_literal(label, "asks to open the connection anew, after it was reset (handshake, 1 of 3)");
                else
                        append_text(label, record_is_resent(record) ? "asks again to open a connection: no answer reached it" :
                                                                   "asks to open a connection (handshake, 1 of 3)");
                append_early_data(record, label);
                break;
        case KIND_SYN_ACK:
                append_text(label, flow->syns_crossed ? "agrees to the other's SYN, and repeats its own (simultaneous open)" :
                                   record_is_resent(record) && !is_first_agreement(record) ?
                                                        "agrees again: no confirmation reached it" :
                                                        "agrees, and opens its own direction (handshake, 2 of 3)");
                append_early_data(record, label);
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
                if (record->flow->analysis & TCP_ANALYSIS_ZERO_WINDOW_PROBE)
                        append_literal(label, "asks with one byte whether there is room again");
                else
                        append_data(record, label);
                if (record_lacks_ack(record))
                        append_literal(label, "; but without ACK, so the receiver drops it");
                break;
        default:
                if (record_lacks_ack(record))
                        append_without_ack(record, label);
                else
                        append_ack(record, label);
                break;
        }
}
