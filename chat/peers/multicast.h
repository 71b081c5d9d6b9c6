/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The multicast groups in which rooms talk. A message to a group leaves through the client's own socket, so
 * that it has the sender's port; what others send to it comes in through a second one, bound to the group.
 */
#pragma once

#include "chat/peers/peers.h"

G_BEGIN_DECLS

/* Joins the group on the interface through which neighbour is reached: a report by IGMP (RFC 3376) or MLD
 * (RFC 3810) tells the network. Returns a socket that receives what is sent to the group, or -1 with error
 * set. */
int multicast_listen(const Address *group, const Address *neighbour, GError **error);

/* Has a socket of that family send to groups through the same interface. FALSE with error set where that
 * fails. */
gboolean multicast_prepare_sender(int fd, int family, const Address *group, const Address *neighbour, GError **error);

/* The group of a server's room number number, in the family: 239.255.x.y (RFC 2365 section 6.1) or ff15::x
 * (RFC 4291 section 2.7, transient, site-local scope). Groups of different servers may coincide; their ports
 * then differ. */
void multicast_get_group(int family, guint number, guint16 port, Address *ret_group);

G_END_DECLS
