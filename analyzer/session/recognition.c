/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is this conversation a chat? A port is a hint at the most: content decides. */
#include "analyzer/session/session-private.h"

#include <string.h>

/* A human's text: UTF-8 without control characters other than a tab and line endings. */
gboolean recognition_is_text(const guint8 *octets, gsize length, gboolean may_be_cut)
{
        const char *end;

        for (gsize i = 0; i < length; i++)
                if ((octets[i] < 0x20 && octets[i] != '\t' && octets[i] != '\n' && octets[i] != '\r') ||
                    octets[i] == 0x7f)
                        return FALSE;
        if (g_utf8_validate_len((const char *) octets, length, &end))
                return TRUE;
        /* A character may continue in the next segment: at most three octets of it are here. */
        return may_be_cut && octets + length - (const guint8 *) end < 4 &&
               g_utf8_get_char_validated(end, (const char *) octets + length - end) == (gunichar) -2;
}

/* Line protocols whose lines some programs end with a line feed alone. The others end theirs with carriage
 * return and line feed, which no chat line does. */
gboolean recognition_is_other_protocol(const guint8 *line, gsize length)
{
        static const char *const beginnings[] = {
                "SSH-", "GET /", "POST /", "HEAD /", "PUT /", "OPTIONS ", "CONNECT ", "HTTP/", "EHLO ", "HELO ",
                "+OK", "-ERR", "* OK", "CAP LS", "NICK ", "<?xml", "<stream:", "@RSYNCD:", "RFB 0", "RTSP/",
                "SIP/2.0", "INVITE sip:", "REGISTER sip:", "{\"jsonrpc\"", "{\"id\"", "git-upload-pack",
        };

        for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++) {
                gsize n = strlen(beginnings[i]);

                if (length >= n && memcmp(line, beginnings[i], n) == 0)
                        return TRUE;
        }
        /* A three-digit reply code as in SMTP and FTP: "220 host ready". */
        return length >= 4 && g_ascii_isdigit(line[0]) && g_ascii_isdigit(line[1]) && g_ascii_isdigit(line[2]) &&
               (line[3] == '-' || line[3] == ' ') && line[0] >= '1' && line[0] <= '5' && length > 8;
}

static void decide(SessionConversation *self, const ChatProtocol *protocol)
{
        self->decision.verdict = protocol ? SESSION_CHAT : SESSION_OTHER;
        self->decision.protocol = protocol;
        for (guint i = 0; i < 2; i++)
                g_clear_pointer(&self->head[i], g_byte_array_unref);
        g_clear_pointer(&self->asked_argument, g_free);
}

void recognition_judge_tcp(SessionConversation *self,
                           const ChatProtocol *protocol,
                           FlowSide side,
                           const FlowChunk *chunks,
                           guint n_chunks)
{
        for (guint i = 0; i < n_chunks && self->decision.verdict == SESSION_UNDECIDED; i++) {
                const guint8 *octets = chunks[i].octets, *end;
                gsize length = chunks[i].length;
                GByteArray *head;

                if (chunks[i].is_gap)
                        continue;
                if (!self->head[side])
                        self->head[side] = g_byte_array_new();
                head = self->head[side];
                self->saw_octets = TRUE;

                end = memchr(octets, '\n', length);
                if (end)
                        length = (gsize) (end - octets) + 1;
                g_byte_array_append(head, octets, (guint) MIN(length, SESSION_MAX_HEAD + 1 - head->len));

                if (!recognition_is_text(head->data, head->len, !end))
                        decide(self, NULL);
                else if (end && head->len > 1 && head->data[head->len - 1] == '\n' && head->data[head->len - 2] == '\r')
                        decide(self, NULL);
                else if (end && recognition_is_other_protocol(head->data, head->len))
                        decide(self, NULL);
                else if (end)
                        decide(self, protocol);
                else if (head->len > SESSION_MAX_HEAD)
                        decide(self, self->has_hint ? protocol : NULL);
        }
}

static void decide_server(SessionConversation *self, const ChatProtocol *protocol, FlowSide server)
{
        self->decision.has_server = TRUE;
        self->decision.server = server;
        decide(self, protocol);
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
        if (!self->asked || self->asked_side == side || !chat_form_answers(message->form, self->asked))
                return FALSE;
        if (message->form->meaning != CHAT_MEANING_REGISTERED)
                return TRUE;
        return message->n_arguments == 1 && self->asked_argument &&
               strlen(self->asked_argument) == message->arguments[0].length &&
               memcmp(self->asked_argument, message->arguments[0].start, message->arguments[0].length) == 0;
}

static void note_request(SessionConversation *self, const ChatMessage *message, FlowSide side)
{
        self->asked = message->form;
        self->asked_side = side;
        g_free(self->asked_argument);
        self->asked_argument = message->n_arguments > 0 ?
                                       g_strndup(message->arguments[0].start, message->arguments[0].length) :
                                       NULL;
}

/* TRUE if the datagram fits a form of this protocol, whether or not that decides. */
static gboolean try_protocol(Session *session,
                             SessionConversation *self,
                             const ChatProtocol *protocol,
                             const Packet *packet,
                             FlowSide side)
{
        const char *octets = (const char *) packet->payload;
        gsize length = packet->payload_captured;
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
                decide(self, protocol);
        else if (server && is_unmistakable(&as_server))
                decide_server(self, protocol, side);
        else if (client && to_port)
                decide_server(self, protocol, !side);
        else if (server && from_port)
                decide_server(self, protocol, side);
        else if (server && answers_what_was_asked(self, &as_server, side))
                decide_server(self, protocol, side);
        else if (client)
                note_request(self, &as_client, side);
        return client || server || peer;
}

#define MAX_MISFITS 4

void recognition_judge_udp(Session *session, SessionConversation *self, const Packet *packet, const FlowPacket *flow)
{
        const ChatProtocol *known;
        gboolean fits = FALSE;

        if ((known = directory_get_server(session->directory, &packet->destination))) {
                decide_server(self, known, !flow->side);
                return;
        }
        if ((known = directory_get_server(session->directory, &packet->source))) {
                decide_server(self, known, flow->side);
                return;
        }
        if (packet->payload_captured == 0)
                return;
        if (!(known = directory_get_peer(session->directory, &packet->source)))
                known = directory_get_peer(session->directory, &packet->destination);
        if (known) {
                ChatMessage message;

                if (chat_protocol_parse(known, CHAT_SENDER_PEER, (const char *) packet->payload,
                                        packet->payload_captured, &message) == CHAT_PARSE_OK) {
                        decide(self, known);
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
        if (!recognition_is_text(packet->payload, packet->payload_captured, FALSE) || ++self->n_misfits > MAX_MISFITS)
                decide(self, NULL);
}
