/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/decode/fields-private.h"

static void tell_header_length(FieldWalk *walk)
{
        if (field_follows(walk, 1))
                field_tell(walk, "header length", 1, "%u bytes", (reader_u8(&walk->reader, walk->at) >> 4) * 4u);
}

/* AE (RFC 9768) is in the octet of the header length, but is shown with the other flags. */
static void tell_flags(FieldWalk *walk)
{
        g_autoptr(GString) text = g_string_new(NULL);

        if (!field_follows(walk, 1))
                return;
        tcp_flags_append(text, reader_u16(&walk->reader, walk->at - 1) & TCP_FLAGS_ALL);
        field_tell(walk, "flags", 1, "%s", text->len > 0 ? text->str : "none");
}

static void tell_sack(FieldWalk *walk, guint32 length)
{
        char text[160] = "";

        for (guint32 at = walk->at + 2; at + 8 <= walk->at + length; at += 8) {
                char block[32];

                g_snprintf(block, sizeof block, "%s%u–%u", *text ? ", " : "", reader_u32(&walk->reader, at),
                           reader_u32(&walk->reader, at + 4));
                g_strlcat(text, block, sizeof text);
        }
        field_tell(walk, "option SACK", length, "%s", text);
}

/* Reports one option, of which all octets are there; length includes kind and length. Numbers: IANA, TCP Option Kind
 * Numbers. */
static void tell_option(FieldWalk *walk, guint8 kind, guint32 length)
{
        const Reader *reader = &walk->reader;
        guint32 value = walk->at + 2;
        guint8 shift;

        if (kind == 2 && length == 4) { /* RFC 9293 section 3.7.1 */
                field_tell(walk, "option MSS", length, "%u", reader_u16(reader, value));
        } else if (kind == 3 && length == 3) { /* RFC 7323 section 2.2 */
                shift = reader_u8(reader, value);
                field_tell(walk, "option window scale", length, "%u (× %u)", shift, 1u << MIN(shift, 14));
        } else if (kind == 4 && length == 2) { /* RFC 2018 section 2 */
                field_tell(walk, "option SACK permitted", length, "yes");
        } else if (kind == 5) {
                tell_sack(walk, length);
        } else if (kind == 8 && length == 10) { /* RFC 7323 section 3.2 */
                field_tell(walk, "option timestamps", length, "%u, echo %u", reader_u32(reader, value),
                           reader_u32(reader, value + 4));
        } else if (kind == 34) { /* RFC 7413 section 4.1.1 */
                field_tell(walk, "option Fast Open", length, "cookie of %u bytes", length - 2);
        } else {
                field_tell(walk, "option", length, "kind %u, %u bytes", kind, length);
        }
}

static void tell_options(FieldWalk *walk)
{
        while (walk->at < walk->reader.captured) {
                guint8 kind = reader_u8(&walk->reader, walk->at), length;

                if (kind == 0) {
                        field_tell(walk, "end of options", walk->reader.captured - walk->at, "padding");
                        return;
                }
                if (kind == 1) {
                        field_tell(walk, "no operation", 1, "padding");
                        continue;
                }
                if (!reader_has(&walk->reader, walk->at, 2))
                        return;
                length = reader_u8(&walk->reader, walk->at + 1);
                if (length < 2 || !reader_has(&walk->reader, walk->at, length))
                        return;
                tell_option(walk, kind, length);
        }
}

/* RFC 9293 section 3.1. */
void fields_of_tcp(FieldWalk *walk)
{
        field_u16(walk, "source port");
        field_u16(walk, "destination port");
        field_u32(walk, "sequence number");
        field_u32(walk, "acknowledgement");
        tell_header_length(walk);
        tell_flags(walk);
        field_u16(walk, "window");
        field_hex16(walk, "checksum");
        field_u16(walk, "urgent pointer");
        if (!walk->is_cut)
                tell_options(walk);
}

/* RFC 768. */
void fields_of_udp(FieldWalk *walk)
{
        field_u16(walk, "source port");
        field_u16(walk, "destination port");
        field_u16(walk, "length");
        field_hex16(walk, "checksum");
}
