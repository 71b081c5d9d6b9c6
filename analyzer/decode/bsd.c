/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pseudo-headers of BSD systems: of the loopback, of packets that IPsec protects, and of those that the packet
 * filter logs. All of them say which address family follows. */
#include "analyzer/decode/decode-private.h"

enum {
        PFLOG_LEAST = 20, /* octets, up to the name of the interface */
};

/* The number of IPv6 depends on the system, so the version in the IP header is checked. */
static DecodeStatus decode_family(Packet *packet, Reader *reader, guint32 family)
{
        switch (family) {
        case 2: /* AF_INET everywhere */
                return decode_ip(packet, reader);
        case 10: /* AF_INET6: Linux, 24 NetBSD and OpenBSD, 28 FreeBSD, 30 Darwin */
        case 24:
        case 28:
        case 30:
                return decode_ip_version_6(packet, reader);
        default:
                return DECODE_UNKNOWN;
        }
}

/* Four octets in the byte order of the capturing host or of the network. Families are small numbers, which shows the
 * order. */
static guint32 read_family(const Reader *reader)
{
        guint32 family = reader_u32(reader, 0);

        return family > 0xffff ? GUINT32_SWAP_LE_BE(family) : family;
}

/* The address family, in the byte order of the capturing host (NULL) or of the network (LOOP). */
DecodeStatus decode_null(Packet *packet, Reader *reader)
{
        guint32 family;

        if (!reader_has(reader, 0, 4))
                return reader_shortage(reader, 4);
        packet_add_layer(packet, reader, LAYER_NULL_LOOPBACK, 4);
        family = read_family(reader);
        reader_skip(reader, 4);
        return decode_family(packet, reader, family);
}

/* enc(4) of OpenBSD: address family, security parameter index, flags. */
DecodeStatus decode_enc(Packet *packet, Reader *reader)
{
        guint32 family;

        if (!reader_has(reader, 0, 12))
                return reader_shortage(reader, 12);
        packet_add_layer(packet, reader, LAYER_ENC, 12);
        family = read_family(reader);
        reader_skip(reader, 12);
        return decode_family(packet, reader, family);
}

/* pflog(4) of OpenBSD: the first octet is the length without padding to a multiple of four, the second the family. */
DecodeStatus decode_pflog(Packet *packet, Reader *reader)
{
        guint32 length;
        guint8 family;

        if (!reader_has(reader, 0, 2))
                return reader_shortage(reader, 2);
        length = reader_u8(reader, 0);
        if (length < PFLOG_LEAST)
                return DECODE_MALFORMED;
        length = (length + 3) & ~3u;
        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        packet_add_layer(packet, reader, LAYER_PFLOG, length);
        family = reader_u8(reader, 1);
        reader_skip(reader, length);
        return decode_family(packet, reader, family);
}
