/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Data frames of IEEE 802.11-2020, section 9.3.2. */
#include "analyzer/decode/decode-private.h"

#include <string.h>

enum {
        /* The first octet of Frame Control, section 9.2.4.1. */
        VERSION_AND_TYPE = 0x0f,
        VERSION_0_DATA = 0x08,
        SUBTYPE_NO_DATA = 0x40,
        SUBTYPE_QOS = 0x80,
        /* The second octet. */
        TO_DS = 0x01,
        FROM_DS = 0x02,
        MORE_FRAGMENTS = 0x04,
        PROTECTED = 0x40,
        HIGH_THROUGHPUT_CONTROL = 0x80, /* only in frames with QoS */
        /* The first octet of QoS Control, section 9.2.4.5. */
        QOS_AMSDU = 0x80,

        ADDRESS_1 = 4,
        ADDRESS_2 = 10,
        ADDRESS_3 = 16,
        ADDRESS_4 = 24,
};

/* The length of the Mesh Control field (section 9.2.4.7.3) at the front of reader: six octets, then as many addresses
 * as its flags say. 0: there is none. The bit in QoS Control that announces it cannot be trusted. As in Wireshark, it
 * is there if LLC and SNAP follow it. */
static guint32 mesh_control_length(const Reader *reader)
{
        guint32 length = 6 + reader_u8(reader, 0) * 6u;

        return length <= 18 && reader_has(reader, length, 3) && reader_u8(reader, length) == 0xaa &&
                               reader_u16(reader, length + 1) == 0xaa03 ?
                       length :
                       0;
}

/* Reads what a data frame carries. That should be LLC, but some access points put a whole Ethernet frame there, with
 * the same addresses as the frame; and the laptops of One Laptop per Child put two octets of zero before LLC. Wireshark
 * reads both. */
static DecodeStatus
decode_body(Packet *packet, Reader *reader, guint8 flags, const guint8 *destination, const guint8 *source)
{
        if (reader_has(reader, 0, 2) && reader_u16(reader, 0) != 0xaaaa) {
                guint32 skipped;

                /* The checks below need 21 octets. A frame with an IP header has more. */
                if (reader->captured < MIN(reader->length, 21))
                        return DECODE_TRUNCATED;
                skipped = (flags & FROM_DS) != 0 ? mesh_control_length(reader) : 0;
                if (skipped == 0 && reader_has(reader, 0, 12) &&
                    (memcmp(reader->data, destination, 6) == 0 || memcmp(reader->data + 6, source, 6) == 0))
                        return decode_ethernet(packet, reader);
                if (skipped == 0 && reader_u16(reader, 0) == 0)
                        skipped = 2;
                reader_skip(reader, skipped);
        }
        return decode_llc(packet, reader);
}

/* Several frames in one, section 9.3.2.2. Only the first is read, since a Packet is one packet. */
static DecodeStatus decode_amsdu(Packet *packet, Reader *reader)
{
        guint16 length;

        if (!reader_has(reader, 0, 14))
                return reader_shortage(reader, 14);
        if (!packet_add_layer(packet, reader, LAYER_AMSDU_SUBFRAME, 14))
                return DECODE_MALFORMED;
        length = reader_u16(reader, 12);
        reader_skip(reader, 14);
        reader_limit(reader, length);
        return decode_llc(packet, reader);
}

DecodeStatus decode_wireless_padded(Packet *packet, Reader *reader, gboolean is_padded)
{
        guint32 length, qos;
        guint8 kind, flags;
        const guint8 *destination, *source;
        gboolean has_qos, is_amsdu;

        if (!reader_has(reader, 0, 2))
                return reader_shortage(reader, 2);
        kind = reader_u8(reader, 0);
        flags = reader_u8(reader, 1);
        has_qos = (kind & SUBTYPE_QOS) != 0;
        if ((kind & VERSION_AND_TYPE) != VERSION_0_DATA || (kind & SUBTYPE_NO_DATA) != 0) {
                packet_add_layer(packet, reader, LAYER_IEEE802_11, reader->captured);
                return DECODE_UNKNOWN;
        }

        qos = (flags & TO_DS) != 0 && (flags & FROM_DS) != 0 ? ADDRESS_4 + 6 : ADDRESS_4;
        length = qos + (has_qos ? 2 : 0) + (has_qos && (flags & HIGH_THROUGHPUT_CONTROL) != 0 ? 4 : 0);
        if (is_padded)
                length = (length + 3) & ~3u;
        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        is_amsdu = has_qos && (reader_u8(reader, qos) & QOS_AMSDU) != 0;
        if (!packet_add_layer(packet, reader, LAYER_IEEE802_11, length))
                return DECODE_MALFORMED;

        /* Section 9.3.2.1, table 9-30: who sent the data, and to whom. */
        destination = reader->data + ((flags & TO_DS) != 0 ? ADDRESS_3 : ADDRESS_1);
        source = reader->data + ((flags & FROM_DS) == 0 ? ADDRESS_2 : (flags & TO_DS) == 0 ? ADDRESS_3 : ADDRESS_4);
        reader_skip(reader, length);
        /* A fragment that is not the last cannot be read. The fragment number is ignored, because some cards count
         * whole frames in it; decode_body() notices a last fragment, because it does not begin with LLC. */
        if ((flags & (PROTECTED | MORE_FRAGMENTS)) != 0)
                return DECODE_UNKNOWN;
        return is_amsdu ? decode_amsdu(packet, reader) : decode_body(packet, reader, flags, destination, source);
}

DecodeStatus decode_wireless(Packet *packet, Reader *reader)
{
        return decode_wireless_padded(packet, reader, FALSE);
}
