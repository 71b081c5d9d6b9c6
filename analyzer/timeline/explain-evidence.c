/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a segment was flagged: the numbers that decided, and the better reading where there is one. Wireshark's flags are
 * guesses from what was captured at one place, and so are these. */
#include "analyzer/timeline/build.h"

#define REPEATED                                                                                                   \
        (TCP_ANALYSIS_RETRANSMISSION | TCP_ANALYSIS_FAST_RETRANSMISSION | TCP_ANALYSIS_SPURIOUS_RETRANSMISSION |   \
         TCP_ANALYSIS_OUT_OF_ORDER)

static void append_frame(GString *text, guint64 frame)
{
        append_literal(text, "frame ");
        append_unsigned(text, frame);
}

/* "the initial round-trip time of 0.8 ms", or what stands for it. */
static void append_limit(const Record *record, GString *text)
{
        const FlowTcp *tcp = record->flow->conversation->tcp;
        gint64 limit = record->flow->evidence->order_limit;

        if (tcp->has_initial_rtt && tcp->initial_rtt == limit)
                append_literal(text, "the initial round-trip time of ");
        else
                append_literal(text, "the round-trip time, which is not known here and taken for ");
        append_duration(text, limit);
}

/* Out of order or sent again: the time since the segment that came before its turn decides. */
static void explain_order(const Record *record, GString *text)
{
        const TcpEvidence *evidence = record->flow->evidence;
        guint analysis = record->flow->analysis;

        if (analysis & TCP_ANALYSIS_FAST_RETRANSMISSION) {
                if (evidence->duplicate_acks != G_MAXUINT32) {
                        append_char(text, ' ');
                        append_unsigned(text, evidence->duplicate_acks);
                        append_literal(text, " repetitions were captured, the last acknowledgement ");
                } else {
                        append_literal(text, " The last acknowledgement came ");
                }
                append_duration(text, evidence->since_ack);
                append_literal(text, " before, and this segment begins with the very number they ask for.");
                return;
        }
        append_text(text, evidence->repeats_newest ? " It ends where the highest numbers of this side end, and comes " : " It comes ");
        append_duration(text, evidence->since_gap);
        if (evidence->repeats_newest) {
                append_literal(text, " after them: nothing has overtaken it, it was sent again.");
                return;
        }
        append_literal(text, " after higher numbers of this side");
        if (analysis & TCP_ANALYSIS_OUT_OF_ORDER) {
                append_literal(text, ", sooner than ");
                append_limit(record, text);
                append_text(text, evidence->same_frame == 0 ?
                                          ", in which nobody can learn that something is missing: so it was overtaken on its way, and not "
                                          "sent again." :
                                          ", by which Wireshark takes it for overtaken on its way. But it was captured before, so it was sent "
                                          "again, or doubled on its way.");
        } else {
                append_literal(text, ", later than ");
                append_limit(record, text);
                append_literal(text, ": so it counts as sent again, and not as overtaken on its way.");
        }
}

static void explain_repetition(const Record *record, GString *text)
{
        const FlowPacket *flow = record->flow;
        const TcpEvidence *evidence = flow->evidence;

        if (flow->analysis & TCP_ANALYSIS_SPURIOUS_RETRANSMISSION) {
                append_literal(text, " The other side had acknowledged everything before the number ");
                append_unsigned(text, evidence->acknowledged);
                append_literal(text, " already: either that acknowledgement did not reach this side, or its timer ran out too early.");
        } else if (flow->analysis & (TCP_ANALYSIS_RETRANSMISSION | TCP_ANALYSIS_OUT_OF_ORDER | TCP_ANALYSIS_FAST_RETRANSMISSION)) {
                explain_order(record, text);
        }
        if (evidence->same_frame != 0) {
                append_text(text, flow->payload_length > 0 ? " Its first byte" : " Its number");
                append_text(text, evidence->n_same > 1 ? " was captured before, first in " : " was captured before, in ");
                append_frame(text, evidence->same_frame);
                append_literal(text, ", ");
                append_duration(text, evidence->since_same_frame);
                append_literal(text, " earlier");
                if (evidence->n_same > 1) {
                        append_literal(text, ", and ");
                        append_unsigned(text, evidence->n_same);
                        append_literal(text, " times in all");
                }
                append_char(text, '.');
        } else if ((flow->analysis & (TCP_ANALYSIS_RETRANSMISSION | TCP_ANALYSIS_FAST_RETRANSMISSION)) &&
                   flow->payload_length > 0 && flow->new_octets == flow->payload_length) {
                append_literal(text, " None of its bytes was captured before: what was lost, was lost on its way to where the capture "
                                     "was made.");
        }
}

void record_append_captured_twice(const Record *record, GString *text)
{
        append_literal(text, "This is no packet of its own: that of ");
        append_frame(text, record->flow->captured_twice);
        append_literal(text, " was captured a second time. So it is where a capture sees two interfaces that a packet passes, or a "
                             "switch that shows it twice. It came ");
        append_duration(text, ABS(record->flow->since_first));
        append_text(text, record->flow->since_first < 0 ? " before its double" : " after its double");
        append_text(text, record->packet->source.address.family == 4 && record->packet->fragment_id != 0 ?
                                  ", and has the same identification in its IP header, which hosts give each packet anew, even if it "
                                  "repeats another." :
                                  ", sooner than any sender repeats something.");
        if (record->packet->transport == TRANSPORT_TCP && record->flow->analysis != 0)
                append_literal(text, " Wireshark takes it for something sent again.");
}

static void explain_reuse(const Record *record, GString *text)
{
        static const char *const ends[] = {
                [TCP_TEARDOWN_NONE] = "had not ended, as far as it was captured",
                [TCP_TEARDOWN_FIN] = "was closed by both sides",
                [TCP_TEARDOWN_RST] = "was reset",
                [TCP_TEARDOWN_SIMULTANEOUS] = "was closed by both sides at once",
                [TCP_TEARDOWN_HALF_CLOSED] = "was closed by one side, as far as it was captured",
                [TCP_TEARDOWN_REFUSED] = "was refused",
        };
        const TcpEvidence *evidence = record->flow->evidence;

        if (record->packet->tcp.flags & TCP_ACK) {
                append_literal(text, " This side answered with another number before, ");
                append_unsigned(text, evidence->earlier_base);
                append_literal(text, ": it has begun anew, and does not know that it answered already.");
                return;
        }
        append_literal(text, " The same addresses and ports belonged to an earlier connection, tcp stream ");
        append_unsigned(text, evidence->earlier_stream);
        append_literal(text, ". This is a new one, since its SYN begins with another number than that one's, ");
        append_unsigned(text, evidence->earlier_base);
        append_literal(text, ", which ");
        append_text(text, ends[evidence->earlier_teardown]);
        if (evidence->has_since_earlier) {
                append_literal(text, "; its last packet came ");
                append_duration(text, evidence->since_earlier);
                append_literal(text, " before this");
        }
        append_literal(text, " (RFC 9293, section 3.6.1).");
}

static void explain_gap(const Record *record, GString *text)
{
        const FlowPacket *flow = record->flow;
        const TcpEvidence *evidence = flow->evidence;

        append_literal(text, " The number ");
        append_unsigned(text, evidence->expected);
        append_literal(text, " was to come next, so ");
        append_bytes(text, (guint32) (flow->relative_sequence - evidence->expected));
        append_literal(text, " of this side were not captured before it: they were lost, come later, or the capture missed them.");
}

static void explain_unseen(const Record *record, GString *text)
{
        append_literal(text, " It acknowledges what the capture does not have: of the other side's bytes it has, "
                             "without a gap, only those before the number ");
        append_unsigned(text, record->flow->evidence->contiguous);
        append_literal(text, ". They did arrive, so they were not lost: the capture missed them.");
}

static void append_flagged(const Record *record, GString *text)
{
        const FlowPacket *flow = record->flow;
        const TcpEvidence *evidence = flow->evidence;
        guint analysis = flow->analysis;

        if (flow->syns_crossed)
                return;
        if (analysis & TCP_ANALYSIS_REUSED_PORTS)
                explain_reuse(record, text);
        if (analysis & TCP_ANALYSIS_LOST_SEGMENT)
                explain_gap(record, text);
        if (analysis & TCP_ANALYSIS_ACK_LOST_SEGMENT)
                explain_unseen(record, text);
        if ((analysis & REPEATED) && !(analysis & TCP_ANALYSIS_KEEP_ALIVE))
                explain_repetition(record, text);
        if (analysis & TCP_ANALYSIS_DUPLICATE_ACK) {
                append_literal(text, " This is repetition number ");
                append_unsigned(text, evidence->duplicate_acks);
                append_literal(text, " of it.");
        }
        if (evidence->same_frame != 0 && !(analysis & REPEATED) && flow->payload_length == 0 && evidence->n_same > 1) {
                append_literal(text, " What arrived twice was captured last in ");
                append_frame(text, evidence->same_frame);
                append_literal(text, ", ");
                append_duration(text, evidence->since_same_frame);
                append_literal(text, " before: that repetition was not needed, for the first copy had arrived as well.");
        }
}

/* A segment in whose middle, or behind which, the numbers begin again at 0. */
static void explain_wrap(const Record *record, GString *text)
{
        const TcpHeader *tcp = &record->packet->tcp;
        guint32 length = record->flow->payload_length;

        if (length == 0 || tcp->sequence + length >= tcp->sequence)
                return;
        append_literal(text, " In the header its number is ");
        append_unsigned(text, tcp->sequence);
        append_literal(text, ", and with its bytes the numbers pass 4294967295, the highest that 32 bits hold, and go on at 0. "
                             "Nothing is lost by that: they are compared as on a circle (RFC 9293, section 3.4), and those shown "
                             "here, counted from the beginning of the connection, just go on.");
}

/* What lies outside of the capture. */
static void explain_absence(const Record *record, GString *text)
{
        const FlowPacket *flow = record->flow;
        guint flags = record->packet->tcp.flags;

        if (flow->is_new && !(flags & (TCP_SYN | TCP_RST)))
                append_literal(text, " The beginning of this connection was not captured: numbers are counted from here, and windows are "
                                     "shown without their scale, which only a SYN tells.");
        else if (flow->peer_unseen && (flags & (TCP_ACK | TCP_SYN | TCP_RST)) == TCP_ACK &&
                 (flow->relative_acknowledgement > 1 || (flow->conversation->client_known && flow->conversation->packets == 2)))
                append_literal(text, " What it acknowledges is not in the capture, which has nothing of the other direction so far: it "
                                     "sees only one of the two ways, or began too late.");
}

/* The other direction is closed already. */
static void explain_half_close(const Record *record, GString *text)
{
        const FlowPacket *flow = record->flow;
        const FlowTcpSide *peer = &flow->conversation->tcp->sides[!flow->side];

        if (flow->new_octets == 0 || flow->states[flow->side] != TCP_STATE_CLOSE_WAIT || peer->fin_acked_frame == 0)
                return;
        append_literal(text, " The other side has sent its FIN, in ");
        append_frame(text, peer->fin_frame);
        append_literal(text, ", and will not speak any more, but it still listens: the connection is half-closed, and data goes on in "
                             "this direction (RFC 9293, section 3.6).");
}

void record_append_evidence(const Record *record, GString *text)
{
        if (record->flow->evidence)
                append_flagged(record, text);
        explain_half_close(record, text);
        explain_wrap(record, text);
        explain_absence(record, text);
}
