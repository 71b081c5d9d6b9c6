/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Link types: what the frames of a capture begin with.
 *
 * One table has all that is known of them, and stands in analyzer/decode/link-types.c, because each row ends with the
 * function that reads the frame. The capture room asks it through this header and never sees that function
 * (docs/decisions/0014). analyzer/decode includes this header and frame.h, and no other of the room. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
        const char *name; /* as libpcap calls it (pcap_datalink_name_to_val(3)); its filters are compiled for it */
        guint32 largest;  /* octets that a packet can have; a longer one is damage */
} LinkType;

/* number: LINKTYPE_* as in a file's header (pcap-linktype(7)). NULL: nothing is known of it. Static. */
const LinkType *link_type_get(guint16 number);
/* The numbers from 0 up to this one, excluded, are worth asking for. */
guint link_type_get_end(void);

G_END_DECLS
