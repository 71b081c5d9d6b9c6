/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IEEE 802.2 Logical Link Control, and SNAP. */
#include "analyzer/decode/decode-private.h"

enum {
        SAP_IP = 0x06,
        SAP_SNAP = 0xaa,
        CONTROL_UNNUMBERED_INFORMATION = 0x03,
        ORGANIZATION_ETHERNET = 0x000000, /* RFC 1042: the protocol is an Ethernet type */
        ORGANIZATION_TUNNEL = 0x0000f8,   /* likewise, IEEE 802.1H */
        ORGANIZATION_BRIDGED = 0x0080c2,  /* RFC 2684 section 5.2: a frame of a network of IEEE 802 */
        BRIDGED_ETHERNET_WITH_FCS = 1,
        BRIDGED_ETHERNET = 7,
};

/* What follows a SNAP header (IEEE 802-2014 section 9.5). */
static DecodeStatus decode_snap(Packet *packet, Reader *reader, guint32 organization, guint16 protocol)
{
        switch (organization) {
        case ORGANIZATION_ETHERNET:
        case ORGANIZATION_TUNNEL:
                return decode_ethertype(packet, reader, protocol);
        case ORGANIZATION_BRIDGED:
                if (protocol != BRIDGED_ETHERNET && protocol != BRIDGED_ETHERNET_WITH_FCS)
                        return DECODE_UNKNOWN;
                if (!reader_has(reader, 0, 2))
                        return reader_shortage(reader, 2);
                reader_skip(reader, 2);
                return decode_ethernet(packet, reader);
        default:
                return DECODE_UNKNOWN;
        }
}

/* IEEE 802.2 section 3.2: two service access points, and a control field of one octet in unnumbered frames and two in
 * others (section 5.2). */
DecodeStatus decode_llc(Packet *packet, Reader *reader)
{
        guint32 length, organization = 0;
        guint16 protocol = 0;
        guint8 destination, control;
        gboolean is_snap;

        if (!reader_has(reader, 0, 3))
                return reader_shortage(reader, 3);
        destination = reader_u8(reader, 0);
        is_snap = destination == SAP_SNAP && reader_u8(reader, 1) == SAP_SNAP;
        control = reader_u8(reader, 2);
        length = ((control & 3) == 3 ? 3 : 4) + (is_snap ? 5 : 0);
        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        if (!packet_add_layer(packet, reader, LAYER_LLC, length))
                return DECODE_MALFORMED;
        if (is_snap) {
                organization = reader_u32(reader, length - 5) >> 8;
                protocol = reader_u16(reader, length - 2);
        }
        reader_skip(reader, length);
        if ((control & 1) != 0 && control != CONTROL_UNNUMBERED_INFORMATION)
                return DECODE_UNKNOWN;
        if (is_snap)
                return decode_snap(packet, reader, organization, protocol);
        return destination == SAP_IP ? decode_ip(packet, reader) : DECODE_UNKNOWN;
}
