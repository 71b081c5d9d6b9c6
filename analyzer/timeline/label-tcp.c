/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The label of a TCP segment; label-connection.c has those of segments that open or end a connection. */
#include "analyzer/decode/tcp-options.h"
#include "analyzer/timeline/label.h"

#include <string.h>

/* Data behind a gap. Its lines are reported once the gap is filled; that may never happen, so their text is shown here.
 */
static void append_waiting(const Record *record, GString *label)
{
        const Packet *packet = record->packet;
        const char *text = (const char *) packet->payload, *stop = text + packet->payload_captured, *end;
        guint32 n = record->flow->new_octets, gap = record->flow->gap;

        sentence_append(label,
                        gap == 1 ? sentence_for(n, "sends 1 byte of data behind a gap of 1 byte",
                                                "sends {n} bytes of data behind a gap of 1 byte") :
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

/* Data that was sent before. FALSE: it was not, and nothing is appended. */
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
                sentence_append(label,
                                sentence_for(n, "sends 1 byte again although it was already acknowledged",
                                             "sends {n} bytes again although they were already acknowledged"),
                                values);
        else if ((flow->analysis & TCP_ANALYSIS_FAST_RETRANSMISSION) && flow->evidence->duplicate_acks == G_MAXUINT32)
                sentence_append(label,
                                sentence_for(n, "sends 1 byte again at once, after duplicate acknowledgements",
                                             "sends {n} bytes again at once, after duplicate acknowledgements"),
                                values);
        else if (flow->analysis & TCP_ANALYSIS_FAST_RETRANSMISSION)
                sentence_append(label,
                                sentence_for(n, "sends 1 byte again at once, after {acks} duplicate acknowledgements",
                                             "sends {n} bytes again at once, after {acks} duplicate acknowledgements"),
                                values);
        else if (flow->new_octets == 0)
                sentence_append(label,
                                sentence_for(n, "sends 1 byte again: no acknowledgement of it so far",
                                             "sends {n} bytes again: no acknowledgement of them so far"),
                                values);
        else
                return FALSE;
        return TRUE;
}

/* With --all, nearly every segment with data gets this label, so it is built by hand and not from a template. */
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

void label_append_data(const Record *record, GString *label)
{
        const FlowPacket *flow = record->flow;
        gboolean resent = (flow->analysis != 0 || flow->new_octets == 0) && append_resent(record, label);

        if (flow->evidence && flow->evidence->overtaken > 0)
                append_literal(label, "comes late, reordered on its way; ");
        /* If the first copy was not captured, its lines are complete only now. */
        if (resent && record->told->n_messages > 0)
                append_literal(label, "; ");
        if (record->told->n_messages > 0) {
                label_append_messages(record, label);
        } else if (resent) {
                /* append_resent() has said everything. */
        } else if (flow->gap > 0) {
                append_waiting(record, label);
        } else if (record->told->protocol && record->told->pending > 0) {
                append_literal(label, "sends part of a line, no line feed yet: ");
                label_append_beginning(label, record->told->pending_text.start, record->told->pending_text.length);
        } else {
                append_plain(flow->new_octets, label);
        }
        if (flow->analysis & TCP_ANALYSIS_WINDOW_FULL)
                sentence_append(label, "; the {receiver}'s window is now full",
                                VALUES(TEXT("receiver", record_destination_role(record))));
}

/* How many of the peer's data octets an acknowledgement covers: without SYN and FIN, which count as one each. */
static guint32 acknowledged(const Record *record)
{
        const FlowPacket *flow = record->flow;
        const FlowTcpSide *peer = &flow->conversation->tcp->sides[!flow->side];
        guint32 n = flow->relative_acknowledgement;

        n -= n > 0;
        return n - (n > 0 && peer->fin_acked_frame != 0 && peer->fin_acked_frame <= record->packet->frame->number);
}

static void append_window(const Record *record, GString *label)
{
        guint32 n = record->flow->scaled_window;
        const SentenceValue values[] = {
                NUMBER("n", n), TEXT("receiver", record_destination_role(record)), {.kind = SENTENCE_END}};

        if (!(record->flow->analysis & TCP_ANALYSIS_WINDOW_UPDATE))
                sentence_append(label, "announces a zero window: the {receiver} must stop sending", values);
        else if (record_scale_is_unknown(record))
                sentence_append(
                        label,
                        sentence_for(n, "announces a receive window of 1 unit, whose size the capture does not tell",
                                     "announces a receive window of {n} units, whose size the capture does not "
                                     "tell"),
                        values);
        else
                sentence_append(label,
                                sentence_for(n, "announces a receive window of 1 byte",
                                             "announces a receive window of {n} bytes"),
                                values);
}

/* The data that has arrived beyond the acknowledgement number. */
static void append_sack(const TcpHeader *tcp, GString *label)
{
        guint32 n = 0;

        for (guint i = tcp_has_duplicate_sack(tcp); i < tcp->n_sack_blocks; i++)
                if (record_is_beyond_gap(tcp, i))
                        n += tcp->sack_blocks[i].right - tcp->sack_blocks[i].left;
        if (n > 0)
                sentence_append(label,
                                sentence_for(n, "; 1 more byte has arrived beyond a gap",
                                             "; {n} more bytes have arrived beyond a gap"),
                                VALUES(NUMBER("n", n)));
}

/* Nearly every acknowledgement gets this label; see append_plain(). */
static void append_acknowledged(const Record *record, GString *label)
{
        gboolean from_beginning = record->flow->conversation->client_known;
        guint32 n = acknowledged(record);

        if (n == 0) {
                append_text(label, from_beginning ? "acknowledges: no data received so far" :
                                                    "acknowledges what came before the capture began");
        } else if (n == 1) {
                append_text(label, from_beginning ? "acknowledges the first byte" :
                                                    "acknowledges the first byte since the capture began");
        } else {
                append_literal(label, "acknowledges the first ");
                append_unsigned(label, n);
                append_text(label, from_beginning ? " bytes" : " bytes since the capture began");
        }
        if (record->packet->tcp.n_sack_blocks > 0)
                append_sack(&record->packet->tcp, label);
}

/* An acknowledgement with flags of the analysis. */
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
                append_literal(label, "sends its last byte again (or a keep-alive probe: the two look "
                                      "alike)");
        else if (flow->analysis & TCP_ANALYSIS_KEEP_ALIVE)
                sentence_append(label,
                                "checks whether the {receiver}'s TCP still has the connection (keep-alive probe)",
                                values);
        else if (flow->analysis & TCP_ANALYSIS_KEEP_ALIVE_ACK)
                append_literal(label, "answers the keep-alive probe");
        else if (flow->analysis & (TCP_ANALYSIS_ZERO_WINDOW | TCP_ANALYSIS_WINDOW_UPDATE)) {
                append_window(record, label);
                append_sack(&record->packet->tcp, label);
        } else if ((flow->analysis & TCP_ANALYSIS_DUPLICATE_ACK) && record_acks_repetition(record))
                append_literal(label, "acknowledges again: what came had arrived before");
        else if (flow->analysis & TCP_ANALYSIS_DUPLICATE_ACK)
                sentence_append(label, "repeats that it expects number {number} next (duplicate acknowledgement {n})",
                                values);
        else
                append_acknowledged(record, label);
}

static void append_ack(const Record *record, GString *label)
{
        if (record_answers_from_old_connection(record))
                append_literal(label, "answers from an older connection that it still has open on these "
                                      "ports");
        else if (G_UNLIKELY(record->flow->analysis != 0))
                append_flagged_ack(record, label);
        else
                append_acknowledged(record, label);
}

/* Every segment after the first SYN carries ACK. One without it is dropped by a side that has a connection, and
 * answered with RST by a side that has none, RFC 9293 section 3.10.7. */
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
                sentence_append(label, ", in no connection: perhaps a port scan ({name})",
                                VALUES(TEXT("name", record_scan_name(record))));
        else
                append_literal(label, ": the receiver drops it");
}

static void append_segment(const Record *record, GString *label)
{
        if (record->flow->analysis & TCP_ANALYSIS_ZERO_WINDOW_PROBE)
                append_literal(label, "asks with one byte whether there is room again (zero-window probe)");
        else
                label_append_data(record, label);
        if (record_lacks_ack(record))
                append_literal(label, "; but without ACK, so the receiver drops it");
}

void label_append_tcp(const Record *record, GString *label)
{
        switch (record->kind) {
        case KIND_RST:
                label_append_rst(record, label);
                break;
        case KIND_SYN:
                label_append_syn(record, label);
                break;
        case KIND_SYN_ACK:
                label_append_syn_ack(record, label);
                break;
        case KIND_HANDSHAKE_ACK:
                label_append_handshake_ack(record, label);
                break;
        case KIND_FIN:
                if (record_lacks_ack(record))
                        append_without_ack(record, label);
                else
                        label_append_fin(record, label);
                break;
        case KIND_TEARDOWN_ACK:
                label_append_teardown_ack(record, label);
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
