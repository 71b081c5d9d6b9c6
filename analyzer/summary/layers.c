/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/summary/layers.h"

LayerGroup layer_get_group(LayerKind kind)
{
        switch (kind) {
        case LAYER_IPV4:
        case LAYER_IPV6:
        case LAYER_IPV6_EXTENSION:
        case LAYER_AUTHENTICATION:
                return LAYER_GROUP_NETWORK;
        case LAYER_TCP:
        case LAYER_UDP:
        case LAYER_ICMP:
        case LAYER_ICMPV6:
        case LAYER_IGMP:
                return LAYER_GROUP_TRANSPORT;
        case LAYER_PAYLOAD:
                return LAYER_GROUP_DATA;
        default:
                return LAYER_GROUP_LINK;
        }
}

static guint64 without_headers(const Packet *packet, const guint64 bytes[N_LAYER_GROUPS])
{
        guint64 headers = 0;

        for (guint i = 0; i < LAYER_GROUP_DATA; i++)
                headers += bytes[i];
        return packet->frame->original_length > headers ? packet->frame->original_length - headers : 0;
}

void packet_measure_layers(const Packet *packet, guint64 ret_bytes[N_LAYER_GROUPS])
{
        memset(ret_bytes, 0, N_LAYER_GROUPS * sizeof *ret_bytes);
        for (guint i = 0; i < packet->n_layers; i++)
                if (packet->layers[i].kind != LAYER_PAYLOAD)
                        ret_bytes[layer_get_group(packet->layers[i].kind)] += packet->layers[i].length;
        ret_bytes[LAYER_GROUP_DATA] = packet->payload_length;
        /* The frame that completes a fragmented datagram holds only one of the fragments. */
        if (packet->datagram)
                ret_bytes[LAYER_GROUP_DATA] = MIN(packet->payload_length, without_headers(packet, ret_bytes));
}
