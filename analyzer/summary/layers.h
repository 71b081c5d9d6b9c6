/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The four layers of the lab sheet. Each layer of a packet belongs to one of them. */
#pragma once

#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

typedef enum {
        LAYER_GROUP_LINK, /* also tunnels: everything in front of the network layer that records are about */
        LAYER_GROUP_NETWORK,
        LAYER_GROUP_TRANSPORT,
        LAYER_GROUP_DATA,
        N_LAYER_GROUPS,
} LayerGroup;

LayerGroup layer_get_group(LayerKind kind);

/* Sets ret_bytes to the bytes of each group. What else the packet holds is padding and trailers. */
void packet_measure_layers(const Packet *packet, guint64 ret_bytes[N_LAYER_GROUPS]);

G_END_DECLS
