/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets within UDP datagrams. The port says what a datagram may contain, and its contents whether it does. */
#include "analyzer/decode/decode-private.h"

enum {
        PORT_L2TP = 1701,
        PORT_GTP = 2152,
        PORT_TEREDO = 3544,
        PORT_GRE = 4754, /* RFC 8086 */
        PORT_VXLAN = 4789,
        PORT_VXLAN_GPE = 4790,
        PORT_AYIYA = 5072,
        PORT_GENEVE = 6081,
        PORT_MPLS = 6635,

        /* draft-ietf-nvo3-vxlan-gpe section 3.2 */
        GPE_IPV4 = 1,
        GPE_IPV6 = 2,
        GPE_ETHERNET = 3,
        GPE_MPLS = 5,

        /* 3GPP TS 29.281 section 5.1: the first octet, and the type of messages that carry a packet */
        GTP_VERSION_AND_TYPE = 0xf0,
        GTP_VERSION_1 = 0x30,
        GTP_EXTENSION = 0x04,
        GTP_OPTIONAL = 0x07, /* extension, sequence number or N-PDU number: if any is set, all three fields are there */
        GTP_G_PDU = 255,

        TEREDO_ORIGIN = 0x0000,
        TEREDO_AUTHENTICATION = 0x0001,

        /* RFC 2661 section 3.1 */
        L2TP_CONTROL = 0x8000,
        L2TP_LENGTH = 0x4000,
        L2TP_SEQUENCE = 0x0800,
        L2TP_OFFSET = 0x0200,
        L2TP_VERSION = 0x000f,

        AYIYA_HEADER = 8,
        AYIYA_OPERATION = 0x0f,
        AYIYA_FORWARD = 1,
};

/* RFC 7348 section 5. As in Wireshark, the flags do not matter. */
static DecodeStatus decode_vxlan(Packet *packet, Reader *reader)
{
        if (!reader_has(reader, 0, 8))
                return reader_shortage(reader, 8);
        if (!packet_add_layer(packet, reader, LAYER_VXLAN, 8))
                return DECODE_MALFORMED;
        reader_skip(reader, 8);
        return decode_ethernet(packet, reader);
}

/* RFC 8926 section 3.4; the options are counted in words of four octets. As in Wireshark, the version does not
 * matter. */
static DecodeStatus decode_geneve(Packet *packet, Reader *reader)
{
        guint32 length;
        guint16 type;

        if (!reader_has(reader, 0, 8))
                return reader_shortage(reader, 8);
        length = 8 + (reader_u8(reader, 0) & 0x3fu) * 4;
        type = reader_u16(reader, 2);
        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        if (!packet_add_layer(packet, reader, LAYER_GENEVE, length))
                return DECODE_MALFORMED;
        reader_skip(reader, length);
        return decode_ethertype(packet, reader, type);
}

/* draft-ietf-nvo3-vxlan-gpe section 3.1. As in Wireshark, the flags do not matter. */
static DecodeStatus decode_vxlan_gpe(Packet *packet, Reader *reader)
{
        guint8 protocol;

        if (!reader_has(reader, 0, 8))
                return reader_shortage(reader, 8);
        if (!packet_add_layer(packet, reader, LAYER_VXLAN_GPE, 8))
                return DECODE_MALFORMED;
        protocol = reader_u8(reader, 3);
        reader_skip(reader, 8);
        switch (protocol) {
        case GPE_IPV4:
                return decode_ip(packet, reader);
        case GPE_IPV6:
                return decode_ip_version_6(packet, reader);
        case GPE_ETHERNET:
                return decode_ethernet(packet, reader);
        case GPE_MPLS:
                return decode_mpls(packet, reader);
        default:
                return DECODE_UNKNOWN;
        }
}

/* Adds the extension headers from *length on (3GPP TS 29.281 section 5.2.1). Their lengths are in words of four octets;
 * the last octet of each is the type of the next one, 0 at the end. */
static DecodeStatus measure_gtp_extensions(const Reader *reader, guint32 *length)
{
        while (reader_u8(reader, *length - 1) != 0) {
                guint32 size;

                if (!reader_has(reader, *length, 1))
                        return reader_shortage(reader, *length + 1);
                size = reader_u8(reader, *length) * 4u;
                if (size == 0)
                        return DECODE_MALFORMED;
                if (!reader_has(reader, *length, size))
                        return reader_shortage(reader, *length + size);
                *length += size;
        }
        return DECODE_COMPLETE;
}

/* Only the ends of the tunnel know what a G-PDU carries. As in Wireshark, a first octet with an IP version (and in IPv4
 * a header of 20 to 56 octets) means an IP packet, and an IP type in the right place an Ethernet frame. */
static DecodeStatus decode_gtp_payload(Packet *packet, Reader *reader)
{
        guint8 first;
        guint16 type;

        if (!reader_has(reader, 0, 1))
                return reader_shortage(reader, 1);
        first = reader_u8(reader, 0);
        if ((first >= 0x45 && first <= 0x4e) || first >> 4 == 6)
                return decode_ip(packet, reader);
        if (!reader_has(reader, 0, 14))
                return reader_shortage(reader, 14);
        type = reader_u16(reader, 12);
        return type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6 ? decode_ethernet(packet, reader) : DECODE_UNKNOWN;
}

/* GTP-U, 3GPP TS 29.281 section 5.1. The length counts what follows the first eight octets. */
static DecodeStatus decode_gtp(Packet *packet, Reader *reader)
{
        guint32 length = 8;
        guint8 flags;

        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        flags = reader_u8(reader, 0);
        if ((flags & GTP_VERSION_AND_TYPE) != GTP_VERSION_1)
                return DECODE_UNKNOWN;
        reader_limit(reader, 8u + reader_u16(reader, 2));
        if ((flags & GTP_OPTIONAL) != 0)
                length += 4;
        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        if ((flags & GTP_EXTENSION) != 0) {
                DecodeStatus status = measure_gtp_extensions(reader, &length);

                if (status != DECODE_COMPLETE)
                        return status;
        }
        if (!packet_add_layer(packet, reader, LAYER_GTP, length))
                return DECODE_MALFORMED;
        if (reader_u8(reader, 1) != GTP_G_PDU)
                return DECODE_UNKNOWN;
        reader_skip(reader, length);
        return decode_gtp_payload(packet, reader);
}

/* RFC 4380 section 5.1.1: an authentication and an origin indication may come before the packet. */
static DecodeStatus decode_teredo(Packet *packet, Reader *reader)
{
        guint32 length = 0;

        if (!reader_has(reader, 0, 2))
                return reader_shortage(reader, 2);
        if (reader_u16(reader, 0) == TEREDO_AUTHENTICATION) {
                if (!reader_has(reader, 0, 4))
                        return reader_shortage(reader, 4);
                /* An identifier, a value, a nonce and a confirmation. */
                length = 4u + reader_u8(reader, 2) + reader_u8(reader, 3) + 8 + 1;
        }
        if (!reader_has(reader, length, 2))
                return reader_shortage(reader, length + 2);
        if (reader_u16(reader, length) == TEREDO_ORIGIN)
                length += 8;
        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        if (!packet_add_layer(packet, reader, LAYER_TEREDO, length))
                return DECODE_MALFORMED;
        reader_skip(reader, length);
        return decode_ip_version_6(packet, reader);
}

/* RFC 2661 section 3.1: data messages of version 2. In version 3, no field says what a message carries. */
static DecodeStatus decode_l2tp(Packet *packet, Reader *reader)
{
        guint32 length = 6;
        guint16 flags;

        if (!reader_has(reader, 0, 2))
                return reader_shortage(reader, 2);
        flags = reader_u16(reader, 0);
        if ((flags & L2TP_CONTROL) != 0 || (flags & L2TP_VERSION) != 2)
                return DECODE_UNKNOWN;
        if ((flags & L2TP_LENGTH) != 0) {
                if (!reader_has(reader, 2, 2))
                        return reader_shortage(reader, 4);
                reader_limit(reader, reader_u16(reader, 2));
                length += 2;
        }
        if ((flags & L2TP_SEQUENCE) != 0)
                length += 4;
        if ((flags & L2TP_OFFSET) != 0) {
                if (!reader_has(reader, length, 2))
                        return reader_shortage(reader, length + 2);
                length += 2u + reader_u16(reader, length);
        }
        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        if (!packet_add_layer(packet, reader, LAYER_L2TP, length))
                return DECODE_MALFORMED;
        reader_skip(reader, length);
        return decode_serial(packet, reader);
}

/* Anything In Anything, draft-massar-v6ops-ayiya-02 section 3: the lengths of identity and signature, an operation, and
 * the IP protocol of what follows. */
static DecodeStatus decode_ayiya(Packet *packet, Reader *reader)
{
        guint32 length = AYIYA_HEADER;
        guint8 operation, protocol;

        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        length += (1u << (reader_u8(reader, 0) >> 4)) + (reader_u8(reader, 1) >> 4) * 4u;
        operation = reader_u8(reader, 2) & AYIYA_OPERATION;
        protocol = reader_u8(reader, 3);
        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        if (!packet_add_layer(packet, reader, LAYER_AYIYA, length))
                return DECODE_MALFORMED;
        reader_skip(reader, length);
        return operation == AYIYA_FORWARD ? decode_ip_tunnel(packet, reader, protocol) : DECODE_UNKNOWN;
}

typedef DecodeStatus (*TunnelDecoder)(Packet *packet, Reader *reader);

static TunnelDecoder find_decoder(guint16 port)
{
        switch (port) {
        case PORT_L2TP:
                return decode_l2tp;
        case PORT_GTP:
                return decode_gtp;
        case PORT_TEREDO:
                return decode_teredo;
        case PORT_GRE:
                return decode_gre;
        case PORT_VXLAN:
                return decode_vxlan;
        case PORT_VXLAN_GPE:
                return decode_vxlan_gpe;
        case PORT_AYIYA:
                return decode_ayiya;
        case PORT_GENEVE:
                return decode_geneve;
        case PORT_MPLS:
                return decode_mpls;
        default:
                return NULL;
        }
}

/* The lower port decides, as in Wireshark; if it belongs to no tunnel, the higher one does. */
static TunnelDecoder choose_decoder(const Packet *packet)
{
        TunnelDecoder decoder = find_decoder(MIN(packet->source.port, packet->destination.port));

        return decoder ? decoder : find_decoder(MAX(packet->source.port, packet->destination.port));
}

static gboolean has_ip_from(const Packet *packet, guint first)
{
        for (guint i = first; i < packet->n_layers; i++)
                if (packet->layers[i].kind == LAYER_IPV4 || packet->layers[i].kind == LAYER_IPV6)
                        return TRUE;
        return FALSE;
}

/* A loop and no recursion, so that tunnels do not use up the stack however deeply they are nested. */
DecodeStatus decode_udp_tunnels(Packet *packet, DecodeStatus status)
{
        while (packet->transport == TRANSPORT_UDP && packet->n_tunnels < PACKET_MAX_TUNNELS) {
                const Reader datagram = {packet->payload, packet->payload_captured, packet->payload_length};
                Tunnel *tunnel = &packet->tunnels[packet->n_tunnels];
                TunnelDecoder decoder = choose_decoder(packet);
                Reader reader = datagram;
                guint first;

                if (!decoder)
                        break;
                if (packet->n_layers > 0 && packet->layers[packet->n_layers - 1].kind == LAYER_PAYLOAD)
                        packet->n_layers--;
                first = packet->n_layers;
                *tunnel = (Tunnel){TRANSPORT_UDP, packet->source, packet->destination};
                packet->transport = TRANSPORT_NONE;
                packet->source.port = packet->destination.port = 0;
                packet->payload = NULL;
                packet->payload_captured = packet->payload_length = 0;
                status = decoder(packet, &reader);
                if (!has_ip_from(packet, first)) {
                        packet->transport = TRANSPORT_UDP;
                        packet->source = tunnel->source;
                        packet->destination = tunnel->destination;
                        packet->payload = datagram.data;
                        packet->payload_captured = datagram.captured;
                        packet->payload_length = datagram.length;
                        return status;
                }
                packet->n_tunnels++;
        }
        return status;
}
