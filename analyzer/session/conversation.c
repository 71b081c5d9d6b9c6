/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the session keeps with a conversation: as little as what was said in it needs. */
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

/* Of all conversations that are no chats; never changed. */
static const SessionConversation no_chat = {.decision = {.verdict = SESSION_OTHER}, .is_shared = TRUE};

void session_conversation_free(gpointer conversation_data, gpointer data)
{
        SessionConversation *self = conversation_data;
        Session *session = data;

        if (!self || self->is_shared)
                return;
        evidence_clear(session, self);
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

gboolean session_is_hinted(const Session *self, const ChatProtocol *protocol, guint16 port)
{
        for (guint i = 0; i < self->ports->len; i++)
                if (g_array_index(self->ports, guint16, i) == port)
                        return TRUE;
        return chat_protocol_has_port(protocol, port);
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

void session_decide(Session *session, SessionConversation *self, const ChatProtocol *protocol)
{
        self->decision.verdict = protocol ? SESSION_CHAT : SESSION_OTHER;
        self->decision.protocol = protocol;
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
                        session_decide(session, self, NULL);
        }
        return self;
}

/* What is decided; where it is that this is no chat, nothing more is kept of it. */
SessionVerdict session_conversation_conclude(Session *session, Conversation *conversation)
{
        SessionConversation *self = conversation->user_data;

        if (self->decision.verdict == SESSION_OTHER) {
                session_conversation_free(self, session);
                conversation->user_data = (gpointer) &no_chat;
        }
        return ((const SessionConversation *) conversation->user_data)->decision.verdict;
}

gboolean session_has_begun(const Conversation *conversation)
{
        const SessionConversation *self = conversation->user_data;
        const SessionEvidence *evidence = self ? self->evidence : NULL;

        return evidence && (evidence->head[0] || evidence->head[1] || evidence->asked);
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
                conversation->user_data = (gpointer) &no_chat;
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
