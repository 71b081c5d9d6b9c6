/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The states of both endpoints (RFC 9293 section 3.3.2 and figure 5). A capture shows packets on their way; here a
 * captured packet counts as received. A state that no packet shows stays unknown. */
#include "analyzer/flow/flow-private.h"

const char *tcp_state_to_string(TcpState state)
{
        static const char *const names[] = {
                "unknown",    "LISTEN",     "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1",
                "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING",  "LAST-ACK",     "TIME-WAIT",   "CLOSED",
        };

        return names[state];
}

static void note(guint64 *frame, const Segment *segment)
{
        if (*frame == 0)
                *frame = segment->frame;
}

/* Whether a SYN with a sequence number that was seen before opens the connection again. */
static TcpReopens find_reopening(const Conversation *conversation, FlowSide side)
{
        const TcpConnection *self = tcp_connection(conversation);
        const FlowTcpSide *sides = self->visible.sides;
        FlowSide initiator;

        if (self->reset_older)
                return TCP_REOPENS_REPLACED;
        if (sides[side].state == TCP_STATE_CLOSED && (sides[0].rst_frame != 0 || sides[1].rst_frame != 0))
                return flow_conversation_get_teardown(conversation, &initiator) == TCP_TEARDOWN_REFUSED ?
                               TCP_REOPENS_REFUSED :
                               TCP_REOPENS_RESET;
        /* After both FINs it cannot be a retransmission. */
        return self->has_fin[0] && self->has_fin[1] ? TCP_REOPENS_CLOSED : TCP_REOPENS_NOTHING;
}

static void reopen(Conversation *conversation)
{
        TcpConnection *self = tcp_connection(conversation);
        FlowTcp *visible = &self->visible;

        for (guint i = 0; i < 2; i++) {
                FlowTcpSide *tcp = &visible->sides[i];

                tcp->state = TCP_STATE_UNKNOWN;
                tcp->syn_frame = tcp->fin_frame = tcp->rst_frame = tcp->fin_acked_frame = 0;
                tcp->sent_syn_ack = FALSE;
                self->has_fin[i] = FALSE;
        }
        visible->handshake_syn_frame = visible->handshake_syn_ack_frame = visible->handshake_ack_frame = 0;
        visible->has_fin_first = visible->fins_crossed = visible->established = visible->has_handshake_duration = FALSE;
        self->handshake_pending = self->reset_older = FALSE;
        conversation->client_known = FALSE;
}

/* The duration is valid if SYN and ACK have a time, the clock did not go back between them, and the SYN was captured
 * before the SYN-ACK. */
static void note_handshake_duration(TcpConnection *self)
{
        FlowTcp *visible = &self->visible;

        visible->handshake_duration = time_between(visible->handshake_time, self->handshake_ack_time);
        visible->has_handshake_duration = visible->handshake_syn_frame != 0 && self->handshake_syn_has_time &&
                                          self->handshake_ack_has_time && visible->handshake_duration >= 0 &&
                                          (visible->handshake_syn_ack_frame == 0 ||
                                           visible->handshake_syn_ack_frame > visible->handshake_syn_frame);
        if (!visible->has_handshake_duration)
                visible->handshake_duration = 0;
}

/* Whether a SYN-ACK acknowledges the captured SYN, or data that came with it. Anything beyond was not sent. */
static gboolean answers_syn(const TcpConnection *self, FlowSide side, const Segment *segment)
{
        const FlowTcpSide *peer = &self->visible.sides[!side];
        guint32 sent = self->analysis[!side].next - peer->base;

        return peer->syn_frame == 0 || (segment->acknowledgement >= 1 && segment->acknowledgement <= sent);
}

static void take_syn(Conversation *conversation, FlowSide side, const Segment *segment, FlowPacket *flow)
{
        TcpConnection *self = tcp_connection(conversation);
        FlowTcp *visible = &self->visible;
        FlowTcpSide *own = &visible->sides[side], *peer = &visible->sides[!side];

        if (!(segment->flags & TCP_ACK)) {
                flow->reopens = (guint8) find_reopening(conversation, side);
                visible->n_reopened += flow->reopens != TCP_REOPENS_NOTHING && flow->reopens != TCP_REOPENS_REPLACED;
                if (flow->reopens != TCP_REOPENS_NOTHING)
                        reopen(conversation);
        }
        note(&own->syn_frame, segment);
        if (!conversation->client_known) {
                conversation->client_known = TRUE;
                conversation->client = (guint8) (segment->flags & TCP_ACK ? !side : side);
        }
        if (segment->flags & TCP_ACK) {
                if (own->state <= TCP_STATE_SYN_RECEIVED)
                        own->state = TCP_STATE_SYN_RECEIVED;
                if (!answers_syn(self, side, segment))
                        return;
                if (peer->state <= TCP_STATE_SYN_RECEIVED)
                        peer->state = TCP_STATE_ESTABLISHED;
                note(&visible->handshake_syn_ack_frame, segment);
                if (visible->handshake_ack_frame == 0) {
                        self->handshake_pending = TRUE;
                        self->syn_ack_side = (guint8) side;
                        self->syn_ack_number = segment->sequence;
                }
                return;
        }
        if (own->state == TCP_STATE_LISTEN || own->state == TCP_STATE_UNKNOWN)
                own->state = TCP_STATE_SYN_SENT;
        /* A captured packet counts as received (figure 6). */
        if (peer->state == TCP_STATE_UNKNOWN)
                peer->state = TCP_STATE_SYN_RECEIVED;
        /* Both sides sent a SYN before they received the other's: simultaneous open, section 3.5. */
        else if (peer->state == TCP_STATE_SYN_SENT)
                own->state = peer->state = TCP_STATE_SYN_RECEIVED;
        /* The latest SYN before the SYN-ACK counts, because the SYN-ACK may answer it. If the capture has the two in
         * the wrong order, the SYN behind the SYN-ACK counts. */
        if (side == conversation->client &&
            (visible->handshake_syn_ack_frame == 0 || visible->handshake_syn_frame == 0)) {
                visible->handshake_syn_frame = segment->frame;
                visible->handshake_time = segment->time;
                self->handshake_syn_has_time = segment->has_time;
                if (visible->handshake_ack_frame != 0)
                        note_handshake_duration(self);
        }
}

static void take_fin(Conversation *conversation, FlowSide side, const Segment *segment)
{
        TcpConnection *self = tcp_connection(conversation);
        FlowTcp *visible = &self->visible;
        FlowTcpSide *own = &visible->sides[side], *peer = &visible->sides[!side];
        gboolean first = own->fin_frame == 0;
        gboolean covers_fin = (segment->flags & TCP_ACK) && self->has_fin[!side] &&
                              sequence_distance(segment->acknowledgement, self->fin_number[!side]) > 0;

        note(&own->fin_frame, segment);
        if (!visible->has_fin_first) {
                visible->has_fin_first = TRUE;
                visible->fin_first = (guint8) side;
        }
        if (!first)
                return;
        self->has_fin[side] = TRUE;
        self->fin_number[side] = segment->sequence + segment->length;
        if (own->state == TCP_STATE_CLOSE_WAIT) {
                /* A FIN that does not acknowledge the peer's FIN was sent before that arrived: both sides closed at
                 * once. */
                own->state = covers_fin ? TCP_STATE_LAST_ACK : TCP_STATE_CLOSING;
                visible->fins_crossed = !covers_fin;
        } else if (own->state <= TCP_STATE_ESTABLISHED) {
                own->state = TCP_STATE_FIN_WAIT_1;
        }
        if (peer->state == TCP_STATE_FIN_WAIT_1)
                peer->state = TCP_STATE_CLOSING;
        else if (peer->state == TCP_STATE_FIN_WAIT_2)
                peer->state = TCP_STATE_TIME_WAIT;
        else if (peer->state <= TCP_STATE_ESTABLISHED)
                peer->state = TCP_STATE_CLOSE_WAIT;
}

/* TRUE if this is the first acknowledgement of the peer's FIN. */
static gboolean take_ack(TcpConnection *self, FlowSide side, const Segment *segment)
{
        FlowTcpSide *own = &self->visible.sides[side], *peer = &self->visible.sides[!side];
        gboolean first;

        if (!(segment->flags & TCP_SYN)) {
                if (peer->state == TCP_STATE_SYN_RECEIVED || peer->state == TCP_STATE_UNKNOWN)
                        peer->state = TCP_STATE_ESTABLISHED;
                if (own->state < TCP_STATE_ESTABLISHED)
                        own->state = TCP_STATE_ESTABLISHED;
        }
        if (!self->has_fin[!side] || sequence_distance(segment->acknowledgement, self->fin_number[!side]) <= 0)
                return FALSE;
        first = peer->fin_acked_frame == 0;
        note(&peer->fin_acked_frame, segment);
        if (peer->state == TCP_STATE_FIN_WAIT_1)
                peer->state = TCP_STATE_FIN_WAIT_2;
        else if (peer->state == TCP_STATE_CLOSING)
                peer->state = TCP_STATE_TIME_WAIT;
        else if (peer->state == TCP_STATE_LAST_ACK)
                peer->state = TCP_STATE_CLOSED;
        return first;
}

static inline TcpRole role_of(const Segment *segment, gboolean is_data, gboolean completes, gboolean covers_fin)
{
        if (segment->flags & TCP_SYN)
                return segment->flags & TCP_ACK ? TCP_ROLE_SYN_ACK : TCP_ROLE_SYN;
        if (segment->flags & TCP_FIN)
                return TCP_ROLE_FIN;
        if (is_data)
                return TCP_ROLE_DATA;
        return completes ? TCP_ROLE_HANDSHAKE_ACK : covers_fin ? TCP_ROLE_TEARDOWN_ACK : TCP_ROLE_ACK;
}

/* Whether a FIN lacks the ACK flag. Its receiver drops it, or answers with an RST if the connection does not exist (RFC
 * 9293 section 3.10.7), so it ends nothing. */
static gboolean is_stray_fin(const Segment *segment)
{
        return !(segment->flags & (TCP_SYN | TCP_ACK));
}

/* The receiver's window as last announced: octets from its acknowledgement on. If the SYN with the scale was not
 * captured, assumes the largest possible scale. */
static guint32 known_window(const TcpConnection *self, FlowSide receiver)
{
        const AnalysisSide *analysis = &self->analysis[receiver];
        guint shift = !analysis->acked_without_syn ? 0 :
                      analysis->window_scale == -1 ? 14 :
                                                     tcp_analysis_window_shift(self, receiver);

        return (guint32) analysis->window << shift;
}

/* Whether the receiver accepts an RST with this sequence number. Two numbers are accepted although RFC 9293 puts them
 * outside the window, since that makes no difference to a chat: the one just behind the window, and that of an
 * acknowledged FIN, which Linux accepts, too. */
static gboolean is_in_window(const TcpConnection *self, FlowSide side, const Segment *segment, FlowPacket *flow)
{
        const Reassembly *sent = &self->reassembly[side];
        const FlowTcpSide *own = &self->visible.sides[side];
        gint32 beyond;

        if (!sent->has_acknowledged || !self->analysis[!side].has_window ||
            segment->sequence + own->base == segment->expected)
                return TRUE;
        flow->window_begin = sent->acknowledged;
        flow->window_end = sent->acknowledged + known_window(self, !side);
        beyond = sequence_distance(segment->sequence, sent->acknowledged);
        if (beyond < 0)
                return beyond == -1 && own->fin_acked_frame != 0;
        return (guint32) beyond <= flow->window_end - flow->window_begin;
}

static TcpReset judge_rst(const TcpConnection *self, FlowSide side, const Segment *segment, FlowPacket *flow)
{
        const FlowTcpSide *own = &self->visible.sides[side], *peer = &self->visible.sides[!side];
        guint32 number = segment->sequence + own->base;

        if (peer->state == TCP_STATE_CLOSED)
                return TCP_RESET_ENDS;
        /* An RST that refuses an acknowledgement takes its sequence number from it (section 3.10.7.3). If it belonged
         * to the sender's own new connection, its relative number would be 1. */
        if (own->state == TCP_STATE_SYN_SENT && segment->sequence != 1 && self->analysis[!side].has_window &&
            number == self->analysis[!side].last_ack)
                return TCP_RESET_OF_OLDER;
        if (peer->state == TCP_STATE_SYN_SENT) {
                guint32 sent = self->analysis[!side].next - peer->base;
                gboolean answers =
                        (segment->flags & TCP_ACK) && segment->acknowledgement >= 1 && segment->acknowledgement <= sent;

                return answers ? TCP_RESET_ENDS : TCP_RESET_NO_ANSWER;
        }
        return is_in_window(self, side, segment, flow) ? TCP_RESET_ENDS : TCP_RESET_NO_WINDOW;
}

static void take_rst(TcpConnection *self, FlowSide side, const Segment *segment, FlowPacket *flow)
{
        FlowTcp *visible = &self->visible;

        flow->reset = (guint8) judge_rst(self, side, segment, flow);
        switch ((TcpReset) flow->reset) {
        case TCP_RESET_ENDS:
                note(&visible->sides[side].rst_frame, segment);
                visible->sides[0].state = visible->sides[1].state = TCP_STATE_CLOSED;
                break;
        case TCP_RESET_OF_OLDER:
                visible->sides[!side].state = TCP_STATE_CLOSED;
                self->reset_older = TRUE;
                break;
        case TCP_RESET_NO_WINDOW:
        case TCP_RESET_NO_ANSWER:
                break;
        }
}

void tcp_state_add(Conversation *conversation, FlowSide side, const Segment *segment, guint analysis, FlowPacket *flow)
{
        TcpConnection *self = tcp_connection(conversation);
        FlowTcp *visible = &self->visible;
        gboolean is_data = segment->length > 0 && !(analysis & TCP_ANALYSIS_KEEP_ALIVE);
        gboolean completes = FALSE, covers_fin = FALSE;

        if (segment->flags & TCP_RST) {
                flow->role = TCP_ROLE_RST;
                take_rst(self, side, segment, flow);
                return;
        }
        if (segment->flags & TCP_SYN)
                take_syn(conversation, side, segment, flow);
        else if ((segment->flags & TCP_ACK) && self->handshake_pending && side != self->syn_ack_side &&
                 sequence_distance(segment->acknowledgement, self->syn_ack_number) > 0) {
                self->handshake_pending = FALSE;
                visible->handshake_ack_frame = segment->frame;
                self->handshake_ack_time = segment->time;
                self->handshake_ack_has_time = segment->has_time;
                note_handshake_duration(self);
                completes = TRUE;
        }
        if (segment->flags & TCP_ACK)
                covers_fin = take_ack(self, side, segment);
        if (conversation->client_known && visible->sides[0].state >= TCP_STATE_ESTABLISHED &&
            visible->sides[1].state >= TCP_STATE_ESTABLISHED && self->analysis[!side].has_window)
                visible->established = TRUE;
        if ((segment->flags & TCP_FIN) && !is_stray_fin(segment))
                take_fin(conversation, side, segment);
        flow->role = role_of(segment, is_data, completes, covers_fin);
}
