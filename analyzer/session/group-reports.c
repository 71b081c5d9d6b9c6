/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What hosts tell their routers (IGMP, MLD) about the multicast groups of rooms. */
#include "analyzer/session/session-private.h"

/* In the older versions, a host that joins sends the same message as one that answers a query. It counts as a join if
 * the host is not known to listen. */
static MembershipChange read_change(const MembershipRecord *record, const GroupMember *member, gboolean is_older)
{
        if (record->change == MEMBERSHIP_MEMBER && is_older && !groups_listens(member))
                return MEMBERSHIP_JOIN;
        return record->change;
}

/* Adds what one record of the packet says to told. FALSE: the record's group belongs to no room. */
static gboolean tell_change(Session *session,
                            const Packet *packet,
                            const MembershipRecord *record,
                            gboolean is_older,
                            const GroupMember **ret_member,
                            SessionPacket *told)
{
        gboolean is_host, is_only;
        const GroupMember *member = groups_find(session->groups, &record->group, packet, &is_host, &is_only);
        SessionGroupChange *change = &session->group_changes[told->n_group_changes];

        if (!member)
                return FALSE;
        *change = (SessionGroupChange){
                .change = record->change, .group = {record->group, member->port}, .room = member->room};
        if (is_host && record->change != MEMBERSHIP_QUERY) {
                change->change = read_change(record, member, is_older);
                change->is_repeated =
                        groups_note(session->groups, &record->group, member, change->change != MEMBERSHIP_LEAVE);
                if (is_only)
                        told->source_name =
                                directory_get_name(session->directory, &member->client, packet->frame->number);
        }
        *ret_member = member;
        told->n_group_changes++;
        return TRUE;
}

gboolean session_tell_membership(Session *session,
                                 const Packet *packet,
                                 const Membership *membership,
                                 Endpoint ret_ends[2],
                                 SessionPacket *ret_told)
{
        gboolean is_older = membership->version < (packet->source.address.family == 6 ? 2 : 3);
        const GroupMember *first = NULL, *member;
        SessionPacket told = {
                .sender = CHAT_SENDER_PEER,
                .kind = SESSION_KIND_OTHER,
                .group_changes = session->group_changes,
        };

        for (guint i = 0; i < membership->n_records; i++)
                if (tell_change(session, packet, &membership->records[i], is_older, &member, &told) && !first)
                        first = member;
        if (!first)
                return FALSE;
        told.protocol = first->protocol;
        ret_ends[0] = first->client;
        ret_ends[1] = first->other;
        *ret_told = told;
        return TRUE;
}
