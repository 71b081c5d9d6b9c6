/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies of reassembled datagrams, for code that keeps a packet longer than its frame: packet_decode_again() makes the
 * packet again from copies of the frame and the datagram. */
#pragma once

#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

/* Copies datagram and the datagrams around it. NULL if datagram is NULL. Free with datagram_free(). */
Datagram *datagram_copy(const Datagram *datagram);
void datagram_free(Datagram *datagram); /* frees a copy; datagram may be NULL */
/* How many octets of memory a copy takes; 0 if datagram is NULL. */
gsize datagram_get_cost(const Datagram *datagram);

G_END_DECLS
