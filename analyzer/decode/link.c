/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/decode/decode-private.h"

enum {
        ETHERTYPE_IPV4 = 0x0800,
        ETHERTYPE_VLAN = 0x8100,  /* IEEE 802.1Q */
        ETHERTYPE_IPV6 = 0x86dd,
        ETHERTYPE_PPPOE = 0x8864, /* session stage, RFC 2516 section 4 */
        ETHERTYPE_QINQ = 0x88a8,  /* IEEE 802.1ad */
        ETHERTYPE_QINQ_OLD = 0x9100,
        LARGEST_LENGTH = 1500, /* above it (from 1536) the field is a type, IEEE 802.3 */
};

/* IEEE 802.2 with SNAP (RFC 1042): AA AA 03, three octets of zero, a type. */
static DecodeStatus decode_llc(Packet *packet, Reader *reader, guint16 length)
{
        reader_limit(reader, length);
        if (!reader_has(reader, 0, 8) || reader_u16(reader, 0) != 0xaaaa || reader_u32(reader, 2) != 0x03000000)
                return DECODE_UNKNOWN;
        {
                guint16 type = reader_u16(reader, 6);

                reader_skip(reader, 8);
                return decode_ethertype(packet, reader, type);
        }
}

/* RFC 2516 section 4, then the protocol number of PPP (RFC 1661 section 2). */
static DecodeStatus decode_pppoe(Packet *packet, Reader *reader)
{
        guint16 length, protocol;

        if (!reader_has(reader, 0, 8))
                return reader_shortage(reader, 8);
        length = reader_u16(reader, 4);
        protocol = reader_u16(reader, 6);
        if (length < 2)
                return DECODE_MALFORMED;
        if (!packet_add_layer(packet, reader, LAYER_PPPOE, 8))
                return DECODE_MALFORMED;
        reader_skip(reader, 6);
        reader_limit(reader, length);
        reader_skip(reader, 2);
        return protocol == 0x0021 || protocol == 0x0057 ? decode_ip(packet, reader) : DECODE_UNKNOWN;
}

DecodeStatus decode_ethertype(Packet *packet, Reader *reader, guint16 type)
{
        while (type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ || type == ETHERTYPE_QINQ_OLD) {
                if (!reader_has(reader, 0, 4))
                        return reader_shortage(reader, 4);
                if (!packet_add_layer(packet, reader, LAYER_VLAN, 4))
                        return DECODE_MALFORMED;
                type = reader_u16(reader, 2);
                reader_skip(reader, 4);
        }
        if (type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6)
                return decode_ip(packet, reader);
        if (type == ETHERTYPE_PPPOE)
                return decode_pppoe(packet, reader);
        return type <= LARGEST_LENGTH ? decode_llc(packet, reader, type) : DECODE_UNKNOWN;
}

static DecodeStatus decode_ethernet(Packet *packet, Reader *reader)
{
        guint16 type;

        if (!reader_has(reader, 0, 14))
                return reader_shortage(reader, 14);
        packet_add_layer(packet, reader, LAYER_ETHERNET, 14);
        type = reader_u16(reader, 12);
        reader_skip(reader, 14);
        return decode_ethertype(packet, reader, type);
}

/* The address family, in the byte order of the capturing host (NULL) or of the network (LOOP). IPv6 has another
 * number on each BSD; the version in the IP header tells in any case. */
static DecodeStatus decode_null(Packet *packet, Reader *reader)
{
        guint32 family;

        if (!reader_has(reader, 0, 4))
                return reader_shortage(reader, 4);
        packet_add_layer(packet, reader, LAYER_NULL_LOOPBACK, 4);
        family = reader_u32(reader, 0);
        if (family > 0xffff)
                family = GUINT32_SWAP_LE_BE(family);
        reader_skip(reader, 4);
        switch (family) {
        case 2:  /* AF_INET everywhere */
        case 10: /* AF_INET6: Linux, 24 NetBSD and OpenBSD, 28 FreeBSD, 30 Darwin */
        case 24:
        case 28:
        case 30:
                return decode_ip(packet, reader);
        default:
                return DECODE_UNKNOWN;
        }
}

static DecodeStatus decode_cooked(Packet *packet, Reader *reader, LayerKind kind, guint32 length, guint32 type_offset)
{
        guint16 type;

        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        packet_add_layer(packet, reader, kind, length);
        type = reader_u16(reader, type_offset);
        reader_skip(reader, length);
        /* Below 1536 the cooked types are numbers of Linux's own, not lengths. */
        return type <= LARGEST_LENGTH ? DECODE_UNKNOWN : decode_ethertype(packet, reader, type);
}

DecodeStatus decode_link(Packet *packet, Reader *reader, guint16 link_type)
{
        switch (link_type) {
        case LINK_TYPE_ETHERNET:
                return decode_ethernet(packet, reader);
        case LINK_TYPE_NULL:
        case LINK_TYPE_LOOP:
                return decode_null(packet, reader);
        case LINK_TYPE_RAW:
        case LINK_TYPE_IPV4:
        case LINK_TYPE_IPV6:
                return decode_ip(packet, reader);
        case LINK_TYPE_LINUX_SLL:
                return decode_cooked(packet, reader, LAYER_LINUX_SLL, 16, 14);
        case LINK_TYPE_LINUX_SLL2:
                return decode_cooked(packet, reader, LAYER_LINUX_SLL2, 20, 0);
        default:
                return DECODE_UNKNOWN;
        }
}
