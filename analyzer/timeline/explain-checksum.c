/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a checksum that does not fit means: damage, or a packet that was captured before its sum was made. */
#include "analyzer/timeline/build.h"

static void explain_bad_transport(const Record *record, GString *text)
{
        const Packet *packet = record->packet;

        switch (packet->transport) {
        case TRANSPORT_TCP:
                append_literal(text, " Its checksum is wrong: something changed it after the sum was made, most likely on its way. "
                                     "The receiver checks it (RFC 9293, section 3.1) and discards the segment without a word");
                if (packet->payload_length > 0 || (packet->tcp.flags & (TCP_SYN | TCP_FIN)))
                        append_literal(text, "; when no acknowledgement comes, it is sent again");
                append_literal(text, ". The states and numbers here are told as if it had been received, as Wireshark does "
                                     "unless it is told to look at checksums.");
                break;
        case TRANSPORT_UDP:
                if (packet->segment[6] == 0 && packet->segment[7] == 0)
                        append_literal(text, " It has no checksum. Over IPv6, whose header has none either, the receiver "
                                             "discards such a datagram (RFC 8200, section 8.1), unless it belongs to a tunnel "
                                             "that is allowed to do without (RFC 6935).");
                else
                        append_literal(text, " Its checksum is wrong: something changed it after the sum was made, most likely on its "
                                             "way. The receiver discards the datagram without a word (RFC 1122, section 4.1.3.4), and "
                                             "UDP does not send it again.");
                break;
        default:
                append_literal(text, " Its checksum is wrong: something changed it after the sum was made, and its receiver will not "
                                     "take its news for true.");
                break;
        }
}

void record_append_checksum(const Record *record, GString *text)
{
        if (record->header_checksum == CHECKSUM_BAD)
                append_literal(text, " The checksum of its IPv4 header is wrong: whoever gets the packet discards it, router or host "
                                     "(RFC 1122, section 3.2.1.2), because its addresses cannot be trusted.");
        if (record->checksum == CHECKSUM_BAD)
                explain_bad_transport(record, text);
        if (record_checksum(record) != CHECKSUM_OFFLOADED)
                return;
        /* All that the host sends has it: once is enough for the reason. */
        if (record->flow->is_new)
                append_literal(text, " Its checksum is not complete yet, and nothing is wrong with that: the sender leaves it to its "
                                     "network card (checksum offload), and the packet was captured before it got there. Between "
                                     "virtual hosts on one machine nobody has to complete it.");
        else
                append_literal(text, " Its checksum was left to the sender's network card.");
}
