/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A packet in technical terms: "PSH, ACK seq 1 ack 1 len 6". */
#include "analyzer/timeline/build.h"

static void append_number(GString *terms, const char *what, guint64 number)
{
        append_text(terms, what);
        append_unsigned(terms, number);
}

static void append_reply(const SessionPacket *told, GString *terms)
{
        append_number(terms, ", reply to ", told->request);
        if (told->has_latency) {
                append_literal(terms, " in ");
                append_duration(terms, told->latency);
        }
}

static void append_tcp_terms(const Record *record, GString *terms)
{
        const TcpHeader *tcp = &record->packet->tcp;
        const FlowPacket *flow = record->flow;

        tcp_flags_append(terms, tcp->flags);
        append_text(terms, (tcp->flags & TCP_FLAGS_ALL) == 0 ? "no flags, seq " : " seq ");
        append_unsigned(terms, flow->relative_sequence);
        if (tcp->flags & TCP_ACK)
                append_number(terms, " ack ", flow->relative_acknowledgement);
        if (flow->payload_length > 0)
                append_number(terms, " len ", flow->payload_length);
        if (tcp->has_mss)
                append_number(terms, " mss ", tcp->mss);
        /* The window is shown only if the segment is about it. */
        if ((flow->analysis &
             (TCP_ANALYSIS_ZERO_WINDOW | TCP_ANALYSIS_WINDOW_UPDATE | TCP_ANALYSIS_ZERO_WINDOW_PROBE_ACK)) != 0)
                append_number(terms, " win ", flow->scaled_window);
        if (record->told->request > 0)
                append_reply(record->told, terms);
}

static void append_udp_terms(const Record *record, GString *terms)
{
        const SessionPacket *told = record->told;

        if (!told->protocol || !told->form || !told->form->code)
                append_number(terms, "UDP len ", record->packet->payload_length);
        else
                g_string_append_printf(terms, "UDP %s", told->form->code);
        if (!told->protocol)
                return;
        switch (told->kind) {
        case SESSION_KIND_REQUEST:
                g_string_append(terms, ", request");
                break;
        case SESSION_KIND_REPLY:
                if (told->request == 0) {
                        append_literal(terms, ", reply");
                        break;
                }
                append_reply(told, terms);
                break;
        case SESSION_KIND_NOTICE:
                g_string_append(terms, ", notice");
                break;
        case SESSION_KIND_MESSAGE:
                g_string_append(terms, ip_address_is_multicast(&record->packet->destination.address) ? ", to a group" :
                                       told->sender == CHAT_SENDER_PEER                              ? ", to a peer" :
                                                                                                       ", message");
                break;
        case SESSION_KIND_OTHER:
                g_string_append(terms, ", no chat message");
                break;
        }
}

static void append_membership_terms(const Record *record, GString *terms)
{
        gboolean v6 = record->packet->source.address.family == 6;
        gboolean is_query = record->told->group_changes[0].change == MEMBERSHIP_QUERY;
        Membership membership;

        if (membership_read(record->packet, &membership))
                g_string_append_printf(terms, "%sv%u %s", v6 ? "MLD" : "IGMP", membership.version,
                                       is_query                                       ? "query" :
                                       record->packet->icmp.type == (v6 ? 132 : 0x17) ? (v6 ? "done" : "leave") :
                                                                                        "report");
}

void record_append_terms(const Record *record, GString *terms)
{
        const IcmpHeader *icmp = &record->packet->icmp;

        if (!record->flow) {
                record_append_arp_terms(record, terms);
                return;
        }
        switch (record->packet->transport) {
        case TRANSPORT_TCP:
                append_tcp_terms(record, terms);
                break;
        case TRANSPORT_UDP:
                append_udp_terms(record, terms);
                break;
        default:
                if (record_is_membership(record)) {
                        append_membership_terms(record, terms);
                        break;
                }
                g_string_append_printf(terms, "%s type %u code %u",
                                       record->packet->source.address.family == 6 ? "ICMPv6" : "ICMP", icmp->type,
                                       icmp->code);
                break;
        }
        append_end(terms);
}
