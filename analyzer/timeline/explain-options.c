/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the options and the rarer bits of a TCP header say, for somebody who has not met them. */
#include "analyzer/decode/options.h"
#include "analyzer/timeline/build.h"

static void explain_syn_options(const TcpHeader *tcp, GString *text)
{
        if (tcp->has_mss) {
                append_literal(text, " Its option MSS announces that segments to this side may hold up to ");
                append_bytes(text, tcp->mss);
                append_literal(text, " of data (RFC 9293, section 3.7.1).");
        }
        if (tcp->has_window_scale) {
                append_literal(text, " Window scale ");
                append_unsigned(text, tcp->window_scale);
                append_literal(text, ": from now on its window counts in units of ");
                append_bytes(text, (guint64) 1 << MIN(tcp->window_scale, 14));
                append_literal(text, ", if the other side sends the option as well (RFC 7323, section 2).");
        }
        if (tcp->sack_permitted)
                append_literal(text, " SACK permitted: it understands when the other side says which later bytes have already "
                                     "arrived (RFC 2018, section 2).");
        if (tcp->has_timestamps)
                append_literal(text, " The timestamps let both sides measure the round-trip time with every segment, and tell "
                                     "old segments from new ones (RFC 7323, section 3).");
}

/* Relative numbers of the other direction, as its segments show them. */
static void explain_sack(const Record *record, GString *text)
{
        const TcpHeader *tcp = &record->packet->tcp;
        const FlowPacket *flow = record->flow;
        guint32 base = flow->conversation->tcp->sides[!flow->side].base;

        for (guint i = 0; i < tcp->n_sack_blocks; i++) {
                guint32 left = tcp->sack_blocks[i].left - base, right = tcp->sack_blocks[i].right - base;
                gboolean is_repeated = i == 0 && tcp_has_duplicate_sack(tcp);

                append_literal(text, " Its SACK option says that the bytes with the numbers ");
                append_unsigned(text, left);
                append_literal(text, " to ");
                append_unsigned(text, right - 1);
                append_text(text, is_repeated ? " have arrived twice (RFC 2883, section 4)." :
                                                " have arrived, although earlier ones are missing (RFC 2018, section 3).");
        }
}

/* Data may travel in the SYN, with or without Fast Open; what becomes of it, the SYN-ACK tells. */
static void explain_early_data(const Record *record, GString *text)
{
        const FlowPacket *flow = record->flow;
        const FlowTcp *tcp = flow->conversation->tcp;

        if (flow->payload_length > 0) {
                append_literal(text, " It brings ");
                append_bytes(text, flow->payload_length);
                append_text(text, record->packet->tcp.has_fast_open ?
                                          " of data along, which the server may hand to the program before the handshake is complete "
                                          "(RFC 7413, section 4.2.2)." :
                                          " of data along, which the receiver keeps back until the handshake is complete (RFC 9293, "
                                          "section 3.5).");
        }
        if (!(record->packet->tcp.flags & TCP_ACK) || tcp->handshake_syn_ack_frame != record->packet->frame->number)
                return;
        if (flow->relative_acknowledgement > 1 && flow->relative_acknowledgement < G_MAXINT32) {
                append_literal(text, " It acknowledges ");
                append_bytes(text, flow->relative_acknowledgement - 1);
                append_literal(text, " of data that came with the SYN, too.");
        } else if (flow->relative_acknowledgement == 1 && (tcp->completeness & TCP_COMPLETENESS_DATA)) {
                append_literal(text, " It does not acknowledge the data that came with the SYN: the client sends it again.");
        }
}

void record_append_options(const Record *record, GString *text)
{
        const TcpHeader *tcp = &record->packet->tcp;

        if (tcp->flags & TCP_SYN) {
                explain_syn_options(tcp, text);
                explain_early_data(record, text);
        } else {
                explain_sack(record, text);
        }
        record_append_option_kinds(record, text);
}

void record_append_rarities(const Record *record, GString *text)
{
        const TcpHeader *tcp = &record->packet->tcp;

        if (tcp->options_malformed)
                append_literal(text, " One of its options has an impossible length: what follows in the header cannot be read.");
        if ((tcp->flags & TCP_URG) && tcp->urgent_pointer > 0) {
                append_literal(text, " URG: the receiver is to hurry through its data up to the byte with the number ");
                append_unsigned(text, (guint32) (record->flow->relative_sequence + tcp->urgent_pointer));
                append_literal(text, ". New programs should not use it, because systems never agreed on where urgent data ends "
                                     "(RFC 9293, section 3.8.5; RFC 6093).");
        }
}
