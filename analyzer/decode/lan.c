/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Local networks that are not Ethernet. */
#include "analyzer/decode/decode-private.h"

enum {
        FDDI_HEADER = 13, /* frame control, destination, source: ISO 9314-2 section 7.2 */
        FDDI_CLASS = 0xf0,
        FDDI_LLC_ASYNCHRONOUS = 0x50,

        ARCNET_IPV6 = 196,
        ARCNET_BACNET = 205,
        ARCNET_IP = 212,     /* RFC 1201 */
        ARCNET_IP_OLD = 240, /* RFC 1051, which has no fragments */
        ARCNET_ARP_OLD = 241,
        ARCNET_DIAGNOSIS = 128,
        ARCNET_EXCEPTION = 0xff,

        INFINIBAND_ROUTING_HEADER = 40,
};

DecodeStatus decode_fddi(Packet *packet, Reader *reader)
{
        guint8 control;

        if (!reader_has(reader, 0, FDDI_HEADER))
                return reader_shortage(reader, FDDI_HEADER);
        if (!packet_add_layer(packet, reader, LAYER_FDDI, FDDI_HEADER))
                return DECODE_MALFORMED;
        control = reader_u8(reader, 0);
        reader_skip(reader, FDDI_HEADER);
        return (control & FDDI_CLASS) == FDDI_LLC_ASYNCHRONOUS ? decode_llc(packet, reader) : DECODE_UNKNOWN;
}

/* at: the offset of the protocol, behind the addresses. has_exception: the frame may be an exception frame. ARCNET
 * cannot send frames of some lengths, so their header is made longer, and the protocol stands in it twice (RFC 1201
 * section 2.1). */
static DecodeStatus decode_arcnet_at(Packet *packet, Reader *reader, guint32 at, gboolean has_exception)
{
        guint32 length = at + 1;
        guint8 protocol, split = 0;

        if (!reader_has(reader, at, 1))
                return reader_shortage(reader, length);
        protocol = reader_u8(reader, at);
        if (protocol != ARCNET_IP_OLD && protocol != ARCNET_ARP_OLD && protocol != ARCNET_BACNET &&
            protocol != ARCNET_DIAGNOSIS) {
                if (has_exception && reader_has(reader, length, 1) && reader_u8(reader, length) == ARCNET_EXCEPTION)
                        length += 4;
                length += 3; /* the split flag and a sequence number */
                if (!reader_has(reader, 0, length))
                        return reader_shortage(reader, length);
                split = reader_u8(reader, length - 3);
        }
        if (!packet_add_layer(packet, reader, LAYER_ARCNET, length))
                return DECODE_MALFORMED;
        reader_skip(reader, length);
        /* A packet that was sent in several frames: the flag of the first is odd, and only that has the packet's header
         * (RFC 1201 section 2.2). */
        if (split != 0 && split % 2 == 0)
                return DECODE_UNKNOWN;
        switch (protocol) {
        case ARCNET_IP:
        case ARCNET_IP_OLD:
                return decode_ip(packet, reader);
        case ARCNET_IPV6:
                return decode_ip_version_6(packet, reader);
        case ARCNET_BACNET:
                return decode_llc(packet, reader);
        default:
                return DECODE_UNKNOWN;
        }
}

/* As BSD systems capture it, behind source and destination. */
DecodeStatus decode_arcnet(Packet *packet, Reader *reader)
{
        return decode_arcnet_at(packet, reader, 2, TRUE);
}

/* As Linux captures it: behind the addresses there is an offset of two octets; exception frames do not occur. */
DecodeStatus decode_arcnet_linux(Packet *packet, Reader *reader)
{
        return decode_arcnet_at(packet, reader, 4, FALSE);
}

/* RFC 4391 section 6: the global routing header, or zeros in its place; then a type and two reserved octets. */
DecodeStatus decode_infiniband(Packet *packet, Reader *reader)
{
        const guint32 length = INFINIBAND_ROUTING_HEADER + 4;
        guint16 type;

        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        if (!packet_add_layer(packet, reader, LAYER_INFINIBAND, length))
                return DECODE_MALFORMED;
        type = reader_u16(reader, INFINIBAND_ROUTING_HEADER);
        reader_skip(reader, length);
        return decode_ethertype(packet, reader, type);
}
