/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether what arrived is what was sent: the Internet checksum, RFC 1071. */
#pragma once

#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

typedef enum {
        CHECKSUM_NOT_CHECKED, /* there is none (IPv6's header, UDP over IPv4 with 0), or not all that it covers */
        CHECKSUM_GOOD,
        CHECKSUM_BAD,
        CHECKSUM_OFFLOADED, /* not yet filled in when the packet was captured: says nothing of what was on the wire */
} ChecksumStatus;

/* Of TCP, UDP, ICMP, ICMPv6 or IGMP, over the whole datagram where packet->datagram made it of fragments.
 *
 * Offloaded are TCP and UDP whose field holds the sum of the pseudo-header alone, with or without the length: so a host
 * leaves it to a network card that completes it, and to itself where no card comes after (RFC 1071 sums may be added in
 * any order). So is TCP with 0 in the field, which other hosts leave; by chance a right or a damaged one is 0 once in
 * 65,536. 0 in UDP is a sum that was not made (RFC 768), which only IPv4 allows (RFC 8200 section 8.1). */
ChecksumStatus packet_verify_checksum(const Packet *packet);

/* Of the frame's innermost IPv4 header, RFC 791 section 3.1; 0 is one not yet filled in. */
ChecksumStatus packet_verify_header_checksum(const Packet *packet);

G_END_DECLS
