/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Both endpoints' states, RFC 9293 section 3.3.2 and figure 5. The capture shows packets on their way; here a packet
 * that was captured counts as received. What a side does not show stays unknown. */
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

/* After an RST the same SYN has come again. */
static TcpReopens reopen(Conversation *conversation)
{
        TcpConnection *self = tcp_connection(conversation);
        FlowTcp *public = &self->public;
        FlowSide initiator;
        gboolean refused = flow_conversation_get_teardown(conversation, &initiator) == TCP_TEARDOWN_REFUSED;

        for (guint i = 0; i < 2; i++) {
                FlowTcpSide *tcp = &public->sides[i];

                tcp->state = TCP_STATE_UNKNOWN;
                tcp->fin_frame = tcp->rst_frame = tcp->fin_acked_frame = 0;
                self->has_fin[i] = FALSE;
        }
        public->handshake_syn_frame = public->handshake_syn_ack_frame = public->handshake_ack_frame = 0;
        public->has_fin_first = public->fins_crossed = public->established = FALSE;
        self->handshake_pending = FALSE;
        return refused ? TCP_REOPENS_REFUSED : TCP_REOPENS_RESET;
}

static void take_syn(Conversation *conversation, FlowSide side, const Segment *segment, FlowPacket *flow)
{
        TcpConnection *self = tcp_connection(conversation);
        FlowTcp *public = &self->public;
        FlowTcpSide *own = &public->sides[side], *peer = &public->sides[!side];

        if (!(segment->flags & TCP_ACK) && own->state == TCP_STATE_CLOSED && peer->rst_frame != 0)
                flow->reopens = reopen(conversation);
        note(&own->syn_frame, segment);
        if (!conversation->client_known) {
                conversation->client_known = TRUE;
                conversation->client = (guint8) (segment->flags & TCP_ACK ? !side : side);
        }
        if (segment->flags & TCP_ACK) {
                if (own->state <= TCP_STATE_SYN_RECEIVED)
                        own->state = TCP_STATE_SYN_RECEIVED;
                if (peer->state <= TCP_STATE_SYN_RECEIVED)
                        peer->state = TCP_STATE_ESTABLISHED;
                note(&public->handshake_syn_ack_frame, segment);
                if (public->handshake_ack_frame == 0) {
                        self->handshake_pending = TRUE;
                        self->syn_ack_side = (guint8) side;
                        self->syn_ack_number = segment->sequence;
                }
                return;
        }
        if (own->state == TCP_STATE_LISTEN || own->state == TCP_STATE_UNKNOWN)
                own->state = TCP_STATE_SYN_SENT;
        /* If a program listens there, section 3.5, figure 6. */
        if (peer->state == TCP_STATE_UNKNOWN || peer->state == TCP_STATE_LISTEN)
                peer->state = TCP_STATE_SYN_RECEIVED;
        /* Both sent a SYN before they saw the other's: simultaneous open, section 3.5. */
        else if (peer->state == TCP_STATE_SYN_SENT)
                own->state = peer->state = TCP_STATE_SYN_RECEIVED;
        /* The latest one before the answer counts, which may well be to that; a capture can have the two the wrong way
         * round. */
        if (side == conversation->client &&
            (public->handshake_syn_ack_frame == 0 || public->handshake_syn_frame == 0)) {
                if (public->handshake_ack_frame != 0)
                        public->handshake_duration = time_between(time_between(public->handshake_time, segment->time),
                                                                  public->handshake_duration);
                public->handshake_syn_frame = segment->frame;
                public->handshake_time = segment->time;
        }
}

static void take_fin(Conversation *conversation, FlowSide side, const Segment *segment)
{
        TcpConnection *self = tcp_connection(conversation);
        FlowTcp *public = &self->public;
        FlowTcpSide *own = &public->sides[side], *peer = &public->sides[!side];
        gboolean first = own->fin_frame == 0;
        gboolean covers_fin = (segment->flags & TCP_ACK) && self->has_fin[!side] &&
                              sequence_distance(segment->acknowledgement, self->fin_number[!side]) > 0;

        note(&own->fin_frame, segment);
        if (!public->has_fin_first) {
                public->has_fin_first = TRUE;
                public->fin_first = (guint8) side;
        }
        if (!first)
                return;
        self->has_fin[side] = TRUE;
        self->fin_number[side] = segment->sequence + segment->length;
        if (own->state == TCP_STATE_CLOSE_WAIT) {
                /* Had it seen the other's FIN, it would have acknowledged it: both closed at once. */
                own->state = covers_fin ? TCP_STATE_LAST_ACK : TCP_STATE_CLOSING;
                public->fins_crossed = !covers_fin;
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
        FlowTcpSide *own = &self->public.sides[side], *peer = &self->public.sides[!side];
        gboolean first;

        if (!(segment->flags & TCP_SYN)) {
                /* A server that showed no SYN of its own need not be there. */
                if ((peer->state == TCP_STATE_SYN_RECEIVED && peer->syn_frame != 0) || peer->state == TCP_STATE_UNKNOWN)
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

/* A FIN without ACK is dropped by its receiver, or answered with an RST where nobody listens (RFC 9293 section 3.10.7).
 * It ends nothing. */
static gboolean is_stray_fin(const Segment *segment)
{
        return !(segment->flags & (TCP_SYN | TCP_ACK));
}

void tcp_state_add(Conversation *conversation, FlowSide side, const Segment *segment, guint analysis, FlowPacket *flow)
{
        TcpConnection *self = tcp_connection(conversation);
        FlowTcp *public = &self->public;
        gboolean is_data = segment->length > 0 && !(analysis & TCP_ANALYSIS_KEEP_ALIVE);
        gboolean completes = FALSE, covers_fin = FALSE;

        if (segment->flags & TCP_RST) {
                note(&public->sides[side].rst_frame, segment);
                public->sides[0].state = public->sides[1].state = TCP_STATE_CLOSED;
                flow->role = TCP_ROLE_RST;
                return;
        }
        if (segment->flags & TCP_SYN)
                take_syn(conversation, side, segment, flow);
        else if ((segment->flags & TCP_ACK) && self->handshake_pending && side != self->syn_ack_side &&
                 sequence_distance(segment->acknowledgement, self->syn_ack_number) > 0) {
                self->handshake_pending = FALSE;
                public->handshake_ack_frame = segment->frame;
                public->handshake_duration = time_between(public->handshake_time, segment->time);
                completes = TRUE;
        }
        if (segment->flags & TCP_ACK)
                covers_fin = take_ack(self, side, segment);
        if (conversation->client_known && public->sides[0].state >= TCP_STATE_ESTABLISHED &&
            public->sides[1].state >= TCP_STATE_ESTABLISHED)
                public->established = TRUE;
        if ((segment->flags & TCP_FIN) && !is_stray_fin(segment))
                take_fin(conversation, side, segment);
        flow->role = role_of(segment, is_data, completes, covers_fin);
}
