/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Point-to-Point Protocol in its framings, and Cisco's framing for the same lines. */
#include "analyzer/decode/decode-private.h"

enum {
        PPP_IPV4 = 0x0021,
        PPP_LLC = 0x004b, /* RFC 2043 */
        PPP_IPV6 = 0x0057,
        PPP_MPLS = 0x0281, /* RFC 3032 section 4 */
        PPP_MPLS_MULTICAST = 0x0283,
        ADDRESS_ALL_STATIONS = 0xff, /* RFC 1662 section 3.1 */
        ADDRESS_CISCO_UNICAST = 0x0f,
        ADDRESS_CISCO_MULTICAST = 0x8f,
};

/* Reads the protocol field behind framing octets; if compressed, it is one octet long (RFC 1661 sections 2 and 6.5). */
static DecodeStatus decode_protocol(Packet *packet, Reader *reader, guint32 framing)
{
        guint32 length;
        guint16 protocol;

        if (!reader_has(reader, framing, 1))
                return reader_shortage(reader, framing + 1);
        length = framing + ((reader_u8(reader, framing) & 1) != 0 ? 1 : 2);
        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        if (!packet_add_layer(packet, reader, LAYER_PPP, length))
                return DECODE_MALFORMED;
        protocol = length == framing + 1 ? reader_u8(reader, framing) : reader_u16(reader, framing);
        reader_skip(reader, length);
        switch (protocol) {
        case PPP_IPV4:
        case ETHERTYPE_IPV4: /* not a number of PPP, but some hosts send it, and Wireshark reads it */
                return decode_ip(packet, reader);
        case PPP_IPV6:
        case ETHERTYPE_IPV6:
                return decode_ip_version_6(packet, reader);
        case PPP_LLC:
                return decode_llc(packet, reader);
        case PPP_MPLS:
        case PPP_MPLS_MULTICAST:
                return decode_mpls(packet, reader);
        default:
                return DECODE_UNKNOWN;
        }
}

/* RFC 1662 section 3.1; without address and control if both sides agreed on that (RFC 1661 section 6.6). */
static DecodeStatus decode_ppp(Packet *packet, Reader *reader)
{
        if (!reader_has(reader, 0, 1))
                return reader_shortage(reader, 1);
        return decode_protocol(packet, reader, reader_u8(reader, 0) == ADDRESS_ALL_STATIONS ? 2 : 0);
}

/* RFC 1547 section 4.3.1: an address, a control octet, an Ethernet type. */
DecodeStatus decode_cisco_hdlc(Packet *packet, Reader *reader)
{
        guint16 type;

        if (!reader_has(reader, 0, 4))
                return reader_shortage(reader, 4);
        if (!packet_add_layer(packet, reader, LAYER_CISCO_HDLC, 4))
                return DECODE_MALFORMED;
        type = reader_u16(reader, 2);
        reader_skip(reader, 4);
        switch (type) {
        case ETHERTYPE_IPV4:
        case ETHERTYPE_IPV6:
        case ETHERTYPE_MPLS:
        case ETHERTYPE_MPLS_MULTICAST:
        case ETHERTYPE_BRIDGED:
                return decode_ethertype(packet, reader, type);
        default:
                return DECODE_UNKNOWN;
        }
}

/* A packet of a serial line: the first octet tells Cisco's framing from that of PPP. */
DecodeStatus decode_serial(Packet *packet, Reader *reader)
{
        guint8 address;

        if (!reader_has(reader, 0, 1))
                return reader_shortage(reader, 1);
        address = reader_u8(reader, 0);
        return address == ADDRESS_CISCO_UNICAST || address == ADDRESS_CISCO_MULTICAST ?
                       decode_cisco_hdlc(packet, reader) :
                       decode_ppp(packet, reader);
}

/* RFC 2516 section 4; PPP has neither address nor control here. */
DecodeStatus decode_pppoe(Packet *packet, Reader *reader)
{
        guint16 length;

        if (!reader_has(reader, 0, 6))
                return reader_shortage(reader, 6);
        length = reader_u16(reader, 4);
        if (!packet_add_layer(packet, reader, LAYER_PPPOE, 6))
                return DECODE_MALFORMED;
        reader_skip(reader, 6);
        reader_limit(reader, length);
        return decode_protocol(packet, reader, 0);
}
