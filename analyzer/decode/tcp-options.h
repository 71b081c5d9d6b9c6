/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of a TCP header, one at a time, for code that needs more than TcpHeader has. */
#pragma once

#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

typedef struct {
        guint8 kind;         /* IANA number */
        const guint8 *value; /* what follows kind and length; borrowed */
        guint8 length;       /* octets at value */
} TcpOption;

/* Finds the option at position and sets position behind it; begin with 0. Skips padding (RFC 9293 section 3.1, kinds 0
 * and 1). FALSE, ret_option untouched, at the end of the header, at the end of its captured part, and at an option with
 * an impossible length (TcpHeader.options_malformed). */
gboolean packet_next_tcp_option(const Packet *packet, guint32 *position, TcpOption *ret_option);

/* Whether the first SACK block reports octets that arrived twice (D-SACK, RFC 2883 section 4): it lies below the
 * acknowledgement number, or within the second block. */
gboolean tcp_has_duplicate_sack(const TcpHeader *tcp);

G_END_DECLS
