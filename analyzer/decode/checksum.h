/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks whether a packet arrived as it was sent: the Internet checksum, RFC 1071. */
#pragma once

#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

typedef enum {
        CHECKSUM_NOT_CHECKED, /* the packet has none (UDP over IPv4 with 0 in the field, the IPv6 header), it is a
                                 fragment, or not everything that the checksum covers was captured */
        CHECKSUM_GOOD,
        CHECKSUM_BAD,
        CHECKSUM_OFFLOADED, /* the network card was to fill it in after the capture: says nothing of the packet on the
                               wire */
} ChecksumStatus;

/* Verifies the checksum of TCP, UDP, ICMP, ICMPv6 or IGMP; that of the whole datagram, if packet->datagram was put
 * together from fragments.
 *
 * The checksum of TCP and UDP counts as offloaded if the field holds the sum of the pseudo-header alone, with or
 * without the length. A host leaves this sum for its network card to complete, and never completes it if the packet
 * stays on the host. TCP with 0 in the field counts as offloaded, too: some hosts leave that. A correct or damaged
 * checksum is 0 by chance once in 65,536. In UDP, 0 means that the sender made no checksum (RFC 768); over IPv6 that is
 * an error (RFC 8200 section 8.1). */
ChecksumStatus packet_verify_checksum(const Packet *packet);

/* Verifies the checksum of the innermost IPv4 header (RFC 791 section 3.1). 0 in the field counts as offloaded. */
ChecksumStatus packet_verify_header_checksum(const Packet *packet);

G_END_DECLS
