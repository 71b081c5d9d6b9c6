/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/session/session-private.h"

Session *session_new(GPtrArray *protocols, const guint16 *ports, guint n_ports, gsize memory_limit)
{
        Session *self = g_new0(Session, 1);
        gsize limit = memory_limit > 0 ? memory_limit : SESSION_MEMORY_LIMIT, quarter = limit / 4;

        self->protocols = g_ptr_array_new_with_free_func((GDestroyNotify) chat_protocol_unref);
        self->silent = g_ptr_array_new_with_free_func(g_free);
        for (guint i = 0; i < protocols->len; i++) {
                SessionConversation *silent = g_new0(SessionConversation, 1);

                g_ptr_array_add(self->protocols, chat_protocol_ref(g_ptr_array_index(protocols, i)));
                silent->decision = (SessionDecision){.verdict = SESSION_CHAT,
                                                     .reason = SESSION_REASON_PORT,
                                                     .protocol = g_ptr_array_index(protocols, i)};
                silent->is_shared = TRUE;
                g_ptr_array_add(self->silent, silent);
        }
        self->ports = g_array_new(FALSE, FALSE, sizeof(guint16));
        if (n_ports > 0)
                g_array_append_vals(self->ports, ports, n_ports);
        self->lines.limit = self->heads.limit = self->early.limit = self->requests.limit = quarter;
        self->max_lines = (guint) CLAMP(limit / 2 / sizeof(SessionMessage), 1, SESSION_MAX_LINES);
        self->directory = directory_new(quarter);
        self->line_directory = directory_new(quarter);
        self->room_changes = room_changes_new();
        self->groups = groups_new();
        self->messages = g_array_new(FALSE, FALSE, sizeof(SessionMessage));
        self->finished = g_ptr_array_new_with_free_func((GDestroyNotify) g_byte_array_unref);
        return self;
}

void session_free(Session *self)
{
        if (!self)
                return;
        g_ptr_array_unref(self->protocols);
        g_ptr_array_unref(self->silent);
        g_array_unref(self->ports);
        directory_free(self->directory);
        directory_free(self->line_directory);
        room_changes_free(self->room_changes);
        groups_free(self->groups);
        g_array_unref(self->messages);
        g_ptr_array_unref(self->finished);
        g_free(self);
}

SessionShortage session_get_shortage(const Session *self)
{
        return (SessionShortage){
                .split_lines = self->lines.given_up,
                .lines = self->lines_beyond,
                .early_verdicts = self->heads.given_up,
                .requests = self->requests.given_up,
                .endpoints =
                        directory_count_forgotten(self->directory) + directory_count_forgotten(self->line_directory),
        };
}

static gboolean has_ended(const Conversation *conversation)
{
        return conversation->tcp && flow_conversation_ended(conversation, 0) &&
               flow_conversation_ended(conversation, 1);
}

/* Whether to ignore the packet: a second capture of one that was judged before, or one that its receiver drops. */
static gboolean brings_no_news(const Packet *packet, const FlowPacket *flow)
{
        return flow->captured_twice != 0 || (packet->transport == TRANSPORT_UDP && packet->has_bad_length);
}

static gboolean is_of_given_port(const Session *session, const Conversation *conversation)
{
        return G_UNLIKELY(session->ports->len > 0) && (session_is_given(session, conversation->endpoints[0].port) ||
                                                       session_is_given(session, conversation->endpoints[1].port));
}

SessionVerdict
session_judge(Session *session, const Packet *packet, const FlowPacket *flow, const FlowChunk *chunks, guint n_chunks)
{
        Conversation *conversation = flow->conversation;
        SessionConversation *self = conversation->user_data;
        gboolean is_given;

        if (self && self->decision.verdict != SESSION_UNDECIDED)
                return self->decision.verdict;
        if (brings_no_news(packet, flow))
                return SESSION_UNDECIDED;
        is_given = is_of_given_port(session, conversation);
        /* Nothing is kept of a connection without data: there may be a million of them. */
        if (!self && conversation->tcp && n_chunks == 0 && !is_given && !has_ended(conversation))
                return SESSION_UNDECIDED;
        self = session_conversation_get(session, conversation);
        if (self->decision.verdict == SESSION_UNDECIDED && packet->transport != TRANSPORT_ICMP) {
                if (conversation->transport == TRANSPORT_UDP)
                        recognition_judge_udp(session, self, packet, flow);
                else if (is_given)
                        session_decide(session, self, self->candidate, SESSION_REASON_GIVEN);
                else
                        recognition_judge_tcp(session, conversation, self, chunks, n_chunks);
                /* The connection has ended without a whole line, so nothing more will come. A connection that was reset
                 * is decided only if a port hints at a chat: it may be opened again with the same numbers. */
                if (self->decision.verdict == SESSION_UNDECIDED && has_ended(conversation) &&
                    (self->has_hint || flow->role != TCP_ROLE_RST))
                        return session_judge_at_end(session, conversation, NULL, 0);
        }
        return session_conversation_conclude(session, conversation);
}

static void decide_without_content(Session *session, SessionConversation *self, const Conversation *conversation)
{
        gboolean is_hinted = conversation->tcp && self->has_hint;

        session_decide(session, self, is_hinted ? self->candidate : NULL,
                       is_hinted ? SESSION_REASON_PORT : recognition_why_left(conversation, self));
}

SessionVerdict
session_judge_at_end(Session *session, Conversation *conversation, const FlowChunk *chunks, guint n_chunks)
{
        SessionConversation *self;

        /* Without data only the port can decide. As above, nothing is kept. */
        if (!conversation->user_data && conversation->tcp && n_chunks == 0) {
                gboolean has_hint;
                const ChatProtocol *candidate = session_tcp_candidate(session, conversation, &has_hint);
                SessionDecision decision = {
                        .verdict = has_hint ? SESSION_CHAT : SESSION_OTHER,
                        .reason = has_hint  ? SESSION_REASON_PORT :
                                  candidate ? SESSION_REASON_SILENT :
                                              SESSION_REASON_NO_DESCRIPTION,
                        .protocol = candidate,
                };

                session_set_decision(session, conversation, &decision);
                return decision.verdict;
        }
        self = session_conversation_get(session, conversation);
        /* By now one of the endpoints may be known to be a server. */
        if (self->decision.verdict == SESSION_UNDECIDED && conversation->transport == TRANSPORT_UDP)
                recognition_judge_udp_at_end(session, self, conversation);
        if (self->decision.verdict == SESSION_UNDECIDED && conversation->transport == TRANSPORT_TCP)
                recognition_judge_tcp(session, conversation, self, chunks, n_chunks);
        if (self->decision.verdict == SESSION_UNDECIDED)
                decide_without_content(session, self, conversation);
        return session_conversation_conclude(session, conversation);
}

/* The protocol of the conversation, or NULL. Before any data, the port decides. */
static const ChatProtocol *presumed_protocol(const SessionConversation *self)
{
        if (self->decision.verdict == SESSION_UNDECIDED && self->has_hint)
                return self->candidate;
        return self->decision.verdict == SESSION_CHAT ? self->decision.protocol : NULL;
}

static void forget_messages(Session *session)
{
        session->n_lines = 0;
        if (session->messages->len > 0)
                g_array_set_size(session->messages, 0);
        if (session->finished->len > 0)
                g_ptr_array_set_size(session->finished, 0);
}

/* Whether both directions have ended, or a new connection begins. */
static gboolean ends_both(const FlowPacket *flow)
{
        return flow_ends(flow) || flow->reopens != TCP_REOPENS_NOTHING;
}

/* Whether this direction has ended. */
static gboolean ends_stream(const FlowPacket *flow, FlowSide side)
{
        return ends_both(flow) || (side == flow->side ? flow->stream_ended : flow->peer_stream_ended);
}

/* Whether the packet also delivers or ends data of the other side, which is rare. */
static gboolean concerns_other_side(const FlowPacket *flow)
{
        return flow->releases || flow->peer_stream_ended || ends_both(flow);
}

/* Whether the packet neither brings nor ends data, as most acknowledgements do not. */
static gboolean brings_nothing(const SessionConversation *self, const FlowPacket *flow, guint n_chunks)
{
        return n_chunks == 0 && (!self->lines || !(flow->stream_ended || flow->peer_stream_ended || ends_both(flow)));
}

void session_tell_exchange(SessionPacket *told, const SessionExchange *exchange)
{
        told->kind = exchange->kind;
        told->has_latency = exchange->has_latency;
        told->begins_answer = exchange->begins_answer;
        told->answered_again = exchange->answered_again;
        told->answers_group = exchange->answers_group;
        told->unheard = exchange->unheard;
        told->n_asked = exchange->n_asked;
        told->request = exchange->request;
        told->request_line = exchange->request_line;
        told->line = exchange->line;
        told->repeats = exchange->repeats;
        told->latency = exchange->latency;
}

/* Earlier names for these addresses and ports belong to other users. */
static void forget_names(const Parties *parties)
{
        const Endpoint *const endpoints[] = {&parties->source, &parties->destination};

        for (guint i = 0; i < G_N_ELEMENTS(endpoints); i++)
                if (directory_get_name(parties->directory, endpoints[i], parties->frame->number))
                        directory_set_name(parties->directory, endpoints[i], parties->frame->number, NULL, 0);
}

/* Pairs the lines from first on, all sent by side, with requests and replies. */
static void exchange_lines(
        Session *session, Conversation *conversation, Parties *parties, guint first, FlowSide side, ChatSender sender)
{
        SessionConversation *self = conversation->user_data;

        if (!self->names_noted)
                forget_names(parties);
        self->names_noted = TRUE;
        for (guint i = first; i < session->messages->len; i++) {
                SessionMessage *message = &g_array_index(session->messages, SessionMessage, i);

                parties->line = i;
                /* A form that either side can send keeps CHAT_SENDER_PEER. */
                if (message->form)
                        exchange_tell(session, self, parties, side,
                                      message->form->from == CHAT_SENDER_PEER ? CHAT_SENDER_PEER : sender,
                                      &message->message, &message->exchange);
        }
}

/* A segment is described by the first of its own lines that is a request or a reply. */
static void choose_exchange(const Session *session, SessionPacket *told)
{
        for (guint i = told->n_released; i < session->messages->len; i++) {
                const SessionExchange *exchange = &g_array_index(session->messages, SessionMessage, i).exchange;

                if (exchange->kind == SESSION_KIND_REQUEST || exchange->kind == SESSION_KIND_REPLY) {
                        session_tell_exchange(told, exchange);
                        return;
                }
        }
}

static void tell_lines(Session *session,
                       const Packet *packet,
                       const FlowPacket *flow,
                       const FlowChunk *chunks,
                       guint n_chunks,
                       SessionPacket *told)
{
        static const ChatSender others[] = {
                [CHAT_SENDER_CLIENT] = CHAT_SENDER_SERVER,
                [CHAT_SENDER_SERVER] = CHAT_SENDER_CLIENT,
                [CHAT_SENDER_PEER] = CHAT_SENDER_PEER,
        };
        Parties own = {told->protocol, session->line_directory, packet->frame, packet->source, packet->destination};
        Parties others_own = {told->protocol, session->line_directory, packet->frame, packet->destination,
                              packet->source};
        gboolean has_exchanges = chat_protocol_has_exchanges(told->protocol);
        FlowSide side = flow->side, other = !side;

        if (concerns_other_side(flow)) {
                told->released_gap = lines_add(session, session_conversation_lines(flow->conversation, other), other,
                                               chunks, n_chunks, ends_stream(flow, other));
                told->n_released = session->messages->len;
                lines_parse(session, 0, told->protocol, others[told->sender]);
                if (has_exchanges)
                        exchange_lines(session, flow->conversation, &others_own, 0, other, others[told->sender]);
        }
        told->gap = lines_add(session, session_conversation_lines(flow->conversation, side), side, chunks, n_chunks,
                              ends_stream(flow, side));
        lines_parse(session, told->n_released, told->protocol, told->sender);
        if (has_exchanges) {
                exchange_lines(session, flow->conversation, &own, told->n_released, side, told->sender);
                choose_exchange(session, told);
        }
}

static void tell_segment(Session *session,
                         SessionConversation *self,
                         const Packet *packet,
                         const FlowPacket *flow,
                         const FlowChunk *chunks,
                         guint n_chunks,
                         SessionPacket *told)
{
        const GByteArray *line;

        if (!brings_nothing(self, flow, n_chunks))
                tell_lines(session, packet, flow, chunks, n_chunks, told);
        self = flow->conversation->user_data;
        line = self->lines ? self->lines[flow->side].line : NULL;
        if (line) {
                told->pending = line->len;
                told->pending_text = (ChatSlice){(const char *) line->data,
                                                 session_whole_characters((const char *) line->data, line->len)};
        }
}

static void count_lines(Session *session,
                        Conversation *conversation,
                        FlowSide side,
                        const FlowChunk *chunks,
                        guint n_chunks,
                        gboolean stream_ended)
{
        SessionLines *lines = session_conversation_lines(conversation, side);
        guint before = session->n_lines;

        session->counting = TRUE;
        lines_add(session, lines, side, chunks, n_chunks, stream_ended);
        session->counting = FALSE;
        ((SessionConversation *) conversation->user_data)->n_messages[side] += session->n_lines - before;
}

/* In a TCP stream without its SYN, the side with a described port is the server. */
static FlowSide tcp_client(const Session *session, const SessionDecision *decision, const Conversation *conversation)
{
        if (!conversation->client_known) {
                gboolean hinted[2];

                for (guint i = 0; i < 2; i++)
                        hinted[i] = decision->protocol &&
                                    session_is_hinted(session, decision->protocol, conversation->endpoints[i].port);
                if (hinted[0] != hinted[1])
                        return hinted[0] ? 1 : 0;
        }
        return conversation->client;
}

static const Directory *directory_of(const Session *session, const Conversation *conversation)
{
        return conversation->tcp ? session->line_directory : session->directory;
}

SessionCount session_get_count(const Session *session, const Conversation *conversation)
{
        const SessionConversation *self = conversation->user_data;
        SessionCount count = {.client = conversation->client};

        if (!self || self->decision.verdict != SESSION_CHAT)
                return count;
        count.protocol = self->decision.protocol;
        if (conversation->tcp)
                count.client = tcp_client(session, &self->decision, conversation);
        else if (self->decision.has_server)
                count.client = !self->decision.server;
        count.is_peers = !conversation->tcp && !self->decision.has_server;
        count.n_requests = self->n_requests;
        count.n_answered = self->n_answered;
        for (guint i = 0; i < 2; i++) {
                count.n_messages[i] = self->n_messages[i];
                count.names[i] =
                        directory_get_last_name(directory_of(session, conversation), &conversation->endpoints[i]);
        }
        return count;
}

static ChatSender sender_of_datagram(const SessionDecision *decision, FlowSide side)
{
        if (!decision->has_server)
                return CHAT_SENDER_PEER;
        return side == decision->server ? CHAT_SENDER_SERVER : CHAT_SENDER_CLIENT;
}

static ChatSender sender_of(const Session *session, const SessionDecision *decision, const FlowPacket *flow)
{
        if (flow->conversation->tcp)
                return flow->side == tcp_client(session, decision, flow->conversation) ? CHAT_SENDER_CLIENT :
                                                                                         CHAT_SENDER_SERVER;
        return sender_of_datagram(decision, flow->side);
}

/* Tells the directory which endpoint is the server of the conversation. */
static void note_server(Session *session, SessionConversation *self, const Conversation *conversation)
{
        if (!self->decision.has_server || self->server_noted)
                return;
        self->server_noted = TRUE;
        directory_add_server(session->directory, &conversation->endpoints[self->decision.server],
                             self->decision.protocol);
}

void session_scan(Session *session, const Packet *packet, const FlowPacket *flow)
{
        SessionConversation *self = flow->conversation->user_data;

        if (brings_no_news(packet, flow))
                return;
        note_server(session, self, flow->conversation);
        datagrams_scan(session, self, packet, sender_of(session, &self->decision, flow));
}

/* Whether the datagram carries what a user typed, to a peer or to a server that passes it on. */
static gboolean is_typed(const Session *session, const SessionPacket *told)
{
        const SessionMessage *message =
                session->messages->len > 0 ? &g_array_index(session->messages, SessionMessage, 0) : NULL;

        return told->kind == SESSION_KIND_MESSAGE ||
               (told->kind == SESSION_KIND_REQUEST && told->repeats == 0 && message && message->form &&
                message->form->meaning == CHAT_MEANING_MESSAGE);
}

/* Updates the conversation after a datagram has been described. */
static void count_datagram(const Session *session, SessionConversation *self, FlowSide side, const SessionPacket *told)
{
        self->n_requests += told->kind == SESSION_KIND_REQUEST && told->repeats == 0;
        self->n_messages[side] += is_typed(session, told);
        self->n_answered += told->begins_answer && !told->answers_group;
}

/* Updates the counts of the conversation. */
static void count_told(const Session *session,
                       Conversation *conversation,
                       const Packet *packet,
                       FlowSide side,
                       const SessionPacket *told)
{
        SessionConversation *self = conversation->user_data;

        if (packet->transport == TRANSPORT_UDP) {
                count_datagram(session, self, side, told);
        } else if (told->n_messages > 0 || told->n_released > 0) {
                self->n_messages[side] += told->n_messages;
                self->n_messages[!side] += told->n_released;
        }
}

/* Whether lines have to be parsed to be counted, because they tell who is who. */
static gboolean count_exchanges(Session *session,
                                const SessionConversation *self,
                                const Packet *packet,
                                const FlowPacket *flow,
                                const FlowChunk *chunks,
                                guint n_chunks)
{
        SessionPacket told = {.protocol = presumed_protocol(self)};

        if (!told.protocol || !chat_protocol_has_exchanges(told.protocol))
                return FALSE;
        told.sender = sender_of(session, &self->decision, flow);
        tell_lines(session, packet, flow, chunks, n_chunks, &told);
        told.n_messages = session->messages->len - told.n_released;
        count_told(session, flow->conversation, packet, flow->side, &told);
        return TRUE;
}

static void count_in_conversation(
        Session *session, SessionConversation *self, const Packet *packet, FlowSide side, gboolean is_early)
{
        SessionPacket told = {.sender = sender_of_datagram(&self->decision, side)};

        forget_messages(session);
        datagrams_tell(session, self, packet, side, &told);
        /* Early datagrams do not teach endpoints: a first reading that only decides would not have known them either.
         */
        if (!is_early)
                datagrams_learn(session, self, packet, &g_array_index(session->messages, SessionMessage, 0));
        count_datagram(session, self, side, &told);
}

typedef struct {
        Session *session;
        SessionConversation *conversation;
} Counting;

static void count_early_datagram(const Packet *packet, FlowSide side, gpointer data)
{
        const Counting *counting = data;

        count_in_conversation(counting->session, counting->conversation, packet, side, TRUE);
}

void session_count_early(Session *session, Conversation *conversation)
{
        SessionConversation *self = conversation->user_data;
        Counting counting = {session, self};
        GArray *early;

        if (!self || !self->early || self->decision.verdict != SESSION_CHAT)
                return;
        early = g_steal_pointer(&self->early);
        early_datagrams_foreach(early, count_early_datagram, &counting);
        early_datagrams_free(early, &session->early);
}

void session_count(
        Session *session, const Packet *packet, const FlowPacket *flow, const FlowChunk *chunks, guint n_chunks)
{
        SessionConversation *self = flow->conversation->user_data;

        if (!self || self->decision.verdict == SESSION_OTHER || brings_no_news(packet, flow))
                return;
        if (packet->transport == TRANSPORT_TCP) {
                if (brings_nothing(self, flow, n_chunks))
                        return;
                forget_messages(session);
                if (count_exchanges(session, self, packet, flow, chunks, n_chunks))
                        return;
                if (concerns_other_side(flow))
                        count_lines(session, flow->conversation, !flow->side, chunks, n_chunks,
                                    ends_stream(flow, !flow->side));
                count_lines(session, flow->conversation, flow->side, chunks, n_chunks, ends_stream(flow, flow->side));
        } else if (packet->transport == TRANSPORT_UDP && self->decision.verdict == SESSION_CHAT) {
                session_count_early(session, flow->conversation);
                note_server(session, self, flow->conversation);
                count_in_conversation(session, self, packet, flow->side, FALSE);
        } else if (packet->transport == TRANSPORT_UDP && !self->missed) {
                /* A question to a group may be answered in another conversation before this one is recognised. */
                self->missed = ip_address_is_multicast(&packet->destination.address) ||
                               !early_datagrams_add(&self->early, &session->early, packet, flow->side);
        }
}

static void tell_malformed(Session *session, const Packet *packet)
{
        SessionMessage message = {
                .why = CHAT_PARSE_MALFORMED,
                .octets = {packet->payload ? (const char *) packet->payload : "", packet->payload_captured},
        };

        g_array_append_val(session->messages, message);
}

static void tell_datagram(
        Session *session, SessionConversation *self, const Packet *packet, const FlowPacket *flow, SessionPacket *told)
{
        guint64 first = flow->captured_twice, frame = packet->frame->number;
        const SessionTold *earlier = &session->lately[first % SESSION_LATELY_TOLD];

        if (packet->has_bad_length) {
                if (first == 0)
                        tell_malformed(session, packet);
        } else if (first == 0) {
                const SessionMessage *message;

                datagrams_tell(session, self, packet, flow->side, told);
                message = &g_array_index(session->messages, SessionMessage, 0);
                datagrams_learn(session, self, packet, message);
                told->form = message->form;
                session->lately[frame % SESSION_LATELY_TOLD] = (SessionTold){frame, told->kind, told->form};
        } else if (earlier->frame == first) {
                told->kind = earlier->kind;
                told->form = earlier->form;
        }
}

gboolean session_has_missed(const Session *self)
{
        return self->has_missed;
}

void session_tell(Session *session,
                  const Packet *packet,
                  const FlowPacket *flow,
                  const FlowChunk *chunks,
                  guint n_chunks,
                  SessionPacket *ret_told)
{
        Conversation *conversation = flow->conversation;
        SessionConversation *self = session_conversation_get(session, conversation);
        SessionPacket told = {.protocol = presumed_protocol(self), .kind = SESSION_KIND_OTHER};

        forget_messages(session);
        told.sender = sender_of(session, &self->decision, flow);
        if (told.protocol)
                note_server(session, self, conversation);
        if (told.protocol && packet->transport == TRANSPORT_TCP && flow->captured_twice == 0)
                tell_segment(session, self, packet, flow, chunks, n_chunks, &told);
        else if (told.protocol && packet->transport == TRANSPORT_UDP)
                tell_datagram(session, self, packet, flow, &told);
        else if (told.protocol && conversation->transport == TRANSPORT_UDP && flow->captured_twice == 0)
                datagrams_tell_error(self, packet, flow->side, &told);

        if (told.protocol && (conversation->transport == TRANSPORT_UDP || chat_protocol_has_exchanges(told.protocol))) {
                const Directory *directory = directory_of(session, conversation);

                told.source_name = directory_get_name(directory, &packet->source, packet->frame->number);
                told.destination_name = directory_get_name(directory, &packet->destination, packet->frame->number);
        }
        told.released = (const SessionMessage *) (gpointer) session->messages->data;
        told.n_messages = session->messages->len - told.n_released;
        told.messages = told.n_messages > 0 ? told.released + told.n_released : NULL;
        if (told.protocol && !brings_no_news(packet, flow))
                count_told(session, conversation, packet, flow->side, &told);
        *ret_told = told;
}
