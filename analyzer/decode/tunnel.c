/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets within IP packets, directly or behind a header of the tunnel. */
#include "analyzer/decode/decode-private.h"

enum {
        /* GRE, RFC 2784 and RFC 2890; source routing is RFC 1701, the acknowledgement RFC 2637 section 4.1. */
        GRE_CHECKSUM = 0x8000,
        GRE_ROUTING = 0x4000,
        GRE_KEY = 0x2000,
        GRE_SEQUENCE = 0x1000,
        GRE_ACKNOWLEDGEMENT = 0x0080,
        GRE_VERSION = 0x0007,
        GRE_TYPE_ERSPAN_III = 0x22eb,
        GRE_TYPE_BRIDGED_OLD = 0x6400,
        GRE_TYPE_PPP = 0x880b,
        GRE_TYPE_WCCP = 0x883e,
        GRE_TYPE_ERSPAN = 0x88be,
        GRE_TYPE_ARUBA_FIRST = 0x8200, /* Aruba's access points: the lowest four bits are zero */
        GRE_TYPE_ARUBA_LAST = 0x8370,
};

/* Frames that a switch mirrors, carried in GRE: a header of version 1 (called ERSPAN II) or 2 (ERSPAN III), then a
 * frame. */
static DecodeStatus decode_erspan(Packet *packet, Reader *reader)
{
        guint32 length;
        gboolean is_ethernet = TRUE;

        if (!reader_has(reader, 0, 2))
                return reader_shortage(reader, 2);
        switch (reader_u8(reader, 0) >> 4) {
        case 1:
                length = 8;
                break;
        case 2:
                length = 12;
                if (!reader_has(reader, 0, length))
                        return reader_shortage(reader, length);
                /* Five bits are the type of the frame, 0 for Ethernet. The last bit says that eight more octets
                 * follow. */
                is_ethernet = (reader_u16(reader, 10) >> 10 & 0x1f) == 0;
                if ((reader_u8(reader, 11) & 1) != 0)
                        length += 8;
                break;
        default:
                return DECODE_UNKNOWN;
        }
        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        if (!packet_add_layer(packet, reader, LAYER_ERSPAN, length))
                return DECODE_MALFORMED;
        reader_skip(reader, length);
        return is_ethernet ? decode_ethernet(packet, reader) : DECODE_UNKNOWN;
}

/* Of the Ethernet types, GRE uses those that are listed here. */
DecodeStatus decode_gre_protocol(Packet *packet, Reader *reader, guint16 type)
{
        if (type >= GRE_TYPE_ARUBA_FIRST && type <= GRE_TYPE_ARUBA_LAST && (type & 0xf) == 0)
                return decode_wireless(packet, reader);
        switch (type) {
        case ETHERTYPE_IPV4:
        case ETHERTYPE_IPV6:
        case ETHERTYPE_MPLS:
        case ETHERTYPE_MPLS_MULTICAST:
        case ETHERTYPE_BRIDGED:
                return decode_ethertype(packet, reader, type);
        case GRE_TYPE_BRIDGED_OLD:
        case GRE_TYPE_ERSPAN: /* ERSPAN I, which has no header */
                return decode_ethernet(packet, reader);
        case GRE_TYPE_PPP:
                return decode_serial(packet, reader);
        case GRE_TYPE_WCCP:
                return decode_ip(packet, reader);
        case GRE_TYPE_ERSPAN_III:
                return decode_erspan(packet, reader);
        default:
                return DECODE_UNKNOWN;
        }
}

/* Adds the source route entries (RFC 1701) from *length on. Each has a family, an offset and its own length. */
static DecodeStatus measure_gre_routing(const Reader *reader, guint32 *length)
{
        for (;;) {
                guint16 family;
                guint8 entry;

                if (!reader_has(reader, *length, 4))
                        return reader_shortage(reader, *length + 4);
                family = reader_u16(reader, *length);
                entry = reader_u8(reader, *length + 3);
                *length += 4;
                if (family == 0 && entry == 0)
                        return DECODE_COMPLETE;
                *length += entry;
        }
}

DecodeStatus decode_gre(Packet *packet, Reader *reader)
{
        guint32 length = 4;
        guint16 flags, type;

        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        flags = reader_u16(reader, 0);
        type = reader_u16(reader, 2);
        if ((flags & (GRE_CHECKSUM | GRE_ROUTING)) != 0)
                length += 4;
        if ((flags & GRE_KEY) != 0)
                length += 4;
        if ((flags & GRE_SEQUENCE) != 0)
                length += 4;
        if (type == GRE_TYPE_PPP && (flags & GRE_VERSION) != 0 && (flags & GRE_ACKNOWLEDGEMENT) != 0)
                length += 4;
        if ((flags & GRE_ROUTING) != 0) {
                DecodeStatus status = measure_gre_routing(reader, &length);

                if (status != DECODE_COMPLETE)
                        return status;
        }
        /* WCCPv2 has a header of four octets, and only what follows shows whether it is there. */
        if (type == GRE_TYPE_WCCP && reader_has(reader, length, 1) && reader_u8(reader, length) >> 4 != 4)
                length += 4;
        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        if (!packet_add_layer(packet, reader, LAYER_GRE, length))
                return DECODE_MALFORMED;
        reader_skip(reader, length);
        /* A keep-alive of GRE carries nothing. */
        if (reader->length == 0)
                return DECODE_UNKNOWN;
        /* The sequence number tells ERSPAN II from ERSPAN I. */
        if (type == GRE_TYPE_ERSPAN && (flags & GRE_SEQUENCE) != 0)
                return decode_erspan(packet, reader);
        return decode_gre_protocol(packet, reader, type);
}

/* RFC 3378 section 3. */
static DecodeStatus decode_etherip(Packet *packet, Reader *reader)
{
        if (!reader_has(reader, 0, 2))
                return reader_shortage(reader, 2);
        if (!packet_add_layer(packet, reader, LAYER_ETHERIP, 2))
                return DECODE_MALFORMED;
        reader_skip(reader, 2);
        return decode_ethernet(packet, reader);
}

/* RFC 4302 section 2, in transport mode or tunnel mode. What follows is not encrypted. */
static DecodeStatus decode_authentication(Packet *packet, Reader *reader)
{
        guint32 length;

        if (!reader_has(reader, 0, 2))
                return reader_shortage(reader, 2);
        length = (reader_u8(reader, 1) + 2u) * 4;
        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        if (!packet_add_layer(packet, reader, LAYER_AUTHENTICATION, length))
                return DECODE_MALFORMED;
        packet->ip_protocol = reader_u8(reader, 0);
        reader_skip(reader, length);
        return decode_transport(packet, reader, packet->ip_protocol);
}

DecodeStatus decode_ip_tunnel(Packet *packet, Reader *reader, guint8 protocol)
{
        switch (protocol) {
        case PROTOCOL_IPV4:
                return decode_ip(packet, reader);
        case PROTOCOL_IPV6:
                return decode_ip_version_6(packet, reader);
        case PROTOCOL_GRE:
                return decode_gre(packet, reader);
        case PROTOCOL_AUTHENTICATION:
                return decode_authentication(packet, reader);
        case PROTOCOL_ETHERIP:
                return decode_etherip(packet, reader);
        case PROTOCOL_MPLS:
                return decode_mpls(packet, reader);
        case PROTOCOL_ETHERNET:
                return decode_ethernet(packet, reader);
        default:
                return DECODE_UNKNOWN;
        }
}
