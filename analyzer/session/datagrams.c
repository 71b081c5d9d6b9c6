/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A datagram of a UDP chat: which form it has, what it asks or answers, and what it teaches about who is where. */
#include "analyzer/session/session-private.h"

#include <string.h>

/* The endpoint that the answer to "where is NAME?", or a room's list, gives. FALSE where the message gives none. */
static gboolean read_announced(const ChatMessage *message, Endpoint *ret_announced)
{
        const ChatSlice *arguments = message->arguments;

        if ((message->form->meaning != CHAT_MEANING_USER_ADDRESS && message->form->meaning != CHAT_MEANING_PEER_ADDRESS) ||
            message->n_arguments < 2 ||
            !ip_address_from_string(arguments[0].start, arguments[0].length, &ret_announced->address))
                return FALSE;
        ret_announced->port = 0;
        for (gsize i = 0; i < arguments[1].length; i++)
                ret_announced->port = (guint16) (ret_announced->port * 10 + (arguments[1].start[i] - '0'));
        return TRUE;
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
static void learn_peers(Session *session, const SessionDecision *decision, const Packet *packet, const ChatMessage *message)
{
        Directory *directory = session->directory;
        Endpoint announced;

        if (message->form->meaning == CHAT_MEANING_REGISTERED && message->n_arguments > 0) {
                directory_add_peer(directory, &packet->destination, decision->protocol);
        } else if (read_announced(message, &announced)) {
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
                 read_announced(message, &announced))
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

void datagrams_tell(Session *session, SessionConversation *self, const Packet *packet, SessionPacket *told)
{
        const ChatProtocol *protocol = self->decision.protocol;
        const CaptureFrame *frame = packet->frame;
        SessionMessage message = read_datagram(self, packet, told->sender);
        const Request *request = NULL;

        told->kind = SESSION_KIND_OTHER;
        if (message.form && told->sender == CHAT_SENDER_CLIENT) {
                told->kind = SESSION_KIND_REQUEST;
                told->repeated = request_list_ask(requests_of(self), &session->requests, &message.message, frame->number,
                                                  frame->time);
        } else if (message.form && told->sender == CHAT_SENDER_SERVER) {
                request = request_list_answer(requests_of(self), &session->requests, protocol, &message.message,
                                              frame->time);
                told->kind = request ? SESSION_KIND_REPLY : SESSION_KIND_NOTICE;
        } else if (message.form && message.form->answers[0]) {
                request = request_list_answer(requests_of(self), &session->requests, protocol, &message.message,
                                              frame->time);
                told->kind = request ? SESSION_KIND_REPLY : SESSION_KIND_MESSAGE;
        } else if (message.form && is_answered(protocol, message.form)) {
                told->kind = SESSION_KIND_REQUEST;
                told->repeated = request_list_ask(requests_of(self), &session->requests, &message.message, frame->number,
                                                  frame->time);
        } else if (message.form) {
                told->kind = SESSION_KIND_MESSAGE;
        }
        if (request) {
                told->request = request->frame;
                told->latency = frame->time - request->time;
        }
        if (message.form) {
                learn_peers(session, &self->decision, packet, &message.message);
                learn_names(session, packet, &message.message, request);
        }
        g_array_append_val(session->messages, message);
}
