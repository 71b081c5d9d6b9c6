/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a conversation is a chat. A port is only a hint: content decides. */
#include "analyzer/session/foreign.h"
#include "analyzer/session/session-private.h"

#include <string.h>

gsize recognition_readable_length(const Packet *packet)
{
        gsize length = packet->payload_captured;

        return length < packet->payload_length ? session_whole_characters((const char *) packet->payload, length) :
                                                 length;
}

static void leave(Session *session, SessionConversation *self, SessionReason reason)
{
        session_decide(session, self, NULL, reason);
}

/* The protocol for a line: the one whose port is used; else one that has a form with a code for the line; else one that
 * takes any line. */
static const ChatProtocol *
best_for_line(const Session *session, const SessionConversation *self, const guint8 *line, gsize length)
{
        static const ChatSender senders[] = {CHAT_SENDER_CLIENT, CHAT_SENDER_SERVER, CHAT_SENDER_PEER};
        const ChatProtocol *any = NULL;

        if (self->has_hint)
                return self->candidate;
        for (guint i = 0; i < session->protocols->len; i++) {
                const ChatProtocol *protocol = g_ptr_array_index(session->protocols, i);
                ChatMessage message;

                if (chat_protocol_get_transport(protocol) != CHAT_TRANSPORT_TCP)
                        continue;
                for (guint j = 0; j < G_N_ELEMENTS(senders); j++) {
                        if (!chat_protocol_has_sender(protocol, senders[j]))
                                continue;
                        if (chat_protocol_parse(protocol, senders[j], (const char *) line, length, &message) !=
                            CHAT_PARSE_OK)
                                continue;
                        if (message.form->code)
                                return protocol;
                        if (!any)
                                any = protocol;
                }
        }
        /* Text that is not UTF-8, such as an umlaut from an older system, fits no form but may have been typed. */
        return any || g_utf8_validate_len((const char *) line, length, NULL) ? any : self->candidate;
}

/* Whether the server's port belongs to another service; either port, if it is not known which side is the server. */
static gboolean has_tcp_service(const Conversation *conversation)
{
        const Endpoint *endpoints = conversation->endpoints;

        if (conversation->client_known)
                return foreign_has_service(endpoints[!conversation->client].port);
        return foreign_has_service(endpoints[0].port) || foreign_has_service(endpoints[1].port);
}

static gboolean has_prompt(const SessionEvidence *evidence, FlowSide side)
{
        const GByteArray *head = evidence ? evidence->head[side] : NULL;

        return head && foreign_is_prompt(head->data, head->len);
}

/* What speaks against a chat if no port speaks for it; SESSION_REASON_NONE: nothing. */
static SessionReason find_objection(const Conversation *conversation,
                                    const SessionConversation *self,
                                    FlowSide side,
                                    const guint8 *line,
                                    gsize length)
{
        if (length > 1 && line[length - 2] == '\r')
                return SESSION_REASON_CARRIAGE_RETURN;
        if (foreign_is_machine_made(line, length) || has_prompt(self->evidence, !side))
                return SESSION_REASON_MACHINE_MADE;
        return has_tcp_service(conversation) ? SESSION_REASON_SERVICE : SESSION_REASON_NONE;
}

/* Whether the first captured line is really the first of its direction. */
static gboolean is_first_line(const Conversation *conversation, const SessionConversation *self)
{
        return conversation->client_known && !(self->evidence && self->evidence->is_late);
}

/* Judges by a direction's first line, given with its line feed. is_alone: the segment holds nothing else. */
static void judge_line(Session *session,
                       const Conversation *conversation,
                       SessionConversation *self,
                       FlowSide side,
                       const guint8 *line,
                       gsize length,
                       gboolean is_alone)
{
        gboolean has_return = length > 1 && line[length - 2] == '\r';
        SessionReason objection;
        SessionEvidence *evidence;

        if (foreign_is_protocol(line, length, self->has_hint && !has_return)) {
                leave(session, self, SESSION_REASON_OTHER_PROTOCOL);
                return;
        }
        if (self->has_hint) {
                session_decide(session, self, self->candidate, SESSION_REASON_PORT);
                return;
        }
        objection = find_objection(conversation, self, side, line, length);
        if (objection != SESSION_REASON_NONE) {
                leave(session, self, objection);
                return;
        }
        /* A line from the middle of a stream may be part of anything, such as a web page. Two things still show a chat:
         * a segment that holds just one line, as typing makes it; or lines in both directions. */
        if (!is_alone && !is_first_line(conversation, self)) {
                evidence = session_evidence_of(self);
                evidence->has_spoken[side] = TRUE;
                if (!evidence->has_spoken[!side])
                        return;
        }
        session_decide(session, self, best_for_line(session, self, line, length), SESSION_REASON_LINES);
}

/* Judges by as much of a direction's first line as has come. whole: the line is complete. */
static void judge_head(Session *session,
                       const Conversation *conversation,
                       SessionConversation *self,
                       FlowSide side,
                       const guint8 *line,
                       gsize length,
                       gboolean whole,
                       gboolean is_alone)
{
        if (!foreign_is_text(line, length, whole)) {
                leave(session, self, SESSION_REASON_BINARY);
        } else if (whole) {
                judge_line(session, conversation, self, side, line, length, is_alone);
        } else if (length > SESSION_MAX_HEAD || memory_budget_is_short(&session->heads)) {
                session->heads.given_up += length <= SESSION_MAX_HEAD;
                session_decide(session, self, self->has_hint ? self->candidate : NULL,
                               self->has_hint ? SESSION_REASON_PORT : SESSION_REASON_NO_LINE);
        }
}

void recognition_judge_tcp(Session *session,
                           const Conversation *conversation,
                           SessionConversation *self,
                           const FlowChunk *chunks,
                           guint n_chunks)
{
        for (guint i = 0; i < n_chunks && self->decision.verdict == SESSION_UNDECIDED; i++) {
                const guint8 *octets = chunks[i].octets, *end;
                FlowSide side = chunks[i].side;
                gsize length = chunks[i].length;
                GByteArray *head;

                if (chunks[i].is_gap) {
                        session_evidence_of(self)->is_late = TRUE;
                        continue;
                }
                if (self->evidence && self->evidence->has_spoken[side])
                        continue;
                end = memchr(octets, '\n', length);
                if (end)
                        length = (gsize) (end - octets) + 1;
                head = self->evidence ? self->evidence->head[side] : NULL;
                /* The usual case: the first segment holds the whole line. */
                if (!head && end && length <= SESSION_MAX_HEAD) {
                        judge_head(session, conversation, self, side, octets, length, TRUE, length == chunks[i].length);
                        continue;
                }
                if (!head)
                        head = session_evidence_of(self)->head[side] = g_byte_array_new();
                length = MIN(length, SESSION_MAX_HEAD + 1 - head->len);
                g_byte_array_append(head, octets, (guint) length);
                session->heads.held += length;
                judge_head(session, conversation, self, side, head->data, head->len, end != NULL, FALSE);
        }
}

SessionReason recognition_why_left(const Conversation *conversation, const SessionConversation *self)
{
        const SessionEvidence *evidence = self->evidence;

        if (!conversation->tcp)
                return SESSION_REASON_NO_ANSWER;
        if (evidence && (evidence->has_spoken[0] || evidence->has_spoken[1]))
                return SESSION_REASON_LATE;
        return evidence && (evidence->head[0] || evidence->head[1]) ? SESSION_REASON_NO_LINE : SESSION_REASON_SILENT;
}

static void decide_server(Session *session,
                          SessionConversation *self,
                          const ChatProtocol *protocol,
                          FlowSide server,
                          SessionReason reason)
{
        self->decision.has_server = TRUE;
        self->decision.server = server;
        session_decide(session, self, protocol, reason);
}

/* Whether hardly anything else on a network looks like this message, so that one datagram is enough. */
static gboolean is_unmistakable(const ChatMessage *message)
{
        for (guint i = 0; i + 1 < message->n_arguments; i++)
                if (message->form->argument_types[i] == CHAT_ARGUMENT_IP &&
                    message->form->argument_types[i + 1] == CHAT_ARGUMENT_PORT)
                        return TRUE;
        return message->form->meaning == CHAT_MEANING_MESSAGE && message->n_arguments > 1 && message->line_ended;
}

static gboolean is_same_argument(const SessionEvidence *evidence, const ChatMessage *message)
{
        const char *asked = evidence->asked_argument;

        if (message->n_arguments == 0 || !asked)
                return message->n_arguments == 0 && !asked;
        return message->n_arguments == 1 && strlen(asked) == message->arguments[0].length &&
               memcmp(asked, message->arguments[0].start, message->arguments[0].length) == 0;
}

/* Whether a datagram only repeats what was asked, as an echo server would. */
static gboolean echoes(const SessionEvidence *evidence, const ChatMessage *message)
{
        return g_strcmp0(message->form->code, evidence->asked->code) == 0 && is_same_argument(evidence, message);
}

/* Whether request and answer make a chat although no port speaks for it. An answer that consists of a code alone may
 * come from another protocol: it takes two of them, to requests of different forms. */
static gboolean answers_what_was_asked(SessionConversation *self, const ChatMessage *message, FlowSide side)
{
        SessionEvidence *evidence = self->evidence;
        gboolean fits = evidence && evidence->asked && evidence->asked_side != side &&
                        chat_form_answers(message->form, evidence->asked);

        if (!fits)
                return FALSE;
        if (message->form->meaning == CHAT_MEANING_CLEAR_PEERS)
                return TRUE;
        if (message->form->meaning == CHAT_MEANING_REGISTERED)
                return is_same_argument(evidence, message);
        if (echoes(evidence, message))
                return FALSE;
        if (message->n_arguments > 0 || (evidence->answered && evidence->answered != evidence->asked))
                return TRUE;
        evidence->answered = evidence->asked;
        return FALSE;
}

static void note_request(Session *session, SessionConversation *self, const ChatMessage *message, FlowSide side)
{
        SessionEvidence *evidence = session_evidence_of(self);
        gsize length = message->n_arguments > 0 ? message->arguments[0].length : 0;

        if (length > 0 && memory_budget_is_short(&session->heads)) {
                session->heads.given_up++;
                return;
        }
        evidence->asked = message->form;
        evidence->asked_side = side;
        session->heads.held -= evidence->asked_argument ? strlen(evidence->asked_argument) : 0;
        g_free(evidence->asked_argument);
        evidence->asked_argument = message->n_arguments > 0 ? g_strndup(message->arguments[0].start, length) : NULL;
        session->heads.held += evidence->asked_argument ? strlen(evidence->asked_argument) : 0;
}

static gboolean has_port(const Session *session, const ChatProtocol *protocol, const Endpoint *endpoint)
{
        return session_is_hinted(session, protocol, endpoint->port);
}

/* Decides if the datagram shows this protocol. Returns whether it fits one of the protocol's forms. */
static gboolean try_protocol(
        Session *session, SessionConversation *self, const ChatProtocol *protocol, const Packet *packet, FlowSide side)
{
        const char *octets = (const char *) packet->payload;
        gsize length = recognition_readable_length(packet);
        ChatMessage as_client, as_server, as_peer;
        gboolean client, server, peer;

        client = chat_protocol_parse(protocol, CHAT_SENDER_CLIENT, octets, length, &as_client) == CHAT_PARSE_OK;
        server = chat_protocol_parse(protocol, CHAT_SENDER_SERVER, octets, length, &as_server) == CHAT_PARSE_OK;
        peer = chat_protocol_parse(protocol, CHAT_SENDER_PEER, octets, length, &as_peer) == CHAT_PARSE_OK;

        if (peer && is_unmistakable(&as_peer))
                session_decide(session, self, protocol, SESSION_REASON_FORMS);
        else if (client && has_port(session, protocol, &packet->destination))
                decide_server(session, self, protocol, !side, SESSION_REASON_PORT);
        else if (server && has_port(session, protocol, &packet->source))
                decide_server(session, self, protocol, side, SESSION_REASON_PORT);
        else if (server && is_unmistakable(&as_server))
                decide_server(session, self, protocol, side, SESSION_REASON_FORMS);
        else if (server && answers_what_was_asked(self, &as_server, side))
                decide_server(session, self, protocol, side, SESSION_REASON_ANSWER);
        else if (client)
                note_request(session, self, &as_client, side);
        /* This form may also be a client's request for a room of that name. At the end, if nothing else has decided,
         * its sender counts as the server. */
        if (self->decision.verdict == SESSION_UNDECIDED && server &&
            as_server.form->meaning == CHAT_MEANING_CLEAR_PEERS && !session_evidence_of(self)->cleared) {
                self->evidence->cleared = protocol;
                self->evidence->cleared_side = side;
        }
        return client || server || peer;
}

/* Datagrams that fit no form, but are text, after which a conversation is no chat. */
#define MAX_MISFITS 4

void recognition_judge_by_server(Session *session, SessionConversation *self, const Endpoint endpoints[2])
{
        for (guint side = 0; side < 2 && self->decision.verdict == SESSION_UNDECIDED; side++) {
                const ChatProtocol *known = directory_get_server(session->directory, &endpoints[side]);

                if (known)
                        decide_server(session, self, known, side, SESSION_REASON_ADDRESS_BOOK);
        }
}

void recognition_judge_udp_at_end(Session *session, SessionConversation *self, const Conversation *conversation)
{
        recognition_judge_by_server(session, self, conversation->endpoints);
        if (self->decision.verdict == SESSION_UNDECIDED && self->evidence && self->evidence->cleared)
                decide_server(session, self, self->evidence->cleared, self->evidence->cleared_side,
                              SESSION_REASON_FORMS);
}

static void judge_by_peer(Session *session, SessionConversation *self, const Packet *packet)
{
        const ChatProtocol *known;
        ChatMessage message;

        if (!(known = directory_get_peer(session->directory, &packet->source)))
                known = directory_get_peer(session->directory, &packet->destination);
        if (known && chat_protocol_parse(known, CHAT_SENDER_PEER, (const char *) packet->payload,
                                         recognition_readable_length(packet), &message) == CHAT_PARSE_OK)
                session_decide(session, self, known, SESSION_REASON_ADDRESS_BOOK);
}

/* A port that the user gave decides, whatever the datagram holds; the endpoint with that port is the server. */
static void judge_by_given_port(Session *session, SessionConversation *self, const Packet *packet, FlowSide side)
{
        gboolean to = session_is_given(session, packet->destination.port);

        if (!to && !session_is_given(session, packet->source.port))
                return;
        for (guint i = 0; i < session->protocols->len && self->decision.verdict == SESSION_UNDECIDED; i++) {
                const ChatProtocol *protocol = g_ptr_array_index(session->protocols, i);

                if (chat_protocol_get_transport(protocol) == CHAT_TRANSPORT_UDP)
                        decide_server(session, self, protocol, to ? !side : side, SESSION_REASON_GIVEN);
        }
}

/* Whether one of the ports belongs to another service and neither belongs to a chat: then content alone is not enough.
 */
static gboolean has_udp_service(const Session *session, const Packet *packet)
{
        if (!foreign_has_service(packet->source.port) && !foreign_has_service(packet->destination.port))
                return FALSE;
        for (guint i = 0; i < session->protocols->len; i++)
                if (has_port(session, g_ptr_array_index(session->protocols, i), &packet->source) ||
                    has_port(session, g_ptr_array_index(session->protocols, i), &packet->destination))
                        return FALSE;
        return TRUE;
}

static void judge_content(Session *session, SessionConversation *self, const Packet *packet, FlowSide side)
{
        gboolean fits = FALSE;

        for (guint i = 0; i < session->protocols->len && self->decision.verdict == SESSION_UNDECIDED; i++) {
                const ChatProtocol *protocol = g_ptr_array_index(session->protocols, i);

                if (chat_protocol_get_transport(protocol) == CHAT_TRANSPORT_UDP)
                        fits |= try_protocol(session, self, protocol, packet, side);
        }
        if (self->decision.verdict == SESSION_UNDECIDED)
                judge_by_given_port(session, self, packet, side);
        if (self->decision.verdict != SESSION_UNDECIDED || fits)
                return;
        /* A user may try out the server by hand before the chat begins, but does not send binary data. */
        if (!foreign_is_text(packet->payload, recognition_readable_length(packet), TRUE))
                leave(session, self, SESSION_REASON_BINARY);
        else if (++session_evidence_of(self)->n_misfits > MAX_MISFITS)
                leave(session, self, SESSION_REASON_NO_FORM);
}

void recognition_judge_udp(Session *session, SessionConversation *self, const Packet *packet, const FlowPacket *flow)
{
        recognition_judge_by_server(session, self, flow->conversation->endpoints);
        if (self->decision.verdict == SESSION_UNDECIDED && packet->payload_captured > 0)
                judge_by_peer(session, self, packet);
        if (self->decision.verdict != SESSION_UNDECIDED)
                return;
        if (has_udp_service(session, packet))
                leave(session, self, SESSION_REASON_SERVICE);
        else if (packet->payload_captured > 0)
                judge_content(session, self, packet, flow->side);
        else
                judge_by_given_port(session, self, packet, flow->side);
}
