/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/decode/route.h"

#include "analyzer/decode/decode-private.h"

enum {
        OPTION_END = 0,
        OPTION_NONE = 1,
        OPTION_LOOSE_ROUTE = 0x83,
        OPTION_STRICT_ROUTE = 0x89,

        OPTION_PAD1 = 0,
        OPTION_HOME_ADDRESS = 201,

        ROUTING_SOURCE = 0,
        ROUTING_MOBILE = 2,
        ROUTING_LOW_POWER = 3, /* RPL */
        ROUTING_SEGMENTS = 4,
};

/* As in Wireshark, only the first route counts, even if a second one still has stations left. */
gboolean route_find_ipv4(const Reader *reader, guint32 header_length, IpAddress *ret_destination)
{
        guint32 at = 20;

        while (at < header_length && reader_u8(reader, at) != OPTION_END) {
                guint8 kind = reader_u8(reader, at), length, pointer;

                if (kind == OPTION_NONE) {
                        at++;
                        continue;
                }
                if (at + 2 > header_length)
                        return FALSE;
                length = reader_u8(reader, at + 1);
                if (length < 2 || length > header_length - at)
                        return FALSE;
                if (kind == OPTION_LOOSE_ROUTE || kind == OPTION_STRICT_ROUTE) {
                        if (length < 7 || length % 4 != 3)
                                return FALSE;
                        pointer = reader_u8(reader, at + 2);
                        if (pointer < 4 || pointer % 4 != 0 || pointer > length)
                                return FALSE;
                        ip_address_read(reader, at + length - 4, 4, ret_destination);
                        return TRUE;
                }
                at += length;
        }
        return FALSE;
}

/* Each address lacks the first octets, which it shares with the destination. The last address may share another number
 * of octets than the others do. */
static gboolean find_low_power(const Reader *reader, guint32 length, IpAddress *destination)
{
        guint8 shared = reader_u8(reader, 4);
        guint32 each = 16 - (shared >> 4), last = 16 - (shared & 0xfu), pad = reader_u8(reader, 5) >> 4, at;

        if (length < 8 + pad + last)
                return FALSE;
        at = 8 + (length - 8 - pad - last) / each * each;
        memcpy(destination->octets + 16 - last, reader->data + at, last);
        return TRUE;
}

gboolean route_find_ipv6(const Reader *reader, guint32 length, IpAddress *destination)
{
        if (reader_u8(reader, 3) == 0)
                return FALSE;
        switch (reader_u8(reader, 2)) {
        case ROUTING_SOURCE:
                if (length < 24)
                        return FALSE;
                ip_address_read(reader, 8 + (length - 24) / 16 * 16, 6, destination);
                return TRUE;
        case ROUTING_MOBILE:
        case ROUTING_SEGMENTS: /* the list is in reverse order, and the header has the index of its last entry */
                if (length < 24 ||
                    (reader_u8(reader, 2) == ROUTING_SEGMENTS && length < 24 + reader_u8(reader, 4) * 16u))
                        return FALSE;
                ip_address_read(reader, 8, 6, destination);
                return TRUE;
        case ROUTING_LOW_POWER:
                return find_low_power(reader, length, destination);
        default:
                return FALSE;
        }
}

/* As in Wireshark, the last home address counts. */
gboolean route_find_home_address(const Reader *reader, guint32 length, IpAddress *ret_source)
{
        gboolean found = FALSE;
        guint32 at = 2;

        while (at < length) {
                guint8 kind = reader_u8(reader, at), size;

                if (kind == OPTION_PAD1) {
                        at++;
                        continue;
                }
                if (at + 2 > length)
                        break;
                size = reader_u8(reader, at + 1);
                if (size > length - at - 2)
                        break;
                if (kind == OPTION_HOME_ADDRESS && size == 16) {
                        ip_address_read(reader, at + 2, 6, ret_source);
                        found = TRUE;
                }
                at += 2u + size;
        }
        return found;
}
