/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The four layers of the lab sheet, into which the layers of a packet are sorted. */
#pragma once

#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

typedef enum {
        LAYER_GROUP_LINK, /* tunnels, too: whatever carries the network layer that is told about */
        LAYER_GROUP_NETWORK,
        LAYER_GROUP_TRANSPORT,
        LAYER_GROUP_DATA,
        N_LAYER_GROUPS,
} LayerGroup;

LayerGroup layer_get_group(LayerKind kind);

/* The bytes of the packet that each group has. What is left to its length are padding and trailers. */
void packet_measure_layers(const Packet *packet, guint64 ret_bytes[N_LAYER_GROUPS]);

G_END_DECLS
