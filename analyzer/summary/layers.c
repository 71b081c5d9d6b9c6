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

void packet_measure_layers(const Packet *packet, guint64 ret_bytes[N_LAYER_GROUPS])
{
        memset(ret_bytes, 0, N_LAYER_GROUPS * sizeof *ret_bytes);
        for (guint i = 0; i < packet->n_layers; i++)
                if (packet->layers[i].kind != LAYER_PAYLOAD)
                        ret_bytes[layer_get_group(packet->layers[i].kind)] += packet->layers[i].length;
        ret_bytes[LAYER_GROUP_DATA] = packet->payload_length;
}
