/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A datagram of a UDP chat: which form it has, what it asks or answers, and what it teaches about who is where. */
#include "analyzer/session/session-private.h"

#include "analyzer/decode/arp.h"

#include <string.h>

/* An address and a port, which the description has as such: it is digits alone. */
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

/* Whether it is one of those that users begin with their own name. */
static gboolean names_its_sender(const ChatMessage *message)
{
        return (message->form->meaning == CHAT_MEANING_MESSAGE || message->form->meaning == CHAT_MEANING_HERE) &&
               message->n_arguments > 0 && message->form->argument_types[0] == CHAT_ARGUMENT_USER &&
               /* Only what also decides that this is a chat may teach a name: else the live names would differ. */
               (message->form->meaning != CHAT_MEANING_MESSAGE || message->line_ended);
}

/* What a message teaches about who takes part: that recognises further conversations. */
static void
learn_peers(Session *session, const SessionDecision *decision, const Packet *packet, const ChatMessage *message)
{
        Directory *directory = session->directory;
        Endpoint announced;

        if (message->form->meaning == CHAT_MEANING_REGISTERED && message->n_arguments > 0) {
                directory_add_peer(directory, &packet->destination, decision->protocol);
        } else if (session_read_announced(message, &announced)) {
                directory_add_peer(directory, &announced, decision->protocol);
        } else if (names_its_sender(message)) {
                directory_add_peer(directory, &packet->source, decision->protocol);
                if (!ip_address_is_multicast(&packet->destination.address))
                        directory_add_peer(directory, &packet->destination, decision->protocol);
        }
}

/* What a message teaches about who is called what. */
static void learn_names(Session *session, const Packet *packet, const ChatMessage *message, const Request *request)
{
        Directory *directory = session->directory;
        const ChatSlice *arguments = message->arguments;
        guint64 frame = packet->frame->number;
        Endpoint announced;

        if (message->form->meaning == CHAT_MEANING_REGISTERED && message->n_arguments > 0)
                directory_set_name(directory, &packet->destination, frame, arguments[0].start, arguments[0].length);
        else if (message->form->meaning == CHAT_MEANING_UNREGISTERED)
                directory_set_name(directory, &packet->destination, frame, NULL, 0);
        else if (names_its_sender(message))
                directory_set_name(directory, &packet->source, frame, arguments[0].start, arguments[0].length);
        /* The answer to "where is NAME?" names the endpoint; a room's list does not. */
        else if (message->form->meaning == CHAT_MEANING_USER_ADDRESS && request && request->argument &&
                 session_read_announced(message, &announced))
                directory_set_name(directory, &announced, frame, request->argument, strlen(request->argument));
}

static gboolean is_answered(const ChatProtocol *protocol, const ChatForm *request)
{
        guint n_forms;
        const ChatForm *forms = chat_protocol_get_forms(protocol, &n_forms);

        for (guint i = 0; i < n_forms; i++)
                if (chat_form_answers(&forms[i], request))
                        return TRUE;
        return FALSE;
}

/* A client's request to come or go: others in the room will be told. */
static void note_room_request(Session *session, const Packet *packet, const ChatMessage *message)
{
        const char *room = directory_get_room(session->directory, &packet->source);
        g_autofree char *entered = NULL;

        switch (message->form->meaning) {
        case CHAT_MEANING_JOIN_ROOM:
                if (message->n_arguments > 0)
                        entered = g_strndup(message->arguments[0].start, message->arguments[0].length);
                break;
        case CHAT_MEANING_LEAVE_ROOM:
        case CHAT_MEANING_UNREGISTER:
                break;
        default:
                return;
        }
        room_changes_add(session->room_changes, message->form, packet->frame->number, &packet->destination,
                         &packet->source, room, entered);
}

/* The server's answer puts the client into a room, or out of it. */
static void note_room_answer(Session *session, const Packet *packet, const ChatMessage *reply, const Request *request)
{
        Directory *directory = session->directory;
        const char *room = request->argument;

        if (reply->form->meaning == CHAT_MEANING_CLEAR_PEERS && request->form->meaning == CHAT_MEANING_JOIN_ROOM &&
            room)
                directory_set_room(directory, &packet->destination, room, strlen(room));
        else if (reply->form->meaning == CHAT_MEANING_ROOM_LEFT || reply->form->meaning == CHAT_MEANING_UNREGISTERED)
                directory_set_room(directory, &packet->destination, NULL, 0);
}

/* A list of peers that the client did not ask for begins: somebody else came or went. */
static void note_cause(Session *session, SessionConversation *self, const Packet *packet)
{
        const Endpoint *member = &packet->destination;
        const RoomChange *change = room_changes_find(session->room_changes, packet->frame->number, &packet->source,
                                                     member, directory_get_room(session->directory, member));

        self->cause = change ? change->frame : 0;
        self->cause_form = change ? change->form : NULL;
        if (change)
                self->cause_client = change->client;
}

static void tell_cause(const Session *session,
                       const SessionConversation *self,
                       const Packet *packet,
                       const ChatMessage *message,
                       SessionPacket *told)
{
        if (self->cause == 0 ||
            (message->form->meaning != CHAT_MEANING_CLEAR_PEERS &&
             message->form->meaning != CHAT_MEANING_PEER_ADDRESS && message->form->meaning != CHAT_MEANING_ROOM_GROUP))
                return;
        told->cause = self->cause;
        told->cause_form = self->cause_form;
        told->cause_client = self->cause_client;
        told->cause_name = directory_get_name(session->directory, &self->cause_client, packet->frame->number);
}

static RequestList *requests_of(SessionConversation *self)
{
        if (!self->requests)
                self->requests = g_new0(RequestList, 1);
        return self->requests;
}

/* Of what was cut off only a text can be told: the beginning of a name or a port is another name or port. */
static SessionMessage read_datagram(const SessionConversation *self, const Packet *packet, ChatSender sender)
{
        /* An empty datagram has no octets to point to, but a text of length 0 all the same. */
        SessionMessage message = {
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

        if (message.form)
                learn_peers(session, &self->decision, packet, &message.message);
}

static void tell_latency(SessionPacket *told, const Request *request, const CaptureFrame *frame)
{
        told->has_latency = request->has_time && frame->has_time &&
                            !__builtin_sub_overflow(frame->time, request->time, &told->latency) && told->latency >= 0;
        if (!told->has_latency)
                told->latency = 0;
}

/* A request is one whole; who asks it again changes nothing. */
static void tell_request(Session *session,
                         SessionConversation *self,
                         const Packet *packet,
                         const ChatMessage *message,
                         FlowSide side,
                         SessionPacket *told)
{
        const Request *request = request_list_ask(requests_of(self), &session->requests, message, packet->frame, side);

        told->kind = SESSION_KIND_REQUEST;
        told->n_asked = request->n_asked;
        told->repeats = request->n_asked > 1 ? request->frame : 0;
        told->unheard = request->n_asked == 1 ? request->unheard : 0;
        if (request->n_asked == 1)
                note_room_request(session, packet, message);
        if (ip_address_is_multicast(&packet->destination.address)) {
                GroupQuestion question = {
                        .frame = request->frame,
                        .time = packet->frame->time,
                        .has_time = packet->frame->has_time,
                        .form = message->form,
                        .asker = packet->source,
                        .side = side,
                        .asked_in = self,
                };

                group_questions_add(&session->group_questions, &question);
        }
}

/* Who is in a group answers straight to the peer that asked there. FALSE: nobody did. */
static gboolean
tell_group_answer(Session *session, const Packet *packet, const ChatMessage *message, SessionPacket *told)
{
        GroupQuestion *question =
                group_questions_find(&session->group_questions, &packet->destination, message->form, packet->frame);
        SessionConversation *asked_in;

        if (!question)
                return FALSE;
        asked_in = question->asked_in;
        told->kind = SESSION_KIND_REPLY;
        told->answers_group = TRUE;
        told->request = question->frame;
        told->n_asked = 1;
        told->has_latency = question->has_time && packet->frame->has_time &&
                            !__builtin_sub_overflow(packet->frame->time, question->time, &told->latency) &&
                            told->latency >= 0;
        if (!told->has_latency)
                told->latency = 0;
        if (question->answered == question->frame)
                return TRUE;
        /* The first answer is the request's. */
        question->answered = question->frame;
        told->begins_answer = TRUE;
        asked_in->n_answered++;
        request_list_answer(asked_in->requests, &session->requests, asked_in->decision.protocol, message, packet->frame,
                            !question->side);
        return TRUE;
}

/* What a reply, or a notice, is about. request (NULL: none) is what it answers. */
static void tell_answer(Session *session,
                        SessionConversation *self,
                        const Packet *packet,
                        const ChatMessage *message,
                        const Answer *answer,
                        SessionPacket *told)
{
        if (answer->kind == ANSWER_NOTICE) {
                told->kind = SESSION_KIND_NOTICE;
                if (message->form->meaning == CHAT_MEANING_CLEAR_PEERS)
                        note_cause(session, self, packet);
                tell_cause(session, self, packet, message, told);
                return;
        }
        told->kind = SESSION_KIND_REPLY;
        if (!answer->request)
                return;
        told->request = answer->request->frame;
        told->n_asked = answer->request->n_asked;
        told->begins_answer = answer->kind == ANSWER_FIRST;
        told->answered_again = answer->kind == ANSWER_AGAIN;
        told->unheard = answer->request->unheard;
        tell_latency(told, answer->request, packet->frame);
        note_room_answer(session, packet, message, answer->request);
}

/* In which group a room talks: the server tells its members, and they send to it. */
static void note_group(Session *session,
                       const SessionDecision *decision,
                       const Packet *packet,
                       const ChatMessage *message,
                       const Request *request)
{
        GroupMember member = {.protocol = decision->protocol, .frame = packet->frame->number};
        Endpoint group;

        if (session_read_group(message, &group)) {
                member.port = group.port;
                member.client = packet->destination;
                member.other = packet->source;
                member.has_mac = packet_read_mac(packet, MAC_DESTINATION, member.mac);
                member.room = request && request->form->meaning == CHAT_MEANING_JOIN_ROOM ?
                                      request->argument :
                                      (char *) directory_get_room(session->directory, &packet->destination);
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
        const ChatProtocol *protocol = self->decision.protocol;
        SessionMessage message = read_datagram(self, packet, told->sender);
        const ChatForm *form = message.form;
        Answer answer = {ANSWER_NOTICE, NULL};

        told->kind = SESSION_KIND_OTHER;
        if (form &&
            (told->sender == CHAT_SENDER_CLIENT || (told->sender == CHAT_SENDER_PEER && is_answered(protocol, form)))) {
                tell_request(session, self, packet, &message.message, side, told);
        } else if (form && (told->sender == CHAT_SENDER_SERVER || form->answers[0])) {
                answer = request_list_answer(requests_of(self), &session->requests, protocol, &message.message,
                                             packet->frame, side);
                tell_answer(session, self, packet, &message.message, &answer, told);
                /* Between peers only what was asked is a reply. */
                if (told->sender == CHAT_SENDER_PEER && !answer.request &&
                    !tell_group_answer(session, packet, &message.message, told))
                        told->kind = SESSION_KIND_MESSAGE;
        } else if (form) {
                told->kind = SESSION_KIND_MESSAGE;
        }
        if (form) {
                note_group(session, &self->decision, packet, &message.message, answer.request);
                learn_peers(session, &self->decision, packet, &message.message);
                learn_names(session, packet, &message.message, answer.request);
        }
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
        /* Many errors quote the headers alone, or only the beginning of the message (RFC 792): most likely it was the
         * newest request. What is quoted whole says itself that it was none. */
        if (!request && !icmp->has_whole_payload)
                request = request_list_find(self->requests, side, NULL);
        told->undelivered = request ? request->frame : 0;
}
