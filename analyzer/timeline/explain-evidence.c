/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a segment was flagged: the numbers that decided, and a better reading if the bytes show one. Wireshark's flags
 * are guesses from what was captured at one point, and so are these readings. */
#include "analyzer/timeline/build.h"

#define RESENT (TCP_ANALYSIS_RETRANSMISSION | TCP_ANALYSIS_FAST_RETRANSMISSION | TCP_ANALYSIS_SPURIOUS_RETRANSMISSION)

/* Whether a late segment was reordered or sent again. Unless IPv4 identifications show it, the time since the later
 * data decides. */
static void explain_order(const Record *record, Explanation *e)
{
        const FlowTcp *tcp = record->flow->conversation->tcp;
        const TcpEvidence *evidence = record->flow->evidence;
        gboolean measured = tcp->has_initial_rtt && tcp->initial_rtt == evidence->order_limit;
        const SentenceValue values[] = {
                DURATION("since", evidence->since_gap),
                DURATION("limit", evidence->order_limit),
                NUMBER("frame", evidence->same_frame),
                NUMBER("n", evidence->overtaken),
                {.kind = SENTENCE_END},
        };

        if (record->flow->analysis & TCP_ANALYSIS_OUT_OF_ORDER) {
                if (evidence->overtaken > 0)
                        explanation_add(e, TOPIC_OUT_OF_ORDER,
                                        sentence_for(evidence->overtaken,
                                                     "Its IPv4 identification is 1 less than that of the newest data: "
                                                     "it was sent before that, and reordered on its way.",
                                                     "Its IPv4 identification is {n} less than that of the newest "
                                                     "data: it was sent before that, and reordered on its way."),
                                        values);
                else if (evidence->same_frame != 0)
                        explanation_add(e, TOPIC_OUT_OF_ORDER,
                                        "Wireshark calls it out of order, because it comes less than one round-trip "
                                        "time after later data. But its first number was captured before, in frame "
                                        "{frame}: it is a retransmission or a duplicate.",
                                        values);
                else if (measured)
                        explanation_add(e, TOPIC_OUT_OF_ORDER,
                                        "It comes {since} after later data, sooner than the round-trip time of "
                                        "{limit}: too soon for its sender to have heard of a loss, so it was "
                                        "probably reordered on its way and not retransmitted.",
                                        values);
                else
                        explanation_add(e, TOPIC_OUT_OF_ORDER,
                                        "It comes {since} after later data, sooner than {limit}, which Wireshark "
                                        "assumes where no round-trip time could be measured: so it was probably "
                                        "reordered on its way and not retransmitted.",
                                        values);
        } else if (evidence->repeats_newest) {
                explanation_add(e, TOPIC_RETRANSMISSION,
                                "It ends with the newest number of its sender, {since} after that was first sent, "
                                "so it cannot have been reordered.",
                                values);
        } else if (measured) {
                explanation_add(e, TOPIC_RETRANSMISSION,
                                "It comes {since} after later data, no sooner than the round-trip time of {limit}: "
                                "probably a retransmission of a lost segment.",
                                values);
        } else {
                explanation_add(e, TOPIC_RETRANSMISSION,
                                "It comes {since} after later data, no sooner than {limit}, which Wireshark assumes "
                                "where no round-trip time could be measured: probably a retransmission of a lost "
                                "segment.",
                                values);
        }
}

static void explain_fast_retransmit(const Record *record, Explanation *e)
{
        const TcpEvidence *evidence = record->flow->evidence;
        const SentenceValue values[] = {
                NUMBER("n", evidence->duplicate_acks),
                DURATION("since", evidence->since_ack),
                {.kind = SENTENCE_END},
        };

        if (evidence->duplicate_acks == G_MAXUINT32)
                explanation_add(e, TOPIC_FAST_RETRANSMIT,
                                "The last duplicate acknowledgement was captured {since} earlier; it expects "
                                "exactly the number with which this segment begins.",
                                values);
        else
                explanation_add(e, TOPIC_FAST_RETRANSMIT,
                                "{n} duplicate acknowledgements were captured, the last one {since} earlier; they "
                                "expect exactly the number with which this segment begins.",
                                values);
}

/* In which frame the segment's first number was captured before. */
static void explain_first_copy(const Record *record, Topic topic, Explanation *e)
{
        const FlowPacket *flow = record->flow;
        const TcpEvidence *evidence = flow->evidence;
        const SentenceValue values[] = {
                NUMBER("frame", evidence->same_frame),
                NUMBER("n", evidence->n_same),
                DURATION("since", evidence->since_same_frame),
                {.kind = SENTENCE_END},
        };

        if (evidence->same_frame != 0 && evidence->n_same > 1)
                explanation_add(e, topic,
                                flow->payload_length > 0 ? "Its first byte was captured {n} times before, first in "
                                                           "frame {frame}, {since} earlier." :
                                                           "Its number was captured {n} times before, first in "
                                                           "frame {frame}, {since} earlier.",
                                values);
        else if (evidence->same_frame != 0)
                explanation_add(e, topic,
                                flow->payload_length > 0 ? "Its first byte was captured before, in frame {frame}, "
                                                           "{since} earlier." :
                                                           "Its number was captured before, in frame {frame}, "
                                                           "{since} earlier.",
                                values);
        else if ((flow->analysis & (TCP_ANALYSIS_RETRANSMISSION | TCP_ANALYSIS_FAST_RETRANSMISSION)) &&
                 flow->payload_length > 0 && flow->new_octets == flow->payload_length)
                explanation_add(e, topic,
                                "None of its bytes was captured before: the first copy was lost before it reached "
                                "the capture point, or the capture missed it.",
                                NULL);
}

/* A first FIN whose sequence number its sender used before, for its SYN or a byte: it is not a repeated FIN. */
static void explain_first_fin(const Record *record, Explanation *e)
{
        explanation_add(e, TOPIC_FIN,
                        record->flow->evidence->same_frame == 0 ? "Wireshark takes it for a retransmission, because "
                                                                  "its number was sent before; but it is the first "
                                                                  "FIN." :
                                                                  "Wireshark takes it for a retransmission, because "
                                                                  "its number was sent before, in frame {frame}; "
                                                                  "but it is the first FIN.",
                        VALUES(NUMBER("frame", record->flow->evidence->same_frame)));
}

static void explain_repetition(const Record *record, Explanation *e)
{
        const FlowPacket *flow = record->flow;
        guint analysis = flow->analysis;
        Topic topic = analysis & TCP_ANALYSIS_SPURIOUS_RETRANSMISSION ? TOPIC_SPURIOUS_RETRANSMISSION :
                      analysis & TCP_ANALYSIS_OUT_OF_ORDER            ? TOPIC_OUT_OF_ORDER :
                      analysis & TCP_ANALYSIS_FAST_RETRANSMISSION     ? TOPIC_FAST_RETRANSMIT :
                                                                        TOPIC_RETRANSMISSION;

        /* explain-tcp.c says of SYN, SYN-ACK and FIN in which frame they were sent first. */
        if (record->kind == KIND_SYN || record->kind == KIND_SYN_ACK)
                return;
        if (record->kind == KIND_FIN && flow->payload_length == 0) {
                guint64 first = flow->conversation->tcp->sides[flow->side].fin_frame;

                if (record_lacks_ack(record) || first == record->packet->frame->number)
                        explain_first_fin(record, e);
                return;
        }
        if (topic == TOPIC_SPURIOUS_RETRANSMISSION)
                explanation_add(e, topic, "The {receiver} had acknowledged everything before number {number}.",
                                VALUES(TEXT("receiver", record_destination_role(record)),
                                       NUMBER("number", flow->evidence->acknowledged)));
        else if (topic == TOPIC_FAST_RETRANSMIT)
                explain_fast_retransmit(record, e);
        else
                explain_order(record, e);
        if (topic != TOPIC_OUT_OF_ORDER)
                explain_first_copy(record, topic, e);
}

static void explain_duplicate_ack(const Record *record, Explanation *e)
{
        const TcpEvidence *evidence = record->flow->evidence;
        const SentenceValue values[] = {
                TEXT("sender", record_source_role(record)),
                NUMBER("n", evidence->duplicate_acks),
                NUMBER("number", record->flow->relative_acknowledgement),
                {.kind = SENTENCE_END},
        };

        explanation_add(e, TOPIC_DUPLICATE_ACK,
                        record_acks_repetition(record) ? "Duplicate {n} of this acknowledgement. It answers "
                                                         "something that had arrived before, so it asks for "
                                                         "nothing." :
                                                         "Duplicate {n} of this acknowledgement: the {sender} still "
                                                         "expects number {number} next.",
                        values);
}

void explain_captured_twice(const Record *record, Explanation *e)
{
        const FlowPacket *flow = record->flow;
        gboolean is_numbered = packet_get_identification(record->packet) != 0;
        const SentenceValue values[] = {
                NUMBER("frame", flow->captured_twice),
                DURATION("since", ABS(flow->since_first)),
                {.kind = SENTENCE_END},
        };

        explanation_add(e, TOPIC_CAPTURED_TWICE,
                        flow->since_first < 0 ? "It is the packet of frame {frame} again, with a time {since} earlier: "
                                                "the two capture points have different clocks." :
                                                "It is the packet of frame {frame} again, captured {since} later.",
                        values);
        explanation_add(e, TOPIC_CAPTURED_TWICE,
                        is_numbered ? "It has the same IP identification, which senders normally change for every "
                                      "packet, retransmissions included." :
                                      "No retransmission timer is that short.",
                        NULL);
}

static void explain_reuse(const Record *record, Explanation *e)
{
        static const char *const ends[] = {
                [TCP_TEARDOWN_NONE] = "The same addresses and ports were used before, by tcp stream "
                                      "{stream}, whose end was not captured.",
                [TCP_TEARDOWN_FIN] = "The same addresses and ports were used before, by tcp stream "
                                     "{stream}, which both sides had closed.",
                [TCP_TEARDOWN_RST] = "The same addresses and ports were used before, by tcp stream "
                                     "{stream}, which was reset.",
                [TCP_TEARDOWN_SIMULTANEOUS] = "The same addresses and ports were used before, by tcp stream "
                                              "{stream}, which both sides had closed at once.",
                [TCP_TEARDOWN_HALF_CLOSED] = "The same addresses and ports were used before, by tcp stream "
                                             "{stream}, of which one side's close was captured.",
                [TCP_TEARDOWN_REFUSED] = "The same addresses and ports were used before, by tcp stream "
                                         "{stream}, which was refused.",
        };
        const FlowPacket *flow = record->flow;
        const TcpEvidence *evidence = flow->evidence;
        const FlowTcpSide *own = &flow->conversation->tcp->sides[flow->side];
        const SentenceValue values[] = {
                TEXT("sender", record_source_role(record)), NUMBER("stream", evidence->earlier_stream),
                NUMBER("number", evidence->earlier_base),   NUMBER("frame", own->syn_frame),
                DURATION("since", evidence->since_earlier), {.kind = SENTENCE_END},
        };

        if (!(record->packet->tcp.flags & TCP_ACK)) {
                explanation_add(e, TOPIC_REUSED_PORTS, ends[evidence->earlier_teardown], values);
                if (evidence->has_since_earlier)
                        explanation_add(e, TOPIC_REUSED_PORTS, "The last packet of that was captured {since} earlier.",
                                        values);
                explanation_add(e, TOPIC_REUSED_PORTS,
                                "Its initial sequence number was {number}; this SYN has another, so this is a new "
                                "connection.",
                                values);
        } else if (own->rst_frame != 0 && own->rst_frame < record->packet->frame->number) {
                explanation_add(e, TOPIC_REUSED_PORTS,
                                "The port refused a moment ago and accepts now; the RST may also have been forged.",
                                NULL);
        } else if (own->syn_frame != 0 && own->syn_frame < record->packet->frame->number) {
                explanation_add(e, TOPIC_REUSED_PORTS,
                                "In frame {frame} the {sender} had another initial sequence number, {number}: it no "
                                "longer knows that it answered, or somebody else sent one of the two.",
                                values);
        } else {
                explanation_add(e, TOPIC_REUSED_PORTS,
                                "Earlier segments showed other numbers of the {sender}: they belonged to an older "
                                "connection, or were forged.",
                                values);
        }
}

static void explain_gap(const Record *record, Explanation *e)
{
        guint32 expected = record->flow->evidence->expected, missing = record->flow->relative_sequence - expected;

        explanation_add(
                e, TOPIC_GAP,
                sentence_for(missing,
                             "The next number of the {sender} should have been {expected}: 1 byte before this "
                             "segment is missing.",
                             "The next number of the {sender} should have been {expected}: {n} bytes before this "
                             "segment are missing."),
                VALUES(TEXT("sender", record_source_role(record)), NUMBER("expected", expected), NUMBER("n", missing)));
}

static void explain_unseen(const Record *record, Explanation *e)
{
        const TcpEvidence *evidence = record->flow->evidence;
        const SentenceValue values[] = {
                TEXT("receiver", record_destination_role(record)),
                NUMBER("number", evidence->contiguous),
                {.kind = SENTENCE_END},
        };

        if (evidence->nothing_unseen)
                explanation_add(e, TOPIC_NOT_CAPTURED,
                                "Wireshark takes it for the acknowledgement of bytes that were not captured; but "
                                "they are all in the capture.",
                                NULL);
        else
                explanation_add(e, TOPIC_NOT_CAPTURED,
                                "Of the {receiver}'s bytes the capture has, without a gap, only those before number "
                                "{number}.",
                                values);
}

static void explain_flags(const Record *record, Explanation *e)
{
        const FlowPacket *flow = record->flow;
        guint analysis = flow->analysis;

        if (flow->syns_crossed)
                return;
        if (analysis & TCP_ANALYSIS_REUSED_PORTS)
                explain_reuse(record, e);
        else if (analysis & TCP_ANALYSIS_LOST_SEGMENT)
                explain_gap(record, e);
        if (analysis & TCP_ANALYSIS_ACK_LOST_SEGMENT)
                explain_unseen(record, e);
        if ((analysis & (RESENT | TCP_ANALYSIS_OUT_OF_ORDER)) && !(analysis & TCP_ANALYSIS_KEEP_ALIVE) &&
            flow->reopens == TCP_REOPENS_NOTHING)
                explain_repetition(record, e);
        if (analysis & TCP_ANALYSIS_DUPLICATE_ACK)
                explain_duplicate_ack(record, e);
}

/* The segment holds number 4294967295, so the numbers begin again at 0 within it or after it. */
static void explain_wrap(const Record *record, Explanation *e)
{
        const TcpHeader *tcp = &record->packet->tcp;
        guint32 length = record->flow->payload_length;

        if (length > 0 && tcp->sequence + length < tcp->sequence)
                explanation_add(e, TOPIC_SEQUENCE_WRAP,
                                "In the header its number is {number}, so the numbers wrap around with its bytes.",
                                VALUES(NUMBER("number", tcp->sequence)));
}

/* What the capture does not hold. */
static void explain_absence(const Record *record, Explanation *e)
{
        const FlowPacket *flow = record->flow;
        guint flags = record->packet->tcp.flags;

        if (flow->is_new && !(flags & (TCP_SYN | TCP_RST)))
                explanation_add(e, TOPIC_MIDSTREAM, "The beginning of this connection was not captured.", NULL);
        else if (flow->peer_unseen && (flags & (TCP_ACK | TCP_SYN | TCP_RST)) == TCP_ACK &&
                 (flow->relative_acknowledgement > 1 ||
                  (flow->conversation->client_known && flow->conversation->packets == 2)))
                explanation_add(e, TOPIC_ONE_DIRECTION, "The capture holds nothing of the {receiver} so far.",
                                VALUES(TEXT("receiver", record_destination_role(record))));
}

/* New data after the other side's FIN. */
static void explain_half_close(const Record *record, Explanation *e)
{
        const FlowPacket *flow = record->flow;
        const FlowTcpSide *peer = &flow->conversation->tcp->sides[!flow->side];

        if (flow->new_octets == 0 || flow->states[flow->side] != TCP_STATE_CLOSE_WAIT || peer->fin_acked_frame == 0)
                return;
        explanation_add(e, TOPIC_HALF_CLOSE,
                        "The {receiver} sent its FIN in frame {frame}, and the {sender} goes on sending; whether "
                        "the {receiver}'s program still reads shows only in what it answers.",
                        VALUES(TEXT("receiver", record_destination_role(record)),
                               TEXT("sender", record_source_role(record)), NUMBER("frame", peer->fin_frame)));
}

void explain_evidence(const Record *record, Explanation *e)
{
        if (record->flow->evidence)
                explain_flags(record, e);
        explain_half_close(record, e);
        explain_wrap(record, e);
        explain_absence(record, e);
}
