/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/timeline/label.h"

struct RecordBuilder {
        gboolean explain;
        GString *label;
        Explanation *explanation;
        Record record;
};

const char *phase_to_string(Phase phase)
{
        static const char *const names[] = {"recovery", "setup", "teardown", "control", "transfer"};

        return names[phase];
}

const char *kind_to_string(Kind kind)
{
        static const char *const names[] = {
                "rst",     "syn_ack", "syn",    "fin",     "data",  "handshake_ack", "teardown_ack", "ack",
                "request", "reply",   "notice", "message", "other", "icmp_error",    "icmp",         "igmp",
        };

        return names[kind];
}

const char *consumer_to_string(Consumer consumer)
{
        static const char *const names[] = {"network", "transport", "application"};

        return names[consumer];
}

RecordBuilder *record_builder_new(gboolean explain)
{
        RecordBuilder *self = g_new0(RecordBuilder, 1);

        self->explain = explain;
        self->label = g_string_new(NULL);
        self->explanation = explanation_new();
        return self;
}

void record_builder_free(RecordBuilder *self)
{
        g_string_free(self->label, TRUE);
        explanation_free(self->explanation);
        g_free(self);
}

static gboolean is_error(const Packet *packet)
{
        return packet->transport == TRANSPORT_ICMP && packet->icmp.quoted_transport != TRANSPORT_NONE;
}

FlowSide record_client(const Record *record)
{
        gboolean sender_is_client = record->told->sender == CHAT_SENDER_CLIENT;

        return sender_is_client ? record->flow->side : !record->flow->side;
}

/* The role of an end of an ICMP error. If its address is one of those in the quoted packet, that packet's sender tells
 * the role; else it is a router. */
static const char *icmp_role(const Record *record, const Endpoint *endpoint)
{
        const IcmpHeader *icmp = &record->packet->icmp;
        ChatSender quoted = record->told->sender;
        ChatSender other = quoted == CHAT_SENDER_CLIENT ? CHAT_SENDER_SERVER :
                           quoted == CHAT_SENDER_SERVER ? CHAT_SENDER_CLIENT :
                                                          CHAT_SENDER_PEER;

        if (ip_address_equal(&endpoint->address, &icmp->quoted_source.address))
                return chat_sender_to_string(quoted);
        if (ip_address_equal(&endpoint->address, &icmp->quoted_destination.address))
                return chat_sender_to_string(other);
        return "router";
}

gboolean record_exceeds_limit(const Record *record)
{
        const ChatProtocol *protocol = record->told->protocol;
        guint limit =
                protocol && record->packet->transport == TRANSPORT_UDP ? chat_protocol_get_receive_limit(protocol) : 0;

        return limit > 0 && record->packet->payload_length > limit;
}

const char *record_source_role(const Record *record)
{
        if (is_error(record->packet))
                return icmp_role(record, &record->packet->source);
        if (record_is_membership(record) && record->told->group_changes[0].change == MEMBERSHIP_QUERY)
                return "router";
        return chat_sender_to_string(record->told->sender);
}

const char *record_destination_role(const Record *record)
{
        if (is_error(record->packet))
                return icmp_role(record, &record->packet->destination);
        if (ip_address_is_multicast(&record->packet->destination.address))
                return "group";
        switch (record->told->sender) {
        case CHAT_SENDER_CLIENT:
                return "server";
        case CHAT_SENDER_SERVER:
                return "client";
        case CHAT_SENDER_PEER:
                break;
        }
        return "peer";
}

static Kind tcp_kind(const FlowPacket *flow)
{
        static const Kind kinds[] = {
                [TCP_ROLE_RST] = KIND_RST,
                [TCP_ROLE_SYN_ACK] = KIND_SYN_ACK,
                [TCP_ROLE_SYN] = KIND_SYN,
                [TCP_ROLE_FIN] = KIND_FIN,
                [TCP_ROLE_DATA] = KIND_DATA,
                [TCP_ROLE_HANDSHAKE_ACK] = KIND_HANDSHAKE_ACK,
                [TCP_ROLE_TEARDOWN_ACK] = KIND_TEARDOWN_ACK,
                [TCP_ROLE_ACK] = KIND_ACK,
        };

        return kinds[flow->role];
}

static Kind session_kind(SessionKind kind)
{
        switch (kind) {
        case SESSION_KIND_REQUEST:
                return KIND_REQUEST;
        case SESSION_KIND_REPLY:
                return KIND_REPLY;
        case SESSION_KIND_NOTICE:
                return KIND_NOTICE;
        case SESSION_KIND_MESSAGE:
                return KIND_MESSAGE;
        case SESSION_KIND_OTHER:
                break;
        }
        return KIND_OTHER;
}

static Kind record_kind(const Record *record)
{
        switch (record->packet->transport) {
        case TRANSPORT_TCP:
                return tcp_kind(record->flow);
        case TRANSPORT_UDP:
                return session_kind(record->told->kind);
        case TRANSPORT_ICMP:
                return is_error(record->packet) ? KIND_ICMP_ERROR : KIND_ICMP;
        case TRANSPORT_IGMP:
                return KIND_IGMP;
        case TRANSPORT_NONE:
                break;
        }
        return KIND_OTHER;
}

gboolean record_is_membership(const Record *record)
{
        return record->told && record->told->n_group_changes > 0;
}

/* A packet that joins a group belongs to the setup, even if it also leaves another group. */
static Phase membership_phase(const Record *record)
{
        Phase phase = PHASE_CONTROL;

        for (guint i = 0; i < record->told->n_group_changes; i++) {
                if (record->told->group_changes[i].change == MEMBERSHIP_JOIN)
                        return PHASE_SETUP;
                if (record->told->group_changes[i].change == MEMBERSHIP_LEAVE)
                        phase = PHASE_TEARDOWN;
        }
        return phase;
}

#define RECOVERY                                                                                                       \
        (TCP_ANALYSIS_RETRANSMISSION | TCP_ANALYSIS_FAST_RETRANSMISSION | TCP_ANALYSIS_SPURIOUS_RETRANSMISSION |       \
         TCP_ANALYSIS_OUT_OF_ORDER | TCP_ANALYSIS_LOST_SEGMENT | TCP_ANALYSIS_ACK_LOST_SEGMENT |                       \
         TCP_ANALYSIS_DUPLICATE_ACK)
#define WINDOW_CARE                                                                                                    \
        (TCP_ANALYSIS_KEEP_ALIVE | TCP_ANALYSIS_KEEP_ALIVE_ACK | TCP_ANALYSIS_ZERO_WINDOW |                            \
         TCP_ANALYSIS_ZERO_WINDOW_PROBE | TCP_ANALYSIS_ZERO_WINDOW_PROBE_ACK | TCP_ANALYSIS_WINDOW_UPDATE)

/* Wireshark's rules take these for retransmissions although nothing was lost: a SYN-ACK with the number of its sender's
 * earlier SYN, after a simultaneous open (RFC 9293 section 3.5); the segments of a connection that is opened again with
 * the same numbers; a packet that was captured twice. */
gboolean record_is_no_recovery(const Record *record)
{
        const FlowPacket *flow = record->flow;

        return flow->syns_crossed || flow->reopens != TCP_REOPENS_NOTHING || flow->captured_twice != 0;
}

static Phase tcp_phase(const Record *record)
{
        const FlowPacket *flow = record->flow;

        if ((flow->analysis & RECOVERY) != 0 && !record_is_no_recovery(record))
                return PHASE_RECOVERY;
        switch (record->kind) {
        case KIND_SYN:
        case KIND_SYN_ACK:
        case KIND_HANDSHAKE_ACK:
                return PHASE_SETUP;
        case KIND_FIN:
        case KIND_TEARDOWN_ACK:
                return PHASE_TEARDOWN;
        case KIND_RST:
                return record_reset(record) == RESET_REFUSED ? PHASE_SETUP : PHASE_TEARDOWN;
        default:
                return (flow->analysis & WINDOW_CARE) != 0 ? PHASE_CONTROL : PHASE_TRANSFER;
        }
}

static ChatMeaning meaning_of(const Record *record)
{
        return record->told->form ? record->told->form->meaning : CHAT_MEANING_NONE;
}

static Phase udp_phase(const Record *record)
{
        switch (meaning_of(record)) {
        case CHAT_MEANING_REGISTER:
        case CHAT_MEANING_REGISTERED:
        case CHAT_MEANING_NAME_TAKEN:
                return PHASE_SETUP;
        case CHAT_MEANING_UNREGISTER:
        case CHAT_MEANING_UNREGISTERED:
                return PHASE_TEARDOWN;
        case CHAT_MEANING_MESSAGE:
                return PHASE_TRANSFER;
        default:
                /* Datagrams that belong to no chat are data. */
                return record->told->protocol ? PHASE_CONTROL : PHASE_TRANSFER;
        }
}

static void classify(Record *record)
{
        const FlowPacket *flow = record->flow;

        record->kind = record_kind(record);
        switch (record->packet->transport) {
        case TRANSPORT_TCP:
                record->phase = tcp_phase(record);
                record->layer = flow->new_octets > 0 ? CONSUMER_APPLICATION : CONSUMER_TRANSPORT;
                record->maintenance = flow->new_octets == 0;
                break;
        case TRANSPORT_UDP:
                record->phase = udp_phase(record);
                record->layer = CONSUMER_APPLICATION;
                record->maintenance = (record->told->protocol != NULL && meaning_of(record) != CHAT_MEANING_MESSAGE) ||
                                      flow->captured_twice != 0;
                break;
        default:
                record->phase = membership_phase(record);
                /* The network layer consumes ICMP and IGMP, and passes on what it learned. */
                record->layer = CONSUMER_NETWORK;
                record->maintenance = TRUE;
                break;
        }
}

ChecksumStatus record_checksum(const Record *record)
{
        if (record->checksum == CHECKSUM_BAD || record->header_checksum == CHECKSUM_BAD)
                return CHECKSUM_BAD;
        return record->header_checksum == CHECKSUM_OFFLOADED ? CHECKSUM_OFFLOADED : record->checksum;
}

const Record *record_builder_build_arp(RecordBuilder *self, const Packet *packet, gint64 offset)
{
        Record *record = &self->record;

        *record = (Record){
                .packet = packet,
                .offset = offset,
                .phase = PHASE_CONTROL,
                .kind = KIND_OTHER,
                .layer = CONSUMER_NETWORK,
                .maintenance = TRUE,
                .label = self->label,
        };
        g_string_truncate(self->label, 0);
        label_append_arp(record, self->label);
        append_end(self->label);
        if (self->explain) {
                explanation_clear(self->explanation);
                explain_arp(record, self->explanation);
                record->explanation = self->explanation;
        }
        return record;
}

const Record *record_builder_build(RecordBuilder *self,
                                   const Packet *packet,
                                   const FlowPacket *flow,
                                   const SessionPacket *told,
                                   gint64 offset,
                                   gint64 went_back)
{
        Record *record = &self->record;

        *record = (Record){.packet = packet, .flow = flow, .told = told, .offset = offset, .went_back = went_back};
        classify(record);
        if (self->explain || told->protocol) {
                record->checksum = packet_verify_checksum(packet);
                record->header_checksum = packet_verify_header_checksum(packet);
        }
        g_string_truncate(self->label, 0);
        record_append_label(record, self->label);
        append_end(self->label);
        record->label = self->label;
        if (self->explain) {
                explanation_clear(self->explanation);
                record_explain(record, self->explanation);
                record->explanation = self->explanation;
        }
        return record;
}
