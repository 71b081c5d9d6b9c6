/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The multicast groups in which rooms talk. A client sends to a group through its own socket, so that messages carry
 * its port; it receives what others send through a second socket, which is bound to the group. */
#pragma once

#include "chat/peers/peers.h"

G_BEGIN_DECLS

/* Joins the group on the interface that leads to neighbour; the kernel reports this to the network by IGMP (RFC 3376)
 * or MLD (RFC 3810). Returns a socket that receives what is sent to the group, or -1 with error set. */
int multicast_listen(const Address *group, const Address *neighbour, GError **error);

/* Makes a socket send to groups of group's family through the same interface. FALSE with error set on failure. */
gboolean multicast_prepare_sender(int fd, int family, const Address *group, const Address *neighbour, GError **error);

/* The group of a room for clients of that family: 239.255.x.y (RFC 2365 section 6.1) or ff15::x (RFC 4291 section 2.7:
 * transient, site-local scope), made of the lower 16 bits of number, the number of the room on its server. Two servers
 * give their rooms the same groups; only if their ports differ are the rooms apart. */
void multicast_get_group(int family, guint number, guint16 port, Address *ret_group);

G_END_DECLS
