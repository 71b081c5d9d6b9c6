/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/decode/checksum.h"

#include "analyzer/decode/decode-private.h"
#include "analyzer/decode/route.h"

#include <string.h>

/* Adds octets as words in this host's byte order; the sum then has that byte order, too (RFC 1071 section 2(B)). An odd
 * number of octets is padded with a zero, so only the last of several calls may have one. */
static guint64 sum(guint64 start, const guint8 *octets, gsize length)
{
        guint64 total = start, pair;
        guint32 word;
        guint16 half = 0;

        for (; length >= sizeof pair; octets += sizeof pair, length -= sizeof pair) {
                memcpy(&pair, octets, sizeof pair);
                total += (pair & G_MAXUINT32) + (pair >> 32);
        }
        if (length >= sizeof word) {
                memcpy(&word, octets, sizeof word);
                total += word;
                octets += sizeof word;
                length -= sizeof word;
        }
        if (length >= sizeof half) {
                memcpy(&half, octets, sizeof half);
                total += half;
                octets += sizeof half;
                length -= sizeof half;
        }
        if (length > 0) {
                half = 0;
                memcpy(&half, octets, 1);
                total += half;
        }
        return total;
}

static guint16 fold(guint64 total)
{
        while (total >> 16)
                total = (total & 0xffff) + (total >> 16);
        return (guint16) total;
}

/* The pseudo-header without its length: RFC 9293 section 3.1, RFC 768, RFC 8200 section 8.1. */
static guint64 sum_pseudo_header(const Packet *packet)
{
        gsize size = packet->source.address.family == 4 ? 4 : 16;

        return sum(sum(g_htons(packet->ip_protocol), packet->source.address.octets, size),
                   packet->destination.address.octets, size);
}

static guint64 sum_length(guint32 length)
{
        return (guint64) g_htons((guint16) (length >> 16)) + g_htons((guint16) length);
}

static const Layer *find_layer(const Packet *packet, LayerKind kind)
{
        for (guint i = packet->n_layers; i-- > 0;)
                if (packet->layers[i].kind == kind)
                        return &packet->layers[i];
        return NULL;
}

/* Whether the packet has a routing header with segments left, of a type that route_find_ipv6() does not read. The
 * pseudo-header has the last address of a route (RFC 8200 section 8.1), which is unknown then. */
static gboolean has_unknown_destination(const Packet *packet)
{
        const Layer *ip = find_layer(packet, LAYER_IPV6);
        guint8 next;

        if (!ip)
                return FALSE;
        next = packet_get_layer_octets(packet, ip)[6];
        for (const Layer *layer = ip + 1; layer < packet->layers + packet->n_layers; layer++) {
                const guint8 *octets = packet_get_layer_octets(packet, layer);

                if (layer->kind != LAYER_IPV6_EXTENSION)
                        break;
                if (next == PROTOCOL_ROUTING && octets[3] != 0) {
                        const Reader reader = {octets, layer->length, layer->length};
                        IpAddress destination;

                        if (!route_find_ipv6(&reader, layer->length, &destination))
                                return TRUE;
                }
                next = octets[0];
        }
        return FALSE;
}

/* Verifies the checksum of TCP or UDP. length: octets that it covers; at: the offset of its field. */
static ChecksumStatus verify_transport(const Packet *packet, guint32 length, guint32 at)
{
        guint64 pseudo = sum_pseudo_header(packet);
        guint16 field;

        /* The packet ends before its checksum. */
        if (length < at + sizeof field)
                return CHECKSUM_NOT_CHECKED;
        if (fold(sum(pseudo + sum_length(length), packet->segment, length)) == 0xffff)
                return CHECKSUM_GOOD;
        memcpy(&field, packet->segment + at, sizeof field);
        if (field == 0)
                return packet->transport == TRANSPORT_TCP ? CHECKSUM_OFFLOADED : CHECKSUM_BAD;
        return field == fold(pseudo + sum_length(length)) || field == fold(pseudo) ? CHECKSUM_OFFLOADED : CHECKSUM_BAD;
}

ChecksumStatus packet_verify_checksum(const Packet *packet)
{
        guint8 family = packet->source.address.family;
        guint32 length = packet->segment_length;

        /* UDP has a length of its own; what follows in the IP datagram is not covered. */
        if (packet->transport == TRANSPORT_UDP)
                length = packet->payload_length + 8;
        if (packet->transport == TRANSPORT_NONE || packet->segment_captured < length || packet->is_fragment ||
            (family == 6 && has_unknown_destination(packet)))
                return CHECKSUM_NOT_CHECKED;
        switch (packet->transport) {
        case TRANSPORT_TCP:
                return verify_transport(packet, length, 16);
        case TRANSPORT_UDP:
                if (family == 4 && packet->segment[6] == 0 && packet->segment[7] == 0)
                        return CHECKSUM_NOT_CHECKED;
                return verify_transport(packet, length, 6);
        default: {
                /* ICMPv6 has a pseudo-header (RFC 4443 section 2.3), ICMP (RFC 792) and IGMP (RFC 3376) have none. */
                guint64 start =
                        packet->ip_protocol == PROTOCOL_ICMPV6 ? sum_pseudo_header(packet) + sum_length(length) : 0;

                return fold(sum(start, packet->segment, length)) == 0xffff ? CHECKSUM_GOOD : CHECKSUM_BAD;
        }
        }
}

ChecksumStatus packet_verify_header_checksum(const Packet *packet)
{
        const Layer *ip = find_layer(packet, LAYER_IPV4);
        const guint8 *octets;

        if (!ip || packet->source.address.family != 4)
                return CHECKSUM_NOT_CHECKED;
        octets = packet_get_layer_octets(packet, ip);
        if (fold(sum(0, octets, ip->length)) == 0xffff)
                return CHECKSUM_GOOD;
        return octets[10] == 0 && octets[11] == 0 ? CHECKSUM_OFFLOADED : CHECKSUM_BAD;
}
