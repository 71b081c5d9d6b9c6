/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The multicast groups of rooms, and the clients that use them. What a host tells its routers about such a group (IGMP,
 * MLD) belongs to the chat. */
#pragma once

#include "analyzer/decode/packet.h"
#include "chat/protocol/protocol.h"

G_BEGIN_DECLS

typedef struct {
        const ChatProtocol *protocol;
        guint64 frame;          /* the first frame that shows that the client uses the group */
        Endpoint client, other; /* the ends of the client's conversation with its server, or with the group */
        guint16 port;           /* to which messages to the group are sent */
        gboolean has_mac;
        guint8 mac[6]; /* of the client's host: over IPv6 a host sends its reports from another address */
        char *room;    /* NULL: its name was not captured */
} GroupMember;

typedef struct Groups Groups;
Groups *groups_new(void);
void groups_free(Groups *groups);

/* How many clients are remembered, for all groups together. */
#define GROUPS_MAX_MEMBERS 256

/* Adds a client to a group, or gives its room a name. Copies member and its room. */
void groups_add(Groups *groups, const IpAddress *group, const GroupMember *member);

/* The client on the host that sent the packet, among those that used the group by then. If no client is on that host,
 * returns another one and sets ret_is_host to FALSE. NULL: the group belongs to no room. Sets ret_is_only to whether
 * the host has no second client in the group. Valid until a client is added. */
const GroupMember *groups_find(const Groups *groups,
                               const IpAddress *group,
                               const Packet *packet,
                               gboolean *ret_is_host,
                               gboolean *ret_is_only);

/* Notes that the host of member listens to the group, or no longer does. Returns whether the same was noted before.
 * member, here and below, is one that groups_find() returned. */
gboolean groups_note(Groups *groups, const IpAddress *group, const GroupMember *member, gboolean listens);
/* Whether it was last noted that the host listens. */
gboolean groups_listens(const GroupMember *member);

G_END_DECLS
