/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replays chat sessions: finds the session that a record belongs to, and what the record changes in it. */
#include "analyzer/summary/sessions-private.h"

struct Sessions {
        MemoryBudget *memory;
        GHashTable *by_server[2]; /* by ChatTransport; Endpoint → Play */
        GHashTable *by_peer;      /* Endpoint → Play: the participants of UDP sessions */
        GPtrArray *plays;
};

Sessions *sessions_new(MemoryBudget *memory)
{
        Sessions *self = g_new0(Sessions, 1);

        self->memory = memory;
        for (guint i = 0; i < G_N_ELEMENTS(self->by_server); i++)
                self->by_server[i] = g_hash_table_new_full(endpoint_hash, endpoint_equal_keys, g_free, NULL);
        self->by_peer = g_hash_table_new_full(endpoint_hash, endpoint_equal_keys, g_free, NULL);
        self->plays = g_ptr_array_new_with_free_func(play_free);
        return self;
}

void sessions_free(Sessions *self)
{
        if (!self)
                return;
        for (guint i = 0; i < G_N_ELEMENTS(self->by_server); i++)
                g_hash_table_unref(self->by_server[i]);
        g_hash_table_unref(self->by_peer);
        g_ptr_array_unref(self->plays);
        g_free(self);
}

/* The session with that server; an endpoint of family 0 stands for a server that was not captured. NULL: there is no
 * room for another session. */
static Play *find_play(Sessions *self, const ChatProtocol *protocol, const Endpoint *server)
{
        GHashTable *by_server = self->by_server[chat_protocol_get_transport(protocol)];
        Play *play = g_hash_table_lookup(by_server, server);

        if (play || self->plays->len >= SUMMARY_MAX_SESSIONS ||
            !memory_budget_take(self->memory, sizeof *play + sizeof *play->session + 20 * ENTRY_COST))
                return play;
        play = play_new(protocol, server, self->memory);
        g_ptr_array_add(self->plays, play);
        g_hash_table_insert(by_server, g_memdup2(server, sizeof *server), play);
        return play;
}

/* The session of a client and its server. A session that so far consisted of peers only, among them this client, now
 * gets this server. */
static Play *
play_of_client(Sessions *self, const ChatProtocol *protocol, const Endpoint *client, const Endpoint *server)
{
        GHashTable *by_server = self->by_server[chat_protocol_get_transport(protocol)];
        Play *play = g_hash_table_lookup(by_server, server);
        Play *before = play ? NULL : g_hash_table_lookup(self->by_peer, client);

        if (!before || before->session->server.address.family != 0 || before->session->protocol != protocol)
                return find_play(self, protocol, server);
        g_hash_table_remove(by_server, &before->session->server);
        before->session->server = *server;
        g_hash_table_insert(by_server, g_memdup2(server, sizeof *server), before);
        return before;
}

/* The session in which one of two peers takes part; else the only one, else the one without a server. */
static Play *play_of_peers(Sessions *self, const ChatProtocol *protocol, const Endpoint *a, const Endpoint *b)
{
        const Endpoint nobody = {0};
        Play *play = g_hash_table_lookup(self->by_peer, a);

        if (!play)
                play = g_hash_table_lookup(self->by_peer, b);
        if (!play && self->plays->len == 1)
                play = g_ptr_array_index(self->plays, 0);
        return play ? play : find_play(self, protocol, &nobody);
}

static Participant *find_participant(Sessions *self, Play *play, const Endpoint *endpoint)
{
        Participant *participant = participant_find(play, endpoint);

        if (participant && chat_protocol_get_transport(play->session->protocol) == CHAT_TRANSPORT_UDP &&
            !g_hash_table_contains(self->by_peer, endpoint))
                g_hash_table_insert(self->by_peer, g_memdup2(endpoint, sizeof *endpoint), play);
        return participant;
}

/* --- what each message shows -------------------------------------------------------------------------- */

static void add_from_client(Sessions *self, Play *play, const Record *record, const ChatMessage *message)
{
        Participant *client = find_participant(self, play, &record->packet->source);

        if (record->told->kind == SESSION_KIND_REQUEST)
                request_table_ask(play, record, message);
        play->session->n_messages += message->form->meaning == CHAT_MEANING_MESSAGE;
        if (record->told->unheard > 0)
                frames_add(&play->unheard, record->packet->frame->number);
        if (!client)
                return;
        if (message->form->meaning == CHAT_MEANING_LEAVE_ROOM && client->asked_out == 0)
                client->asked_out = client->asked_out_last = record->packet->frame->number;
        /* A client that asks for anything but to be registered is registered already. */
        if (message->form->meaning != CHAT_MEANING_REGISTER && !client->user)
                participant_infer_user(play, client, record->told->source_name, record);
}

/* A client that asks for a user's address wants to talk to that user: messages between them are not "after leaving". */
static void
found_user(Play *play, Participant *client, Participant *user, const SummaryRequest *request, const Record *record)
{
        participant_infer_user(play, user, request ? request->argument : NULL, record);
        client->asked_out = 0;
        if (user)
                user->asked_out = 0;
}

/* A refusal that answers a repeated request (answered_again) refuses nothing: the first try succeeded. */
static void add_refusal(Play *play, const Record *record, const ChatMessage *message, const SummaryRequest *request)
{
        RefusedRequest refused = {request, message->form->meaning, record->packet->frame->number};

        if (request && !record->told->answered_again && memory_budget_take(play->memory, 2 * sizeof refused))
                g_array_append_val(play->refused, refused);
}

static void add_from_server(Sessions *self, Play *play, const Record *record, const ChatMessage *message)
{
        SummaryRequest *request = request_table_answer(play, record);
        Participant *client = find_participant(self, play, &record->packet->destination);
        g_autofree char *argument = message->n_arguments > 0 ? summary_copy_slice(&message->arguments[0]) : NULL;
        Endpoint other;

        if (!client)
                return;
        switch (message->form->meaning) {
        case CHAT_MEANING_REGISTERED:
                participant_register(play, client, argument ? argument : request ? request->argument : NULL, record);
                break;
        case CHAT_MEANING_UNREGISTERED:
                participant_unregister(play, client, record);
                break;
        case CHAT_MEANING_ROOM_CREATED:
                rooms_created(play->rooms, argument, record->packet->frame->number);
                break;
        case CHAT_MEANING_ROOM:
                rooms_created(play->rooms, argument, 0);
                break;
        case CHAT_MEANING_USER_ADDRESS:
                if (session_read_announced(message, &other))
                        found_user(play, client, find_participant(self, play, &other), request, record);
                break;
        case CHAT_MEANING_CLEAR_PEERS:
                if (request && request->form->meaning == CHAT_MEANING_JOIN_ROOM) {
                        client->asked_out = 0;
                        rooms_join(play->rooms, request->argument, &client->endpoint, client->name, record);
                }
                rooms_clear_list(play->rooms, &client->endpoint, record);
                break;
        case CHAT_MEANING_ROOM_GROUP:
                if (request && request->form->meaning == CHAT_MEANING_JOIN_ROOM && session_read_group(message, &other))
                        rooms_set_group(play->rooms, request->argument, &other);
                break;
        case CHAT_MEANING_NAME_TAKEN:
        case CHAT_MEANING_NO_SUCH_USER:
        case CHAT_MEANING_NO_SUCH_ROOM:
        case CHAT_MEANING_ROOM_EXISTS:
                add_refusal(play, record, message, request);
                break;
        case CHAT_MEANING_ROOM_LEFT:
                rooms_leave(play->rooms, &client->endpoint, record);
                break;
        case CHAT_MEANING_PEER_ADDRESS:
                if (session_read_announced(message, &other)) {
                        Participant *peer = find_participant(self, play, &other);

                        participant_announce(peer, record);
                        rooms_list(play->rooms, &client->endpoint, &other, peer ? peer->name : NULL, record);
                }
                break;
        default:
                break;
        }
}

/* The user of that name who is registered from another endpoint; NULL: none. */
static const SummaryUser *find_elsewhere(const Play *play, const char *name, const Endpoint *endpoint)
{
        const SummaryUser *user = name ? g_tree_lookup(play->by_name, name) : NULL;

        return user && !endpoint_equal(&user->endpoint, endpoint) ? user : NULL;
}

static void add_message(Sessions *self, Play *play, const Record *record, const ChatMessage *message)
{
        Participant *from = find_participant(self, play, &record->packet->source);
        const Endpoint *destination = &record->packet->destination;
        Participant *to =
                ip_address_is_multicast(&destination->address) ? NULL : find_participant(self, play, destination);
        guint64 frame = record->packet->frame->number;
        g_autofree char *name = message->n_arguments > 0 ? summary_copy_slice(&message->arguments[0]) : NULL;

        play->session->n_messages++;
        if (from) {
                if (!from->user)
                        from->other = find_elsewhere(play, name, &from->endpoint);
                if (from->other)
                        frames_add(&from->as_other, frame);
                /* A user that left the chat may go on talking; that does not register it again. */
                if (from->left == 0)
                        participant_infer_user(play, from, name, record);
                if (from->asked_out > 0)
                        frames_add(&from->after_leaving, frame);
        }
        if (!to)
                return;
        if (to->left > 0)
                frames_add(&to->to_gone, frame);
        else if (to->asked_out > 0)
                frames_add(&to->after_leaving, frame);
        else if (to->announced == 0)
                frames_add(&to->to_unknown, frame);
}

static Play *play_of(Sessions *self, const Record *record)
{
        const SessionPacket *told = record->told;
        const Packet *packet = record->packet;

        return told->sender == CHAT_SENDER_PEER ?
                       play_of_peers(self, told->protocol, &packet->source, &packet->destination) :
               told->sender == CHAT_SENDER_CLIENT ?
                       play_of_client(self, told->protocol, &packet->source, &packet->destination) :
                       play_of_client(self, told->protocol, &packet->destination, &packet->source);
}

static void add_understood(Sessions *self, Play *play, const Record *record, const ChatMessage *message)
{
        ChatSender sender = record->told->sender;

        if (sender == CHAT_SENDER_CLIENT)
                add_from_client(self, play, record, message);
        else if (sender == CHAT_SENDER_SERVER)
                add_from_server(self, play, record, message);
        else if (message->form->meaning == CHAT_MEANING_MESSAGE)
                add_message(self, play, record, message);
        else if (record->told->kind == SESSION_KIND_REQUEST)
                request_table_ask(play, record, message);
        else
                request_table_answer(play, record);
}

static void add_udp(Sessions *self, const Record *record)
{
        const ChatMessage *message = summary_message(record);
        Play *play = play_of(self, record);

        if (!play)
                return;
        if (record_exceeds_limit(record))
                frames_add(&play->too_long, record->packet->frame->number);
        if (message)
                add_understood(self, play, record, message);
        else
                frames_add(&play->unknown, record->packet->frame->number);
}

/* Replays one line of a segment as if a packet of its own had brought it. is_released: the other side sent the line
 * earlier, and this packet releases it. */
static void add_line(Sessions *self, const Record *record, const SessionMessage *line, gboolean is_released)
{
        SessionPacket told = *record->told;
        Packet packet = {.frame = record->packet->frame, .transport = TRANSPORT_TCP};
        Record one = *record;
        Play *play;

        if (!line->form)
                return;
        told.kind = line->exchange.kind;
        told.line = line->exchange.line;
        told.request = line->exchange.request;
        told.request_line = line->exchange.request_line;
        told.repeats = line->exchange.repeats;
        told.n_asked = line->exchange.n_asked;
        told.begins_answer = line->exchange.begins_answer;
        told.answered_again = line->exchange.answered_again;
        told.has_latency = line->exchange.has_latency;
        told.latency = line->exchange.latency;
        packet.source = is_released ? record->packet->destination : record->packet->source;
        packet.destination = is_released ? record->packet->source : record->packet->destination;
        if (is_released) {
                told.sender = told.sender == CHAT_SENDER_CLIENT ? CHAT_SENDER_SERVER : CHAT_SENDER_CLIENT;
                told.source_name = record->told->destination_name;
                told.destination_name = record->told->source_name;
        }
        one.told = &told;
        one.packet = &packet;
        play = play_of(self, &one);
        if (play)
                add_understood(self, play, &one, &line->message);
}

static void add_tcp(Sessions *self, const Record *record)
{
        const SessionPacket *told = record->told;

        if (!told->protocol || !chat_protocol_has_exchanges(told->protocol))
                return;
        for (guint i = 0; i < told->n_released; i++)
                add_line(self, record, &told->released[i], TRUE);
        for (guint i = 0; i < told->n_messages; i++)
                add_line(self, record, &told->messages[i], FALSE);
}

/* An ICMP error: the datagram that it quotes was not delivered. */
static void add_error(Sessions *self, const Record *record)
{
        const SessionPacket *told = record->told;
        const IcmpHeader *icmp = &record->packet->icmp;
        guint64 frame = record->packet->frame->number;
        SummaryRequest *request;
        Play *play;

        if (icmp->quoted_transport != TRANSPORT_UDP)
                return;
        play = told->sender == CHAT_SENDER_PEER ?
                       play_of_peers(self, told->protocol, &icmp->quoted_source, &icmp->quoted_destination) :
                       find_play(self, told->protocol,
                                 told->sender == CHAT_SENDER_CLIENT ? &icmp->quoted_destination : &icmp->quoted_source);
        if (!play)
                return;
        request = request_table_find(play, told->undelivered, 0);
        frames_add(request ? &request->errors : &play->errors, frame);
}

/* What a host tells its routers about the multicast group of a room. */
static void add_membership(Sessions *self, const Record *record)
{
        const FlowPacket *flow = record->flow;
        Play *play = g_hash_table_lookup(self->by_peer, &flow->conversation->endpoints[flow->side]);

        for (guint i = 0; play && i < record->told->n_group_changes; i++)
                rooms_add_report(play->rooms, &record->told->group_changes[i].group.address,
                                 record->packet->frame->number);
}

void sessions_add(Sessions *self, const Record *record)
{
        /* Captured twice, sent once. */
        if (record->flow->captured_twice > 0)
                return;
        if (record->packet->transport == TRANSPORT_UDP)
                add_udp(self, record);
        else if (record->packet->transport == TRANSPORT_TCP)
                add_tcp(self, record);
        else if (record->kind == KIND_ICMP_ERROR)
                add_error(self, record);
        else if (record_is_membership(record))
                add_membership(self, record);
}

void sessions_finish(Sessions *self, Summary *summary)
{
        gint64 end = summary->counts.end;

        summary->sessions = g_ptr_array_new_with_free_func(summary_session_free);
        for (guint i = 0; i < self->plays->len; i++) {
                Play *play = g_ptr_array_index(self->plays, i);

                request_table_finish(play, end);
                session_findings(play, end, summary);
                g_ptr_array_add(summary->sessions, g_steal_pointer(&play->session));
        }
}
