/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the common options and the urgent pointer of a TCP header say, for somebody who has not met them. */
#include "analyzer/decode/tcp-options.h"
#include "analyzer/timeline/build.h"

#define GREATEST_WINDOW_SCALE 14 /* RFC 7323 section 2.3 */

/* A SYN-ACK may carry window scale and timestamps only if the SYN did, RFC 7323 sections 2.2 and 3.2. */
static void explain_syn_options(const Record *record, Explanation *e)
{
        const TcpHeader *tcp = &record->packet->tcp;
        guint64 unit = (guint64) 1 << MIN(tcp->window_scale, GREATEST_WINDOW_SCALE);
        const SentenceValue values[] = {
                TEXT("sender", record_source_role(record)),
                TEXT("receiver", record_destination_role(record)),
                NUMBER("mss", tcp->mss),
                NUMBER("scale", tcp->window_scale),
                NUMBER("n", unit),
                {.kind = SENTENCE_END},
        };

        if (tcp->has_mss)
                explanation_add(e, TOPIC_MSS,
                                sentence_for(tcp->mss,
                                             "MSS {mss}: the {receiver} may put at most 1 byte into a segment.",
                                             "MSS {mss}: the {receiver} may put at most {mss} bytes into a segment."),
                                values);
        if (tcp->has_window_scale) {
                explanation_add(
                        e, TOPIC_WINDOW_SCALE,
                        sentence_for(unit,
                                     "Window scale {scale}: after the handshake the {sender}'s window counts in "
                                     "units of 1 byte.",
                                     "Window scale {scale}: after the handshake the {sender}'s window counts in "
                                     "units of {n} bytes."),
                        values);
                if (tcp->window_scale > GREATEST_WINDOW_SCALE)
                        explanation_add(e, TOPIC_WINDOW_SCALE, "More than 14 is not allowed; the {receiver} takes 14.",
                                        values);
        }
        if (tcp->sack_permitted)
                explanation_add(e, TOPIC_SACK_PERMITTED,
                                "SACK permitted: the {receiver} may report to the {sender} what arrived beyond a "
                                "gap.",
                                values);
        if (tcp->has_timestamps)
                explanation_add(e, TOPIC_TIMESTAMPS,
                                tcp->flags & TCP_ACK ? "Timestamps: both sides now stamp their segments." :
                                                       "Timestamps: the {sender} offers to stamp every segment.",
                                values);
}

/* The frame that brought the data which the D-SACK reports as arrived twice. If the segment carries data, its evidence
 * is about that data instead. */
static void explain_needless(const Record *record, Explanation *e)
{
        const TcpEvidence *evidence = record->flow->evidence;

        if (evidence && evidence->same_frame != 0 && evidence->n_same > 1 && record->flow->payload_length == 0)
                explanation_add(
                        e, TOPIC_DUPLICATE_SACK,
                        "Frame {frame}, {since} earlier, was not needed: the first copy had arrived.",
                        VALUES(NUMBER("frame", evidence->same_frame), DURATION("since", evidence->since_same_frame)));
}

/* SACK blocks, in relative numbers of the other direction, as the labels of its segments give them. */
static void explain_sack(const Record *record, Explanation *e)
{
        const TcpHeader *tcp = &record->packet->tcp;
        const FlowPacket *flow = record->flow;
        guint32 base = flow->conversation->tcp->sides[!flow->side].base;

        for (guint i = 0; i < tcp->n_sack_blocks; i++) {
                guint32 left = tcp->sack_blocks[i].left - base, right = tcp->sack_blocks[i].right - base;
                const SentenceValue values[] = {
                        NUMBER("left", left), NUMBER("right", right - 1), {.kind = SENTENCE_END}};

                if (i == 0 && tcp_has_duplicate_sack(tcp)) {
                        explanation_add(e, TOPIC_DUPLICATE_SACK,
                                        sentence_for(right - left, "D-SACK: number {left} has arrived twice.",
                                                     "D-SACK: numbers {left} to {right} have arrived twice."),
                                        values);
                        explain_needless(record, e);
                } else if (record_is_beyond_window(tcp, i)) {
                        explanation_add(e, TOPIC_SACK,
                                        sentence_for(right - left, "SACK names number {left}.",
                                                     "SACK names the numbers {left} to {right}."),
                                        values);
                        explanation_add(e, TOPIC_SACK,
                                        "No window reaches so far beyond the acknowledgement: a device on the way "
                                        "has probably changed the sequence numbers, but not those in this option.",
                                        NULL);
                } else if (!record_is_beyond_gap(tcp, i)) {
                        explanation_add(e, TOPIC_SACK,
                                        sentence_for(right - left, "SACK: number {left} has arrived.",
                                                     "SACK: numbers {left} to {right} have arrived."),
                                        values);
                } else {
                        explanation_add(
                                e, TOPIC_SACK,
                                sentence_for(right - left,
                                             "SACK: number {left} has arrived, numbers before it are missing.",
                                             "SACK: numbers {left} to {right} have arrived, numbers before them "
                                             "are missing."),
                                values);
                }
        }
}

/* Data in the SYN, with or without Fast Open, and what the SYN-ACK says about it. */
static void explain_early_data(const Record *record, Explanation *e)
{
        const FlowPacket *flow = record->flow;
        const FlowTcp *tcp = flow->conversation->tcp;
        gboolean is_syn_ack = (record->packet->tcp.flags & TCP_ACK) != 0;
        guint32 n = flow->payload_length, taken = flow->relative_acknowledgement - 1;

        if (n > 0) {
                const SentenceValue values[] = {NUMBER("n", n), {.kind = SENTENCE_END}};

                if (is_syn_ack)
                        explanation_add(e, TOPIC_EARLY_DATA,
                                        sentence_for(n, "It already carries 1 byte of the server's data.",
                                                     "It already carries {n} bytes of the server's data."),
                                        values);
                else if (record_has_cookie(record))
                        explanation_add(e, TOPIC_FAST_OPEN,
                                        sentence_for(n,
                                                     "It carries 1 byte of data; if the cookie is valid, the server "
                                                     "gives it to its program at once.",
                                                     "It carries {n} bytes of data; if the cookie is valid, the server "
                                                     "gives them to its program at once."),
                                        values);
                else
                        explanation_add(e, TOPIC_EARLY_DATA,
                                        sentence_for(n,
                                                     "It carries 1 byte of data, which the server holds until the "
                                                     "handshake is complete, or does not accept.",
                                                     "It carries {n} bytes of data, which the server holds until the "
                                                     "handshake is complete, or does not accept."),
                                        values);
        }
        if (!is_syn_ack || tcp->handshake_syn_ack_frame != record->packet->frame->number)
                return;
        if (flow->relative_acknowledgement > 1 && flow->relative_acknowledgement < G_MAXINT32)
                explanation_add(e, TOPIC_EARLY_DATA,
                                sentence_for(taken, "It also acknowledges the byte that came with the SYN.",
                                             "It also acknowledges the {n} bytes that came with the SYN."),
                                VALUES(NUMBER("n", taken)));
        /* Data before the first SYN-ACK can only have come with the SYN. But if the stream was used by an earlier
         * connection, its completeness bits are still set. */
        else if (flow->relative_acknowledgement == 1 &&
                 (tcp->completeness & (TCP_COMPLETENESS_DATA | TCP_COMPLETENESS_ACK | TCP_COMPLETENESS_FIN |
                                       TCP_COMPLETENESS_RST)) == TCP_COMPLETENESS_DATA)
                explanation_add(e, TOPIC_EARLY_DATA,
                                "It does not acknowledge the data that came with the SYN, so the client has to send "
                                "it again.",
                                NULL);
}

void explain_options(const Record *record, Explanation *e)
{
        if (record->packet->tcp.flags & TCP_SYN) {
                explain_syn_options(record, e);
                explain_option_kinds(record, e);
                explain_early_data(record, e);
        } else {
                explain_sack(record, e);
                explain_option_kinds(record, e);
        }
}

void explain_rarities(const Record *record, Explanation *e)
{
        const TcpHeader *tcp = &record->packet->tcp;

        if (tcp->options_malformed)
                explanation_add(e, TOPIC_OPTION_LENGTH,
                                "The length of one of its options does not fit into the header: what follows there "
                                "cannot be read.",
                                NULL);
        /* The pointer gives the byte after the urgent data, RFC 9293 section 3.1. */
        if ((tcp->flags & TCP_URG) && tcp->urgent_pointer > 0)
                explanation_add(
                        e, TOPIC_URGENT, "The urgent data ends before byte {number}.",
                        VALUES(NUMBER("number", (guint32) (record->flow->relative_sequence + tcp->urgent_pointer))));
}
