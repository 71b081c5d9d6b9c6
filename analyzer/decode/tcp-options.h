/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of a TCP header one by one, for whoever wants more of them than TcpHeader has. */
#pragma once

#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

typedef struct {
        guint8 kind;         /* IANA number */
        const guint8 *value; /* what follows kind and length */
        guint8 length;       /* octets there */
} TcpOption;

/* The next option behind position, which begins as 0; those that fill up (RFC 9293 section 3.1, kinds 0 and 1) are
 * passed over. FALSE at the end: of the header, of what was captured of it, or where a length is impossible
 * (TcpHeader.options_malformed). */
gboolean packet_next_tcp_option(const Packet *packet, guint32 *position, TcpOption *ret_option);

/* Whether the first SACK block tells of octets that arrived twice, RFC 2883 section 4: it lies below what is
 * acknowledged, or inside of the second. */
gboolean tcp_has_duplicate_sack(const TcpHeader *tcp);

G_END_DECLS
