/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/decode/fields-private.h"

static const char *ecn_name(guint8 ecn)
{
        static const char *const names[] = {"not ECT", "ECT(1)", "ECT(0)", "CE"}; /* RFC 3168 section 5 */

        return names[ecn & 3];
}

/* RFC 2474 section 3, RFC 3168 section 5. */
static void tell_dscp(FieldWalk *walk)
{
        guint8 octet;

        if (!field_follows(walk, 1))
                return;
        octet = reader_u8(&walk->reader, walk->at);
        if (octet == 0)
                field_tell(walk, "DSCP, ECN", 1, "0");
        else
                field_tell(walk, "DSCP, ECN", 1, "%u, %s", octet >> 2, ecn_name(octet));
}

static void tell_flags(FieldWalk *walk)
{
        guint16 word;
        guint offset;

        if (!field_follows(walk, 2))
                return;
        word = reader_u16(&walk->reader, walk->at);
        offset = (word & 0x1fffu) * 8;
        if (word & 0x2000 || offset > 0)
                field_tell(walk, "flags, offset", 2, "%sfrom byte %u",
                           word & 0x2000 ? "more follow, " : "last fragment, ", offset);
        else
                field_tell(walk, "flags, offset", 2, "%s", word & 0x4000 ? "don't fragment" : "none");
}

/* RFC 791 section 3.1. */
void fields_of_ipv4(FieldWalk *walk)
{
        if (field_follows(walk, 1)) {
                guint8 octet = reader_u8(&walk->reader, walk->at);

                field_tell(walk, "version, length", 1, "%u, %u bytes", octet >> 4, (octet & 15) * 4u);
        }
        tell_dscp(walk);
        field_u16(walk, "total length");
        field_hex16(walk, "id");
        tell_flags(walk);
        field_u8(walk, "TTL");
        field_protocol(walk, "protocol");
        field_hex16(walk, "checksum");
        field_ip(walk, "source", 4);
        field_ip(walk, "destination", 4);
        if (walk->reader.captured > walk->at && field_follows(walk, walk->reader.captured - walk->at))
                field_tell(walk, "options", walk->reader.captured - walk->at, "%u bytes",
                           walk->reader.captured - walk->at);
}

/* RFC 8200 section 3. */
void fields_of_ipv6(FieldWalk *walk)
{
        if (field_follows(walk, 4)) {
                guint32 word = reader_u32(&walk->reader, walk->at);
                guint8 traffic_class = (word >> 20) & 0xff;

                field_tell(walk, "version, class, flow label", 4, "%u, %u, 0x%05x", word >> 28, traffic_class,
                           word & 0xfffff);
        }
        field_u16(walk, "payload length");
        field_protocol(walk, "next header");
        field_u8(walk, "hop limit");
        field_ip(walk, "source", 6);
        field_ip(walk, "destination", 6);
}

/* RFC 792, RFC 4443 section 2.1; the first four octets of IGMP, RFC 3376 section 4, are alike. */
void fields_of_icmp(FieldWalk *walk)
{
        field_u8(walk, "type");
        field_u8(walk, "code");
        field_hex16(walk, "checksum");
}
