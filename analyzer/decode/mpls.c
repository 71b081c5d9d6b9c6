/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MPLS label stacks, and what can follow one. */
#include "analyzer/decode/decode-private.h"

enum {
        LABEL_GENERIC_ASSOCIATED_CHANNEL = 13, /* RFC 5586 section 4 */
        LABEL_OAM_ALERT = 14,                  /* RFC 3429 */
        CHANNEL_IPV4 = 0x0021,
        CHANNEL_IPV6 = 0x0057,
};

/* RFC 4385 section 5. */
static DecodeStatus decode_associated_channel(Packet *packet, Reader *reader)
{
        guint16 type;

        if (!reader_has(reader, 0, 4))
                return reader_shortage(reader, 4);
        if (!packet_add_layer(packet, reader, LAYER_ASSOCIATED_CHANNEL, 4))
                return DECODE_MALFORMED;
        type = reader_u16(reader, 2);
        reader_skip(reader, 4);
        if (type == CHANNEL_IPV6)
                return decode_ip_version_6(packet, reader);
        return type == CHANNEL_IPV4 ? decode_ip(packet, reader) : DECODE_UNKNOWN;
}

/* Whether the octets from offset look like an Ethernet header, followed by something that this room reads. */
static gboolean resembles_ethernet(const Reader *reader, guint32 offset)
{
        if (!reader_has(reader, offset, 15))
                return FALSE;
        switch (reader_u16(reader, offset + 12)) {
        case ETHERTYPE_IPV4:
                return reader_u8(reader, offset + 14) >> 4 == 4;
        case ETHERTYPE_IPV6:
                return reader_u8(reader, offset + 14) >> 4 == 6;
        case ETHERTYPE_ARP:
        case ETHERTYPE_VLAN:
        case ETHERTYPE_QINQ:
        case ETHERTYPE_MPLS:
        case ETHERTYPE_PPPOE:
                return TRUE;
        default:
                return FALSE;
        }
}

/* RFC 4448: an Ethernet frame, with or without a control word before it. The control word begins with four bits of zero
 * (section 4.6), and so does the first address of the frame here; nothing in the packet says which it is. Wireshark
 * checks whether it knows the manufacturers that the addresses would belong to. Here the Ethernet type decides; if that
 * leaves a doubt, there is a control word. */
static DecodeStatus decode_pseudowire(Packet *packet, Reader *reader)
{
        if (resembles_ethernet(reader, 4) || !resembles_ethernet(reader, 0)) {
                if (!reader_has(reader, 0, 4))
                        return reader_shortage(reader, 4);
                if (!packet_add_layer(packet, reader, LAYER_PSEUDOWIRE_CONTROL_WORD, 4))
                        return DECODE_MALFORMED;
                reader_skip(reader, 4);
        }
        return decode_ethernet(packet, reader);
}

/* RFC 3032 section 2.1. Only the routers that assigned the labels know what follows the label stack, so its first four
 * bits have to tell: an IP packet, an associated channel or a pseudowire (RFC 4928 section 3, RFC 4385 section 2). */
DecodeStatus decode_mpls(Packet *packet, Reader *reader)
{
        guint32 entry;

        do {
                if (!reader_has(reader, 0, 4))
                        return reader_shortage(reader, 4);
                if (!packet_add_layer(packet, reader, LAYER_MPLS, 4))
                        return DECODE_MALFORMED;
                entry = reader_u32(reader, 0);
                reader_skip(reader, 4);
        } while ((entry & 0x100) == 0);

        if (entry >> 12 == LABEL_GENERIC_ASSOCIATED_CHANNEL)
                return decode_associated_channel(packet, reader);
        if (entry >> 12 == LABEL_OAM_ALERT)
                return DECODE_UNKNOWN;
        if (!reader_has(reader, 0, 1))
                return reader_shortage(reader, 1);
        switch (reader_u8(reader, 0) >> 4) {
        case 0:
                return decode_pseudowire(packet, reader);
        case 1:
                return decode_associated_channel(packet, reader);
        case 4:
        case 6:
                return decode_ip(packet, reader);
        default:
                return DECODE_UNKNOWN;
        }
}
