/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In which multicast groups rooms talk, and whose clients were told so: what a host says of these groups to its routers
 * (IGMP, MLD) belongs to the chat. */
#pragma once

#include "analyzer/decode/packet.h"
#include "chat/protocol/protocol.h"

G_BEGIN_DECLS

typedef struct {
        const ChatProtocol *protocol;
        guint64 frame;          /* the first that shows the client and the group together */
        Endpoint client, other; /* the client's conversation with its server, or with the group */
        guint16 port;           /* to which is talked in the group */
        gboolean has_mac;
        guint8 mac[6]; /* of the client's host; over IPv6 a host reports from another address than its client's */
        char *room;    /* NULL: its name was not captured */
} GroupMember;

typedef struct Groups Groups;
Groups *groups_new(void);
void groups_free(Groups *groups);

/* So many clients in groups are remembered. */
#define GROUPS_MAX_MEMBERS 256

/* member is copied, with its room. */
void groups_add(Groups *groups, const IpAddress *group, const GroupMember *member);

/* Whose host sent the packet, among the clients that were in the group by then. Where none fits, somebody else in the
 * group, and ret_is_host is FALSE; NULL: the group is no room's. ret_is_only: no other client of the same host was. */
const GroupMember *groups_find(const Groups *groups,
                               const IpAddress *group,
                               const Packet *packet,
                               gboolean *ret_is_host,
                               gboolean *ret_is_only);

/* Notes that the host of member listens to its group, or does not any more. Returns whether that was so before. */
gboolean groups_note(Groups *groups, const IpAddress *group, const GroupMember *member, gboolean listens);
gboolean groups_listens(const GroupMember *member); /* as noted; member is one that groups_find() returned */

G_END_DECLS
