/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All fields of a packet as the report shows them: those of its headers, whose values include what the conversation
 * tells (relative sequence numbers, scaled windows), and those of the chat's messages. */
#pragma once

#include "analyzer/timeline/record.h"
#include "analyzer/summary/layers.h"

G_BEGIN_DECLS

typedef struct {
        const Layer *layer; /* the packet's; NULL: the bytes belong to no layer */
        const char *name;   /* static, or the protocol's */
        char *value;        /* harmless UTF-8 */
        const guint8 *octets;
        guint32 offset; /* octets from the start of the frame; with layer->depth > 0, of the reassembled datagram */
        guint32 length;
} ShownField;

/* ShownField in the order of the wire, layer by layer. They point into the record's packet, which must outlive them.
 * Transfer: full. */
GArray *packet_fields_new(const Record *record);

G_END_DECLS
