/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is this conversation a chat? A port is a hint at the most: content decides. */
#include "analyzer/session/session-private.h"

#include <string.h>

/* Whether eight octets are printable ASCII, all of them: the usual case, and three operations. The sum carries into an
 * octet's highest bit from 0x7f on, the difference borrows from it below 0x20. */
static gboolean is_plain(const guint8 *octets)
{
        const guint64 ones = G_GUINT64_CONSTANT(0x0101010101010101);
        guint64 word;

        memcpy(&word, octets, sizeof word);
        return ((word | (word + ones) | (word - ones * 0x20)) & ones * 0x80) == 0;
}

/* A human's text: UTF-8 without control characters other than a tab and line endings. */
gboolean recognition_is_text(const guint8 *octets, gsize length, gboolean may_be_cut)
{
        const guint8 *stop = octets + length, *p = octets, *first_other = NULL;
        const char *end;

        while (p < stop) {
                if (stop - p >= 8 && is_plain(p)) {
                        p += 8;
                        continue;
                }
                if ((*p < 0x20 && *p != '\t' && *p != '\n' && *p != '\r') || *p == 0x7f)
                        return FALSE;
                if (*p >= 0x80 && !first_other)
                        first_other = p;
                p++;
        }
        if (!first_other || g_utf8_validate_len((const char *) first_other, (gsize) (stop - first_other), &end))
                return TRUE;
        /* A character may continue in the next segment: at most three octets of it are here. */
        return may_be_cut && stop - (const guint8 *) end < 4 &&
               g_utf8_get_char_validated(end, (const char *) stop - end) == (gunichar) -2;
}

gsize recognition_readable_length(const Packet *packet)
{
        const char *end;

        if (packet->payload_captured < packet->payload_length &&
            !g_utf8_validate_len((const char *) packet->payload, packet->payload_captured, &end) &&
            recognition_is_text(packet->payload, packet->payload_captured, TRUE))
                return (gsize) (end - (const char *) packet->payload);
        return packet->payload_captured;
}

static gboolean begins_with_any(const guint8 *line, gsize length, const char *const *beginnings)
{
        for (; *beginnings; beginnings++) {
                gsize n;

                if (length == 0 || line[0] != (guint8) **beginnings)
                        continue;
                n = strlen(*beginnings);
                if (length >= n && memcmp(line, *beginnings, n) == 0)
                        return TRUE;
        }
        return FALSE;
}

/* Line protocols whose lines some programs end with a line feed alone. The others end theirs with carriage
 * return and line feed, which no chat line does. */
gboolean recognition_is_other_protocol(const guint8 *line, gsize length, gboolean hinted)
{
        /* Nobody types these. */
        static const char *const unmistakable[] = {
                "SSH-1.", "SSH-2.", "GET /", "POST /", "HEAD /", "PUT /", "HTTP/1.", "<?xml", "<stream:", "@RSYNCD:",
                "RFB 00", "RTSP/1.", "SIP/2.0", "INVITE sip:", "REGISTER sip:", "{\"jsonrpc\"", NULL,
        };
        /* These somebody might: on a chat's own port they are a chat. */
        static const char *const likely[] = {
                "OPTIONS ", "CONNECT ", "EHLO ", "HELO ", "+OK", "-ERR", "* OK", "CAP LS", "NICK ", "{\"id\"",
                "git-upload-pack", NULL,
        };

        if (begins_with_any(line, length, unmistakable))
                return TRUE;
        if (hinted)
                return FALSE;
        if (begins_with_any(line, length, likely))
                return TRUE;
        /* A three-digit reply code as in SMTP and FTP: "220 host ready". */
        return length >= 4 && g_ascii_isdigit(line[0]) && g_ascii_isdigit(line[1]) && g_ascii_isdigit(line[2]) &&
               (line[3] == '-' || line[3] == ' ') && line[0] >= '1' && line[0] <= '5' && length > 8;
}

/* Without a port to go by: the description that has a form for the line; one that takes any line comes last. */
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
        return any;
}

/* Looks at a direction's first line, or as much of it as has come. */
static void judge_line(Session *session, SessionConversation *self, const guint8 *line, gsize length, gboolean whole)
{
        if (!recognition_is_text(line, length, !whole) ||
            (whole && length > 1 && line[length - 1] == '\n' && line[length - 2] == '\r') ||
            (whole && recognition_is_other_protocol(line, length, self->has_hint)))
                session_decide(session, self, NULL);
        else if (whole)
                session_decide(session, self, best_for_line(session, self, line, length));
        else if (length > SESSION_MAX_HEAD || memory_budget_is_short(&session->heads)) {
                session->heads.given_up += length <= SESSION_MAX_HEAD;
                session_decide(session, self, self->has_hint ? self->candidate : NULL);
        }
}

void recognition_judge_tcp(Session *session,
                           SessionConversation *self,
                           const FlowChunk *chunks,
                           guint n_chunks)
{
        for (guint i = 0; i < n_chunks && self->decision.verdict == SESSION_UNDECIDED; i++) {
                const guint8 *octets = chunks[i].octets, *end;
                gsize length = chunks[i].length;
                GByteArray *head;

                if (chunks[i].is_gap)
                        continue;
                end = memchr(octets, '\n', length);
                if (end)
                        length = (gsize) (end - octets) + 1;
                head = self->evidence ? self->evidence->head[chunks[i].side] : NULL;
                /* Nearly always the first segment has the whole line. */
                if (!head && end && length <= SESSION_MAX_HEAD) {
                        judge_line(session, self, octets, length, TRUE);
                        continue;
                }
                if (!head)
                        head = session_evidence_of(self)->head[chunks[i].side] = g_byte_array_new();
                length = MIN(length, SESSION_MAX_HEAD + 1 - head->len);
                g_byte_array_append(head, octets, (guint) length);
                session->heads.held += length;
                judge_line(session, self, head->data, head->len, end != NULL);
        }
}

static void decide_server(Session *session, SessionConversation *self, const ChatProtocol *protocol, FlowSide server)
{
        self->decision.has_server = TRUE;
        self->decision.server = server;
        session_decide(session, self, protocol);
}

/* Forms that hardly anything else on a network looks like, so that one datagram is enough. */
static gboolean is_unmistakable(const ChatMessage *message)
{
        if (message->form->meaning == CHAT_MEANING_CLEAR_PEERS)
                return TRUE;
        for (guint i = 0; i + 1 < message->n_arguments; i++)
                if (message->form->argument_types[i] == CHAT_ARGUMENT_IP &&
                    message->form->argument_types[i + 1] == CHAT_ARGUMENT_PORT)
                        return TRUE;
        return message->form->meaning == CHAT_MEANING_MESSAGE && message->n_arguments > 1 && message->line_ended;
}

/* Without a port to go by, a request and an answer that fits it make a chat. */
static gboolean answers_what_was_asked(const SessionConversation *self, const ChatMessage *message, FlowSide side)
{
        const SessionEvidence *evidence = self->evidence;

        if (!evidence || !evidence->asked || evidence->asked_side == side ||
            !chat_form_answers(message->form, evidence->asked))
                return FALSE;
        if (message->form->meaning != CHAT_MEANING_REGISTERED)
                return TRUE;
        return message->n_arguments == 1 && evidence->asked_argument &&
               strlen(evidence->asked_argument) == message->arguments[0].length &&
               memcmp(evidence->asked_argument, message->arguments[0].start, message->arguments[0].length) == 0;
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
        evidence->asked_argument = message->n_arguments > 0 ?
                                           g_strndup(message->arguments[0].start, length) :
                                           NULL;
        session->heads.held += evidence->asked_argument ? strlen(evidence->asked_argument) : 0;
}

/* TRUE if the datagram fits a form of this protocol, whether or not that decides. */
static gboolean try_protocol(Session *session,
                             SessionConversation *self,
                             const ChatProtocol *protocol,
                             const Packet *packet,
                             FlowSide side)
{
        const char *octets = (const char *) packet->payload;
        gsize length = recognition_readable_length(packet);
        gboolean to_port = chat_protocol_has_port(protocol, packet->destination.port);
        gboolean from_port = chat_protocol_has_port(protocol, packet->source.port);
        ChatMessage as_client, as_server, as_peer;
        gboolean client, server, peer;

        for (guint i = 0; i < session->ports->len; i++) {
                to_port |= g_array_index(session->ports, guint16, i) == packet->destination.port;
                from_port |= g_array_index(session->ports, guint16, i) == packet->source.port;
        }
        client = chat_protocol_parse(protocol, CHAT_SENDER_CLIENT, octets, length, &as_client) == CHAT_PARSE_OK;
        server = chat_protocol_parse(protocol, CHAT_SENDER_SERVER, octets, length, &as_server) == CHAT_PARSE_OK;
        peer = chat_protocol_parse(protocol, CHAT_SENDER_PEER, octets, length, &as_peer) == CHAT_PARSE_OK;

        if (peer && is_unmistakable(&as_peer))
                session_decide(session, self, protocol);
        else if (server && is_unmistakable(&as_server))
                decide_server(session, self, protocol, side);
        else if (client && to_port)
                decide_server(session, self, protocol, !side);
        else if (server && from_port)
                decide_server(session, self, protocol, side);
        else if (server && answers_what_was_asked(self, &as_server, side))
                decide_server(session, self, protocol, side);
        else if (client)
                note_request(session, self, &as_client, side);
        return client || server || peer;
}

#define MAX_MISFITS 4

static gboolean is_named(const Session *session, guint16 port)
{
        for (guint i = 0; i < session->ports->len; i++)
                if (g_array_index(session->ports, guint16, i) == port)
                        return TRUE;
        return FALSE;
}

gboolean recognition_has_named_port(const Session *session, const Conversation *conversation)
{
        return session->ports->len > 0 && (is_named(session, conversation->endpoints[0].port) ||
                                           is_named(session, conversation->endpoints[1].port));
}

static const ChatProtocol *first_over_udp(const Session *session)
{
        for (guint i = 0; i < session->protocols->len; i++) {
                const ChatProtocol *protocol = g_ptr_array_index(session->protocols, i);

                if (chat_protocol_get_transport(protocol) == CHAT_TRANSPORT_UDP)
                        return protocol;
        }
        return NULL;
}

void recognition_judge_by_port(Session *session, SessionConversation *self, const Conversation *conversation)
{
        gboolean named[2] = {is_named(session, conversation->endpoints[0].port),
                             is_named(session, conversation->endpoints[1].port)};

        if (conversation->tcp)
                session_decide(session, self, self->candidate);
        else if (named[0] != named[1])
                decide_server(session, self, first_over_udp(session), named[1]);
        else
                session_decide(session, self, first_over_udp(session));
}

void recognition_judge_by_server(Session *session, SessionConversation *self, const Endpoint endpoints[2])
{
        for (guint side = 0; side < 2 && self->decision.verdict == SESSION_UNDECIDED; side++) {
                const ChatProtocol *known = directory_get_server(session->directory, &endpoints[side]);

                if (known)
                        decide_server(session, self, known, side);
        }
}

void recognition_judge_udp(Session *session, SessionConversation *self, const Packet *packet, const FlowPacket *flow)
{
        const ChatProtocol *known;
        gboolean fits = FALSE;

        recognition_judge_by_server(session, self, flow->conversation->endpoints);
        if (self->decision.verdict != SESSION_UNDECIDED || packet->payload_captured == 0)
                return;
        if (!(known = directory_get_peer(session->directory, &packet->source)))
                known = directory_get_peer(session->directory, &packet->destination);
        if (known) {
                ChatMessage message;

                if (chat_protocol_parse(known, CHAT_SENDER_PEER, (const char *) packet->payload,
                                        recognition_readable_length(packet), &message) == CHAT_PARSE_OK) {
                        session_decide(session, self, known);
                        return;
                }
        }
        for (guint i = 0; i < session->protocols->len && self->decision.verdict == SESSION_UNDECIDED; i++) {
                const ChatProtocol *protocol = g_ptr_array_index(session->protocols, i);

                if (chat_protocol_get_transport(protocol) == CHAT_TRANSPORT_UDP)
                        fits |= try_protocol(session, self, protocol, packet, flow->side);
        }
        if (self->decision.verdict != SESSION_UNDECIDED || fits)
                return;
        /* Somebody may try the server out by hand before the chat begins; binary data is something else. */
        if (!recognition_is_text(packet->payload, recognition_readable_length(packet), FALSE) ||
            ++session_evidence_of(self)->n_misfits > MAX_MISFITS)
                session_decide(session, self, NULL);
}
