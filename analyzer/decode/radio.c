/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The headers that captures put before a frame of IEEE 802.11. They say how it was received. */
#include "analyzer/decode/decode-private.h"

enum {
        RADIOTAP_HAS_TIMER = 1 << 0,
        RADIOTAP_HAS_FLAGS = 1 << 1,
        RADIOTAP_MORE_WORDS = 31, /* the bit's number */
        FLAG_FCS = 0x10,          /* the frame check sequence follows the frame */
        FLAG_PADDED = 0x20,       /* the header of the frame is padded to a multiple of four octets */

        PRISM_LENGTH = 144,
        PRISM_MESSAGE_SNIFF = 0x41,
        PRISM_MESSAGE_SNIFF_FRAME = 0x44,

        PPI_ALIGNED = 0x01,
        PPI_FIELD_802_11 = 2,
        PPI_FLAG_FCS = 0x0001,
};

#define AVS_VERSION_1 0x80211001u
#define AVS_VERSION_2 0x80211002u

static void drop_fcs(Reader *reader)
{
        reader_limit(reader, reader->length - MIN(reader->length, 4));
}

/* The flags of a header of length octets; 0 if it has none. Fields begin behind the last word that says which fields
 * there are. The flags are the second field; the first is a timer of eight octets, aligned to eight. */
static guint8 radiotap_flags(const Reader *reader, guint32 length)
{
        guint32 present = reader_u32_le(reader, 4), offset = 8;

        if ((present & RADIOTAP_HAS_FLAGS) == 0)
                return 0;
        for (guint32 word = present; (word >> RADIOTAP_MORE_WORDS) != 0; offset += 4) {
                if (length - offset < 4)
                        return 0;
                word = reader_u32_le(reader, offset);
        }
        if ((present & RADIOTAP_HAS_TIMER) != 0)
                offset = ((offset + 7) & ~7u) + 8;
        return offset < length ? reader_u8(reader, offset) : 0;
}

/* The format is that of radiotap.org. */
DecodeStatus decode_radiotap(Packet *packet, Reader *reader)
{
        guint32 length;
        guint8 flags;

        if (!reader_has(reader, 0, 8))
                return reader_shortage(reader, 8);
        length = reader_u16_le(reader, 2);
        if (length < 8)
                return DECODE_MALFORMED;
        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        if (!packet_add_layer(packet, reader, LAYER_RADIOTAP, length))
                return DECODE_MALFORMED;
        flags = radiotap_flags(reader, length);
        reader_skip(reader, length);
        if ((flags & FLAG_FCS) != 0)
                drop_fcs(reader);
        return decode_wireless_padded(packet, reader, (flags & FLAG_PADDED) != 0);
}

DecodeStatus decode_avs(Packet *packet, Reader *reader)
{
        guint32 length;

        if (!reader_has(reader, 0, 8))
                return reader_shortage(reader, 8);
        length = reader_u32(reader, 4);
        if (length < 8)
                return DECODE_MALFORMED;
        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        if (!packet_add_layer(packet, reader, LAYER_AVS, length))
                return DECODE_MALFORMED;
        reader_skip(reader, length);
        return decode_wireless(packet, reader);
}

/* Three kinds of headers use this link type; the first word tells them apart. Prism's is in the byte order of the
 * capturing host. */
DecodeStatus decode_prism(Packet *packet, Reader *reader)
{
        guint32 word;

        if (!reader_has(reader, 0, 4))
                return reader_shortage(reader, 4);
        word = reader_u32(reader, 0);
        if (word == AVS_VERSION_1 || word == AVS_VERSION_2)
                return decode_avs(packet, reader);
        if (word > 0xffff)
                word = GUINT32_SWAP_LE_BE(word);
        if (word != PRISM_MESSAGE_SNIFF && word != PRISM_MESSAGE_SNIFF_FRAME)
                return decode_wireless(packet, reader);
        if (!reader_has(reader, 0, PRISM_LENGTH))
                return reader_shortage(reader, PRISM_LENGTH);
        if (!packet_add_layer(packet, reader, LAYER_PRISM, PRISM_LENGTH))
                return DECODE_MALFORMED;
        reader_skip(reader, PRISM_LENGTH);
        return decode_wireless(packet, reader);
}

/* Whether all fields of a header of length octets lie within it. *ret_fcs: whether the field of 802.11 says that a
 * frame check sequence follows the frame; untouched if there is no such field. */
static gboolean read_ppi_fields(const Reader *reader, guint32 length, gboolean *ret_fcs)
{
        gboolean is_aligned = (reader_u8(reader, 1) & PPI_ALIGNED) != 0;
        guint32 offset = 8;

        while (offset < length && length - offset >= 4) {
                guint32 size = reader_u16_le(reader, offset + 2);

                if (size > length - offset - 4)
                        return FALSE;
                if (reader_u16_le(reader, offset) == PPI_FIELD_802_11 && size >= 10)
                        *ret_fcs = (reader_u16_le(reader, offset + 12) & PPI_FLAG_FCS) != 0;
                offset += 4 + (is_aligned ? (size + 3) & ~3u : size);
        }
        return TRUE;
}

/* CACE Technologies' per-packet information, before a frame of any link type. */
DecodeStatus decode_ppi(Packet *packet, Reader *reader)
{
        guint32 length, link_type;
        gboolean has_fcs = FALSE;

        if (!reader_has(reader, 0, 8))
                return reader_shortage(reader, 8);
        length = reader_u16_le(reader, 2);
        link_type = reader_u32_le(reader, 4);
        if (length < 8)
                return DECODE_MALFORMED;
        if (!reader_has(reader, 0, length))
                return reader_shortage(reader, length);
        if (!packet_add_layer(packet, reader, LAYER_PPI, length))
                return DECODE_MALFORMED;
        if (!read_ppi_fields(reader, length, &has_fcs))
                return DECODE_MALFORMED;
        reader_skip(reader, length);
        if (has_fcs && link_type == LINK_TYPE_IEEE802_11)
                drop_fcs(reader);
        return link_type <= G_MAXUINT16 ? decode_link(packet, reader, (guint16) link_type) : DECODE_UNKNOWN;
}
