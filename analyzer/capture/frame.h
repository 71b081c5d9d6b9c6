/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One record of a capture, before anybody looks inside. This header alone of the capture room is used by
 * analyzer/decode: it is the first of the types that data runs through. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The link types that analyzer/decode reads, by their numbers in files (LINKTYPE_*, as in a pcap file's
 * header; see pcap-linktype(7)). A frame may have any other. */
typedef enum {
        LINK_TYPE_NULL = 0,
        LINK_TYPE_ETHERNET = 1,
        LINK_TYPE_PPP = 9,
        LINK_TYPE_PPP_HDLC = 50,
        LINK_TYPE_PPPOE = 51,
        LINK_TYPE_RAW = 101,
        LINK_TYPE_CISCO_HDLC = 104,
        LINK_TYPE_IEEE802_11 = 105,
        LINK_TYPE_LOOP = 108,
        LINK_TYPE_ENC = 109,
        LINK_TYPE_LINUX_SLL = 113,
        LINK_TYPE_PFLOG = 117,
        LINK_TYPE_PRISM = 119,
        LINK_TYPE_IEEE802_11_RADIOTAP = 127,
        LINK_TYPE_IEEE802_11_AVS = 163,
        LINK_TYPE_PPI = 192,
        LINK_TYPE_PPP_WITH_DIRECTION = 204,
        LINK_TYPE_IPV4 = 228,
        LINK_TYPE_IPV6 = 229,
        LINK_TYPE_LINUX_SLL2 = 276,
} LinkType;

typedef struct {
        guint64 number;          /* from 1, counted as Wireshark counts: custom blocks and the like included */
        gint64 time;             /* nanoseconds since 1970-01-01T00:00:00Z; 0 where has_time is FALSE */
        gboolean has_time;       /* FALSE for a pcapng Simple Packet Block, which has none, and for a time before 1677
                                    or after 2262, which time cannot hold */
        gboolean is_left_out;    /* the filter does not let it through: it counts, but is not to be told */
        gboolean is_packet;      /* FALSE for a record that Wireshark counts but that holds no packet */
        guint16 link_type;       /* a LinkType, or another LINKTYPE_ number */
        guint16 interface;       /* index of the interface within the whole capture, from 0 */
        guint32 captured_length; /* octets at data */
        guint32 original_length; /* octets that were on the wire; at least captured_length */
        const guint8 *data;      /* borrowed from the source, until its next call */
} CaptureFrame;

G_END_DECLS
