/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adds a segment to its connection: base of the numbers, options, analysis, state, reassembly, in this order. */
#include "analyzer/flow/flow-private.h"

#include <string.h>

void tcp_init(TcpConnection *self)
{
        for (guint i = 0; i < 2; i++)
                self->analysis[i].window_scale = -1;
}

void tcp_clear(TcpConnection *self, ReassemblyPool *pool)
{
        for (guint i = 0; i < 2; i++)
                reassembly_clear(&self->reassembly[i], pool);
        g_clear_pointer(&self->visible.analysis_counts, g_free);
        g_clear_pointer(&self->visible.rule_analysis_counts, g_free);
        g_clear_pointer(&self->life, g_free);
}

static inline void take_gaps(TcpConnection *self, ReassemblyPool *pool)
{
        if (G_LIKELY(pool->n_gaps == 0))
                return;
        self->visible.n_gaps += pool->n_gaps;
        self->visible.missing += pool->missing;
        pool->n_gaps = 0;
        pool->missing = 0;
}

void tcp_flush(TcpConnection *self, ReassemblyPool *pool)
{
        for (pool->side = 0; pool->side < 2; pool->side++)
                reassembly_end(&self->reassembly[pool->side], pool);
        take_gaps(self, pool);
}

/* From AE, CWR and ECE of a SYN or SYN-ACK (RFC 9768 table 2). */
static void note_ecn(FlowTcp *self, guint flags)
{
        guint ecn = flags & (TCP_AE | TCP_CWR | TCP_ECE);

        if (!(flags & TCP_ACK)) {
                if (self->handshake_syn_ack_frame == 0)
                        self->ecn_offer = ecn == (TCP_AE | TCP_CWR | TCP_ECE)            ? TCP_ECN_ACCURATE :
                                          (ecn & ~(guint) TCP_AE) == (TCP_CWR | TCP_ECE) ? TCP_ECN_CLASSIC :
                                                                                           TCP_ECN_NONE;
                return;
        }
        if (self->ecn_offer == TCP_ECN_NONE || ecn == 0 || ecn == (TCP_AE | TCP_CWR | TCP_ECE))
                self->ecn = TCP_ECN_NONE;
        else if (self->ecn_offer == TCP_ECN_CLASSIC)
                self->ecn = (ecn & ~(guint) TCP_AE) == TCP_ECE ? TCP_ECN_CLASSIC : TCP_ECN_NONE;
        else if (ecn == TCP_ECE)
                self->ecn = TCP_ECN_CLASSIC;
        else
                self->ecn = self->ecn_offer == TCP_ECN_ACCURATE && ecn != (TCP_AE | TCP_ECE) ? TCP_ECN_ACCURATE :
                                                                                               TCP_ECN_UNKNOWN;
}

/* From the window scale option of a SYN or SYN-ACK. */
static void note_scaling(TcpConnection *self, FlowSide side, const TcpHeader *tcp)
{
        AnalysisSide *own = &self->analysis[side], *peer = &self->analysis[!side];
        gboolean is_syn_ack = (tcp->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);

        /* Neither side scales its window unless both SYNs have the option (RFC 7323 section 2.2). */
        if (tcp->has_window_scale)
                own->window_scale = (gint8) MIN(tcp->window_scale, 14);
        else if (own->window_scale == -1)
                own->window_scale = peer->window_scale = -2;
        if (is_syn_ack && peer->window_scale == -2)
                own->window_scale = -2;
}

static void note_options(TcpConnection *self, FlowSide side, const TcpHeader *tcp)
{
        FlowTcpSide *visible = &self->visible.sides[side];

        if (!(tcp->flags & TCP_SYN))
                return;
        note_ecn(&self->visible, tcp->flags);
        note_scaling(self, side, tcp);
        visible->has_window_scale = tcp->has_window_scale;
        visible->window_scale = tcp->window_scale;
        if (tcp->has_mss)
                visible->mss = tcp->mss;
}

/* Notes where relative numbers start: at the SYN; if it was not captured, one before the first sequence number seen.
 * Returns TCP_ANALYSIS_REUSED_PORTS if a SYN-ACK has a new initial sequence number, else 0. */
static guint
note_base(TcpConnection *self, FlowSide side, const TcpHeader *tcp, TcpEvidence *evidence, ReassemblyPool *pool)
{
        FlowTcpSide *own = &self->visible.sides[side], *peer = &self->visible.sides[!side];
        guint flags = 0;

        if (!own->has_base) {
                own->has_base = TRUE;
                own->base = tcp->flags & TCP_SYN ? tcp->sequence : tcp->sequence - 1;
        } else if ((tcp->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK) && tcp->sequence != own->base) {
                evidence->earlier_base = own->base;
                own->base = tcp->sequence;
                flags = TCP_ANALYSIS_REUSED_PORTS;
                reassembly_clear(&self->reassembly[side], pool);
        }
        if (!peer->has_base && (tcp->flags & TCP_ACK)) {
                peer->has_base = TRUE;
                peer->base = tcp->acknowledgement - 1;
        }
        return flags;
}

/* Whether this SYN or SYN-ACK shows that the SYNs of both sides crossed. Looks at the states before the segment changes
 * them. */
static gboolean note_crossing(FlowTcp *self, FlowSide side, guint flags)
{
        FlowTcpSide *own = &self->sides[side], *peer = &self->sides[!side];
        gboolean is_first = !own->sent_syn_ack;

        if (!(flags & TCP_ACK))
                return own->syn_frame == 0 && self->handshake_syn_ack_frame == 0 && peer->state == TCP_STATE_SYN_SENT;
        own->sent_syn_ack = TRUE;
        return is_first && own->syn_frame != 0 && peer->syn_frame != 0;
}

static inline __attribute__((always_inline)) void note_initial_rtt(TcpConnection *self, const Segment *segment)
{
        FlowTcp *visible = &self->visible;

        if ((segment->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN) {
                self->has_latest_syn = TRUE;
                self->latest_syn_has_time = segment->has_time;
                self->latest_syn_time = segment->time;
        } else if (self->has_latest_syn && self->rule_rtt == 0 && !(segment->flags & TCP_SYN) &&
                   (segment->flags & TCP_ACK)) {
                /* If the difference is 0, the next acknowledgement is measured instead. */
                self->rule_rtt = time_between(self->latest_syn_time, segment->time);
                visible->has_initial_rtt = self->rule_rtt > 0 && self->latest_syn_has_time && segment->has_time;
                visible->initial_rtt = visible->has_initial_rtt ? self->rule_rtt : 0;
        }
}

/* Notes which steps of the connection were captured, by Wireshark's rules: the first packet of a stream counts only if
 * it is a SYN. */
static inline __attribute__((always_inline)) void
note_completeness(Conversation *conversation, const Segment *segment, guint analysis)
{
        TcpConnection *self = tcp_connection(conversation);
        gboolean is_first = !self->begun && conversation->packets <= 1;
        gboolean syn = (segment->flags & TCP_SYN) != 0, ack = (segment->flags & TCP_ACK) != 0;
        guint8 *completeness = &conversation->tcp->completeness;

        self->begun = TRUE;
        if (is_first) {
                if (syn && !ack)
                        *completeness = TCP_COMPLETENESS_SYN;
                if (*completeness && segment->length > 0 && !(analysis & TCP_ANALYSIS_REUSED_PORTS))
                        *completeness |= TCP_COMPLETENESS_DATA;
                return;
        }
        if (segment->flags & TCP_RST)
                *completeness |= TCP_COMPLETENESS_RST;
        if (!ack)
                return;
        if (syn)
                *completeness |= TCP_COMPLETENESS_SYN_ACK;
        else
                *completeness |= segment->length > 0 ? TCP_COMPLETENESS_DATA : TCP_COMPLETENESS_ACK;
        if (segment->flags & TCP_FIN)
                *completeness |= TCP_COMPLETENESS_FIN;
}

static void count_flags(guint32 **counts, guint flags)
{
        if (flags == 0)
                return;
        if (!*counts)
                *counts = g_new0(guint32, TCP_ANALYSIS_COUNT);
        for (guint i = 0; i < TCP_ANALYSIS_COUNT; i++)
                (*counts)[i] += flags >> i & 1;
}

/* Delivers what waits in both directions, since nothing more will come. If a SYN opens the connection again, both
 * directions start afresh. */
G_GNUC_NO_INLINE static void end_streams(TcpConnection *self, const FlowPacket *flow, ReassemblyPool *pool)
{
        for (pool->side = 0; pool->side < 2; pool->side++)
                reassembly_flush(&self->reassembly[pool->side], pool);
        for (guint i = 0; flow->reopens != TCP_REOPENS_NOTHING && i < 2; i++)
                reassembly_clear(&self->reassembly[i], pool);
}

static inline Segment read_segment(const Packet *packet)
{
        return (Segment){
                .sequence = packet->tcp.sequence,
                .acknowledgement = packet->tcp.acknowledgement,
                .length = packet->payload_length,
                .flags = packet->tcp.flags,
                .window = packet->tcp.window,
                .frame = packet->frame->number,
                .time = packet->frame->time,
                .has_time = packet->frame->has_time,
        };
}

gboolean tcp_repeats_last(const Conversation *conversation, FlowSide side, const Packet *packet)
{
        Segment segment = read_segment(packet);

        return tcp_analysis_repeats_last(tcp_connection(conversation), side, &segment);
}

/* The same SYN has opened the connection again. */
G_GNUC_NO_INLINE static void begin_life(TcpConnection *self, guint64 frame)
{
        if (!self->life)
                self->life = g_new(AnalysisLife, 1);
        *self->life = (AnalysisLife){.begin = frame};
}

/* Restores the sides as they were before an RST that has no effect. */
G_GNUC_NO_INLINE static void ignore_rst(TcpConnection *self, const AnalysisSide before[2])
{
        if (!self->life)
                self->life = g_new0(AnalysisLife, 1);
        memcpy(self->life->sides, before, sizeof self->life->sides);
}

/* Applies the rules to the second state, see AnalysisLife. */
G_GNUC_NO_INLINE static guint
analyse_life(TcpConnection *self, FlowSide side, const Packet *packet, TcpEvidence *evidence)
{
        Segment segment = read_segment(packet);

        *evidence = (TcpEvidence){0};
        for (guint i = 0; i < 2; i++)
                self->life->sides[i].window_scale = self->analysis[i].window_scale;
        return tcp_analysis_add(self, self->life->sides, side, &segment, evidence);
}

static void note_numbers(FlowPacket *flow, const Segment *segment)
{
        flow->relative_sequence = segment->sequence;
        flow->relative_acknowledgement = segment->acknowledgement;
        flow->payload_length = segment->length;
}

static inline void note_states(TcpState states[2], const FlowTcp *tcp)
{
        for (guint i = 0; i < 2; i++)
                states[i] = tcp->sides[i].state;
}

/* A sender that counts its IPv4 identifications up shows in which order it sent its packets. Beyond this distance, they
 * say nothing. */
#define MOST_OVERTAKING 64

/* How many packets of its sender overtook a segment. Such a segment has an earlier identification than the one with the
 * highest sequence numbers; a retransmission has a later one. 0: none, or unknown. */
static guint32 count_overtaking(TcpConnection *self, FlowSide side, const Packet *packet, const Segment *segment)
{
        guint16 id = packet_get_identification(packet);
        guint16 distance = (guint16) (self->newest_id[side] - id);

        if (segment->length == 0)
                return 0;
        if (segment->expected == 0 || sequence_distance(segment->sequence + segment->length, segment->expected) > 0) {
                self->newest_id[side] = id;
                return 0;
        }
        return id != 0 && self->newest_id[side] != 0 && distance <= MOST_OVERTAKING ? distance : 0;
}

#define SENT_AGAIN                                                                                                     \
        (TCP_ANALYSIS_RETRANSMISSION | TCP_ANALYSIS_FAST_RETRANSMISSION | TCP_ANALYSIS_SPURIOUS_RETRANSMISSION)

/* Wireshark's rules look only at the time. A segment with new octets that was sent before segments which arrived
 * earlier was reordered, not retransmitted. */
static void correct_order(FlowPacket *flow, guint32 overtaken, TcpEvidence *evidence)
{
        if (overtaken == 0 || flow->new_octets == 0 || (flow->analysis & (SENT_AGAIN | TCP_ANALYSIS_OUT_OF_ORDER)) == 0)
                return;
        flow->analysis = (flow->analysis & ~(guint) SENT_AGAIN) | TCP_ANALYSIS_OUT_OF_ORDER;
        evidence->overtaken = overtaken;
}

void tcp_add(Conversation *conversation,
             const Packet *packet,
             FlowPacket *flow,
             guint analysis,
             ReassemblyPool *pool,
             History *history,
             TcpEvidence *evidence)
{
        TcpConnection *self = tcp_connection(conversation);
        const TcpHeader *tcp = &packet->tcp;
        FlowSide side = flow->side;
        guint32 base, overtaken;
        AnalysisSide before[2];
        Segment segment = read_segment(packet);

        analysis |= note_base(self, side, tcp, evidence, pool);
        note_options(self, side, tcp);
        if (tcp->flags & TCP_SYN)
                flow->syns_crossed = note_crossing(&self->visible, side, tcp->flags);
        base = self->visible.sides[side].base;
        if ((tcp->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && tcp->sequence == base)
                self->analysis[side].next = self->analysis[side].contiguous;
        flow->scaled_window =
                tcp->flags & TCP_SYN ? tcp->window : (guint32) tcp->window << tcp_analysis_window_shift(self, side);
        flow->peer_unseen = !self->analysis[!side].has_window;
        segment.expected = self->analysis[side].next;
        overtaken = count_overtaking(self, side, packet, &segment);
        if (G_UNLIKELY(tcp->flags & TCP_RST))
                memcpy(before, self->life ? self->life->sides : self->analysis, sizeof before);
        analysis |= tcp_analysis_add(self, self->analysis, side, &segment, evidence);
        flow->rule_analysis = flow->analysis = analysis;
        note_initial_rtt(self, &segment);
        note_completeness(conversation, &segment, analysis);
        if (G_UNLIKELY(self->life != NULL))
                flow->analysis = analysis = analyse_life(self, side, packet, evidence);

        /* From here on the numbers are relative. */
        segment.sequence -= base;
        segment.acknowledgement = tcp->flags & TCP_ACK ? tcp->acknowledgement - self->visible.sides[!side].base : 0;
        note_numbers(flow, &segment);
        note_states(flow->states_before, &self->visible);
        if (G_UNLIKELY(flow->captured_twice != 0)) {
                note_states(flow->states, &self->visible);
                return;
        }
        tcp_state_add(conversation, side, &segment, analysis, flow);
        if (G_UNLIKELY(flow->role == TCP_ROLE_RST &&
                       (flow->reset == TCP_RESET_NO_WINDOW || flow->reset == TCP_RESET_NO_ANSWER)))
                ignore_rst(self, before);
        if (G_UNLIKELY(flow->reopens != TCP_REOPENS_NOTHING)) {
                begin_life(self, segment.frame);
                flow->analysis = analysis = analyse_life(self, side, packet, evidence);
        }
        if (analysis & TCP_ANALYSIS_ACK_LOST_SEGMENT)
                evidence->nothing_unseen = self->visible.missing == 0 &&
                                           reassembly_covers(&self->reassembly[!side], segment.acknowledgement);
        if (tcp->flags & TCP_ACK) {
                pool->side = !side;
                reassembly_acknowledge(&self->reassembly[!side], segment.acknowledgement, pool);
        }
        if (G_UNLIKELY(flow_ends(flow) || flow->reopens != TCP_REOPENS_NOTHING))
                end_streams(self, flow, pool);
        flow->releases = pool->chunks->len > 0;
        if (!(tcp->flags & (TCP_SYN | TCP_ACK)))
                segment.flags &= (guint16) ~TCP_FIN;
        pool->side = side;
        /* The octet of a keep-alive does not belong to the stream, and text in an RST is only a diagnostic (RFC 9293
         * section 3.5.3). */
        if (!(analysis & TCP_ANALYSIS_KEEP_ALIVE) && !(tcp->flags & TCP_RST) && !conversation->settled) {
                guint n_released = pool->released->len;

                flow->new_octets = reassembly_add(&self->reassembly[side], &segment, packet->payload,
                                                  packet->payload_captured, pool);
                flow->fills_gap = pool->released->len > n_released;
        }
        if (flow->new_octets > 0)
                flow->gap = reassembly_gap(&self->reassembly[side], segment.sequence);
        correct_order(flow, overtaken, evidence);
        /* If the SYNs crossed, a SYN-ACK repeats the sender's SYN because the protocol wants it, not because the SYN
         * was lost. */
        count_flags(&self->visible.analysis_counts, flow->syns_crossed ? flow->analysis & ~SENT_AGAIN : flow->analysis);
        count_flags(&self->visible.rule_analysis_counts, flow->rule_analysis);
        if (history)
                history_add(history, packet, flow, &segment, self->visible.sides[!side].base,
                            self->life ? self->life->begin : 0, evidence);
        if (analysis != 0 || evidence->same_frame != 0)
                flow->evidence = evidence;
        take_gaps(self, pool);
        flow->stream_ended = reassembly_is_ended(&self->reassembly[side]);
        flow->peer_stream_ended = flow->releases && reassembly_is_ended(&self->reassembly[!side]);
        note_states(flow->states, &self->visible);
}

__attribute__((cold)) void tcp_quote(Conversation *conversation, FlowSide side, const Packet *packet)
{
        const IcmpHeader *icmp = &packet->icmp;
        TcpConnection *self = tcp_connection(conversation);
        FlowTcpSide *own = &self->visible.sides[side];
        Segment segment = {
                .sequence = icmp->quoted_sequence,
                .flags = icmp->quoted_flags,
                .time = packet->frame->time,
                .has_time = packet->frame->has_time,
        };
        TcpHeader tcp = {
                .flags = icmp->quoted_flags,
                .has_window_scale = icmp->has_quoted_window_scale,
                .window_scale = icmp->quoted_window_scale,
        };

        if ((segment.flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK) && own->has_base &&
            own->base != segment.sequence) {
                guint32 distance = own->base - segment.sequence;

                /* A forged ICMP error must not be able to end a conversation, so the octets that wait are kept. */
                reassembly_shift(&self->reassembly[side], distance);
                self->fin_number[side] += distance;
                if (self->handshake_pending && self->syn_ack_side == side)
                        self->syn_ack_number += distance;
                own->base = segment.sequence;
        }
        if ((segment.flags & TCP_SYN) && icmp->has_quoted_options)
                note_scaling(self, side, &tcp);
        note_initial_rtt(self, &segment);
        note_completeness(conversation, &segment, 0);
}
