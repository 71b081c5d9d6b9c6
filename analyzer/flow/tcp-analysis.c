/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Wireshark's rules for flagging segments, so that both programs say the same of every packet. Their order matters:
 * each rule depends on what the earlier ones found. */
#include "analyzer/flow/flow-private.h"

/* Nanoseconds: a fast retransmission follows the duplicate acknowledgements within this time. */
#define FAST_RETRANSMISSION_TIME (20 * 1000000)
/* Nanoseconds: if the initial round-trip time is unknown, a segment that arrives later than this after the segments
 * behind it was retransmitted; one that arrives sooner is out of order. */
#define OUT_OF_ORDER_TIME (3 * 1000000)

const char *tcp_analysis_to_string(TcpAnalysis flag)
{
        static const char *const names[TCP_ANALYSIS_COUNT] = {
                "ack_lost_segment",      "duplicate_ack",
                "fast_retransmission",   "keep_alive",
                "keep_alive_ack",        "lost_segment",
                "out_of_order",          "retransmission",
                "reused_ports",          "spurious_retransmission",
                "window_full",           "window_update",
                "zero_window",           "zero_window_probe",
                "zero_window_probe_ack",
        };

        return names[g_bit_nth_lsf(flag, -1)];
}

/* As in Wireshark's rules, two numbers exactly 2^31 apart are each greater than the other, and each less. */
static gboolean sequence_greater(guint32 a, guint32 b)
{
        return (gint32) (b - a) < 0;
}

static gboolean sequence_less(guint32 a, guint32 b)
{
        return (gint32) (a - b) < 0;
}

guint tcp_analysis_window_shift(const TcpConnection *self, FlowSide side)
{
        return self->analysis[side].window_scale >= 0 ? (guint) self->analysis[side].window_scale : 0;
}

static gboolean
is_window_full(const TcpConnection *self, const AnalysisSide sides[2], FlowSide side, const Segment *segment)
{
        const AnalysisSide *peer = &sides[!side];
        guint shift = peer->acked_without_syn ? tcp_analysis_window_shift(self, !side) : 0;
        /* As in Wireshark, a window that was never seen counts as all ones. */
        guint32 window = peer->has_window ? peer->window : G_MAXUINT32;

        return segment->length > 0 && peer->window_scale != -1 &&
               segment->sequence + segment->length == peer->last_ack + (window << shift);
}

/* The rules about windows, keep-alives, and sequence numbers that are higher than expected. */
static guint
judge_forward(const TcpConnection *self, const AnalysisSide sides[2], FlowSide side, const Segment *segment)
{
        const AnalysisSide *own = &sides[side], *peer = &sides[!side];
        gboolean clean = (segment->flags & (TCP_SYN | TCP_FIN | TCP_RST)) == 0;
        gboolean at_next = segment->sequence == own->next;
        gboolean same_ack = segment->acknowledgement == own->last_ack;
        gboolean same_window = own->has_window && segment->window == own->window;
        gboolean repeats = segment->length == 0 && same_window && at_next && same_ack && clean;
        guint flags = 0;

        if (segment->window == 0 && clean)
                flags |= TCP_ANALYSIS_ZERO_WINDOW;
        if (own->next != 0 && sequence_greater(segment->sequence, own->next) && !(segment->flags & TCP_RST))
                flags |= TCP_ANALYSIS_LOST_SEGMENT;
        if (segment->length <= 1 && segment->sequence == own->next - 1 && clean)
                flags |= TCP_ANALYSIS_KEEP_ALIVE;
        if (segment->length == 0 && segment->window != 0 && !same_window && at_next && same_ack && clean)
                flags |= TCP_ANALYSIS_WINDOW_UPDATE;
        if (clean && is_window_full(self, sides, side, segment))
                flags |= TCP_ANALYSIS_WINDOW_FULL;
        if (repeats && segment->window != 0 && (peer->last_flags & TCP_ANALYSIS_KEEP_ALIVE))
                return flags | TCP_ANALYSIS_KEEP_ALIVE_ACK;
        if (repeats && segment->window == 0 && (peer->last_flags & TCP_ANALYSIS_ZERO_WINDOW_PROBE))
                return flags | TCP_ANALYSIS_ZERO_WINDOW_PROBE_ACK;
        if (repeats && segment->window != 0)
                flags |= TCP_ANALYSIS_DUPLICATE_ACK;
        return flags;
}

/* An acknowledgement of octets that were never captured. */
static guint judge_acknowledgement(
        const TcpConnection *self, AnalysisSide sides[2], FlowSide side, const Segment *segment, TcpEvidence *evidence)
{
        AnalysisSide *own = &sides[side], *peer = &sides[!side];
        guint flags = 0;

        if (segment->acknowledgement != own->last_ack)
                own->dup_acks = 0;
        if (!(segment->flags & TCP_ACK) || peer->contiguous == 0 ||
            !sequence_greater(segment->acknowledgement, peer->contiguous))
                return 0;
        if (sequence_less(peer->contiguous, peer->next)) {
                evidence->contiguous = peer->contiguous - self->visible.sides[!side].base;
                peer->contiguous = peer->next;
                return TCP_ANALYSIS_ACK_LOST_SEGMENT;
        }
        if (peer->dup_acks == 0) {
                evidence->contiguous = peer->contiguous - self->visible.sides[!side].base;
                flags = TCP_ANALYSIS_ACK_LOST_SEGMENT;
        }
        peer->dup_acks = G_MAXUINT32;
        return flags;
}

/* The sequence number behind the segment. SYN or FIN takes up one number. */
static guint32 segment_end(const Segment *segment)
{
        return segment->sequence + segment->length + ((segment->flags & (TCP_SYN | TCP_FIN)) ? 1 : 0);
}

/* A segment whose sequence numbers were sent before. */
static guint judge_repetition(const TcpConnection *self,
                              const AnalysisSide sides[2],
                              FlowSide side,
                              const Segment *segment,
                              guint flags,
                              TcpEvidence *evidence)
{
        const AnalysisSide *own = &sides[side], *peer = &sides[!side];
        gboolean behind = own->next != 0 && sequence_less(segment->sequence, own->next);
        guint64 since_gap, since_ack, threshold;

        if ((segment->length == 0 && !(segment->flags & (TCP_SYN | TCP_FIN))) || (flags & TCP_ANALYSIS_KEEP_ALIVE))
                return 0;
        if (segment->length > 1 && segment->sequence == own->next - 1)
                behind = FALSE;
        if (segment->length > 0 && peer->last_ack != 0 &&
            (segment->sequence + segment->length == peer->last_ack ||
             sequence_less(segment->sequence + segment->length, peer->last_ack))) {
                evidence->acknowledged = peer->last_ack - self->visible.sides[side].base;
                return TCP_ANALYSIS_SPURIOUS_RETRANSMISSION;
        }
        if (!behind)
                return 0;
        /* Unsigned, so that a packet with an earlier time than its cause does not count as coming soon after it. */
        since_ack = (guint64) segment->time - (guint64) peer->last_ack_time;
        since_gap = (guint64) segment->time - (guint64) own->next_time;
        threshold = self->rule_rtt != 0 ? (guint64) self->rule_rtt : OUT_OF_ORDER_TIME;
        evidence->since_gap = (gint64) since_gap;
        evidence->order_limit = (gint64) threshold;
        evidence->repeats_newest = own->next == segment_end(segment);
        if (peer->dup_acks >= 2 && segment->sequence == peer->last_ack && since_ack < FAST_RETRANSMISSION_TIME) {
                evidence->since_ack = (gint64) since_ack;
                evidence->duplicate_acks = peer->dup_acks;
                return TCP_ANALYSIS_FAST_RETRANSMISSION;
        }
        if (since_gap < threshold && !evidence->repeats_newest)
                return TCP_ANALYSIS_OUT_OF_ORDER;
        return TCP_ANALYSIS_RETRANSMISSION;
}

/* Keeps what the following segments are compared with. */
static void remember(AnalysisSide *own, const Segment *segment, guint flags)
{
        guint32 end = segment_end(segment);
        gboolean probe = (flags & TCP_ANALYSIS_ZERO_WINDOW_PROBE) != 0;

        if (!probe && (own->next == 0 || sequence_greater(end, own->next))) {
                own->next = end;
                own->next_time = segment->time;
        }
        if (!probe && (segment->sequence == own->contiguous || own->contiguous == 0))
                own->contiguous = own->next;
        own->window = segment->window;
        own->has_window = TRUE;
        own->last_ack = segment->acknowledgement;
        own->last_ack_time = segment->time;
        own->last_flags = (guint16) flags;
        if (segment->flags & (TCP_ACK | TCP_SYN))
                own->acked_without_syn = !(segment->flags & TCP_SYN);
}

gboolean tcp_analysis_repeats_last(const TcpConnection *self, FlowSide side, const Segment *segment)
{
        const AnalysisSide *own = &self->analysis[side];

        /* Only segments that take up sequence numbers can be recognised. */
        return own->has_window && segment_end(segment) != segment->sequence &&
               segment->acknowledgement == own->last_ack && segment->window == own->window &&
               segment_end(segment) == own->next && own->next_time == own->last_ack_time;
}

/* Notes the facts that explain a flag, or suggest a better reading than its name. */
static void note_evidence(const TcpConnection *self,
                          const AnalysisSide sides[2],
                          FlowSide side,
                          const Segment *segment,
                          guint flags,
                          TcpEvidence *evidence)
{
        const AnalysisSide *own = &sides[side], *peer = &sides[!side];
        gboolean peer_has_no_room = peer->has_window && peer->window == 0;

        if (flags & TCP_ANALYSIS_DUPLICATE_ACK)
                evidence->duplicate_acks = own->dup_acks;
        if (flags & TCP_ANALYSIS_LOST_SEGMENT)
                evidence->expected = own->next - self->visible.sides[side].base;
        evidence->answers_spurious =
                (flags & TCP_ANALYSIS_DUPLICATE_ACK) && (peer->last_flags & TCP_ANALYSIS_SPURIOUS_RETRANSMISSION);
        evidence->probes_zero_window = (flags & TCP_ANALYSIS_KEEP_ALIVE) && peer_has_no_room;
        evidence->answers_probe = (flags & TCP_ANALYSIS_ZERO_WINDOW) && own->has_window && own->window == 0 &&
                                  segment->acknowledgement == own->last_ack &&
                                  (peer->last_flags & (TCP_ANALYSIS_KEEP_ALIVE | TCP_ANALYSIS_ZERO_WINDOW_PROBE));
}

guint tcp_analysis_add(
        const TcpConnection *self, AnalysisSide sides[2], FlowSide side, const Segment *segment, TcpEvidence *evidence)
{
        AnalysisSide *own = &sides[side], *peer = &sides[!side];
        guint flags;

        if (segment->length == 1 && segment->sequence == own->next && peer->has_window && peer->window == 0) {
                flags = TCP_ANALYSIS_ZERO_WINDOW_PROBE;
        } else {
                flags = judge_forward(self, sides, side, segment);
                if (flags & TCP_ANALYSIS_DUPLICATE_ACK)
                        own->dup_acks = own->dup_acks == G_MAXUINT32 ? 1 : own->dup_acks + 1;
        }
        flags |= judge_acknowledgement(self, sides, side, segment, evidence);
        flags |= judge_repetition(self, sides, side, segment, flags, evidence);
        if (flags != 0)
                note_evidence(self, sides, side, segment, flags, evidence);
        remember(own, segment, flags);
        return flags;
}
