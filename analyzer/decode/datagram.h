/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies of whole datagrams, for whoever keeps a packet longer than its frame: packet_decode_again() makes the packet
 * again from copies of both. */
#pragma once

#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

/* With the datagrams around it; NULL of NULL. */
Datagram *datagram_copy(const Datagram *datagram);
void datagram_free(Datagram *datagram); /* of a copy; NULL is allowed */
/* Octets of memory that a copy takes; 0 of NULL. */
gsize datagram_get_cost(const Datagram *datagram);

G_END_DECLS
