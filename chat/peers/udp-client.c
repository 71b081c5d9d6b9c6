/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chat/peers/udp-client.h"

#include <string.h>

/* A command that waits for its answer. */
typedef struct {
        const ChatForm *form;
        char *command, *argument;
        gint64 deadline;
} Request;

struct UdpClient {
        ChatProtocol *protocol;
        Address server;
        UdpClientHooks hooks;
        UdpClientState state;
        gboolean failed;
        char *name;
        GArray *peers; /* Address */
        guint n_asked; /* how often hi was sent */
        gboolean leaving; /* the room is left: the empty list that follows says nothing new */
        gboolean taken; /* a bare hi came after a repetition: it may mean "taken, by yourself" */
        GQueue requests; /* Request, the oldest first */
        gint64 deadline; /* of registering and leaving */
};

static void request_free(gpointer data)
{
        Request *request = data;

        g_free(request->command);
        g_free(request->argument);
        g_free(request);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Request, request_free)

UdpClient *udp_client_new(const Address *server, const UdpClientHooks *hooks)
{
        UdpClient *self = g_new0(UdpClient, 1);

        self->protocol = chat_protocol_new_builtin("udpchat");
        self->server = *server;
        self->hooks = *hooks;
        self->peers = g_array_new(FALSE, FALSE, sizeof(Address));
        self->deadline = G_MAXINT64;
        return self;
}

void udp_client_free(UdpClient *self)
{
        if (!self)
                return;
        chat_protocol_unref(self->protocol);
        g_array_unref(self->peers);
        g_free(self->name);
        g_queue_clear_full(&self->requests, request_free);
        g_free(self);
}

UdpClientState udp_client_get_state(const UdpClient *self)
{
        return self->state;
}

gboolean udp_client_has_failed(const UdpClient *self)
{
        return self->failed;
}

gint64 udp_client_get_deadline(const UdpClient *self)
{
        const Request *oldest = g_queue_peek_head((GQueue *) &self->requests);

        if (self->state == UDP_CLIENT_REGISTERED)
                return oldest ? oldest->deadline : G_MAXINT64;
        return self->deadline;
}

static void show(UdpClient *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void show(UdpClient *self, const char *format, ...)
{
        va_list arguments;
        g_autofree char *text = NULL;

        va_start(arguments, format);
        text = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        self->hooks.show(text, strlen(text), self->hooks.user_data);
}

static gboolean send_form(UdpClient *self, const Address *to, const char *form, const char *first, const char *second)
{
        const char *arguments[] = {first, second, NULL};
        g_autoptr(GError) error = NULL;
        g_autoptr(GString) octets = chat_form_format(chat_protocol_get_form(self->protocol, form), arguments, &error);

        if (!octets || octets->len > CHAT_RECEIVE_LIMIT) {
                show(self, "That cannot be sent: %s", error ? error->message : "it is too long for the other programs");
                return FALSE;
        }
        self->hooks.send(to, octets->str, octets->len, self->hooks.user_data);
        return TRUE;
}

static void say_hi(UdpClient *self, gint64 now)
{
        self->n_asked++;
        self->deadline = now + UDP_CLIENT_HI_TIME;
        send_form(self, &self->server, "register", self->name, NULL);
}

static void take_name(UdpClient *self, const char *name, gint64 now)
{
        for (const char *p = name; *p; p = g_utf8_next_char(p))
                if (g_unichar_isspace(g_utf8_get_char(p))) {
                        show(self, "A name has no spaces. Your name:");
                        return;
                }
        if (g_utf8_strlen(name, -1) < UDP_CLIENT_MIN_NAME) {
                show(self, "A name has at least %d characters. Your name:", UDP_CLIENT_MIN_NAME);
                return;
        }
        if (!is_good_name(name)) {
                show(self, "A name has at most %d bytes, and no control characters. Your name:", PEERS_MAX_NAME);
                return;
        }
        g_free(self->name);
        self->name = g_strdup(name);
        self->state = UDP_CLIENT_REGISTERING;
        self->n_asked = 0;
        self->taken = FALSE;
        say_hi(self, now);
}

static gboolean add_peer(UdpClient *self, const Address *peer)
{
        for (guint i = 0; i < self->peers->len; i++)
                if (address_equal(&g_array_index(self->peers, Address, i), peer))
                        return FALSE;
        if (self->peers->len < UDP_CLIENT_MAX_PEERS)
                g_array_append_val(self->peers, *peer);
        return TRUE;
}

/* What is typed goes to every peer; a long line in parts that receivers read whole, cut between characters. */
static void send_text(UdpClient *self, const char *text)
{
        gsize room = CHAT_RECEIVE_LIMIT - strlen("msg > \n") - strlen(self->name);

        if (self->peers->len == 0) {
                show(self, "Nobody receives what you type yet: join a room with $roomjoin ROOM, or find somebody with $poke NAME.");
                return;
        }
        while (*text) {
                gsize length = strlen(text);
                g_autofree char *part = NULL;

                if (length > room) {
                        length = room;
                        while (length > 0 && (text[length] & 0xc0) == 0x80)
                                length--;
                }
                part = g_strdup_printf("%.*s\n", (int) length, text);
                for (guint i = 0; i < self->peers->len; i++)
                        send_form(self, &g_array_index(self->peers, Address, i), "message", self->name, part);
                text += length;
        }
}

static void ask(UdpClient *self, const char *command, const char *form, const char *argument, gint64 now)
{
        Request *request;

        if (self->requests.length >= UDP_CLIENT_MAX_REQUESTS) {
                show(self, "%s was not sent: %u commands are still waiting for answers.", command, self->requests.length);
                return;
        }
        if (!send_form(self, &self->server, form, argument, NULL))
                return;
        request = g_new0(Request, 1);
        request->form = chat_protocol_get_form(self->protocol, form);
        request->command = g_strdup(command);
        request->argument = g_strdup(argument);
        request->deadline = now + UDP_CLIENT_ANSWER_TIME;
        g_queue_push_tail(&self->requests, request);
}

static void run_command(UdpClient *self, const char *line, gint64 now)
{
        static const struct {
                const char *name, *form, *argument;
        } commands[] = {
                {"$userlist", "list-users", NULL},     {"$roomlist", "list-rooms", NULL},
                {"$poke", "find-user", "NAME"},        {"$roomcreate", "create-room", "ROOM"},
                {"$roomjoin", "join-room", "ROOM"},    {"$roomleave", "leave-room", NULL},
        };
        g_auto(GStrv) words = g_strsplit_set(line, " \t", -1);
        const char *argument = NULL;
        guint n = 0;

        for (guint i = 0; words[i]; i++)
                if (*words[i] && ++n == 2)
                        argument = words[i];
        if (g_str_equal(words[0], "$kick") && n == 1) {
                g_array_set_size(self->peers, 0);
                show(self, "You have forgotten all peers; nothing was sent.");
                return;
        }
        for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
                if (!g_str_equal(words[0], commands[i].name))
                        continue;
                if (n != (commands[i].argument ? 2 : 1))
                        show(self, "Usage: %s%s%s", commands[i].name, commands[i].argument ? " " : "",
                             commands[i].argument ? commands[i].argument : "");
                else
                        ask(self, commands[i].name, commands[i].form, argument, now);
                return;
        }
        show(self, "There is no command %s. The commands are: $userlist $roomlist $poke NAME $kick $roomcreate ROOM $roomjoin ROOM "
                   "$roomleave, and :q to end.",
             words[0]);
}

void udp_client_line(UdpClient *self, const char *line, gsize length, gint64 now)
{
        /* Bytes that are not UTF-8 would crash an original. */
        g_autofree char *text = g_utf8_make_valid(line, (gssize) length);

        for (gsize n = strlen(text); n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r'); n--)
                text[n - 1] = '\0';
        if (g_str_equal(text, ":q")) {
                udp_client_leave(self, now);
                return;
        }
        switch (self->state) {
        case UDP_CLIENT_NAMELESS:
                take_name(self, g_strstrip(text), now);
                break;
        case UDP_CLIENT_REGISTERED:
                if (*text == '$')
                        run_command(self, text, now);
                else if (*text)
                        send_text(self, text);
                break;
        case UDP_CLIENT_REGISTERING:
        case UDP_CLIENT_LEAVING:
        case UDP_CLIENT_GONE:
                break;
        }
}

/* The oldest request that this form answers, no longer waiting; NULL where nothing of the kind was asked. */
static Request *take_request(UdpClient *self, const ChatForm *reply)
{
        /* The members of a room continue what clear-peers has answered already. */
        if (reply->meaning == CHAT_MEANING_PEER_ADDRESS || reply->meaning == CHAT_MEANING_ROOM_GROUP)
                return NULL;
        for (GList *link = self->requests.head; link; link = link->next) {
                Request *request = link->data;

                if (!chat_form_answers(reply, request->form))
                        continue;
                g_queue_delete_link(&self->requests, link);
                return request;
        }
        return NULL;
}

static void on_registered(UdpClient *self, const char *name)
{
        /* A late answer to a name that was asked for earlier says nothing about this one. */
        if (self->state != UDP_CLIENT_REGISTERING || !g_str_equal(name, self->name))
                return;
        self->state = UDP_CLIENT_REGISTERED;
        self->deadline = G_MAXINT64;
        show(self, "You are registered as %s.", name);
}

static void on_name_taken(UdpClient *self, gint64 now)
{
        if (self->state != UDP_CLIENT_REGISTERING)
                return;
        if (self->n_asked > 1 && !self->taken) {
                /* An earlier hi may have arrived and its answer be on the way. */
                self->taken = TRUE;
                self->deadline = now + UDP_CLIENT_HI_TIME;
                return;
        }
        self->state = UDP_CLIENT_NAMELESS;
        self->deadline = G_MAXINT64;
        show(self, "The name %s is taken%s. Another name:", self->name,
             self->n_asked > 1 ? " (perhaps by yourself: the request was sent more than once)" : "");
}

/* poked: the name that $poke asked for; NULL for a member of the room. */
static void on_peer(UdpClient *self, const ChatMessage *message, const char *poked)
{
        g_autofree char *host = g_strndup(message->arguments[0].start, message->arguments[0].length);
        g_autofree char *port = g_strndup(message->arguments[1].start, message->arguments[1].length);
        g_autofree char *text = NULL;
        Address peer;

        if (!address_from_literal(host, port, &peer))
                return;
        add_peer(self, &peer);
        text = address_to_string(&peer);
        if (poked)
                show(self, "%s is at %s; what you type reaches them from now on.", poked, text);
        else
                show(self, "In the room with you: %s", text);
}

static void from_server(UdpClient *self, const ChatMessage *message, gint64 now)
{
        g_autofree char *argument =
                message->n_arguments > 0 ? g_strndup(message->arguments[0].start, message->arguments[0].length) : NULL;
        g_autoptr(Request) asked = take_request(self, message->form);

        switch (message->form->meaning) {
        case CHAT_MEANING_REGISTERED:
                on_registered(self, argument);
                break;
        case CHAT_MEANING_NAME_TAKEN:
                on_name_taken(self, now);
                break;
        case CHAT_MEANING_UNREGISTERED:
                if (self->state == UDP_CLIENT_LEAVING)
                        self->state = UDP_CLIENT_GONE;
                break;
        case CHAT_MEANING_USER:
                show(self, "User: %s", argument);
                break;
        case CHAT_MEANING_NO_USERS:
                show(self, "Nobody is registered.");
                break;
        case CHAT_MEANING_ROOM:
                show(self, "Room: %s", argument);
                break;
        case CHAT_MEANING_NO_ROOMS:
                show(self, "There are no rooms.");
                break;
        case CHAT_MEANING_USER_ADDRESS:
                /* Unasked, it would let a forger choose whom the user talks to. */
                if (asked)
                        on_peer(self, message, asked->argument);
                break;
        case CHAT_MEANING_NO_SUCH_USER:
                show(self, asked ? "There is no user %s who can be reached." : "There is no such user.", asked ? asked->argument : "");
                break;
        case CHAT_MEANING_ROOM_CREATED:
                show(self, "The room %s was created; join it with $roomjoin %s.", argument, argument);
                break;
        case CHAT_MEANING_ROOM_EXISTS:
                show(self, "The room was not created: there is one of that name, or there are too many.");
                break;
        case CHAT_MEANING_CLEAR_PEERS:
                g_array_set_size(self->peers, 0);
                if (!self->leaving)
                        show(self, "Your room has changed; its other members, if any, are listed now.");
                self->leaving = FALSE;
                break;
        case CHAT_MEANING_PEER_ADDRESS:
                on_peer(self, message, NULL);
                break;
        case CHAT_MEANING_NO_SUCH_ROOM:
                show(self, "There is no such room, or it is full; create one with $roomcreate ROOM.");
                break;
        case CHAT_MEANING_ROOM_LEFT:
                show(self, "You have left the room.");
                self->leaving = TRUE;
                break;
        default:
                break;
        }
}

void udp_client_datagram(UdpClient *self, const Address *source, const char *octets, gsize length, gint64 now)
{
        ChatMessage message;

        if (address_equal(source, &self->server) &&
            chat_protocol_parse(self->protocol, CHAT_SENDER_SERVER, octets, length, &message) == CHAT_PARSE_OK) {
                from_server(self, &message, now);
                return;
        }
        if (self->state != UDP_CLIENT_REGISTERED ||
            chat_protocol_parse(self->protocol, CHAT_SENDER_PEER, octets, length, &message) != CHAT_PARSE_OK ||
            message.form->meaning != CHAT_MEANING_MESSAGE)
                return;
        {
                g_autoptr(GString) line = g_string_new_len(message.arguments[0].start, (gssize) message.arguments[0].length);

                g_string_append(line, "> ");
                g_string_append_len(line, message.text.start, (gssize) message.text.length);
                self->hooks.show(line->str, line->len, self->hooks.user_data);
        }
        if (self->peers->len == 0 && add_peer(self, source))
                show(self, "(What you type reaches them from now on.)");
}

void udp_client_tick(UdpClient *self, gint64 now)
{
        if (now < udp_client_get_deadline(self))
                return;
        self->deadline = G_MAXINT64;
        switch (self->state) {
        case UDP_CLIENT_REGISTERING:
                if (self->taken) {
                        on_name_taken(self, now);
                } else if (self->n_asked <= UDP_CLIENT_HI_REPEATS) {
                        say_hi(self, now);
                } else {
                        g_autofree char *server = address_to_string(&self->server);

                        show(self, "No answer from the server at %s, asked %u times.", server, self->n_asked);
                        self->state = UDP_CLIENT_GONE;
                        self->failed = TRUE;
                }
                break;
        case UDP_CLIENT_REGISTERED:
                while (udp_client_get_deadline(self) <= now) {
                        g_autoptr(Request) late = g_queue_pop_head(&self->requests);

                        show(self, "No answer to %s from the server.", late->command);
                }
                break;
        case UDP_CLIENT_LEAVING:
                self->state = UDP_CLIENT_GONE;
                break;
        case UDP_CLIENT_NAMELESS:
        case UDP_CLIENT_GONE:
                break;
        }
}

void udp_client_leave(UdpClient *self, gint64 now)
{
        if (self->state == UDP_CLIENT_LEAVING || self->state == UDP_CLIENT_GONE)
                return;
        if (self->state != UDP_CLIENT_REGISTERED) {
                self->failed = self->state == UDP_CLIENT_REGISTERING;
                self->state = UDP_CLIENT_GONE;
                return;
        }
        self->state = UDP_CLIENT_LEAVING;
        self->deadline = now + UDP_CLIENT_ANSWER_TIME;
        /* Once: a second one would crash an original server. */
        send_form(self, &self->server, "leave", NULL, NULL);
}
