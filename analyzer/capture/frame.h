/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A frame: one record of a capture, with its octets not yet decoded. analyzer/decode may include this header and
 * link-type.h, and no other header of the capture room. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The link types that code calls by name; all that is known of them and of the others is in link-type.h. The numbers
 * are those in files: LINKTYPE_* of pcap-linktype(7). */
enum {
        LINK_TYPE_ETHERNET = 1,
        LINK_TYPE_RAW = 101,
        LINK_TYPE_IEEE802_11 = 105,
        LINK_TYPE_LINUX_SLL = 113,
        LINK_TYPE_IPV4 = 228,
        LINK_TYPE_IPV6 = 229,
        LINK_TYPE_LINUX_SLL2 = 276,
};

typedef struct {
        guint64 number;          /* from 1, counted as Wireshark counts: custom blocks and the like included */
        gint64 time;             /* nanoseconds since 1970-01-01T00:00:00Z; 0 if has_time is FALSE */
        gboolean has_time;       /* FALSE for a pcapng Simple Packet Block, which has no time, and for a time before
                                    1677 or after 2262, which does not fit into 64 bits */
        gboolean is_left_out;    /* the filter rejects it: it is analysed and counted, but not shown */
        gboolean is_packet;      /* FALSE for a record that Wireshark counts but that holds no packet */
        guint16 link_type;       /* a LINKTYPE_ number, one of the above or another */
        guint16 interface;       /* index of the interface within the whole capture, from 0 */
        guint64 lost;            /* packets lost between the capture's beginning and this frame, as far as is known */
        guint32 captured_length; /* octets at data */
        guint32 original_length; /* octets that were on the wire; at least captured_length */
        const guint8 *data;      /* borrowed from the source, until its next call */
} CaptureFrame;

G_END_DECLS
