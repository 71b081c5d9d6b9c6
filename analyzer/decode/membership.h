/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who listens to which multicast group: IGMP (RFC 1112, 2236, 3376) and MLD, its counterpart in ICMPv6 (RFC 2710,
 * 3810). Packet holds only that it is one of them; whoever asks for more reads it out of the packet again. */
#pragma once

#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

typedef enum {
        MEMBERSHIP_QUERY,   /* a router asks who listens to the group */
        MEMBERSHIP_MEMBER,  /* the host listens: because it was asked or, in the older versions, because it begins to */
        MEMBERSHIP_JOIN,    /* the host begins to listen */
        MEMBERSHIP_LEAVE,   /* the host listens no more */
        MEMBERSHIP_SOURCES, /* the host changes the sources to which it listens */
} MembershipChange;
const char *membership_change_to_string(MembershipChange change); /* "query", "member", "join", … */

typedef struct {
        MembershipChange change;
        IpAddress group;
} MembershipRecord;

/* So many records of a report are read; a host with more groups sends several, or one that is not read to its end. */
#define MEMBERSHIP_MAX_RECORDS 32

typedef struct {
        guint8 version; /* of IGMP 1 to 3, of MLD 1 or 2 */
        guint n_records;
        MembershipRecord records[MEMBERSHIP_MAX_RECORDS];
} Membership;

/* FALSE, ret_membership untouched, for every other packet; a general query has no record. */
gboolean membership_read(const Packet *packet, Membership *ret_membership);

G_END_DECLS
