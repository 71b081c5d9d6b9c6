/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A datagram of a UDP chat: its form, what it asks or answers, and what it shows about users and their addresses. */
#include "analyzer/session/session-private.h"

#include "analyzer/decode/arp.h"

#include <string.h>

/* Reads the first two arguments as an address and a port. The description says that the second is a port, so it is
 * known to consist of digits. */
static gboolean read_endpoint(const ChatMessage *message, Endpoint *ret_endpoint)
{
        const ChatSlice *arguments = message->arguments;

        if (message->n_arguments < 2 || message->form->argument_types[1] != CHAT_ARGUMENT_PORT ||
            !ip_address_from_string(arguments[0].start, arguments[0].length, &ret_endpoint->address))
                return FALSE;
        ret_endpoint->port = 0;
        for (gsize i = 0; i < arguments[1].length; i++)
                ret_endpoint->port = (guint16) (ret_endpoint->port * 10 + (arguments[1].start[i] - '0'));
        return TRUE;
}

gboolean session_read_announced(const ChatMessage *message, Endpoint *ret_announced)
{
        ChatMeaning meaning = message->form->meaning;

        return (meaning == CHAT_MEANING_USER_ADDRESS || meaning == CHAT_MEANING_PEER_ADDRESS) &&
               read_endpoint(message, ret_announced);
}

gboolean session_read_group(const ChatMessage *message, Endpoint *ret_group)
{
        return message->form->meaning == CHAT_MEANING_ROOM_GROUP && read_endpoint(message, ret_group);
}

void datagrams_learn(Session *session,
                     const SessionConversation *self,
                     const Packet *packet,
                     const SessionMessage *message)
{
        const ChatProtocol *protocol = self->decision.protocol;
        Directory *directory = session->directory;
        Endpoint announced;

        if (!message->form)
                return;
        if (message->form->meaning == CHAT_MEANING_REGISTERED) {
                directory_add_peer(directory, &packet->destination, protocol);
        } else if (session_read_announced(&message->message, &announced)) {
                directory_add_peer(directory, &announced, protocol);
        } else if (exchange_names_its_sender(&message->message)) {
                directory_add_peer(directory, &packet->source, protocol);
                if (!ip_address_is_multicast(&packet->destination.address))
                        directory_add_peer(directory, &packet->destination, protocol);
        }
}

/* A datagram that the snapshot length cut is understood only if it ends in free text: the beginning of a name or of a
 * port would be another name or port. */
static SessionMessage read_datagram(const SessionConversation *self, const Packet *packet, ChatSender sender)
{
        /* An empty datagram has no octets to point to, but a text of length 0 all the same. */
        SessionMessage message = {
                .exchange = {.kind = SESSION_KIND_OTHER},
                .octets = {packet->payload ? (const char *) packet->payload : "", recognition_readable_length(packet)}};

        message.missing = packet->payload_length - (guint32) message.octets.length;
        message.why = chat_protocol_parse(self->decision.protocol, sender, message.octets.start, message.octets.length,
                                          &message.message);
        if (message.missing > 0 && (message.why != CHAT_PARSE_OK || !message.message.text.start))
                message.why = CHAT_PARSE_CUT_OFF;
        message.form = message.why == CHAT_PARSE_OK ? message.message.form : NULL;
        message.line_ended = message.octets.length > 0 && message.octets.start[message.octets.length - 1] == '\n';
        return message;
}

void datagrams_scan(Session *session, const SessionConversation *self, const Packet *packet, ChatSender sender)
{
        SessionMessage message = read_datagram(self, packet, sender);

        datagrams_learn(session, self, packet, &message);
}

/* Notes the multicast group of a room: the server tells it to the members, and they send to it. */
static void
note_group(Session *session, const SessionDecision *decision, const Packet *packet, const ChatMessage *message)
{
        GroupMember member = {.protocol = decision->protocol, .frame = packet->frame->number};
        Endpoint group;

        if (session_read_group(message, &group)) {
                member.port = group.port;
                member.client = packet->destination;
                member.other = packet->source;
                member.has_mac = packet_read_mac(packet, MAC_DESTINATION, member.mac);
                member.room = (char *) directory_get_room(session->directory, &packet->destination);
                groups_add(session->groups, &group.address, &member);
        } else if (ip_address_is_multicast(&packet->destination.address)) {
                member.port = packet->destination.port;
                member.client = packet->source;
                member.other = packet->destination;
                member.has_mac = packet_read_mac(packet, MAC_SOURCE, member.mac);
                groups_add(session->groups, &packet->destination.address, &member);
        }
}

void datagrams_tell(
        Session *session, SessionConversation *self, const Packet *packet, FlowSide side, SessionPacket *told)
{
        const Parties parties = {self->decision.protocol, session->directory, packet->frame, packet->source,
                                 packet->destination};
        SessionMessage message = read_datagram(self, packet, told->sender);

        if (message.form) {
                exchange_tell(session, self, &parties, side, told->sender, &message.message, &message.exchange);
                note_group(session, &self->decision, packet, &message.message);
                if (message.exchange.kind == SESSION_KIND_NOTICE)
                        exchange_tell_cause(self, &parties, &message.message, told);
        }
        session_tell_exchange(told, &message.exchange);
        g_array_append_val(session->messages, message);
}

void datagrams_tell_error(SessionConversation *self, const Packet *packet, FlowSide side, SessionPacket *told)
{
        const IcmpHeader *icmp = &packet->icmp;
        const Request *request = NULL;
        ChatMessage message;

        if (!self->requests)
                return;
        if (icmp->quoted_payload &&
            chat_protocol_parse(self->decision.protocol, told->sender, (const char *) icmp->quoted_payload,
                                icmp->quoted_payload_length, &message) == CHAT_PARSE_OK)
                request = request_list_find(self->requests, side, &message);
        /* Many errors quote only the headers and the beginning of the message (RFC 792). Then it was most likely the
         * newest request. A message that is quoted whole, and is no outstanding request, was none. */
        if (!request && !icmp->has_whole_payload)
                request = request_list_find(self->requests, side, NULL);
        told->undelivered = request ? request->frame : 0;
}
