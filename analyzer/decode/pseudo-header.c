/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Headers that were never on a network: Linux's netfilter log and Juniper's routers put them before a packet. */
#include "analyzer/decode/decode-private.h"

enum {
        NFLOG_HEADER = 4, /* address family, version, resource identifier */
        NFLOG_TYPE = 0x7fff,
        NFLOG_LARGEST_TYPE = 0xff,
        NFLOG_PAYLOAD = 9, /* NFULA_PAYLOAD of linux/netfilter/nfnetlink_log.h */
        FAMILY_INET = 2,
        FAMILY_INET6 = 10, /* Linux's */

        JUNIPER_MAGIC = 0x4d4743, /* "MGC" */
        JUNIPER_NO_LINK = 0x02,   /* a protocol number stands where the link layer's header would */
        JUNIPER_EXTENSIONS = 0x80,
        JUNIPER_IPV4 = 2,
        JUNIPER_IPV6 = 6,
};

/* Lengths and types of attributes are in the byte order of the capturing host; this reads them. */
typedef guint16 (*Get16)(const Reader *reader, guint32 offset);

/* Whether the attributes make sense in the byte order of get. As in Wireshark, the first one with a type decides. */
static gboolean fits_order(const Reader *reader, Get16 get)
{
        for (guint32 offset = NFLOG_HEADER; reader_has(reader, offset, 4);) {
                guint32 length = get(reader, offset), type = get(reader, offset + 2) & NFLOG_TYPE;

                if (length < 4 || type > NFLOG_LARGEST_TYPE)
                        return FALSE;
                if (type != 0)
                        return TRUE;
                offset += (length + 3) & ~3u;
        }
        return FALSE;
}

DecodeStatus decode_nflog(Packet *packet, Reader *reader)
{
        Get16 get = fits_order(reader, reader_u16) ? reader_u16 : reader_u16_le;
        guint32 offset = NFLOG_HEADER, length;
        guint8 family;

        for (;; offset += (length + 3) & ~3u) {
                if (!reader_has(reader, offset, 4))
                        return reader_shortage(reader, offset + 4);
                length = get(reader, offset);
                if (length < 4)
                        return DECODE_MALFORMED;
                if ((get(reader, offset + 2) & NFLOG_TYPE) == NFLOG_PAYLOAD)
                        break;
        }
        family = reader_u8(reader, 0);
        if (!packet_add_layer(packet, reader, LAYER_NFLOG, offset + 4))
                return DECODE_MALFORMED;
        reader_skip(reader, offset + 4);
        reader_limit(reader, length - 4);
        switch (family) {
        case FAMILY_INET:
                return decode_ip(packet, reader);
        case FAMILY_INET6:
                return decode_ip_version_6(packet, reader);
        default:
                return DECODE_UNKNOWN;
        }
}

/* Reads a packet without a link layer; protocol: from four little-endian octets. */
static DecodeStatus decode_juniper_protocol(Packet *packet, Reader *reader, guint32 protocol)
{
        switch (protocol) {
        case JUNIPER_IPV4:
                return decode_ip(packet, reader);
        case JUNIPER_IPV6:
                return decode_ip_version_6(packet, reader);
        default:
                return DECODE_UNKNOWN;
        }
}

/* A magic number, flags, extensions with their length if a flag says so; then an Ethernet frame. */
DecodeStatus decode_juniper_ethernet(Packet *packet, Reader *reader)
{
        guint32 length = 4, protocol = 0;
        gboolean has_link;
        guint8 flags;

        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        if (reader_u32(reader, 0) >> 8 != JUNIPER_MAGIC)
                return DECODE_UNKNOWN;
        flags = reader_u8(reader, 3);
        has_link = (flags & JUNIPER_NO_LINK) == 0;
        if ((flags & JUNIPER_EXTENSIONS) != 0) {
                if (!reader_has(reader, length, 2))
                        return reader_shortage(reader, length + 2);
                length += 2u + reader_u16(reader, length);
        }
        if (!has_link)
                length += 4;
        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        if (!packet_add_layer(packet, reader, LAYER_JUNIPER, length))
                return DECODE_MALFORMED;
        if (!has_link)
                protocol = reader_u32_le(reader, length - 4);
        reader_skip(reader, length);
        return has_link ? decode_ethernet(packet, reader) : decode_juniper_protocol(packet, reader, protocol);
}
