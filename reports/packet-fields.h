/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All fields of a packet as the report shows them: those of its headers, with what the flow knows of them, and those of
 * the chat's messages. */
#pragma once

#include "analyzer/timeline/record.h"
#include "analyzer/summary/layers.h"

G_BEGIN_DECLS

typedef struct {
        const Layer *layer; /* of the packet; NULL: bytes that belong to none */
        const char *name;   /* static, or the protocol's */
        char *value;        /* harmless UTF-8 */
        const guint8 *octets;
        guint32 offset, length; /* octets, from the start of the frame, or of the layer's datagram */
} ShownField;

/* ShownField in the order of the wire, layer by layer. */
GArray *packet_fields_new(const Record *record);

G_END_DECLS
