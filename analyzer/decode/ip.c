/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv4, and IPv6 with its extension headers; in both, fragments. */
#include "analyzer/decode/decode-private.h"
#include "analyzer/decode/route.h"

enum {
        OPTION_PAD1 = 0,
        OPTION_JUMBO_PAYLOAD = 0xc2,
};

DecodeStatus decode_ip_payload(Packet *packet, Reader *reader)
{
        DecodeStatus status = DECODE_COMPLETE;

        if (packet->source.address.family == 6)
                status = decode_ipv6_extensions(packet, reader, &packet->source.address, &packet->destination.address,
                                                packet->ip_protocol, &packet->ip_protocol, &packet->is_fragment);
        /* A fragment within a fragment. No host sends it, and it is not reassembled. */
        if (packet->is_fragment) {
                packet->is_fragment = FALSE;
                return DECODE_MALFORMED;
        }
        return status == DECODE_COMPLETE ? decode_transport(packet, reader, packet->ip_protocol) : status;
}

/* Notes a fragment, whose data is at the front of reader. length: octets of data, by its header. */
static DecodeStatus decode_fragment(Packet *packet, Reader *reader, guint32 length)
{
        DecodeStatus status;

        packet->fragment_length = length;
        packet->fragment = (Datagram){
                .source = packet->source.address,
                .destination = packet->destination.address,
                .protocol = packet->ip_protocol,
                .hop_limit = packet->hop_limit,
                .ecn = packet->ecn,
                .octets = reader->data,
                .length = reader->captured,
        };
        /* The first fragment of an IPv4 datagram, if it was cut off, is read as far as it goes: it can never be
         * reassembled. Wireshark does the same, and only for IPv4, which matters for the numbers of streams. */
        if (packet->fragment_offset > 0 || reader->captured >= length || packet->source.address.family == 6)
                return DECODE_COMPLETE;
        packet->is_fragment = FALSE;
        status = decode_ip_payload(packet, reader);
        packet->is_fragment = TRUE;
        return status;
}

/* RFC 791 section 3.1. */
static DecodeStatus decode_ipv4(Packet *packet, Reader *reader)
{
        guint32 header_length, total_length;
        guint16 fragment;

        if (!reader_has(reader, 0, 20))
                return reader_shortage(reader, 20);
        header_length = (reader_u8(reader, 0) & 0x0f) * 4u;
        if (header_length < 20)
                return DECODE_MALFORMED;
        total_length = reader_u16(reader, 2);
        /* Zero: the network card of the capturing host was to divide the packet into segments later. The frame shows
         * the length. */
        if (total_length == 0)
                total_length = reader->length;
        if (total_length < header_length)
                return DECODE_MALFORMED;
        /* If the frame is longer than the datagram, it ends with padding or a trailer. If it is shorter, the datagram
         * was cut off before it was captured. */
        packet->unsent = total_length - MIN(total_length, reader->length);
        reader_limit(reader, total_length);
        if (!reader_has(reader, 0, header_length))
                return reader_shortage(reader, header_length);
        if (!packet_add_layer(packet, reader, LAYER_IPV4, header_length))
                return DECODE_MALFORMED;

        packet->ecn = reader_u8(reader, 1) & 3;
        packet->hop_limit = reader_u8(reader, 8);
        packet->ip_protocol = reader_u8(reader, 9);
        ip_address_read(reader, 12, 4, &packet->source.address);
        ip_address_read(reader, 16, 4, &packet->destination.address);
        if (G_UNLIKELY(header_length > 20))
                route_find_ipv4(reader, header_length, &packet->destination.address);
        packet->fragment_id = reader_u16(reader, 4);
        fragment = reader_u16(reader, 6);
        packet->fragment_offset = (fragment & 0x1fffu) * 8;
        packet->more_fragments = (fragment & 0x2000) != 0;
        packet->is_fragment = (fragment & 0x3fff) != 0;
        reader_skip(reader, header_length);
        return packet->is_fragment ? decode_fragment(packet, reader, total_length - header_length) :
                                     decode_transport(packet, reader, packet->ip_protocol);
}

/* RFC 8200 section 4; RFC 4302 section 2 for the authentication header. */
DecodeStatus decode_ipv6_extensions(Packet *packet,
                                    Reader *reader,
                                    IpAddress *source,
                                    IpAddress *destination,
                                    guint8 next,
                                    guint8 *ret_protocol,
                                    gboolean *ret_fragment)
{
        *ret_fragment = FALSE;
        for (;;) {
                guint32 length;
                guint16 fragment;

                switch (next) {
                case PROTOCOL_HOP_BY_HOP:
                case PROTOCOL_ROUTING:
                case PROTOCOL_DESTINATION:
                case PROTOCOL_SHIM6:
                case PROTOCOL_AUTHENTICATION:
                        if (!reader_has(reader, 0, 2))
                                return reader_shortage(reader, 2);
                        length = next == PROTOCOL_AUTHENTICATION ? (reader_u8(reader, 1) + 2u) * 4 :
                                                                   (reader_u8(reader, 1) + 1u) * 8;
                        break;
                case PROTOCOL_FRAGMENT:
                        length = 8;
                        break;
                default:
                        *ret_protocol = next;
                        return DECODE_COMPLETE;
                }
                if (!reader_has(reader, 0, length))
                        return reader_shortage(reader, length);
                if (packet && !packet_add_layer(packet, reader, LAYER_IPV6_EXTENSION, length))
                        return DECODE_MALFORMED;
                if (next == PROTOCOL_ROUTING)
                        route_find_ipv6(reader, length, destination);
                else if (next == PROTOCOL_DESTINATION)
                        route_find_home_address(reader, length, source);
                if (next == PROTOCOL_FRAGMENT) {
                        fragment = reader_u16(reader, 2);
                        /* An atomic fragment (offset 0, no more fragments) is a complete datagram, RFC 6946. */
                        if ((fragment & 0xfff9) != 0)
                                *ret_fragment = TRUE;
                        if (packet) {
                                packet->fragment_offset = fragment & 0xfff8u;
                                packet->more_fragments = (fragment & 1) != 0;
                                packet->fragment_id = reader_u32(reader, 4);
                        }
                }
                next = reader_u8(reader, 0);
                reader_skip(reader, length);
                if (*ret_fragment) {
                        *ret_protocol = next;
                        return DECODE_COMPLETE;
                }
        }
}

/* The length of a payload that is too long for the field in the header. It is in an option of the hop-by-hop header at
 * the front of reader (RFC 2675 section 2). 0: there is none. */
__attribute__((cold)) static guint32 find_jumbo_length(const Reader *reader)
{
        guint32 end, at = 2;

        if (!reader_has(reader, 0, 2))
                return 0;
        end = (reader_u8(reader, 1) + 1u) * 8;
        while (reader_has(reader, at, 2) && at + 2 <= end) {
                guint8 kind = reader_u8(reader, at), length = reader_u8(reader, at + 1);

                if (kind == OPTION_PAD1) {
                        at++;
                        continue;
                }
                if (kind == OPTION_JUMBO_PAYLOAD && length == 4 && at + 6 <= end && reader_has(reader, at, 6))
                        return reader_u32(reader, at + 2);
                at += 2u + length;
        }
        return 0;
}

/* RFC 8200 section 3. */
static DecodeStatus decode_ipv6(Packet *packet, Reader *reader)
{
        guint32 payload_length;
        DecodeStatus status;

        if (!reader_has(reader, 0, 40))
                return reader_shortage(reader, 40);
        if (!packet_add_layer(packet, reader, LAYER_IPV6, 40))
                return DECODE_MALFORMED;
        payload_length = reader_u16(reader, 4);
        packet->ecn = reader_u8(reader, 1) >> 4 & 3;
        packet->hop_limit = reader_u8(reader, 7);
        packet->ip_protocol = reader_u8(reader, 6);
        ip_address_read(reader, 8, 6, &packet->source.address);
        ip_address_read(reader, 24, 6, &packet->destination.address);
        reader_skip(reader, 40);
        if (payload_length == 0 && packet->ip_protocol == PROTOCOL_HOP_BY_HOP)
                payload_length = find_jumbo_length(reader);
        /* Still zero: as in IPv4, the network card was to divide the packet later. */
        if (payload_length > 0) {
                packet->unsent = payload_length - MIN(payload_length, reader->length);
                reader_limit(reader, payload_length);
        } else {
                packet->unsent = 0;
        }
        status = decode_ipv6_extensions(packet, reader, &packet->source.address, &packet->destination.address,
                                        packet->ip_protocol, &packet->ip_protocol, &packet->is_fragment);
        if (status == DECODE_COMPLETE && packet->is_fragment)
                return decode_fragment(packet, reader, reader->length + packet->unsent);
        return status == DECODE_COMPLETE ? decode_transport(packet, reader, packet->ip_protocol) : status;
}

DecodeStatus decode_ip(Packet *packet, Reader *reader)
{
        if (!reader_has(reader, 0, 1))
                return reader_shortage(reader, 1);
        switch (reader_u8(reader, 0) >> 4) {
        case 4:
                return decode_ipv4(packet, reader);
        case 6:
                return decode_ipv6(packet, reader);
        default:
                return DECODE_MALFORMED;
        }
}
