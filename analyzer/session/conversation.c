/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the session keeps with a conversation: no more than its contents need. */
#include "analyzer/session/session-private.h"

#include <string.h>

static void evidence_clear(Session *session, SessionConversation *conversation)
{
        SessionEvidence *self = g_steal_pointer(&conversation->evidence);

        if (!self)
                return;
        for (guint i = 0; i < 2; i++) {
                session->heads.held -= self->head[i] ? self->head[i]->len : 0;
                g_clear_pointer(&self->head[i], g_byte_array_unref);
        }
        session->heads.held -= self->asked_argument ? strlen(self->asked_argument) : 0;
        g_free(self->asked_argument);
        g_free(self);
}

/* One shared object for each reason, for all conversations that are no chats. Every session shares them, and nothing
 * changes them once they are made. */
static const SessionConversation *get_no_chat(SessionReason reason)
{
        static SessionConversation no_chats[SESSION_REASON_COUNT];
        static gsize are_set;

        if (g_once_init_enter(&are_set)) {
                for (guint i = 0; i < SESSION_REASON_COUNT; i++)
                        no_chats[i] = (SessionConversation){
                                .decision = {.verdict = SESSION_OTHER, .reason = (SessionReason) i},
                                .is_shared = TRUE,
                        };
                g_once_init_leave(&are_set, 1);
        }
        return &no_chats[reason];
}

const char *session_reason_to_string(SessionReason reason)
{
        static const char *const texts[SESSION_REASON_COUNT] = {
                "it is not decided",
                "--port says so",
                "it uses the port of the protocol's description",
                "its first line is text that somebody typed",
                "its datagrams have forms that hardly anything else has",
                "a datagram answers a request by the protocol's description",
                "one of its ends is known from a chat's address book",
                "its first line is another protocol's",
                "its first line ends with carriage return and line feed, as in most other protocols of lines",
                "its first line was written by a program, not by a person",
                "its port belongs to another service, and content alone is not enough there",
                "it carries binary data",
                "it carries no line of text that ends",
                "its beginning was not captured, and its lines may be parts of anything",
                "its datagrams fit no form of the protocol's description",
                "no datagram answers a request by the protocol's description",
                "it carries nothing",
                "no protocol is described for its transport",
        };

        return texts[reason];
}

void session_conversation_free(gpointer conversation_data, gpointer data)
{
        SessionConversation *self = conversation_data;
        Session *session = data;

        if (!self || self->is_shared)
                return;
        evidence_clear(session, self);
        early_datagrams_free(self->early, &session->early);
        group_questions_forget(&session->group_questions, self);
        for (guint i = 0; self->lines && i < 2; i++)
                lines_clear(session, &self->lines[i]);
        g_free(self->lines);
        if (self->requests)
                request_list_clear(self->requests, &session->requests);
        g_free(self->requests);
        g_free(self);
}

void session_forget(Session *session, Conversation *conversation)
{
        session_conversation_free(g_steal_pointer(&conversation->user_data), session);
}

gboolean session_is_given(const Session *self, guint16 port)
{
        for (guint i = 0; i < self->ports->len; i++)
                if (g_array_index(self->ports, guint16, i) == port)
                        return TRUE;
        return FALSE;
}

gboolean session_is_hinted(const Session *self, const ChatProtocol *protocol, guint16 port)
{
        return chat_protocol_has_port(protocol, port) || session_is_given(self, port);
}

const ChatProtocol *session_tcp_candidate(const Session *self, const Conversation *conversation, gboolean *ret_hinted)
{
        const ChatProtocol *first = NULL;

        *ret_hinted = FALSE;
        for (guint i = 0; i < self->protocols->len; i++) {
                const ChatProtocol *protocol = g_ptr_array_index(self->protocols, i);

                if (chat_protocol_get_transport(protocol) != CHAT_TRANSPORT_TCP)
                        continue;
                if (!first)
                        first = protocol;
                if (session_is_hinted(self, protocol, conversation->endpoints[0].port) ||
                    session_is_hinted(self, protocol, conversation->endpoints[1].port)) {
                        *ret_hinted = TRUE;
                        return protocol;
                }
        }
        return first;
}

SessionEvidence *session_evidence_of(SessionConversation *self)
{
        if (!self->evidence)
                self->evidence = g_new0(SessionEvidence, 1);
        return self->evidence;
}

void session_decide(Session *session, SessionConversation *self, const ChatProtocol *protocol, SessionReason reason)
{
        self->decision.verdict = protocol ? SESSION_CHAT : SESSION_OTHER;
        self->decision.protocol = protocol;
        self->decision.reason = reason;
        session->has_missed |= protocol && self->missed;
        evidence_clear(session, self);
}

SessionConversation *session_conversation_get(Session *session, Conversation *conversation)
{
        SessionConversation *self = conversation->user_data;

        if (self)
                return self;
        self = conversation->user_data = g_new0(SessionConversation, 1);
        if (conversation->transport == TRANSPORT_TCP) {
                self->candidate = session_tcp_candidate(session, conversation, &self->has_hint);
                if (!self->candidate)
                        session_decide(session, self, NULL, SESSION_REASON_NO_DESCRIPTION);
        }
        return self;
}

SessionVerdict session_conversation_conclude(Session *session, Conversation *conversation)
{
        SessionConversation *self = conversation->user_data;

        if (self->decision.verdict == SESSION_OTHER) {
                SessionReason reason = self->decision.reason;

                session_conversation_free(self, session);
                conversation->user_data = (gpointer) get_no_chat(reason);
        }
        return ((const SessionConversation *) conversation->user_data)->decision.verdict;
}

gboolean session_has_begun(const Conversation *conversation)
{
        const SessionConversation *self = conversation->user_data;
        const SessionEvidence *evidence = self ? self->evidence : NULL;

        return evidence && (evidence->head[0] || evidence->head[1] || evidence->has_spoken[0] ||
                            evidence->has_spoken[1] || evidence->asked || evidence->cleared);
}

SessionDecision session_get_decision(const Conversation *conversation)
{
        const SessionConversation *self = conversation->user_data;

        return self ? self->decision : (SessionDecision){0};
}

void session_set_decision(Session *session, Conversation *conversation, const SessionDecision *decision)
{
        guint protocol;

        session_conversation_free(conversation->user_data, session);
        if (decision->verdict == SESSION_OTHER) {
                conversation->user_data = (gpointer) get_no_chat(decision->reason);
        } else if (conversation->tcp && g_ptr_array_find(session->protocols, decision->protocol, &protocol)) {
                conversation->user_data = g_ptr_array_index(session->silent, protocol);
        } else {
                SessionConversation *self = conversation->user_data = g_new0(SessionConversation, 1);

                self->decision = *decision;
        }
}

SessionLines *session_conversation_lines(Conversation *conversation, FlowSide side)
{
        SessionConversation *self = conversation->user_data;

        if (self->is_shared) {
                self = conversation->user_data = g_memdup2(self, sizeof *self);
                self->is_shared = FALSE;
        }
        if (!self->lines)
                self->lines = g_new0(SessionLines, 2);
        return &self->lines[side];
}
