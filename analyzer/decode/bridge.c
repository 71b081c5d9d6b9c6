/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What bridges and switches insert between the addresses of an Ethernet frame and its type, except VLAN tags. */
#include "analyzer/decode/decode-private.h"

/* Reads a tag of length octets, whose last two are the type of what follows. */
static DecodeStatus decode_tag(Packet *packet, Reader *reader, LayerKind kind, guint32 length)
{
        guint16 type;

        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        if (!packet_add_layer(packet, reader, kind, length))
                return DECODE_MALFORMED;
        type = reader_u16(reader, length - 2);
        reader_skip(reader, length);
        return decode_ethertype(packet, reader, type);
}

/* IEEE 802.1BR-2012 section 7.5. */
DecodeStatus decode_e_tag(Packet *packet, Reader *reader)
{
        return decode_tag(packet, reader, LAYER_E_TAG, 8);
}

/* Cisco's tag for the interfaces of virtual machines, the predecessor of 802.1BR. */
DecodeStatus decode_vn_tag(Packet *packet, Reader *reader)
{
        return decode_tag(packet, reader, LAYER_VN_TAG, 6);
}

/* High-availability seamless redundancy, IEC 62439-3 section 5.7: path and size, sequence number. */
DecodeStatus decode_hsr_tag(Packet *packet, Reader *reader)
{
        return decode_tag(packet, reader, LAYER_HSR_TAG, 6);
}

/* TrustSec: version, length, and one option, the security group tag. */
DecodeStatus decode_cisco_metadata(Packet *packet, Reader *reader)
{
        return decode_tag(packet, reader, LAYER_CISCO_METADATA, 8);
}

/* Provider backbone bridges, IEEE 802.1Q-2014 section 9.7: the service's identifier, then the customer's frame. */
DecodeStatus decode_i_tag(Packet *packet, Reader *reader)
{
        if (!reader_has(reader, 0, 4))
                return reader_shortage(reader, 4);
        if (!packet_add_layer(packet, reader, LAYER_I_TAG, 4))
                return DECODE_MALFORMED;
        reader_skip(reader, 4);
        return decode_ethernet(packet, reader);
}

/* Cisco FabricPath: tree and time to live, then the frame that the fabric carries. */
DecodeStatus decode_fabricpath(Packet *packet, Reader *reader)
{
        if (!reader_has(reader, 0, 2))
                return reader_shortage(reader, 2);
        if (!packet_add_layer(packet, reader, LAYER_FABRICPATH, 2))
                return DECODE_MALFORMED;
        reader_skip(reader, 2);
        return decode_ethernet(packet, reader);
}
