/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/ladder-missing.h"

/* The number of later records in which to look for missing bytes. */
#define MAX_LATER 2000

#define AGAIN (TCP_ANALYSIS_RETRANSMISSION | TCP_ANALYSIS_FAST_RETRANSMISSION | TCP_ANALYSIS_SPURIOUS_RETRANSMISSION)

/* Whether sequence number a is before b; numbers wrap around (RFC 9293, section 3.4). */
static gboolean before(guint32 a, guint32 b)
{
        return (gint32) (a - b) < 0;
}

static guint32 end_of(const FlowPacket *flow)
{
        return flow->relative_sequence + flow->payload_length;
}

/* The first later record that carries the byte with that number; NULL: none does. */
static const Record *find_carrier(const Record *const *record, guint n_records, FlowSide side, guint32 byte)
{
        for (guint i = 1; i < MIN(n_records, MAX_LATER); i++) {
                const FlowPacket *flow = record[i]->flow;

                if (record[i]->packet->transport == TRANSPORT_TCP && flow->side == side && flow->payload_length > 0 &&
                    !before(byte, flow->relative_sequence) && before(byte, end_of(flow)))
                        return record[i];
        }
        return NULL;
}

/* Whether the bytes are missing for good, or until they are sent again. */
static gboolean judge(const Record *const *record, guint n_records, FlowSide side, Missing *missing)
{
        const Record *carrier = find_carrier(record, n_records, side, missing->first);

        missing->resent = 0;
        if (!carrier)
                return TRUE;
        if ((carrier->flow->analysis & AGAIN) == 0)
                return FALSE;
        missing->resent = carrier->packet->frame->number;
        return TRUE;
}

/* Finds bytes between the last ones of this side and those of the segment. */
static gboolean find_jump(const MissingState *state, const FlowPacket *flow, Missing *missing)
{
        if (flow->payload_length == 0 || !state->sides[flow->side].has_end ||
            !before(state->sides[flow->side].end, flow->relative_sequence))
                return FALSE;
        *missing = (Missing){.first = state->sides[flow->side].end, .last = flow->relative_sequence - 1};
        return TRUE;
}

/* Finds bytes of the other side that the segment acknowledges although they were not captured. */
static gboolean find_acknowledged(const MissingState *state, const FlowPacket *flow, Missing *missing)
{
        FlowSide other = !flow->side;

        if ((flow->analysis & TCP_ANALYSIS_ACK_LOST_SEGMENT) == 0 || !state->sides[other].has_end ||
            !before(state->sides[other].end, flow->relative_acknowledgement))
                return FALSE;
        *missing = (Missing){
                .first = state->sides[other].end,
                .last = flow->relative_acknowledgement - 1,
                .is_reversed = TRUE,
        };
        return TRUE;
}

static void advance(MissingState *state, FlowSide side, guint32 end)
{
        if (state->sides[side].has_end && !before(state->sides[side].end, end))
                return;
        state->sides[side].has_end = TRUE;
        state->sides[side].end = end;
}

/* Notes how far both sides have got: the sender by the segment's data, the receiver by the acknowledgement number,
 * which is all that is known if the capture began in the middle of the connection. */
static void learn(MissingState *state, const TcpHeader *tcp, const FlowPacket *flow)
{
        if ((tcp->flags & TCP_SYN) != 0) {
                state->sides[flow->side].has_end = FALSE;
                advance(state, flow->side, end_of(flow) + 1);
        } else if (flow->payload_length > 0) {
                advance(state, flow->side, end_of(flow));
        }
        if ((tcp->flags & TCP_ACK) != 0 && (tcp->flags & TCP_RST) == 0)
                advance(state, !flow->side, flow->relative_acknowledgement);
}

gboolean ladder_missing_find(MissingState *state, const Record *const *record, guint n_records, Missing *ret_missing)
{
        const Packet *packet = record[0]->packet;
        const FlowPacket *flow = record[0]->flow;
        Missing missing;
        gboolean found = FALSE;

        if (packet->transport != TRANSPORT_TCP)
                return FALSE;
        if (find_jump(state, flow, &missing))
                found = judge(record, n_records, flow->side, &missing);
        else if (find_acknowledged(state, flow, &missing))
                found = judge(record, n_records, !flow->side, &missing);
        learn(state, &packet->tcp, flow);
        if (found)
                *ret_missing = missing;
        return found;
}
