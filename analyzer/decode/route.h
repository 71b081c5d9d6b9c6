/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a packet goes, and where it comes from, when its IP header names a station on the way only: source routes, and
 * the home address of a mobile host. Conversations are between the ends, and so is the transport's checksum (RFC 8200
 * section 8.1, RFC 6275 section 11.3.1). What contradicts itself names nothing. For ip.c and checksum.c. */
#pragma once

#include "analyzer/decode/packet.h"
#include "analyzer/decode/reader.h"

/* Of an IPv4 header of so many octets, which are there: the end of a strict or loose source route (RFC 791 section 3.1)
 * that is not used up. FALSE, ret_destination untouched, where the header's own destination is the last. */
gboolean route_find_ipv4(const Reader *reader, guint32 header_length, IpAddress *ret_destination);

/* Of a routing header of so many octets, which are there, with segments left: its last address. Types 0 (RFC 2460
 * section 4.4), 2 (RFC 6275 section 6.4), 3 (RFC 6554, which says only in which octets it differs from destination) and
 * 4 (RFC 8754 section 2). FALSE, destination untouched, where no segments are left or it names none. */
gboolean route_find_ipv6(const Reader *reader, guint32 length, IpAddress *destination);

/* Of a destination options header of so many octets, which are there: the home address (RFC 6275 section 6.3). FALSE,
 * ret_source untouched, where there is none. */
gboolean route_find_home_address(const Reader *reader, guint32 length, IpAddress *ret_source);
