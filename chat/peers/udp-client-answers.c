/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the server sends: answers to requests, and lists of peers that nobody asked for. */
#include "chat/peers/udp-client-private.h"

#include <string.h>

/* Removes the oldest request that this form answers, and returns it; NULL if there is none. Transfer: full. own: the
 * reply gives the client's own address. Such a reply is matched with the client's own question rather than with a $poke
 * of the user, any other address with the $poke: one of the two answers may have been lost. */
static Request *take_request(UdpClient *self, const ChatForm *reply, gboolean own)
{
        GList *found = NULL;
        Request *taken;

        /* These continue the answer that clear-peers began; the request no longer waits. */
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
        taken = found->data;
        g_queue_delete_link(&self->requests, found);
        return taken;
}

/* Reads the address that the server's message gives. FALSE if it is not one. */
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
        /* Ignored if nobody asked for it: otherwise a forger could choose whom the user talks to. */
        if (!asked)
                return;
        if (!asked->command) {
                client_on_own_address(self, own, now);
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
                client_on_own_address(self, FALSE, now);
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

static gboolean knows_room(const UdpClient *self, const char *room, guint *ret_index)
{
        return g_ptr_array_find_with_equal_func(self->rooms, room, g_str_equal, ret_index);
}

void client_learn_room(UdpClient *self, const char *room)
{
        if (self->rooms->len < UDP_CLIENT_MAX_ROOMS && !knows_room(self, room, NULL))
                g_ptr_array_add(self->rooms, g_strdup(room));
}

static void on_room_created(UdpClient *self, const char *room, gint64 now)
{
        /* The room existed before: the server has forgotten it, and perhaps the client, too. */
        if (knows_room(self, room, NULL))
                client_check(self, now);
        client_learn_room(self, room);
        client_show(self, "The room %s was created; join it with $roomjoin %s.", room, room);
}

static void on_no_such_room(UdpClient *self, const Request *asked, gint64 now)
{
        guint index;

        client_show(self, "There is no such room%s%s, or it is full; create one with $roomcreate ROOM.",
                    asked ? " as " : "", asked ? asked->argument : "");
        if (asked && knows_room(self, asked->argument, &index)) {
                g_ptr_array_remove_index(self->rooms, index);
                client_check(self, now);
        }
}

static void on_no_rooms(UdpClient *self, gint64 now)
{
        client_show(self, "There are no rooms.");
        if (self->rooms->len > 0)
                client_check(self, now);
        g_ptr_array_set_size(self->rooms, 0);
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

void client_on_server(UdpClient *self, const ChatMessage *message, gint64 now)
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
                client_on_registered(self, argument, now);
                return;
        case CHAT_MEANING_NAME_TAKEN:
                client_on_name_taken(self, now);
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
        /* Nothing else matters before the client is registered, and while it leaves. */
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
                client_learn_room(self, argument);
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
