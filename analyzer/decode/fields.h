/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of a layer by name, for whoever shows a header to a reader: the report, not the packet path. */
#pragma once

#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

typedef struct {
        const char *name;       /* static: "sequence number" */
        guint32 offset, length; /* octets, from the start of the layer */
        const char *value;      /* one line of UTF-8, for a person; valid while the function runs */
} PacketField;

typedef void (*PacketFieldFunc)(const PacketField *field, gpointer user_data);

/* Calls func for each field of the layer, in the order of the wire. Together they cover all octets of it that were
 * captured: what has no name of its own, and layers that are not taken apart, come as "other bytes". Payload has no
 * fields here. Sequence numbers are those of the header. */
void packet_foreach_field(const Packet *packet, const Layer *layer, PacketFieldFunc func, gpointer user_data);

G_END_DECLS
