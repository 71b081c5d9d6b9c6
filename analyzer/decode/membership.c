/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/decode/membership.h"

#include "analyzer/decode/decode-private.h"

enum {
        IGMP_QUERY = 0x11,
        IGMP_REPORT_1 = 0x12,
        IGMP_REPORT_2 = 0x16,
        IGMP_LEAVE_2 = 0x17,
        IGMP_REPORT_3 = 0x22,
        MLD_QUERY = 130,
        MLD_REPORT_1 = 131,
        MLD_DONE_1 = 132,
        MLD_REPORT_2 = 143,
};

const char *membership_change_to_string(MembershipChange change)
{
        static const char *const names[] = {"query", "member", "join", "leave", "sources"};

        return names[change];
}

/* What a group record means: RFC 3376 section 4.2.12, RFC 3810 section 5.2.12. A change to INCLUDE mode without sources
 * is a leave; a change to EXCLUDE mode, with any sources, is a join. */
static MembershipChange change_of(guint8 type, guint n_sources)
{
        switch (type) {
        case 1: /* MODE_IS_INCLUDE */
        case 2: /* MODE_IS_EXCLUDE */
                return MEMBERSHIP_MEMBER;
        case 3: /* CHANGE_TO_INCLUDE_MODE */
                return n_sources == 0 ? MEMBERSHIP_LEAVE : MEMBERSHIP_SOURCES;
        case 4: /* CHANGE_TO_EXCLUDE_MODE */
                return MEMBERSHIP_JOIN;
        default: /* ALLOW_NEW_SOURCES, BLOCK_OLD_SOURCES */
                return MEMBERSHIP_SOURCES;
        }
}

/* Reads the group records of an IGMPv3 or MLDv2 report, which differ only in the length of an address. */
static void read_records(const Reader *reader, guint8 family, Membership *membership)
{
        guint32 size = family == 4 ? 4 : 16, offset = 8;
        guint n = reader_u16(reader, 6);

        for (guint i = 0; i < n && i < MEMBERSHIP_MAX_RECORDS && reader_has(reader, offset, 4 + size); i++) {
                MembershipRecord *record = &membership->records[membership->n_records++];
                guint n_sources = reader_u16(reader, offset + 2);

                record->change = change_of(reader_u8(reader, offset), n_sources);
                ip_address_read(reader, offset + 4, family, &record->group);
                offset += 4 + size + n_sources * size + reader_u8(reader, offset + 1) * 4u;
        }
}

/* Reads the only group of a query or of a message of an older version. */
static void read_group(const Reader *reader, guint8 family, MembershipChange change, Membership *membership)
{
        MembershipRecord *record = &membership->records[0];
        guint32 offset = family == 4 ? 4 : 8;

        if (!reader_has(reader, offset, family == 4 ? 4 : 16))
                return;
        record->change = change;
        ip_address_read(reader, offset, family, &record->group);
        membership->n_records = ip_address_is_multicast(&record->group); /* a general query names no group */
}

gboolean membership_read(const Packet *packet, Membership *ret_membership)
{
        Reader reader = {packet->segment, packet->segment_captured, packet->segment_length};
        gboolean v6 = packet->transport == TRANSPORT_ICMP && packet->source.address.family == 6;
        guint8 type = packet->icmp.type;

        if ((packet->transport != TRANSPORT_IGMP && !v6) || !packet->segment || !reader_has(&reader, 0, 8))
                return FALSE;
        if (v6 && type != MLD_QUERY && type != MLD_REPORT_1 && type != MLD_DONE_1 && type != MLD_REPORT_2)
                return FALSE;
        ret_membership->n_records = 0;
        if (type == (v6 ? MLD_REPORT_2 : IGMP_REPORT_3)) {
                ret_membership->version = v6 ? 2 : 3;
                read_records(&reader, v6 ? 6 : 4, ret_membership);
        } else if (type == (v6 ? MLD_QUERY : IGMP_QUERY)) {
                /* The length shows the version: RFC 3376 section 7.1, RFC 3810 section 8.1. */
                ret_membership->version = v6                         ? (reader.length >= 28 ? 2 : 1) :
                                          reader.length >= 12        ? 3 :
                                          reader_u8(&reader, 1) == 0 ? 1 :
                                                                       2;
                read_group(&reader, v6 ? 6 : 4, MEMBERSHIP_QUERY, ret_membership);
        } else if (v6 ? type == MLD_DONE_1 : type == IGMP_LEAVE_2) {
                ret_membership->version = v6 ? 1 : 2;
                read_group(&reader, v6 ? 6 : 4, MEMBERSHIP_LEAVE, ret_membership);
        } else if (v6 || type == IGMP_REPORT_1 || type == IGMP_REPORT_2) {
                ret_membership->version = v6 || type == IGMP_REPORT_1 ? 1 : 2;
                read_group(&reader, v6 ? 6 : 4, MEMBERSHIP_MEMBER, ret_membership);
        } else {
                return FALSE;
        }
        return TRUE;
}
