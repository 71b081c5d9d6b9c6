/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chat/peers/udp-server.h"

#include <string.h>

#define CLEAR_PEERS "__clear_peers__"

typedef struct Room Room;

typedef struct {
        char *name;
        Address address;
        Room *room; /* NULL: in none */
} User;

struct Room {
        char *name;
        guint number;       /* of its multicast group; from 1 */
        GPtrArray *members; /* User, in the order in which they came */
};

struct UdpServer {
        ChatProtocol *protocol;
        GPtrArray *users; /* User, in the order in which they came; few enough to search */
        GPtrArray *rooms; /* Room */
        UdpServerSend send;
        UdpServerNote note;
        gpointer user_data;
        guint16 group_port; /* 0: messages go from member to member */
        gboolean said_full; /* so that a flood of strangers does not flood the screen as well */
};

static void user_free(gpointer data)
{
        User *user = data;

        g_free(user->name);
        g_free(user);
}

static void room_free(gpointer data)
{
        Room *room = data;

        g_ptr_array_unref(room->members);
        g_free(room->name);
        g_free(room);
}

UdpServer *udp_server_new(UdpServerSend send, UdpServerNote note, gpointer user_data)
{
        UdpServer *self = g_new0(UdpServer, 1);

        self->protocol = chat_protocol_new_builtin("udpchat");
        self->users = g_ptr_array_new_with_free_func(user_free);
        self->rooms = g_ptr_array_new_with_free_func(room_free);
        self->send = send;
        self->note = note;
        self->user_data = user_data;
        return self;
}

void udp_server_free(UdpServer *self)
{
        if (!self)
                return;
        g_ptr_array_unref(self->rooms);
        g_ptr_array_unref(self->users);
        chat_protocol_unref(self->protocol);
        g_free(self);
}

void udp_server_use_groups(UdpServer *self, guint16 port)
{
        self->group_port = port;
}

guint udp_server_get_n_users(const UdpServer *self)
{
        return self->users->len;
}

guint udp_server_get_n_rooms(const UdpServer *self)
{
        return self->rooms->len;
}

static void note(UdpServer *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void note(UdpServer *self, const char *format, ...)
{
        va_list arguments;
        g_autofree char *text = NULL;

        va_start(arguments, format);
        text = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        self->note(text, self->user_data);
}

static void reply(UdpServer *self, const Address *to, const char *form, const char *first, const char *second)
{
        const char *arguments[] = {first, second, NULL};
        g_autoptr(GString) octets = chat_form_format(chat_protocol_get_form(self->protocol, form), arguments, NULL);

        /* A reply that the protocol cannot express is not sent. */
        if (octets)
                self->send(to, octets->str, octets->len, self->user_data);
}

static User *find_by_address(const UdpServer *self, const Address *address)
{
        for (guint i = 0; i < self->users->len; i++) {
                User *user = g_ptr_array_index(self->users, i);

                if (address_equal(&user->address, address))
                        return user;
        }
        return NULL;
}

static User *find_by_name(const UdpServer *self, const char *name)
{
        for (guint i = 0; i < self->users->len; i++) {
                User *user = g_ptr_array_index(self->users, i);

                if (g_str_equal(user->name, name))
                        return user;
        }
        return NULL;
}

static Room *find_room(const UdpServer *self, const char *name)
{
        for (guint i = 0; i < self->rooms->len; i++) {
                Room *room = g_ptr_array_index(self->rooms, i);

                if (g_str_equal(room->name, name))
                        return room;
        }
        return NULL;
}

/* A room or a user of that name would be mistaken for the message that clears the peers. */
static gboolean is_usable_name(const char *name)
{
        return is_good_name(name) && !g_str_equal(name, CLEAR_PEERS);
}

/* An original crashes on an IPv6 address, so a client is told only of addresses of its own family. */
static gboolean can_reach(const User *a, const User *b)
{
        return address_get_family(&a->address) == address_get_family(&b->address);
}

static void announce(UdpServer *self, const Address *to, const Address *other, const char *form)
{
        g_autofree char *host = address_get_literal(other), *port = g_strdup_printf("%u", address_get_port(other));

        reply(self, to, form, host, port);
}

static void tell_member(UdpServer *self, const Room *room, const User *member)
{
        reply(self, &member->address, "clear-peers", NULL, NULL);
        if (self->group_port > 0) {
                Address group;

                multicast_get_group(address_get_family(&member->address), room->number, self->group_port, &group);
                announce(self, &member->address, &group, "room-group");
                return;
        }
        for (guint i = 0; i < room->members->len; i++) {
                const User *other = g_ptr_array_index(room->members, i);

                if (other != member && can_reach(member, other))
                        announce(self, &member->address, &other->address, "room-peer");
        }
}

static void tell_members(UdpServer *self, const Room *room)
{
        /* The group stays the same, whoever comes or goes. */
        if (self->group_port > 0)
                return;
        for (guint i = 0; i < room->members->len; i++)
                tell_member(self, room, g_ptr_array_index(room->members, i));
}

static void leave_room(UdpServer *self, User *user)
{
        Room *room = user->room;

        if (!room)
                return;
        g_ptr_array_remove(room->members, user);
        user->room = NULL;
        tell_members(self, room);
}

static void register_user(UdpServer *self, const Address *source, const char *name)
{
        User *owner = find_by_name(self, name), *user = find_by_address(self, source);
        g_autofree char *text = address_to_string(source);

        /* A repeated hi, because our answer was lost, gets the same answer again. */
        if (owner && owner == user) {
                reply(self, source, "registered", name, NULL);
                return;
        }
        if (!owner && !user && self->users->len >= UDP_SERVER_MAX_USERS && !self->said_full) {
                note(self, "The address book is full (%u users): others are refused from now on", self->users->len);
                self->said_full = TRUE;
        }
        if (owner || !is_usable_name(name) || (!user && self->users->len >= UDP_SERVER_MAX_USERS)) {
                reply(self, source, "name-taken", NULL, NULL);
                return;
        }
        if (!user) {
                user = g_new0(User, 1);
                user->address = *source;
                g_ptr_array_add(self->users, user);
        }
        g_free(user->name);
        user->name = g_strdup(name);
        note(self, "%s is registered, from %s", name, text);
        reply(self, source, "registered", name, NULL);
}

static void unregister_user(UdpServer *self, User *user)
{
        Address address = user->address;

        leave_room(self, user);
        note(self, "%s has left", user->name);
        g_ptr_array_remove(self->users, user);
        self->said_full = FALSE;
        reply(self, &address, "left", NULL, NULL);
}

static void create_room(UdpServer *self, const User *user, const char *name)
{
        Room *room;

        if (find_room(self, name) || !is_usable_name(name) || self->rooms->len >= UDP_SERVER_MAX_ROOMS) {
                reply(self, &user->address, "room-exists", NULL, NULL);
                return;
        }
        room = g_new0(Room, 1);
        room->name = g_strdup(name);
        room->number = self->rooms->len + 1;
        room->members = g_ptr_array_new();
        g_ptr_array_add(self->rooms, room);
        note(self, "%s has created the room %s", user->name, name);
        reply(self, &user->address, "room-created", name, NULL);
}

static void join_room(UdpServer *self, User *user, const char *name)
{
        Room *room = find_room(self, name);

        /* The protocol cannot say that a room is full. */
        if (!room || (user->room != room && room->members->len >= UDP_SERVER_MAX_MEMBERS)) {
                reply(self, &user->address, "no-such-room", NULL, NULL);
                return;
        }
        if (user->room == room) {
                tell_member(self, room, user);
                return;
        }
        leave_room(self, user);
        g_ptr_array_add(room->members, user);
        user->room = room;
        note(self, "%s has joined the room %s", user->name, name);
        if (self->group_port > 0)
                tell_member(self, room, user);
        else
                tell_members(self, room);
}

static void find_user(UdpServer *self, const User *user, const char *name)
{
        const User *found = find_by_name(self, name);

        if (found && can_reach(user, found))
                announce(self, &user->address, &found->address, "user-address");
        else
                reply(self, &user->address, "no-such-user", NULL, NULL);
}

static void list_users(UdpServer *self, const User *user)
{
        for (guint i = 0; i < self->users->len; i++)
                reply(self, &user->address, "user", ((const User *) g_ptr_array_index(self->users, i))->name, NULL);
}

static void list_rooms(UdpServer *self, const User *user)
{
        for (guint i = 0; i < self->rooms->len; i++)
                reply(self, &user->address, "room", ((const Room *) g_ptr_array_index(self->rooms, i))->name, NULL);
        if (self->rooms->len == 0)
                reply(self, &user->address, "no-rooms", NULL, NULL);
}

void udp_server_handle(UdpServer *self, const Address *source, const char *octets, gsize length)
{
        User *user = find_by_address(self, source);
        g_autofree char *argument = NULL;
        ChatMessage message;

        if (chat_protocol_parse(self->protocol, CHAT_SENDER_CLIENT, octets, length, &message) != CHAT_PARSE_OK)
                return;
        argument = message.n_arguments > 0 ? g_strndup(message.arguments[0].start, message.arguments[0].length) : NULL;
        if (message.form->meaning == CHAT_MEANING_REGISTER) {
                register_user(self, source, argument);
                return;
        }
        if (!user)
                return;
        switch (message.form->meaning) {
        case CHAT_MEANING_UNREGISTER:
                unregister_user(self, user);
                break;
        case CHAT_MEANING_LIST_USERS:
                list_users(self, user);
                break;
        case CHAT_MEANING_LIST_ROOMS:
                list_rooms(self, user);
                break;
        case CHAT_MEANING_FIND_USER:
                find_user(self, user, argument);
                break;
        case CHAT_MEANING_CREATE_ROOM:
                create_room(self, user, argument);
                break;
        case CHAT_MEANING_JOIN_ROOM:
                join_room(self, user, argument);
                break;
        case CHAT_MEANING_LEAVE_ROOM:
                if (user->room)
                        note(self, "%s has left the room %s", user->name, user->room->name);
                reply(self, source, "room-left", NULL, NULL);
                reply(self, source, "clear-peers", NULL, NULL);
                leave_room(self, user);
                break;
        default:
                break;
        }
}
