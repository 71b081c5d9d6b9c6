/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ethernet and VLAN tags, and the cooked headers of Linux. */
#include "analyzer/decode/decode-private.h"

enum {
        LARGEST_LENGTH = 1500, /* IEEE 802.3: larger values are types, which begin at 1536 */

        /* Protocol numbers of Linux in the cooked header, and hardware types (ARPHRD_*) that change what follows it. */
        COOKED_ETHERNET = 0x0003,
        COOKED_LLC = 0x0004,
        COOKED_PPP = 0x0007,
        COOKED_LARGEST = 1536,
        HARDWARE_GRE = 778,
        HARDWARE_RADIOTAP = 803,
};

/* What follows the addresses of IEEE 802.3, or a VLAN tag. */
static DecodeStatus decode_type_or_length(Packet *packet, Reader *reader, guint16 field)
{
        if (field == 0 || field > LARGEST_LENGTH)
                return decode_ethertype(packet, reader, field);
        reader_limit(reader, field);
        return decode_llc(packet, reader);
}

static DecodeStatus decode_vlan(Packet *packet, Reader *reader)
{
        guint16 type;

        if (!reader_has(reader, 0, 4))
                return reader_shortage(reader, 4);
        if (!packet_add_layer(packet, reader, LAYER_VLAN, 4))
                return DECODE_MALFORMED;
        type = reader_u16(reader, 2);
        reader_skip(reader, 4);
        return decode_type_or_length(packet, reader, type);
}

DecodeStatus decode_ethertype(Packet *packet, Reader *reader, guint16 type)
{
        packet->ethertype = type;
        switch (type) {
        case ETHERTYPE_IPV4:
                return decode_ip(packet, reader);
        case ETHERTYPE_IPV6:
                return decode_ip_version_6(packet, reader);
        case ETHERTYPE_VLAN:
        case ETHERTYPE_QINQ:
        case ETHERTYPE_QINQ_OLD:
                return decode_vlan(packet, reader);
        case ETHERTYPE_E_TAG:
                return decode_e_tag(packet, reader);
        case ETHERTYPE_VN_TAG:
                return decode_vn_tag(packet, reader);
        case ETHERTYPE_I_TAG:
                return decode_i_tag(packet, reader);
        case ETHERTYPE_HSR:
                return decode_hsr_tag(packet, reader);
        case ETHERTYPE_CISCO_METADATA:
                return decode_cisco_metadata(packet, reader);
        case ETHERTYPE_FABRICPATH:
                return decode_fabricpath(packet, reader);
        case ETHERTYPE_PPPOE:
                return decode_pppoe(packet, reader);
        case ETHERTYPE_MPLS:
        case ETHERTYPE_MPLS_MULTICAST:
                return decode_mpls(packet, reader);
        case ETHERTYPE_BRIDGED:
                return decode_ethernet(packet, reader);
        case ETHERTYPE_LLC:
                return decode_llc(packet, reader);
        default:
                return DECODE_UNKNOWN;
        }
}

DecodeStatus decode_ethernet(Packet *packet, Reader *reader)
{
        guint16 type;

        if (!reader_has(reader, 0, 14))
                return reader_shortage(reader, 14);
        if (!packet_add_layer(packet, reader, LAYER_ETHERNET, 14))
                return DECODE_MALFORMED;
        type = reader_u16(reader, 12);
        reader_skip(reader, 14);
        return decode_type_or_length(packet, reader, type);
}

/* Where a cooked header has the type and the hardware type. */
typedef struct {
        LayerKind kind;
        guint32 length, type_offset, hardware_offset;
} CookedLayout;

static DecodeStatus decode_cooked_layout(Packet *packet, Reader *reader, const CookedLayout *layout)
{
        guint16 type, hardware;

        if (!reader_has(reader, 0, layout->length))
                return reader_shortage(reader, layout->length);
        if (!packet_add_layer(packet, reader, layout->kind, layout->length))
                return DECODE_MALFORMED;
        type = reader_u16(reader, layout->type_offset);
        hardware = reader_u16(reader, layout->hardware_offset);
        reader_skip(reader, layout->length);
        if (type > COOKED_LARGEST)
                return hardware == HARDWARE_GRE ? decode_gre_protocol(packet, reader, type) :
                                                  decode_ethertype(packet, reader, type);
        if (hardware == HARDWARE_RADIOTAP)
                return decode_radiotap(packet, reader);
        switch (type) {
        case COOKED_ETHERNET:
                return decode_ethernet(packet, reader);
        case COOKED_LLC:
                return decode_llc(packet, reader);
        case COOKED_PPP:
                return decode_serial(packet, reader);
        default:
                return DECODE_UNKNOWN;
        }
}

DecodeStatus decode_cooked(Packet *packet, Reader *reader)
{
        static const CookedLayout layout = {LAYER_LINUX_SLL, 16, 14, 2};

        return decode_cooked_layout(packet, reader, &layout);
}

DecodeStatus decode_cooked_2(Packet *packet, Reader *reader)
{
        static const CookedLayout layout = {LAYER_LINUX_SLL2, 20, 0, 8};

        return decode_cooked_layout(packet, reader, &layout);
}

DecodeStatus decode_serial_with_direction(Packet *packet, Reader *reader)
{
        if (!reader_has(reader, 0, 1))
                return reader_shortage(reader, 1);
        reader_skip(reader, 1);
        return decode_serial(packet, reader);
}
