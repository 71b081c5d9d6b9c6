/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of a layer by name, to show a header to people. Reports use this; it is too slow for every packet. */
#pragma once

#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

typedef struct {
        const char *name;       /* static: "sequence number" */
        guint32 offset, length; /* octets, from the start of the layer */
        const char *value;      /* one line of UTF-8; valid only while the function runs */
} PacketField;

typedef void (*PacketFieldFunc)(const PacketField *field, gpointer user_data);

/* Calls func for each field of the layer, in the order in which they were on the wire. Together the fields cover all
 * captured octets of the layer: octets without a name of their own, and layers that are not taken apart, are reported
 * as "other bytes". LAYER_PAYLOAD has no fields. Sequence numbers are those of the header. */
void packet_foreach_field(const Packet *packet, const Layer *layer, PacketFieldFunc func, gpointer user_data);

G_END_DECLS
