/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of analyzer/decode share among themselves. Each function reads its header at the front of reader,
 * notes the layer, and returns what the next function returns. */
#pragma once

#include "analyzer/decode/packet.h"
#include "analyzer/decode/reader.h"

/* Notes a layer at the front of reader; FALSE where there are too many, as only a crafted packet has. */
gboolean packet_add_layer(Packet *packet, const Reader *reader, LayerKind kind, guint32 length);

/* What it means that n octets from the front are not there. */
static inline DecodeStatus reader_shortage(const Reader *reader, guint32 n)
{
        return n <= reader->length ? DECODE_TRUNCATED : DECODE_MALFORMED;
}

DecodeStatus decode_link(Packet *packet, Reader *reader, guint16 link_type);
DecodeStatus decode_ethertype(Packet *packet, Reader *reader, guint16 type);
DecodeStatus decode_ip(Packet *packet, Reader *reader); /* the version is in the first four bits */
DecodeStatus decode_transport(Packet *packet, Reader *reader, guint8 protocol);

/* Skips the IPv6 extension headers at the front of reader. Returns DECODE_COMPLETE with the protocol that follows;
 * ret_fragment is TRUE where a fragment header says that this is a part of a datagram. packet may be NULL. */
DecodeStatus decode_ipv6_extensions(Packet *packet, Reader *reader, guint8 first, guint8 *ret_protocol, gboolean *ret_fragment);

void ip_address_read(const Reader *reader, guint32 offset, guint8 family, IpAddress *ret_address);
