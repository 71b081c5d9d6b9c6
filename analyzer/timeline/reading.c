/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Questions about a segment in its connection that both its label and its explanation ask. */
#include "analyzer/decode/tcp-options.h"
#include "analyzer/timeline/build.h"

/* Whether something (0: nothing) happened in an earlier frame than the record's. Its conversation may know later
 * frames, too: live, records of held packets come late. */
static gboolean is_before(guint64 frame, const Record *record)
{
        return frame != 0 && frame < record->packet->frame->number;
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

gboolean record_is_beyond_gap(const TcpHeader *tcp, guint block)
{
        return (gint32) (tcp->sack_blocks[block].left - tcp->acknowledgement) > 0 &&
               !record_is_beyond_window(tcp, block);
}

gboolean record_is_beyond_window(const TcpHeader *tcp, guint block)
{
        const gint32 greatest_window = G_MAXUINT16 << 14; /* RFC 7323 section 2.3 */

        return (gint32) (tcp->sack_blocks[block].right - tcp->acknowledgement) > greatest_window;
}

gboolean record_is_resent(const Record *record)
{
        return (record->flow->analysis & (TCP_ANALYSIS_RETRANSMISSION | TCP_ANALYSIS_FAST_RETRANSMISSION |
                                          TCP_ANALYSIS_OUT_OF_ORDER | TCP_ANALYSIS_SPURIOUS_RETRANSMISSION)) != 0;
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

RecordReset record_reset(const Record *record)
{
        const FlowPacket *flow = record->flow;
        const FlowTcp *tcp = flow->conversation->tcp;
        const FlowTcpSide *own = &tcp->sides[flow->side], *peer = &tcp->sides[!flow->side];

        if (flow->reset == TCP_RESET_OF_OLDER)
                return RESET_OLDER;
        if (flow->reset != TCP_RESET_ENDS)
                return RESET_IGNORED;
        if (is_before(own->rst_frame, record))
                return RESET_AGAIN;
        if (is_before(peer->syn_frame, record) && !is_before(own->syn_frame, record) &&
            !is_before(tcp->handshake_syn_ack_frame, record))
                return RESET_REFUSED;
        /* The form in which a TCP without a connection answers a segment without ACK. */
        if (record->packet->tcp.sequence == 0 && (record->packet->tcp.flags & TCP_ACK) &&
            !is_before(own->syn_frame, record) && !is_before(peer->syn_frame, record))
                return RESET_NO_CONNECTION;
        if (is_before(tcp->handshake_syn_ack_frame, record) && !is_before(tcp->handshake_ack_frame, record) &&
            !tcp->established)
                return RESET_HANDSHAKE;
        if (is_before(own->fin_acked_frame, record) && is_before(peer->fin_acked_frame, record))
                return RESET_CLOSED;
        return is_before(own->fin_frame, record) ? RESET_LATE_DATA : RESET_ABORTED;
}
