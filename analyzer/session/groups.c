/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/session/groups.h"

#include "analyzer/decode/arp.h"

#define MAX_ROOM 255 /* bytes of a room's name */

typedef enum {
        LISTENS_UNKNOWN,
        LISTENS,
        LISTENS_NO_MORE,
} Listening;

typedef struct {
        GroupMember member; /* must come first: a pointer to it is cast back to its Entry */
        IpAddress group;
        Listening listening;
} Entry;

struct Groups {
        Entry ring[GROUPS_MAX_MEMBERS];
        guint n; /* how many were added in all */
};

Groups *groups_new(void)
{
        return g_new0(Groups, 1);
}

void groups_free(Groups *self)
{
        for (guint i = 0; i < GROUPS_MAX_MEMBERS; i++)
                g_free(self->ring[i].member.room);
        g_free(self);
}

static guint count(const Groups *self)
{
        return MIN(self->n, GROUPS_MAX_MEMBERS);
}

static gboolean is_same_host(const GroupMember *one, const GroupMember *other)
{
        return ip_address_equal(&one->client.address, &other->client.address) ||
               (one->has_mac && other->has_mac && memcmp(one->mac, other->mac, sizeof one->mac) == 0);
}

static void set_room(GroupMember *member, const char *room)
{
        g_free(member->room);
        member->room = g_strndup(room, MAX_ROOM);
}

void groups_add(Groups *self, const IpAddress *group, const GroupMember *member)
{
        const char *room = member->room;
        char *copy;
        Entry *entry;

        for (guint i = 0; i < count(self); i++) {
                entry = &self->ring[i];
                if (!ip_address_equal(&entry->group, group))
                        continue;
                if (endpoint_equal(&entry->member.client, &member->client)) {
                        if (room)
                                set_room(&entry->member, room);
                        return;
                }
                if (!room)
                        room = entry->member.room;
        }
        entry = &self->ring[self->n++ % GROUPS_MAX_MEMBERS];
        /* room may belong to the entry that is overwritten. */
        copy = room ? g_strndup(room, MAX_ROOM) : NULL;
        g_free(entry->member.room);
        entry->member = *member;
        entry->member.room = copy;
        entry->group = *group;
        entry->listening = LISTENS_UNKNOWN;
        for (guint i = 0; i < count(self); i++) {
                const Entry *other = &self->ring[i];

                if (other != entry && ip_address_equal(&other->group, group) &&
                    is_same_host(&other->member, &entry->member))
                        entry->listening = other->listening;
        }
}

const GroupMember *groups_find(
        const Groups *self, const IpAddress *group, const Packet *packet, gboolean *ret_is_host, gboolean *ret_is_only)
{
        GroupMember host = {.client.address = packet->source.address};
        const GroupMember *found = NULL, *somebody = NULL;

        host.has_mac = packet_read_mac(packet, MAC_SOURCE, host.mac);
        *ret_is_only = TRUE;
        for (guint i = 0; i < count(self); i++) {
                const GroupMember *member = &self->ring[i].member;

                if (!ip_address_equal(&self->ring[i].group, group) || member->frame >= packet->frame->number)
                        continue;
                if (!somebody || member->frame < somebody->frame)
                        somebody = member;
                if (!is_same_host(member, &host))
                        continue;
                *ret_is_only = *ret_is_only && !found;
                if (!found || member->frame < found->frame)
                        found = member;
        }
        *ret_is_host = found != NULL;
        return found ? found : somebody;
}

gboolean groups_note(Groups *self, const IpAddress *group, const GroupMember *member, gboolean listens)
{
        Listening now = listens ? LISTENS : LISTENS_NO_MORE,
                  before = ((const Entry *) (gconstpointer) member)->listening;

        for (guint i = 0; i < count(self); i++)
                if (ip_address_equal(&self->ring[i].group, group) && is_same_host(&self->ring[i].member, member))
                        self->ring[i].listening = now;
        return before == now;
}

gboolean groups_listens(const GroupMember *member)
{
        return ((const Entry *) (gconstpointer) member)->listening == LISTENS;
}
