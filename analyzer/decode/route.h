/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The endpoints of a packet whose IP header names only a station on the way: source routes, and the home addresses of
 * mobile hosts. Conversations are between the endpoints, and the transport's checksum covers their addresses (RFC 8200
 * section 8.1, RFC 6275 section 11.3.1). A header that contradicts itself is ignored. For ip.c, transport.c and
 * checksum.c. */
#pragma once

#include "analyzer/decode/packet.h"
#include "analyzer/decode/reader.h"

/* For an IPv4 header of header_length octets, all of them captured: finds the last address of a strict or loose source
 * route (RFC 791 section 3.1) that still has stations left. FALSE, ret_destination untouched, if there is none: then
 * the destination in the header is the endpoint. */
gboolean route_find_ipv4(const Reader *reader, guint32 header_length, IpAddress *ret_destination);

/* For an IPv6 routing header of length octets, all of them captured: finds the last address of a route that has
 * segments left. Reads types 0 (RFC 2460 section 4.4), 2 (RFC 6275 section 6.4), 3 (RFC 6554; its addresses leave out
 * the octets that they share with destination, which must be set) and 4 (RFC 8754 section 2). FALSE, destination
 * untouched, if no segments are left or the type is another one. */
gboolean route_find_ipv6(const Reader *reader, guint32 length, IpAddress *destination);

/* For a destination options header of length octets, all of them captured: finds the home address (RFC 6275 section
 * 6.3). FALSE, ret_source untouched, if there is none. */
gboolean route_find_home_address(const Reader *reader, guint32 length, IpAddress *ret_source);
