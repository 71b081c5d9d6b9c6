/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Peers and rooms: who receives what is typed, who has come and gone. */
#include "chat/peers/udp-client-private.h"

#include <string.h>

static gboolean holds(const GArray *addresses, const Address *address)
{
        for (guint i = 0; i < addresses->len; i++)
                if (address_equal(&g_array_index(addresses, Address, i), address))
                        return TRUE;
        return FALSE;
}

static gboolean add(GArray *addresses, const Address *address)
{
        if (holds(addresses, address) || addresses->len >= UDP_CLIENT_MAX_PEERS)
                return FALSE;
        g_array_append_val(addresses, *address);
        return TRUE;
}

gboolean client_add_peer(UdpClient *self, const Address *peer)
{
        return add(self->peers, peer);
}

gboolean client_has_peer(const UdpClient *self, const Address *address)
{
        return holds(self->peers, address);
}

void client_forget_peers(UdpClient *self)
{
        g_array_set_size(self->peers, 0);
        if (self->has_group)
                self->hooks.listen_to_group(NULL, self->hooks.user_data);
        self->has_group = FALSE;
}

static Acquaintance *find_known(const UdpClient *self, const Address *address)
{
        for (guint i = 0; i < self->known->len; i++) {
                Acquaintance *one = &g_array_index(self->known, Acquaintance, i);

                if (address_equal(&one->address, address))
                        return one;
        }
        return NULL;
}

void client_learn_name(UdpClient *self, const Address *address, const char *name, gsize length)
{
        Acquaintance *known = find_known(self, address);

        if (length == 0 || length > PEERS_MAX_NAME)
                return;
        if (known) {
                g_free(known->name);
                known->name = g_strndup(name, length);
        } else if (self->known->len < UDP_CLIENT_MAX_PEERS) {
                Acquaintance one = {*address, g_strndup(name, length)};

                g_array_append_val(self->known, one);
        }
}

char *client_describe(const UdpClient *self, const Address *address)
{
        const Acquaintance *known = find_known(self, address);
        g_autofree char *text = address_to_string(address);

        return known ? g_strdup_printf("%s (%s)", known->name, text) : g_steal_pointer(&text);
}

/* Lists those addresses that are not among others (may be NULL): "a, b, c". Returns NULL if there are none. Transfer:
 * full. */
static char *enumerate(const UdpClient *self, const GArray *addresses, const GArray *others, guint *ret_n)
{
        g_autoptr(GString) text = g_string_new(NULL);

        *ret_n = 0;
        for (guint i = 0; i < addresses->len; i++) {
                const Address *address = &g_array_index(addresses, Address, i);
                g_autofree char *one = NULL;

                if (others && holds(others, address))
                        continue;
                one = client_describe(self, address);
                g_string_append_printf(text, "%s%s", *ret_n > 0 ? ", " : "", one);
                ++*ret_n;
        }
        return *ret_n > 0 ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}

void client_begin_list(UdpClient *self, const Request *asked, gint64 now)
{
        gboolean joins = asked && g_str_equal(asked->form->name, "join-room");

        client_forget_peers(self);
        /* If a list interrupts another, changes are counted from before the first. */
        if (self->list == LIST_NONE) {
                GArray *empty = self->before;

                self->before = self->members;
                self->members = empty;
        }
        g_array_set_size(self->members, 0);
        if (joins) {
                g_free(self->room);
                self->room = g_strdup(asked->argument);
                client_learn_room(self, asked->argument);
                self->list = LIST_JOINED;
        } else if (self->leaving_room || asked) {
                g_clear_pointer(&self->room, g_free);
                self->list = LIST_LEFT;
        } else if (self->list != LIST_JOINED) {
                self->list = LIST_NOTICE;
        }
        self->leaving_room = FALSE;
        self->list_deadline = now + UDP_CLIENT_LIST_TIME;
}

void client_add_member(UdpClient *self, const Address *member, gint64 now)
{
        if (self->hooks.is_own(member, self->hooks.user_data))
                return;
        client_add_peer(self, member);
        add(self->members, member);
        if (self->list == LIST_NONE)
                self->list = LIST_NOTICE;
        self->list_deadline = now + UDP_CLIENT_LIST_TIME;
}

void client_set_group(UdpClient *self, const Address *group, gint64 now)
{
        g_autofree char *text = address_to_string(group);

        if (!address_is_multicast(group) || !self->hooks.listen_to_group(group, self->hooks.user_data)) {
                client_show(self, "The multicast group %s of the room cannot be joined here.", text);
                return;
        }
        self->has_group = TRUE;
        self->group = *group;
        client_add_peer(self, group);
        if (self->list == LIST_NONE)
                self->list = LIST_NOTICE;
        self->list_deadline = now + UDP_CLIENT_LIST_TIME;
}

/* "In the room with you: …", whatever the list was sent for. Transfer: full. */
static char *describe_room(const UdpClient *self)
{
        g_autofree char *group = NULL, *others = NULL;
        guint n;

        if (self->has_group) {
                group = address_to_string(&self->group);
                return g_strdup_printf("Its members talk in the multicast group %s; $who asks who is there.", group);
        }
        others = enumerate(self, self->members, NULL, &n);
        return others ? g_strdup_printf("In the room with you: %s.", others) : g_strdup("You are alone in the room.");
}

static void tell_change(UdpClient *self, const char *what)
{
        guint n_came, n_left;
        g_autofree char *came = enumerate(self, self->members, self->before, &n_came);
        g_autofree char *left = enumerate(self, self->before, self->members, &n_left);
        g_autoptr(GString) text = g_string_new(NULL);

        if (came)
                g_string_append_printf(text, "%s %s joined the room %s. ", came, n_came == 1 ? "has" : "have",
                                       self->room);
        if (left)
                g_string_append_printf(text, "%s %s left the room %s. ", left, n_left == 1 ? "has" : "have",
                                       self->room);
        if (!came && !left)
                g_string_append_printf(text, "The server has sent the list of the room %s again. ", self->room);
        client_show(self, "%s%s", text->str, what);
}

void client_end_list(UdpClient *self)
{
        List list = self->list;
        g_autofree char *room = describe_room(self), *others = NULL;
        guint n;

        self->list = LIST_NONE;
        self->list_deadline = G_MAXINT64;
        if (list == LIST_JOINED) {
                client_show(self, "You have joined the room %s. %s", self->room, room);
        } else if (list == LIST_NOTICE && self->room) {
                tell_change(self, room);
        } else if ((others = enumerate(self, self->members, NULL, &n))) {
                client_show(self, "The server has given you new peers: %s.", others);
        } else if (self->has_group) {
                client_show(self, "The server has put you into a room. %s", room);
        } else if (list == LIST_NOTICE) {
                client_show(self, "The server has cleared your peers: nobody receives what you type now.");
        }
}

void client_ask_who(UdpClient *self, gint64 now)
{
        if (self->peers->len == 0 && self->room) {
                client_show(self, "You are alone in the room %s.", self->room);
                return;
        }
        if (self->peers->len == 0) {
                client_show(self, "There is nobody to ask: join a room with $roomjoin ROOM, or find "
                                  "somebody with $poke NAME.");
                return;
        }
        g_array_set_size(self->here, 0);
        for (guint i = 0; i < self->peers->len; i++)
                client_send(self, &g_array_index(self->peers, Address, i), "who", NULL, NULL);
        self->who_deadline = now + UDP_CLIENT_WHO_TIME;
}

void client_on_here(UdpClient *self, const Address *source)
{
        if (self->who_deadline != G_MAXINT64)
                add(self->here, source);
}

void client_end_who(UdpClient *self)
{
        g_autoptr(GArray) roommates = g_array_new(FALSE, FALSE, sizeof(Address));
        g_autofree char *in_room = NULL, *others = NULL, *silent = NULL;
        guint n;

        self->who_deadline = G_MAXINT64;
        for (guint i = 0; i < self->here->len; i++) {
                const Address *address = &g_array_index(self->here, Address, i);

                if (self->room && (self->has_group || holds(self->members, address)))
                        add(roommates, address);
        }
        in_room = enumerate(self, roommates, NULL, &n);
        others = enumerate(self, self->here, roommates, &n);
        silent = enumerate(self, self->peers, self->here, &n);
        if (in_room)
                client_show(self, "In the room %s: %s (you), %s.", self->room, self->name, in_room);
        if (others)
                client_show(self, "Your peers: %s.", others);
        /* In a group the client does not know who else could have answered. */
        if (self->has_group && !in_room && !others)
                client_show(self, "Nobody has answered: you seem to be alone in the room%s%s.", self->room ? " " : "",
                            self->room ? self->room : "");
        else if (!self->has_group && silent)
                client_show(self, "No answer from %s: the original chat programs never answer $who.", silent);
}
