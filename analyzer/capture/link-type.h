/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Link types: which header the frames of a capture begin with.
 *
 * One table has everything that is known about them. It is in analyzer/decode/link-types.c, because each row has the
 * function that decodes such a frame. The capture room asks the table through this header, and never sees that function
 * (docs/decisions/0014). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
        const char *name; /* libpcap's, see pcap_datalink_name_to_val(3); filters are compiled for it */
        guint32 largest;  /* octets that a packet can have; a longer one means that the file is damaged */
} LinkType;

/* number: LINKTYPE_* as in a file's header (pcap-linktype(7)). Returns NULL if the table does not have it. Static. */
const LinkType *link_type_get(guint16 number);
/* All numbers in the table are less than this one. */
guint link_type_get_end(void);

G_END_DECLS
