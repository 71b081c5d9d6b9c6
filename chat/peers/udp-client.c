/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registering and leaving, what the server answers, and what is done when it does not. */
#include "chat/peers/udp-client-private.h"

#include <string.h>

#define MAX_ROOMS 1024

static void request_free(gpointer data)
{
        Request *request = data;

        g_free(request->command);
        g_free(request->argument);
        g_free(request);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Request, request_free)

static void acquaintance_clear(gpointer data)
{
        g_free(((Acquaintance *) data)->name);
}

UdpClient *udp_client_new(const Address *server, const UdpClientHooks *hooks)
{
        UdpClient *self = g_new0(UdpClient, 1);

        self->protocol = chat_protocol_new_builtin("udpchat");
        self->server = *server;
        self->hooks = *hooks;
        self->peers = g_array_new(FALSE, FALSE, sizeof(Address));
        self->members = g_array_new(FALSE, FALSE, sizeof(Address));
        self->before = g_array_new(FALSE, FALSE, sizeof(Address));
        self->here = g_array_new(FALSE, FALSE, sizeof(Address));
        self->known = g_array_new(FALSE, FALSE, sizeof(Acquaintance));
        g_array_set_clear_func(self->known, acquaintance_clear);
        self->rooms = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        self->deadline = self->list_deadline = self->lines_deadline = self->who_deadline = G_MAXINT64;
        return self;
}

void udp_client_free(UdpClient *self)
{
        if (!self)
                return;
        chat_protocol_unref(self->protocol);
        g_array_unref(self->peers);
        g_array_unref(self->members);
        g_array_unref(self->before);
        g_array_unref(self->here);
        g_array_unref(self->known);
        g_hash_table_unref(self->rooms);
        g_free(self->room);
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
        gint64 deadline = MIN(MIN(self->deadline, self->list_deadline), MIN(self->lines_deadline, self->who_deadline));

        for (const GList *link = self->requests.head; link; link = link->next)
                deadline = MIN(deadline, ((const Request *) link->data)->deadline);
        return deadline;
}

char *udp_client_get_prompt(const UdpClient *self)
{
        if (self->state == UDP_CLIENT_NAMELESS)
                return g_strdup("Your name: ");
        if (self->room)
                return g_strdup_printf("%s (%s)> ", self->name, self->room);
        return g_strdup_printf("%s> ", self->name);
}

void client_show(UdpClient *self, const char *format, ...)
{
        va_list arguments;
        g_autofree char *text = NULL;

        va_start(arguments, format);
        text = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        self->hooks.show(text, strlen(text), self->hooks.user_data);
}

gboolean client_send(UdpClient *self, const Address *to, const char *form, const char *first, const char *second)
{
        const char *arguments[] = {first, second, NULL};
        g_autoptr(GError) error = NULL;
        g_autoptr(GString) octets = chat_form_format(chat_protocol_get_form(self->protocol, form), arguments, &error);

        if (!octets || octets->len > CHAT_RECEIVE_LIMIT) {
                client_show(self, "That cannot be sent: %s", error ? error->message : "it is too long for the other programs");
                return FALSE;
        }
        self->hooks.send(to, octets->str, octets->len, self->hooks.user_data);
        return TRUE;
}

gboolean client_ask(UdpClient *self, const char *command, const char *form, const char *argument, gint64 now)
{
        Request *request;

        if (command && self->requests.length >= UDP_CLIENT_MAX_REQUESTS) {
                client_show(self, "%s was not sent: %u commands are still waiting for answers.", command,
                            self->requests.length);
                return FALSE;
        }
        if (!client_send(self, &self->server, form, argument, NULL))
                return FALSE;
        request = g_new0(Request, 1);
        request->form = chat_protocol_get_form(self->protocol, form);
        request->command = g_strdup(command);
        request->argument = g_strdup(argument);
        request->deadline = now + (command ? UDP_CLIENT_ANSWER_TIME : UDP_CLIENT_HI_TIME);
        g_queue_push_tail(&self->requests, request);
        return TRUE;
}

static void say_hi(UdpClient *self, gint64 now)
{
        self->n_asked++;
        self->deadline = now + UDP_CLIENT_HI_TIME;
        client_send(self, &self->server, "register", self->name, NULL);
}

static void begin_hi(UdpClient *self, gint64 now)
{
        self->n_asked = 0;
        self->taken = FALSE;
        say_hi(self, now);
}

static void take_name(UdpClient *self, const char *name, gint64 now)
{
        for (const char *p = name; *p; p = g_utf8_next_char(p))
                if (g_unichar_isspace(g_utf8_get_char(p))) {
                        client_show(self, "A name has no spaces. Choose another name.");
                        return;
                }
        if (g_utf8_strlen(name, -1) < UDP_CLIENT_MIN_NAME) {
                client_show(self, "A name has at least %d characters. Choose another name.", UDP_CLIENT_MIN_NAME);
                return;
        }
        if (!is_good_name(name)) {
                client_show(self, "A name has at most %d bytes, and no control characters. Choose another name.", PEERS_MAX_NAME);
                return;
        }
        g_free(self->name);
        self->name = g_strdup(name);
        self->state = UDP_CLIENT_REGISTERING;
        begin_hi(self, now);
}

void udp_client_line(UdpClient *self, const char *line, gsize length, gint64 now)
{
        /* Bytes that are not UTF-8 would crash an original. */
        g_autofree char *text = g_utf8_make_valid(line, (gssize) length);

        for (gsize n = strlen(text); n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r'); n--)
                text[n - 1] = '\0';
        if (is_quit(text, strlen(text))) {
                udp_client_leave(self, now);
                return;
        }
        switch (self->state) {
        case UDP_CLIENT_NAMELESS:
                take_name(self, g_strstrip(text), now);
                break;
        case UDP_CLIENT_REGISTERED:
                if (*text == '$')
                        client_run_command(self, text, now);
                else if (*text)
                        client_send_text(self, text);
                break;
        case UDP_CLIENT_REGISTERING:
        case UDP_CLIENT_LEAVING:
        case UDP_CLIENT_GONE:
                break;
        }
}

/* --- Does the server still know us? -------------------------------------------------------------------- */

void client_check(UdpClient *self, gint64 now)
{
        if (self->state == UDP_CLIENT_REGISTERED && self->check == CHECK_NONE &&
            client_ask(self, NULL, "find-user", self->name, now))
                self->check = CHECK_ASKED;
}

static void end_check(UdpClient *self)
{
        self->check = CHECK_NONE;
        self->deadline = G_MAXINT64;
}

static void lose_name(UdpClient *self)
{
        end_check(self);
        self->state = UDP_CLIENT_NAMELESS;
        g_clear_pointer(&self->room, g_free);
        client_show(self, "The server no longer knows you, and somebody else has the name %s now. Choose another name.",
                    self->name);
}

static void on_registered_again(UdpClient *self)
{
        if (self->check == CHECK_FORGOTTEN) {
                client_show(self, "The server no longer knew you, as after a restart. You are registered again as %s, but are in "
                                  "no room: join one with $roomjoin ROOM.",
                            self->name);
                g_clear_pointer(&self->room, g_free);
                g_hash_table_remove_all(self->rooms);
        } else {
                client_show(self, "The server answers again: you are registered again as %s. If it was restarted, join your room "
                                  "again with $roomjoin ROOM.",
                            self->name);
        }
        end_check(self);
}

static void say_by(UdpClient *self, gint64 now)
{
        self->leave = LEAVE_SAID;
        self->deadline = now + UDP_CLIENT_ANSWER_TIME;
        /* Once: a second one would crash an original server. */
        client_send(self, &self->server, "leave", NULL, NULL);
}

/* On the way out: a by from somebody whom it does not know would crash an original server. */
static void ask_before_by(UdpClient *self, gint64 now)
{
        self->leave = LEAVE_ASKED;
        self->deadline = G_MAXINT64;
        self->n_asked++;
        if (!client_ask(self, NULL, "find-user", self->name, now))
                self->state = UDP_CLIENT_GONE;
}

/* The answer to the own name. known: it is our address. */
static void on_own_address(UdpClient *self, gboolean known, gint64 now)
{
        if (self->state == UDP_CLIENT_LEAVING && self->leave == LEAVE_ASKED) {
                if (known) {
                        say_by(self, now);
                } else {
                        client_show(self, "The server no longer knows you: there is nothing to leave.");
                        self->state = UDP_CLIENT_GONE;
                }
        } else if (known) {
                if (self->check != CHECK_NONE)
                        end_check(self);
        } else if (self->check == CHECK_ASKED) {
                self->check = CHECK_FORGOTTEN;
                begin_hi(self, now);
        } else if (self->check == CHECK_TAKEN) {
                lose_name(self);
        }
}

static void on_own_silence(UdpClient *self, gint64 now)
{
        if (self->state == UDP_CLIENT_LEAVING && self->leave == LEAVE_ASKED) {
                if (self->n_asked < 2) {
                        ask_before_by(self, now);
                } else {
                        client_show(self, "The server does not answer; it could not be told that you leave.");
                        self->state = UDP_CLIENT_GONE;
                }
        } else if (self->check == CHECK_ASKED) {
                self->check = CHECK_SILENT;
                begin_hi(self, now);
        } else if (self->check == CHECK_TAKEN) {
                lose_name(self);
        }
}

/* --- Answers of the server ----------------------------------------------------------------------------- */

/* The oldest request that this form answers, no longer waiting; NULL where nothing of the kind was asked. Transfer:
 * full. own: the answer is the client's own address, which only it itself asks for, where it does. */
static Request *take_request(UdpClient *self, const ChatForm *reply, gboolean own)
{
        GList *found = NULL;

        /* The members of a room continue what clear-peers has answered already. */
        if (reply->meaning == CHAT_MEANING_PEER_ADDRESS || reply->meaning == CHAT_MEANING_ROOM_GROUP)
                return NULL;
        for (GList *link = self->requests.head; link; link = link->next) {
                Request *request = link->data;

                if (!chat_form_answers(reply, request->form))
                        continue;
                if (!found || (reply->meaning == CHAT_MEANING_USER_ADDRESS &&
                               own != !((Request *) found->data)->command && own == !request->command))
                        found = link;
        }
        if (!found)
                return NULL;
        g_queue_unlink(&self->requests, found);
        {
                Request *request = found->data;

                g_list_free_1(found);
                return request;
        }
}

static void on_registered(UdpClient *self, const char *name, gint64 now)
{
        /* A late answer to a name that was asked for earlier says nothing about this one. */
        if (!self->name || !g_str_equal(name, self->name))
                return;
        if (self->state == UDP_CLIENT_REGISTERING) {
                self->state = UDP_CLIENT_REGISTERED;
                self->deadline = G_MAXINT64;
                client_show(self, "You are registered as %s; $help lists the commands.", name);
        } else if (self->state == UDP_CLIENT_LEAVING && self->leave == LEAVE_REGISTERING) {
                say_by(self, now);
        } else if (self->check > CHECK_ASKED) {
                on_registered_again(self);
        }
}

static void on_name_taken(UdpClient *self, gint64 now)
{
        gboolean checking = self->check == CHECK_SILENT || self->check == CHECK_FORGOTTEN;

        if (self->state == UDP_CLIENT_LEAVING && self->leave == LEAVE_REGISTERING) {
                /* By ourselves, perhaps, where it was asked for more than once. */
                if (self->n_asked > 1)
                        ask_before_by(self, now);
                else
                        self->state = UDP_CLIENT_GONE;
                return;
        }
        if (self->state != UDP_CLIENT_REGISTERING && !checking)
                return;
        if (self->n_asked > 1 && !self->taken) {
                /* An earlier hi may have arrived and its answer be on the way. */
                self->taken = TRUE;
                self->deadline = now + UDP_CLIENT_HI_TIME;
                return;
        }
        self->deadline = G_MAXINT64;
        if (!checking) {
                self->state = UDP_CLIENT_NAMELESS;
                client_show(self, "The name %s is taken%s. Choose another name.", self->name,
                            self->n_asked > 1 ? " (perhaps by yourself: the request was sent more than once)" : "");
        } else if ((self->check == CHECK_SILENT || self->n_asked > 1) &&
                   client_ask(self, NULL, "find-user", self->name, now)) {
                self->check = CHECK_TAKEN;
        } else {
                lose_name(self);
        }
}

/* The address that the server tells of; FALSE where it is none. */
static gboolean read_address(const UdpClient *self, const ChatMessage *message, Address *ret_address)
{
        g_autofree char *host = g_strndup(message->arguments[0].start, message->arguments[0].length);
        g_autofree char *port = g_strndup(message->arguments[1].start, message->arguments[1].length);

        if (!address_from_literal(host, port, ret_address))
                return FALSE;
        address_take_zone(ret_address, &self->server);
        return TRUE;
}

static void on_user_address(UdpClient *self, const ChatMessage *message, gint64 now)
{
        g_autoptr(Request) asked = NULL;
        g_autofree char *text = NULL;
        Address address;
        gboolean own;

        if (!read_address(self, message, &address))
                return;
        own = self->hooks.is_own(&address, self->hooks.user_data);
        asked = take_request(self, message->form, own);
        /* Unasked, it would let a forger choose whom the user talks to. */
        if (!asked)
                return;
        if (!asked->command) {
                on_own_address(self, own, now);
                return;
        }
        client_add_peer(self, &address);
        client_learn_name(self, &address, asked->argument, strlen(asked->argument));
        text = address_to_string(&address);
        client_show(self, "%s is at %s; what you type reaches them from now on.", asked->argument, text);
        if (!own && g_str_equal(asked->argument, self->name))
                client_check(self, now);
}

static void on_no_such_user(UdpClient *self, const Request *asked, gint64 now)
{
        if (asked && !asked->command) {
                on_own_address(self, FALSE, now);
                return;
        }
        if (!asked) {
                client_show(self, "There is no such user.");
                return;
        }
        client_show(self, "There is no user %s who can be reached.", asked->argument);
        if (g_str_equal(asked->argument, self->name))
                client_check(self, now);
}

/* A room that exists, as far as this client knows. */
static void learn_room(UdpClient *self, const char *room)
{
        if (g_hash_table_size(self->rooms) < MAX_ROOMS)
                g_hash_table_add(self->rooms, g_strdup(room));
}

static void on_room_created(UdpClient *self, const char *room, gint64 now)
{
        /* Created for the second time: the server has forgotten the first. */
        if (g_hash_table_contains(self->rooms, room))
                client_check(self, now);
        learn_room(self, room);
        client_show(self, "The room %s was created; join it with $roomjoin %s.", room, room);
}

static void on_no_such_room(UdpClient *self, const Request *asked, gint64 now)
{
        client_show(self, "There is no such room%s%s, or it is full; create one with $roomcreate ROOM.", asked ? " as " : "",
                    asked ? asked->argument : "");
        if (asked && g_hash_table_remove(self->rooms, asked->argument))
                client_check(self, now);
}

static void on_no_rooms(UdpClient *self, gint64 now)
{
        client_show(self, "There are no rooms.");
        if (g_hash_table_size(self->rooms) > 0)
                client_check(self, now);
        g_hash_table_remove_all(self->rooms);
}

static void tell_room_left(UdpClient *self)
{
        if (self->room)
                client_show(self, "You have left the room %s.", self->room);
        else
                client_show(self, "You have left the room.");
        g_clear_pointer(&self->room, g_free);
}

static void on_user(UdpClient *self, const char *name, gint64 now)
{
        if (!self->listing_users)
                self->listed = FALSE;
        self->listing_users = TRUE;
        self->listed |= g_str_equal(name, self->name);
        self->lines_deadline = now + UDP_CLIENT_LIST_TIME;
        client_show(self, "User: %s", name);
}

static void from_server(UdpClient *self, const ChatMessage *message, gint64 now)
{
        g_autofree char *argument =
                message->n_arguments > 0 ? g_strndup(message->arguments[0].start, message->arguments[0].length) : NULL;
        g_autoptr(Request) asked = NULL;
        Address address;

        if (message->form->meaning == CHAT_MEANING_USER_ADDRESS) {
                on_user_address(self, message, now);
                return;
        }
        asked = take_request(self, message->form, FALSE);
        switch (message->form->meaning) {
        case CHAT_MEANING_REGISTERED:
                on_registered(self, argument, now);
                return;
        case CHAT_MEANING_NAME_TAKEN:
                on_name_taken(self, now);
                return;
        case CHAT_MEANING_UNREGISTERED:
                if (self->state == UDP_CLIENT_LEAVING && self->leave == LEAVE_SAID)
                        self->state = UDP_CLIENT_GONE;
                return;
        case CHAT_MEANING_NO_SUCH_USER:
                on_no_such_user(self, asked, now);
                return;
        default:
                break;
        }
        /* Before and after, the server has nothing to tell. */
        if (self->state != UDP_CLIENT_REGISTERED)
                return;
        switch (message->form->meaning) {
        case CHAT_MEANING_USER:
                on_user(self, argument, now);
                break;
        case CHAT_MEANING_NO_USERS:
                client_show(self, "Nobody is registered.");
                client_check(self, now);
                break;
        case CHAT_MEANING_ROOM:
                learn_room(self, argument);
                self->lines_deadline = now + UDP_CLIENT_LIST_TIME;
                client_show(self, "Room: %s", argument);
                break;
        case CHAT_MEANING_NO_ROOMS:
                on_no_rooms(self, now);
                break;
        case CHAT_MEANING_ROOM_CREATED:
                on_room_created(self, argument, now);
                break;
        case CHAT_MEANING_ROOM_EXISTS:
                client_show(self, "The room was not created: there is one of that name, or there are too many.");
                break;
        case CHAT_MEANING_CLEAR_PEERS:
                if (asked && g_str_equal(asked->form->name, "leave-room"))
                        tell_room_left(self);
                client_begin_list(self, asked, now);
                break;
        case CHAT_MEANING_PEER_ADDRESS:
                if (read_address(self, message, &address))
                        client_add_member(self, &address, now);
                break;
        case CHAT_MEANING_ROOM_GROUP:
                if (read_address(self, message, &address))
                        client_set_group(self, &address, now);
                break;
        case CHAT_MEANING_NO_SUCH_ROOM:
                on_no_such_room(self, asked, now);
                break;
        case CHAT_MEANING_ROOM_LEFT:
                tell_room_left(self);
                self->leaving_room = TRUE;
                break;
        default:
                break;
        }
}

/* --- Datagrams, time and the end ----------------------------------------------------------------------- */

static void from_peer(UdpClient *self, const Address *source, gboolean via_group, const ChatMessage *message)
{
        const ChatSlice *name = &message->arguments[0];
        gboolean acquainted = via_group || client_has_peer(self, source);

        switch (message->form->meaning) {
        case CHAT_MEANING_WHO:
                /* Strangers learn nothing, and set nothing off. */
                if (acquainted)
                        client_send(self, source, "here", self->name, NULL);
                break;
        case CHAT_MEANING_HERE:
                if (!acquainted && !self->has_group)
                        break;
                client_learn_name(self, source, name->start, name->length);
                client_on_here(self, source);
                break;
        case CHAT_MEANING_MESSAGE:
                client_learn_name(self, source, name->start, name->length);
                self->hooks.show_message(name, &message->text, self->hooks.user_data);
                if (self->peers->len == 0 && client_add_peer(self, source))
                        client_show(self, "(What you type reaches them from now on.)");
                break;
        default:
                break;
        }
}

void udp_client_datagram(UdpClient *self, const Address *source, gboolean via_group, const char *octets, gsize length, gint64 now)
{
        /* What is no UTF-8 in it is shown as such, and does not make the rest disappear. */
        g_autofree char *text = g_utf8_make_valid(octets, (gssize) length);
        ChatMessage message;

        /* What goes to the group comes back to its sender too. */
        if (via_group && self->hooks.is_own(source, self->hooks.user_data))
                return;
        if (!via_group && address_equal(source, &self->server) &&
            chat_protocol_parse(self->protocol, CHAT_SENDER_SERVER, text, strlen(text), &message) == CHAT_PARSE_OK)
                from_server(self, &message, now);
        else if (self->state == UDP_CLIENT_REGISTERED &&
                 chat_protocol_parse(self->protocol, CHAT_SENDER_PEER, text, strlen(text), &message) == CHAT_PARSE_OK)
                from_peer(self, source, via_group, &message);
}

/* hi was not answered in time. */
static void on_hi_silence(UdpClient *self, gint64 now)
{
        g_autofree char *server = address_to_string(&self->server);

        if (self->taken) {
                on_name_taken(self, now);
        } else if (self->n_asked <= UDP_CLIENT_HI_REPEATS) {
                say_hi(self, now);
        } else if (self->state == UDP_CLIENT_REGISTERING) {
                client_show(self, "No answer from the server at %s, asked %u times.", server, self->n_asked);
                self->state = UDP_CLIENT_GONE;
                self->failed = TRUE;
        } else {
                client_show(self, "The server at %s does not answer any more; your peers still receive what you type.", server);
                end_check(self);
        }
}

static void on_late(UdpClient *self, const Request *late, gint64 now)
{
        if (!late->command) {
                on_own_silence(self, now);
                return;
        }
        if (self->state != UDP_CLIENT_REGISTERED)
                return;
        if (g_str_equal(late->form->name, "leave-room"))
                client_show(self, "No answer to %s from the server: an original one ignores it, and still counts you in.",
                            late->command);
        else
                client_show(self, "No answer to %s from the server.", late->command);
        client_check(self, now);
}

void udp_client_tick(UdpClient *self, gint64 now)
{
        for (GList *link = self->requests.head, *next; link; link = next) {
                next = link->next;
                if (((Request *) link->data)->deadline <= now) {
                        g_autoptr(Request) late = link->data;

                        g_queue_delete_link(&self->requests, link);
                        on_late(self, late, now);
                }
        }
        if (self->list_deadline <= now)
                client_end_list(self);
        if (self->lines_deadline <= now) {
                self->lines_deadline = G_MAXINT64;
                if (self->listing_users && !self->listed)
                        client_check(self, now);
                self->listing_users = FALSE;
        }
        if (self->who_deadline <= now)
                client_end_who(self);
        if (self->deadline > now)
                return;
        self->deadline = G_MAXINT64;
        if (self->state == UDP_CLIENT_LEAVING)
                self->state = UDP_CLIENT_GONE;
        else if (self->state == UDP_CLIENT_REGISTERING || self->check != CHECK_NONE)
                on_hi_silence(self, now);
}

void udp_client_leave(UdpClient *self, gint64 now)
{
        gboolean said_hi = self->state == UDP_CLIENT_REGISTERING || self->check == CHECK_SILENT || self->check == CHECK_FORGOTTEN;

        if (self->state == UDP_CLIENT_LEAVING || self->state == UDP_CLIENT_GONE)
                return;
        if (self->state == UDP_CLIENT_NAMELESS) {
                self->state = UDP_CLIENT_GONE;
                return;
        }
        self->failed = self->state == UDP_CLIENT_REGISTERING;
        self->state = UDP_CLIENT_LEAVING;
        self->check = CHECK_NONE;
        if (said_hi) {
                /* A name for which the answer is on the way is not left behind. */
                self->leave = LEAVE_REGISTERING;
                self->deadline = now + UDP_CLIENT_ANSWER_TIME;
        } else {
                self->n_asked = 0;
                ask_before_by(self, now);
        }
}
