/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP, UDP, ICMP and IGMP. */
#include "analyzer/decode/decode-private.h"
#include "analyzer/decode/route.h"

static void set_payload(Packet *packet, const Reader *reader)
{
        packet->payload_length = reader->length;
        packet->payload_captured = reader->captured;
        packet->payload = reader->captured > 0 ? reader->data : NULL;
        if (reader->captured > 0)
                packet_add_layer(packet, reader, LAYER_PAYLOAD, reader->captured);
}

/* Reads an option of which all octets are there. */
static void read_tcp_option(TcpHeader *tcp, const Reader *reader, guint32 offset, guint8 kind, guint8 length)
{
        switch (kind) {
        case 2: /* RFC 9293 section 3.2 */
                if (length == 4) {
                        tcp->has_mss = TRUE;
                        tcp->mss = reader_u16(reader, offset + 2);
                }
                break;
        case 3: /* RFC 7323 section 2.2 */
                if (length == 3) {
                        tcp->has_window_scale = TRUE;
                        tcp->window_scale = reader_u8(reader, offset + 2);
                }
                break;
        case 4: /* RFC 2018 section 2 */
                tcp->sack_permitted = TRUE;
                break;
        case 5: /* RFC 2018 section 3 */
                for (guint32 at = 2; at + 8 <= length && tcp->n_sack_blocks < TCP_MAX_SACK_BLOCKS; at += 8) {
                        tcp->sack_blocks[tcp->n_sack_blocks].left = reader_u32(reader, offset + at);
                        tcp->sack_blocks[tcp->n_sack_blocks].right = reader_u32(reader, offset + at + 4);
                        tcp->n_sack_blocks++;
                }
                break;
        case 8: /* RFC 7323 section 3.2 */
                if (length == 10) {
                        tcp->has_timestamps = TRUE;
                        tcp->timestamp_value = reader_u32(reader, offset + 2);
                        tcp->timestamp_echo = reader_u32(reader, offset + 6);
                }
                break;
        case 34: /* RFC 7413 section 4.1.1 */
                tcp->has_fast_open = TRUE;
                break;
        case 253: /* Fast Open as an experiment, before it had its own number: RFC 6994 section 3 */
        case 254:
                tcp->has_fast_open |= length >= 4 && reader_u16(reader, offset + 2) == 0xf989;
                break;
        default:
                break;
        }
}

/* Reads the options between the fixed header and end. header_end: where they end by the header's length; end is lower
 * if the rest was not captured. */
static inline __attribute__((always_inline)) void
read_tcp_options(TcpHeader *tcp, const Reader *reader, guint32 end, guint32 header_end)
{
        guint32 offset = 20;

        while (offset < end) {
                guint8 kind = reader_u8(reader, offset), length;

                if (kind == 0)
                        return;
                if (kind == 1) {
                        offset++;
                        continue;
                }
                if (offset + 2 > end) {
                        tcp->options_malformed = offset + 2 > header_end;
                        return;
                }
                length = reader_u8(reader, offset + 1);
                if (length < 2 || length > end - offset) {
                        tcp->options_malformed = length < 2 || length > header_end - offset;
                        return;
                }
                read_tcp_option(tcp, reader, offset, kind, length);
                offset += length;
        }
}

/* RFC 9293 section 3.1. As in Wireshark, the first sixteen octets are enough to follow the connection; behind them are
 * only the checksum, the urgent pointer and options. */
static DecodeStatus decode_tcp(Packet *packet, Reader *reader)
{
        TcpHeader *tcp = &packet->tcp;
        guint32 header_length, header_captured;

        if (!reader_has(reader, 0, 16))
                return reader_shortage(reader, 20);
        header_length = (reader_u8(reader, 12) >> 4) * 4u;
        header_captured = MIN(header_length, reader->captured);
        packet->source.port = reader_u16(reader, 0);
        packet->destination.port = reader_u16(reader, 2);
        *tcp = (TcpHeader){
                .sequence = reader_u32(reader, 4),
                .acknowledgement = reader_u32(reader, 8),
                .flags = reader_u16(reader, 12) & 0x0fff,
                .window = reader_u16(reader, 14),
                .urgent_pointer = reader_has(reader, 18, 2) ? reader_u16(reader, 18) : 0,
                .header_length = (guint8) header_length,
        };
        if (header_length > reader->length)
                packet->cut_transport = TRANSPORT_TCP;
        if (header_length > reader->length || !packet_add_layer(packet, reader, LAYER_TCP, header_captured))
                return DECODE_MALFORMED;
        read_tcp_options(tcp, reader, header_captured, header_length);
        packet->transport = TRANSPORT_TCP;
        reader_skip(reader, header_captured);
        reader->length -= header_length - header_captured;
        if (header_length < 20) {
                /* The header length is wrong, so nothing says where the data begins. */
                packet->payload_length = reader->length;
                return DECODE_MALFORMED;
        }
        set_payload(packet, reader);
        return header_captured < header_length ? DECODE_TRUNCATED : DECODE_COMPLETE;
}

/* RFC 768. */
static DecodeStatus decode_udp(Packet *packet, Reader *reader)
{
        gboolean is_part = packet->more_fragments || packet->unsent > 0;
        guint32 length;

        if (!reader_has(reader, 0, 8))
                return reader_shortage(reader, 8);
        length = reader_u16(reader, 4);
        /* 0 in a jumbogram (RFC 2675 section 4), which only IPv6 has: the rest of the packet. */
        if (length == 0 && packet->source.address.family == 6)
                length = reader->length;
        if (length < 8)
                return DECODE_MALFORMED;
        /* The length is that of the whole datagram. A first fragment, and a packet that was cut off before the capture,
         * contain less of it. Any other packet that is too short for the length is dropped by its receiver. */
        packet->has_bad_length = length > reader->length && !is_part;
        if (is_part)
                reader->length = MAX(reader->length, length);
        if (!packet_add_layer(packet, reader, LAYER_UDP, 8))
                return DECODE_MALFORMED;
        packet->source.port = reader_u16(reader, 0);
        packet->destination.port = reader_u16(reader, 2);
        packet->transport = TRANSPORT_UDP;
        reader_limit(reader, length);
        reader_skip(reader, 8);
        set_payload(packet, reader);
        return packet->has_bad_length ? DECODE_MALFORMED : DECODE_COMPLETE;
}

/* Notes the payload of a quoted UDP datagram. Padding and extensions may follow it (RFC 4884 sections 4 and 7). */
static void read_quoted_payload(IcmpHeader *icmp, const Reader *reader)
{
        guint32 length = reader_u16(reader, 4);

        icmp->has_whole_payload = length >= 8 && length <= reader->captured;
        icmp->quoted_payload_length = (icmp->has_whole_payload ? length : reader->captured) - 8;
        if (icmp->quoted_payload_length > 0)
                icmp->quoted_payload = reader->data + 8;
}

/* Reads the packet that an ICMP error quotes, as far as its headers were quoted. */
G_GNUC_NO_INLINE static void read_quoted(IcmpHeader *icmp, Reader *reader)
{
        Endpoint source = {0}, destination = {0};
        gboolean fragment;
        IpAddress end;
        guint8 protocol;

        if (!reader_has(reader, 0, 20))
                return;
        if (reader_u8(reader, 0) >> 4 == 4) {
                guint32 header_length = (reader_u8(reader, 0) & 0x0f) * 4u;

                protocol = reader_u8(reader, 9);
                if (header_length < 20 || !reader_has(reader, 0, header_length) ||
                    (reader_u16(reader, 6) & 0x1fff) != 0)
                        return;
                ip_address_read(reader, 12, 4, &source.address);
                ip_address_read(reader, 16, 4, &destination.address);
                route_find_ipv4(reader, header_length, &destination.address);
                reader_skip(reader, header_length);
        } else {
                if (reader_u8(reader, 0) >> 4 != 6 || !reader_has(reader, 0, 40))
                        return;
                protocol = reader_u8(reader, 6);
                ip_address_read(reader, 8, 6, &source.address);
                ip_address_read(reader, 24, 6, &destination.address);
                reader_skip(reader, 40);
                /* As in Wireshark, a routing header in a quoted packet does not change its destination. */
                end = destination.address;
                if (decode_ipv6_extensions(NULL, reader, &source.address, &end, protocol, &protocol, &fragment) !=
                            DECODE_COMPLETE ||
                    fragment)
                        return;
        }
        if ((protocol != PROTOCOL_TCP && protocol != PROTOCOL_UDP) || !reader_has(reader, 0, 8))
                return;
        source.port = reader_u16(reader, 0);
        destination.port = reader_u16(reader, 2);
        icmp->quoted_transport = protocol == PROTOCOL_TCP ? TRANSPORT_TCP : TRANSPORT_UDP;
        icmp->quoted_source = source;
        icmp->quoted_destination = destination;
        if (protocol == PROTOCOL_TCP && reader_has(reader, 0, 16)) {
                guint32 header_length = (reader_u8(reader, 12) >> 4) * 4u;
                TcpHeader tcp = {0};

                read_tcp_options(&tcp, reader, MIN(header_length, reader->captured), header_length);
                icmp->has_quoted_tcp = TRUE;
                icmp->quoted_sequence = reader_u32(reader, 4);
                icmp->quoted_flags = reader_u16(reader, 12) & 0x0fff;
                icmp->has_quoted_options = header_length >= 20 && reader_has(reader, 0, header_length);
                icmp->has_quoted_window_scale = tcp.has_window_scale;
                icmp->quoted_window_scale = tcp.window_scale;
        }
        if (protocol == PROTOCOL_UDP)
                read_quoted_payload(icmp, reader);
}

/* RFC 792; RFC 4443, and RFC 2710 and 3810 for multicast listeners. */
static DecodeStatus decode_icmp(Packet *packet, Reader *reader, gboolean v6)
{
        IcmpHeader *icmp = &packet->icmp;
        gboolean is_error;

        if (!reader_has(reader, 0, 8))
                return reader_shortage(reader, 8);
        if (!packet_add_layer(packet, reader, v6 ? LAYER_ICMPV6 : LAYER_ICMP, reader->captured))
                return DECODE_MALFORMED;
        *icmp = (IcmpHeader){.type = reader_u8(reader, 0), .code = reader_u8(reader, 1)};
        packet->transport = TRANSPORT_ICMP;
        is_error = v6 ? icmp->type >= 1 && icmp->type <= 4 :
                        icmp->type == 3 || icmp->type == 4 || icmp->type == 5 || icmp->type == 11 || icmp->type == 12;
        if (v6 && icmp->type >= 130 && icmp->type <= 132 && reader_has(reader, 8, 16))
                ip_address_read(reader, 8, 6, &icmp->group);
        else if (v6 && icmp->type == 143 && reader_has(reader, 12, 16))
                ip_address_read(reader, 12, 6, &icmp->group);
        reader_skip(reader, 8);
        if (is_error)
                read_quoted(icmp, reader);
        return DECODE_COMPLETE;
}

/* RFC 2236 section 2; version 3: RFC 3376 section 4.2. */
static DecodeStatus decode_igmp(Packet *packet, Reader *reader)
{
        IcmpHeader *igmp = &packet->icmp;

        if (!reader_has(reader, 0, 8))
                return reader_shortage(reader, 8);
        if (!packet_add_layer(packet, reader, LAYER_IGMP, reader->captured))
                return DECODE_MALFORMED;
        *igmp = (IcmpHeader){.type = reader_u8(reader, 0)};
        packet->transport = TRANSPORT_IGMP;
        if (igmp->type != 0x22)
                ip_address_read(reader, 4, 4, &igmp->group);
        else if (reader_has(reader, 12, 4))
                ip_address_read(reader, 12, 4, &igmp->group);
        return DECODE_COMPLETE;
}

DecodeStatus decode_transport(Packet *packet, Reader *reader, guint8 protocol)
{
        packet->segment = reader->data;
        packet->segment_captured = reader->captured;
        packet->segment_length = reader->length;
        switch (protocol) {
        case PROTOCOL_TCP:
                return decode_tcp(packet, reader);
        case PROTOCOL_UDP:
                return decode_udp(packet, reader);
        case PROTOCOL_ICMP:
                return decode_icmp(packet, reader, FALSE);
        case PROTOCOL_ICMPV6:
                return decode_icmp(packet, reader, TRUE);
        case PROTOCOL_IGMP:
                return decode_igmp(packet, reader);
        default:
                return decode_ip_tunnel(packet, reader, protocol);
        }
}
