/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a message (a datagram or a line) relates to others: what it asks or answers, and what it shows about the names
 * and rooms of users. */
#include "analyzer/session/session-private.h"

#include <string.h>

gboolean exchange_names_its_sender(const ChatMessage *message)
{
        return (message->form->meaning == CHAT_MEANING_MESSAGE || message->form->meaning == CHAT_MEANING_HERE) &&
               message->n_arguments > 0 && message->form->argument_types[0] == CHAT_ARGUMENT_USER &&
               message->form->from != CHAT_SENDER_SERVER && /* a server repeats what others said */
               /* Only messages that also make the conversation a chat may give names: else live names would differ. */
               (message->form->meaning != CHAT_MEANING_MESSAGE || message->line_ended);
}

/* Tells the directory the names that the message shows. */
static void learn_names(const Parties *parties, const ChatMessage *message, const Request *request)
{
        Directory *directory = parties->directory;
        const ChatSlice *arguments = message->arguments;
        guint64 frame = parties->frame->number;
        Endpoint announced;

        if (message->form->meaning == CHAT_MEANING_REGISTERED && message->n_arguments > 0)
                directory_set_name(directory, &parties->destination, frame, arguments[0].start, arguments[0].length);
        else if (message->form->meaning == CHAT_MEANING_REGISTERED && request && request->argument)
                directory_set_name(directory, &parties->destination, frame, request->argument,
                                   strlen(request->argument));
        else if (message->form->meaning == CHAT_MEANING_UNREGISTERED)
                directory_set_name(directory, &parties->destination, frame, NULL, 0);
        else if (exchange_names_its_sender(message))
                directory_set_name(directory, &parties->source, frame, arguments[0].start, arguments[0].length);
        /* The answer to "where is NAME?" names the endpoint; a room's list does not. */
        else if (message->form->meaning == CHAT_MEANING_USER_ADDRESS && request && request->argument &&
                 session_read_announced(message, &announced))
                directory_set_name(directory, &announced, frame, request->argument, strlen(request->argument));
}

/* A client asks to join or leave a room, or leaves the chat: the server will tell the members. */
static void note_room_request(Session *session, const Parties *parties, const ChatMessage *message)
{
        const char *room = directory_get_room(parties->directory, &parties->source);
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
        room_changes_add(session->room_changes, message->form, parties->frame->number, &parties->destination,
                         &parties->source, room, entered);
}

/* The server's answer puts the client into a room, or out of it. */
static void note_room_answer(Session *session, const Parties *parties, const ChatMessage *reply, const Request *request)
{
        Directory *directory = parties->directory;
        const char *room = request->argument;

        if (reply->form->meaning == CHAT_MEANING_CLEAR_PEERS && request->form->meaning == CHAT_MEANING_JOIN_ROOM &&
            room)
                directory_set_room(directory, &parties->destination, room, strlen(room));
        else if (reply->form->meaning == CHAT_MEANING_ROOM_LEFT || reply->form->meaning == CHAT_MEANING_UNREGISTERED)
                directory_set_room(directory, &parties->destination, NULL, 0);
}

/* The server begins a list of peers that the client did not ask for, because another client came or went. */
static void note_cause(Session *session, SessionConversation *self, const Parties *parties)
{
        const Endpoint *member = &parties->destination;
        const RoomChange *change = room_changes_find(session->room_changes, parties->frame->number, &parties->source,
                                                     member, directory_get_room(parties->directory, member));

        self->cause = change ? change->frame : 0;
        self->cause_form = change ? change->form : NULL;
        if (change)
                self->cause_client = change->client;
}

void exchange_tell_cause(const SessionConversation *self,
                         const Parties *parties,
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
        told->cause_name = directory_get_name(parties->directory, &self->cause_client, parties->frame->number);
}

static RequestList *requests_of(SessionConversation *self, const Parties *parties)
{
        if (!self->requests) {
                self->requests = g_new0(RequestList, 1);
                self->requests->is_stream = chat_protocol_get_transport(parties->protocol) == CHAT_TRANSPORT_TCP;
        }
        return self->requests;
}

/* has_time and time are those of the request. */
static void tell_latency(SessionExchange *told, gboolean has_time, gint64 time, const CaptureFrame *frame)
{
        told->has_latency = has_time && frame->has_time && !__builtin_sub_overflow(frame->time, time, &told->latency) &&
                            told->latency >= 0;
        if (!told->has_latency)
                told->latency = 0;
}

static void tell_request(Session *session,
                         SessionConversation *self,
                         const Parties *parties,
                         const ChatMessage *message,
                         FlowSide side,
                         SessionExchange *told)
{
        const Request *request = request_list_ask(requests_of(self, parties), &session->requests, message,
                                                  parties->frame, parties->line, side);

        told->kind = SESSION_KIND_REQUEST;
        told->n_asked = request->n_asked;
        told->repeats = request->n_asked > 1 ? request->frame : 0;
        told->unheard = request->n_asked == 1 ? request->unheard : 0;
        if (request->n_asked == 1)
                note_room_request(session, parties, message);
        if (ip_address_is_multicast(&parties->destination.address)) {
                GroupQuestion question = {
                        .frame = request->frame,
                        .time = parties->frame->time,
                        .has_time = parties->frame->has_time,
                        .form = message->form,
                        .asker = parties->source,
                        .side = side,
                        .asked_in = self,
                };

                group_questions_add(&session->group_questions, &question);
        }
}

/* A member of a multicast group answers a question directly to the peer that asked the group. FALSE: the destination
 * has asked no group such a question. */
static gboolean
tell_group_answer(Session *session, const Parties *parties, const ChatMessage *message, SessionExchange *told)
{
        GroupQuestion *question =
                group_questions_find(&session->group_questions, &parties->destination, message->form, parties->frame);
        SessionConversation *asked_in;

        if (!question)
                return FALSE;
        asked_in = question->asked_in;
        told->kind = SESSION_KIND_REPLY;
        told->answers_group = TRUE;
        told->request = question->frame;
        told->n_asked = 1;
        tell_latency(told, question->has_time, question->time, parties->frame);
        if (question->answered == question->frame)
                return TRUE;
        /* The first answer counts as the answer to the request. */
        question->answered = question->frame;
        told->begins_answer = TRUE;
        asked_in->n_answered++;
        request_list_answer(asked_in->requests, &session->requests, parties->protocol, message, parties->frame,
                            !question->side);
        return TRUE;
}

/* What a message in reply, or a notice, is about. */
static void tell_answer(Session *session,
                        SessionConversation *self,
                        const Parties *parties,
                        const ChatMessage *message,
                        const Answer *answer,
                        SessionExchange *told)
{
        if (answer->kind == ANSWER_NOTICE) {
                told->kind = SESSION_KIND_NOTICE;
                if (message->form->meaning == CHAT_MEANING_CLEAR_PEERS)
                        note_cause(session, self, parties);
                return;
        }
        told->kind = SESSION_KIND_REPLY;
        if (!answer->request)
                return;
        told->request = answer->request->frame;
        told->request_line = answer->request->line;
        told->n_asked = answer->request->n_asked;
        told->begins_answer = answer->kind == ANSWER_FIRST;
        told->answered_again = answer->kind == ANSWER_AGAIN;
        told->unheard = answer->request->unheard;
        tell_latency(told, answer->request->has_time, answer->request->time, parties->frame);
        note_room_answer(session, parties, message, answer->request);
}

/* Whether a message of this form is a request, which gets an answer. */
static gboolean is_request(const ChatForm *form, ChatSender sender)
{
        return form->is_answered && sender != CHAT_SENDER_SERVER;
}

void exchange_tell(Session *session,
                   SessionConversation *self,
                   const Parties *parties,
                   FlowSide side,
                   ChatSender sender,
                   const ChatMessage *message,
                   SessionExchange *ret_exchange)
{
        const ChatForm *form = message->form;
        SessionExchange told = {.kind = SESSION_KIND_MESSAGE, .line = parties->line};
        Answer answer = {ANSWER_NOTICE, NULL};

        if (is_request(form, sender)) {
                tell_request(session, self, parties, message, side, &told);
        } else if (sender == CHAT_SENDER_SERVER || form->answers[0]) {
                answer = request_list_answer(requests_of(self, parties), &session->requests, parties->protocol, message,
                                             parties->frame, side);
                tell_answer(session, self, parties, message, &answer, &told);
                /* Between peers, a message without a request is no reply. */
                if (sender != CHAT_SENDER_SERVER && !answer.request &&
                    !tell_group_answer(session, parties, message, &told))
                        told.kind = SESSION_KIND_MESSAGE;
        }
        learn_names(parties, message, answer.request);
        *ret_exchange = told;
}
