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

static void note(FlowMark *mark, const FlowMark *here)
{
        if (mark->number == 0)
                *mark = *here;
}

/* After an RST the same SYN may come again, as some systems do by themselves: everything begins anew. */
static void reopen(ConversationPrivate *self, FlowSide side)
{
        Conversation *public = &self->public;

        public->refused = public->tcp[!side].rst;
        for (guint i = 0; i < 2; i++) {
                FlowTcpSide *tcp = &public->tcp[i];

                tcp->state = TCP_STATE_UNKNOWN;
                tcp->fin = tcp->rst = tcp->fin_acked = (FlowMark){0};
                self->has_fin[i] = FALSE;
        }
        public->handshake_syn = public->handshake_syn_ack = public->handshake_ack = (FlowMark){0};
        public->has_fin_first = FALSE;
        self->handshake_pending = FALSE;
}

static void take_syn(ConversationPrivate *self, FlowSide side, const Segment *segment, const FlowMark *mark)
{
        Conversation *public = &self->public;
        FlowTcpSide *own = &public->tcp[side], *peer = &public->tcp[!side];

        if (!(segment->flags & TCP_ACK) && own->state == TCP_STATE_CLOSED && peer->rst.number != 0)
                reopen(self, side);
        note(&own->syn, mark);
        if (!public->client_known) {
                public->client_known = TRUE;
                public->client = segment->flags & TCP_ACK ? !side : side;
        }
        if (segment->flags & TCP_ACK) {
                if (own->state <= TCP_STATE_SYN_RECEIVED)
                        own->state = TCP_STATE_SYN_RECEIVED;
                if (peer->state <= TCP_STATE_SYN_RECEIVED)
                        peer->state = TCP_STATE_ESTABLISHED;
                note(&public->handshake_syn_ack, mark);
                if (public->handshake_ack.number == 0) {
                        self->handshake_pending = TRUE;
                        self->syn_ack_side = side;
                        self->syn_ack_number = segment->sequence;
                }
                return;
        }
        if (own->state == TCP_STATE_LISTEN || own->state == TCP_STATE_UNKNOWN)
                own->state = TCP_STATE_SYN_SENT;
        if (peer->state == TCP_STATE_UNKNOWN)
                peer->state = TCP_STATE_LISTEN;
        /* Both sent a SYN before they saw the other's: simultaneous open, section 3.5. */
        else if (peer->state == TCP_STATE_SYN_SENT)
                own->state = peer->state = TCP_STATE_SYN_RECEIVED;
        /* The latest one counts: the answer may well be to that. */
        if (side == public->client && public->handshake_syn_ack.number == 0)
                public->handshake_syn = *mark;
}

static void take_fin(ConversationPrivate *self, FlowSide side, const Segment *segment, const FlowMark *mark)
{
        Conversation *public = &self->public;
        FlowTcpSide *own = &public->tcp[side], *peer = &public->tcp[!side];
        gboolean first = own->fin.number == 0;
        gboolean covers_fin = (segment->flags & TCP_ACK) && self->has_fin[!side] &&
                              sequence_distance(segment->acknowledgement, self->fin_number[!side]) > 0;

        note(&own->fin, mark);
        if (!public->has_fin_first) {
                public->has_fin_first = TRUE;
                public->fin_first = side;
        }
        if (!first)
                return;
        self->has_fin[side] = TRUE;
        self->fin_number[side] = segment->sequence + segment->length;
        if (own->state == TCP_STATE_CLOSE_WAIT)
                /* Had it seen the other's FIN, it would have acknowledged it: both closed at once. */
                own->state = covers_fin ? TCP_STATE_LAST_ACK : TCP_STATE_CLOSING;
        else if (own->state <= TCP_STATE_ESTABLISHED)
                own->state = TCP_STATE_FIN_WAIT_1;
        if (peer->state == TCP_STATE_FIN_WAIT_1)
                peer->state = TCP_STATE_CLOSING;
        else if (peer->state == TCP_STATE_FIN_WAIT_2)
                peer->state = TCP_STATE_TIME_WAIT;
        else if (peer->state <= TCP_STATE_ESTABLISHED)
                peer->state = TCP_STATE_CLOSE_WAIT;
}

/* TRUE if this is the first acknowledgement of the peer's FIN. */
static gboolean take_ack(ConversationPrivate *self, FlowSide side, const Segment *segment, const FlowMark *mark)
{
        FlowTcpSide *own = &self->public.tcp[side], *peer = &self->public.tcp[!side];
        gboolean first;

        if (!(segment->flags & TCP_SYN)) {
                if (peer->state == TCP_STATE_SYN_RECEIVED || peer->state == TCP_STATE_UNKNOWN)
                        peer->state = TCP_STATE_ESTABLISHED;
                if (own->state < TCP_STATE_ESTABLISHED)
                        own->state = TCP_STATE_ESTABLISHED;
        }
        if (!self->has_fin[!side] || sequence_distance(segment->acknowledgement, self->fin_number[!side]) <= 0)
                return FALSE;
        first = peer->fin_acked.number == 0;
        note(&peer->fin_acked, mark);
        if (peer->state == TCP_STATE_FIN_WAIT_1)
                peer->state = TCP_STATE_FIN_WAIT_2;
        else if (peer->state == TCP_STATE_CLOSING)
                peer->state = TCP_STATE_TIME_WAIT;
        else if (peer->state == TCP_STATE_LAST_ACK)
                peer->state = TCP_STATE_CLOSED;
        return first;
}

TcpRole tcp_state_add(ConversationPrivate *self, FlowSide side, const Segment *segment, const FlowMark *mark, guint analysis)
{
        Conversation *public = &self->public;
        gboolean is_data = segment->length > 0 && !(analysis & TCP_ANALYSIS_KEEP_ALIVE);
        gboolean completes = FALSE, covers_fin = FALSE;

        if (segment->flags & TCP_RST) {
                note(&public->tcp[side].rst, mark);
                public->tcp[0].state = public->tcp[1].state = TCP_STATE_CLOSED;
                return TCP_ROLE_RST;
        }
        if (segment->flags & TCP_SYN)
                take_syn(self, side, segment, mark);
        else if ((segment->flags & TCP_ACK) && self->handshake_pending && side != self->syn_ack_side &&
                 sequence_distance(segment->acknowledgement, self->syn_ack_number) > 0) {
                self->handshake_pending = FALSE;
                public->handshake_ack = *mark;
                completes = TRUE;
        }
        if (segment->flags & TCP_ACK)
                covers_fin = take_ack(self, side, segment, mark);
        if (segment->flags & TCP_FIN)
                take_fin(self, side, segment, mark);

        if (segment->flags & TCP_SYN)
                return segment->flags & TCP_ACK ? TCP_ROLE_SYN_ACK : TCP_ROLE_SYN;
        if (segment->flags & TCP_FIN)
                return TCP_ROLE_FIN;
        if (is_data)
                return TCP_ROLE_DATA;
        return completes ? TCP_ROLE_HANDSHAKE_ACK : covers_fin ? TCP_ROLE_TEARDOWN_ACK : TCP_ROLE_ACK;
}
