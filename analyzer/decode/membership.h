/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who listens to which multicast group: IGMP (RFC 1112, 2236, 3376), and MLD, its counterpart in ICMPv6 (RFC 2710,
 * 3810). Packet says only that a packet is one of them; whoever needs more reads it from the packet again. */
#pragma once

#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

typedef enum {
        MEMBERSHIP_QUERY,   /* a router asks who listens to the group */
        MEMBERSHIP_MEMBER,  /* the host listens; it was asked or, in the older versions, has just begun to */
        MEMBERSHIP_JOIN,    /* the host begins to listen */
        MEMBERSHIP_LEAVE,   /* the host stops listening */
        MEMBERSHIP_SOURCES, /* the host changes the sources that it listens to */
} MembershipChange;
const char *membership_change_to_string(MembershipChange change); /* "query", "member", "join", …; static */

typedef struct {
        MembershipChange change;
        IpAddress group;
} MembershipRecord;

/* How many records of a report are read. A host with more groups can send several reports; further records of one are
 * ignored. */
#define MEMBERSHIP_MAX_RECORDS 32

typedef struct {
        guint8 version; /* IGMP: 1 to 3; MLD: 1 or 2 */
        guint n_records;
        MembershipRecord records[MEMBERSHIP_MAX_RECORDS];
} Membership;

/* FALSE, ret_membership untouched, if the packet is neither IGMP nor MLD. A general query has no record. */
gboolean membership_read(const Packet *packet, Membership *ret_membership);

G_END_DECLS
