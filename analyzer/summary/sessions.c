/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/summary/sessions-private.h"

#include <string.h>

struct Sessions {
        MemoryBudget *memory;
        GHashTable *by_server[2]; /* Endpoint → Play; over UDP and, the same address and port being another, TCP */
        GHashTable *by_peer;      /* Endpoint → Play: everybody whom a session knows */
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

/* NULL where there are too many. An endpoint of family 0 stands for the server that nobody saw. */
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

/* That of a client and its server. Where the client was seen talking before its server was, they are one session. */
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
        Participant *participant = g_hash_table_lookup(play->participants, endpoint);

        if (participant || play->in_order->len >= SUMMARY_MAX_USERS ||
            !memory_budget_take(self->memory, sizeof *participant + 4 * FRAMES_COST + 3 * ENTRY_COST))
                return participant;
        participant = g_new0(Participant, 1);
        participant->endpoint = *endpoint;
        participant->active = g_ptr_array_new();
        frames_init(&participant->after_leaving, self->memory);
        frames_init(&participant->to_gone, self->memory);
        frames_init(&participant->to_unknown, self->memory);
        frames_init(&participant->as_other, self->memory);
        g_hash_table_insert(play->participants, &participant->endpoint, participant);
        g_ptr_array_add(play->in_order, participant);
        if (chat_protocol_get_transport(play->session->protocol) == CHAT_TRANSPORT_UDP &&
            !g_hash_table_contains(self->by_peer, endpoint))
                g_hash_table_insert(self->by_peer, g_memdup2(endpoint, sizeof *endpoint), play);
        return participant;
}

static void announce(Participant *participant, const Record *record)
{
        if (participant && participant->announced == 0)
                participant->announced = record->packet->frame->number;
}

static void set_name(Participant *participant, Play *play, const char *name)
{
        if (!participant || !name || g_strcmp0(participant->name, name) == 0 ||
            !memory_budget_take(play->memory, summary_text_cost(name)))
                return;
        play->memory->held -= summary_text_cost(participant->name);
        g_free(participant->name);
        participant->name = g_strdup(name);
        rooms_set_name(play->rooms, &participant->endpoint, name);
}

static SummaryUser *add_user(Play *play, Participant *participant, const char *name, const Record *record)
{
        SummaryUser *user;

        if (play->session->users->len >= SUMMARY_MAX_USERS ||
            !memory_budget_take(play->memory, sizeof *user + summary_text_cost(name) + 2 * ENTRY_COST))
                return NULL;
        user = g_new0(SummaryUser, 1);
        user->name = g_strdup(name);
        user->endpoint = participant->endpoint;
        user->seen = record->packet->frame->number;
        user->registered_offset = record->offset;
        participant->user = user;
        g_ptr_array_add(participant->active, user);
        g_ptr_array_add(play->session->users, user);
        return user;
}

/* Somebody takes part of whom no registration was captured. */
static void infer_user(Play *play, Participant *participant, const char *name, const Record *record)
{
        announce(participant, record);
        if (!participant || !name)
                return;
        set_name(participant, play, name);
        if (!participant->user || participant->left > 0) {
                SummaryUser *user = add_user(play, participant, name, record);

                if (user)
                        user->is_inferred = TRUE;
                participant->left = 0;
        }
}

/* One endpoint can have registered several names. NULL: not that one. */
static SummaryUser *find_registration(const Play *play, const Participant *participant, const char *name)
{
        SummaryUser *user = participant->user;

        if (user && user->left == 0 && g_strcmp0(user->name, name) == 0)
                return user;
        user = name ? g_tree_lookup(play->by_name, name) : NULL;
        return user && endpoint_equal(&user->endpoint, &participant->endpoint) ? user : NULL;
}

static void registered(Play *play, Participant *participant, const char *name, const Record *record)
{
        SummaryUser *user = find_registration(play, participant, name);

        set_name(participant, play, name);
        announce(participant, record);
        participant->left = 0;
        if (user && user->registered > 0) {
                if (!record->told->answered_again && record->told->n_asked <= 1 && record->told->unheard == 0) {
                        frames_add(&play->forgotten, record->packet->frame->number);
                        rooms_leave(play->rooms, &participant->endpoint, record);
                }
                return;
        }
        if (!user)
                user = add_user(play, participant, name, record);
        if (!user)
                return;
        user->registered = record->packet->frame->number;
        user->registered_offset = record->offset;
        user->is_inferred = FALSE;
        if (user->name)
                g_tree_replace(play->by_name, user->name, user);
}

static void unregistered(Play *play, Participant *participant, const Record *record)
{
        participant->left = participant->left_last = record->packet->frame->number;
        participant->asked_out = 0;
        rooms_leave(play->rooms, &participant->endpoint, record);
        for (guint i = 0; i < participant->active->len; i++) {
                SummaryUser *user = g_ptr_array_index(participant->active, i);

                user->left = participant->left;
                user->left_offset = record->offset;
                if (user->name && g_tree_lookup(play->by_name, user->name) == user)
                        g_tree_remove(play->by_name, user->name);
        }
        g_ptr_array_set_size(participant->active, 0);
}

/* --- requests ---------------------------------------------------------------------------------------- */

/* A segment can bring several requests. */
static guint64 request_key(guint64 frame, guint line)
{
        return frame << 20 | MIN(line, (1u << 20) - 1);
}

static SummaryRequest *find_request(const Play *play, guint64 frame, guint line)
{
        guint64 key = request_key(frame, line);

        return frame > 0 ? g_hash_table_lookup(play->requests, &key) : NULL;
}

static void add_request(Play *play, const Record *record, const ChatMessage *message)
{
        const SessionPacket *told = record->told;
        gsize argument_length = message->n_arguments > 0 ? message->arguments[0].length + 24 : 0;
        SummaryRequest *request;

        if (told->repeats > 0) {
                request = find_request(play, told->repeats, 0);
                if (request)
                        frames_add(&request->repeats, record->packet->frame->number);
                return;
        }
        if (play->session->requests->len >= SUMMARY_MAX_REQUESTS ||
            !memory_budget_take(play->memory, sizeof *request + argument_length + summary_text_cost(told->source_name) +
                                                      3 * FRAMES_COST + ENTRY_COST))
                return;
        request = g_new0(SummaryRequest, 1);
        request->form = message->form;
        request->argument = message->n_arguments > 0 ? summary_copy_slice(&message->arguments[0]) : NULL;
        request->client = record->packet->source;
        request->client_name = summary_copy_name(told->source_name);
        request->to_group = ip_address_is_multicast(&record->packet->destination.address);
        request->frame = record->packet->frame->number;
        request->offset = record->offset;
        frames_init(&request->repeats, play->memory);
        frames_init(&request->replies, play->memory);
        frames_init(&request->errors, play->memory);
        g_ptr_array_add(play->session->requests, request);
        request->key = request_key(request->frame, told->line);
        g_hash_table_insert(play->requests, &request->key, request);
}

static SummaryRequest *add_reply(Play *play, const Record *record)
{
        const SessionPacket *told = record->told;
        SummaryRequest *request = find_request(play, told->request, told->request_line);

        if (!request)
                return NULL;
        if (told->begins_answer && told->has_latency) {
                request->has_latency = TRUE;
                request->latency = told->latency;
        }
        frames_add(&request->replies, record->packet->frame->number);
        return request;
}

/* --- what each datagram shows ------------------------------------------------------------------------ */

static void add_from_client(Sessions *self, Play *play, const Record *record, const ChatMessage *message)
{
        Participant *client = find_participant(self, play, &record->packet->source);

        if (record->told->kind == SESSION_KIND_REQUEST)
                add_request(play, record, message);
        play->session->n_messages += message->form->meaning == CHAT_MEANING_MESSAGE;
        if (record->told->unheard > 0)
                frames_add(&play->unheard, record->packet->frame->number);
        if (!client)
                return;
        if (message->form->meaning == CHAT_MEANING_LEAVE_ROOM && client->asked_out == 0)
                client->asked_out = client->asked_out_last = record->packet->frame->number;
        /* Who asks for anything but to be registered is registered. */
        if (message->form->meaning != CHAT_MEANING_REGISTER && !client->user)
                infer_user(play, client, record->told->source_name, record);
}

/* Who asks for a user's address means to talk to that user, whatever room either was in. */
static void
found_user(Play *play, Participant *client, Participant *user, const SummaryRequest *request, const Record *record)
{
        infer_user(play, user, request ? request->argument : NULL, record);
        client->asked_out = 0;
        if (user)
                user->asked_out = 0;
}

/* "Taken", said to somebody who was registered by an earlier try, refuses nothing. */
static void add_refusal(Play *play, const Record *record, const ChatMessage *message, const SummaryRequest *request)
{
        RefusedRequest refused = {request, message->form->meaning, record->packet->frame->number};

        if (request && !record->told->answered_again && memory_budget_take(play->memory, 2 * sizeof refused))
                g_array_append_val(play->refused, refused);
}

static void add_from_server(Sessions *self, Play *play, const Record *record, const ChatMessage *message)
{
        SummaryRequest *request = add_reply(play, record);
        Participant *client = find_participant(self, play, &record->packet->destination);
        g_autofree char *argument = message->n_arguments > 0 ? summary_copy_slice(&message->arguments[0]) : NULL;
        Endpoint other;

        if (!client)
                return;
        switch (message->form->meaning) {
        case CHAT_MEANING_REGISTERED:
                registered(play, client, argument ? argument : request ? request->argument : NULL, record);
                break;
        case CHAT_MEANING_UNREGISTERED:
                unregistered(play, client, record);
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

                        announce(peer, record);
                        rooms_list(play->rooms, &client->endpoint, &other, peer ? peer->name : NULL, record);
                }
                break;
        default:
                break;
        }
}

/* The user of that name who is registered at another endpoint; NULL for none. */
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
                /* Who left the chat may go on talking, and is registered no more for that. */
                if (from->left == 0)
                        infer_user(play, from, name, record);
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
                add_request(play, record, message);
        else
                add_reply(play, record);
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

/* Each line as if a packet of its own had brought it. Those that the other side had said before are told by a packet of
 * this side. */
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

/* What it quotes was not delivered. */
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
        request = find_request(play, told->undelivered, 0);
        frames_add(request ? &request->errors : &play->errors, frame);
}

/* What a host tells its routers of the group in which a room talks. */
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
        /* It was sent once. */
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

/* --- the end ----------------------------------------------------------------------------------------- */

static int compare_latencies(gconstpointer a, gconstpointer b)
{
        gint64 one = *(const gint64 *) a, other = *(const gint64 *) b;

        return one < other ? -1 : one > other;
}

static void count_form(SummarySession *session, const ChatForm *form)
{
        g_autoptr(GArray) latencies = g_array_new(FALSE, FALSE, sizeof(gint64));
        SummaryForm count = {.form = form};

        for (guint i = 0; i < session->requests->len; i++) {
                const SummaryRequest *request = g_ptr_array_index(session->requests, i);

                if (request->form != form)
                        continue;
                count.asked++;
                count.repeated += request->repeats.count > 0;
                count.answered += request->replies.count > 0;
                if (request->has_latency)
                        g_array_append_val(latencies, request->latency);
        }
        if (count.asked == 0)
                return;
        count.unanswered = count.asked - count.answered;
        g_array_sort(latencies, compare_latencies);
        if (latencies->len > 0) {
                count.has_latency = TRUE;
                count.latency_least = g_array_index(latencies, gint64, 0);
                count.latency_median = g_array_index(latencies, gint64, latencies->len / 2);
                count.latency_most = g_array_index(latencies, gint64, latencies->len - 1);
        }
        g_array_append_val(session->forms, count);
}

/* How long the programs wait for an answer before they say that there is none. */
#define PATIENCE (G_GINT64_CONSTANT(2) * 1000000000)

void sessions_finish(Sessions *self, Summary *summary)
{
        gint64 end = summary->counts.end;

        summary->sessions = g_ptr_array_new_with_free_func(summary_session_free);
        for (guint i = 0; i < self->plays->len; i++) {
                Play *play = g_ptr_array_index(self->plays, i);
                guint n_forms;
                const ChatForm *forms = chat_protocol_get_forms(play->session->protocol, &n_forms);

                for (guint j = 0; j < play->session->requests->len; j++) {
                        SummaryRequest *request = g_ptr_array_index(play->session->requests, j);

                        request->is_last_word = request->replies.count == 0 && request->errors.count == 0 &&
                                                end >= request->offset &&
                                                offset_between(request->offset, end) < PATIENCE;
                }
                for (guint j = 0; j < n_forms; j++)
                        count_form(play->session, &forms[j]);
                session_findings(play, end, summary);
                g_ptr_array_add(summary->sessions, g_steal_pointer(&play->session));
        }
}
