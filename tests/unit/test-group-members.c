/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/session/groups.h"

static const IpAddress group = {.family = 4, .octets = {239, 255, 0, 1}};

static GroupMember member_new(guint number, const char *room)
{
        return (GroupMember){
                .frame = number + 1,
                .client = {.address = {.family = 4, .octets = {10, 0, (guint8) (number >> 8), (guint8) number}},
                           .port = 40000},
                .port = 8091,
                .room = (char *) room,
        };
}

static void check_room(const Groups *groups, guint number)
{
        CaptureFrame frame = {.number = 100000};
        Packet packet = {.frame = &frame};
        gboolean is_host, is_only;
        const GroupMember *found;

        packet.source.address = member_new(number, NULL).client.address;
        found = groups_find(groups, &group, &packet, &is_host, &is_only);
        g_assert_nonnull(found);
        g_assert_true(is_host);
        g_assert_cmpstr(found->room, ==, "the room's name");
}

/* Only the first member brings the name of the room; who comes later takes it from those who are there, also from the
 * one whose place it takes. */
static void test_name_of_who_makes_way(void)
{
        Groups *groups = groups_new();
        GroupMember first = member_new(0, "the room's name"), last = member_new(GROUPS_MAX_MEMBERS, NULL);

        groups_add(groups, &group, &first);
        for (guint i = 1; i < GROUPS_MAX_MEMBERS; i++) {
                IpAddress other = group;
                GroupMember member = member_new(i, NULL);

                other.octets[3] = 2;
                groups_add(groups, &other, &member);
        }
        groups_add(groups, &group, &last);
        check_room(groups, GROUPS_MAX_MEMBERS);
        groups_free(groups);
}

static void test_more_than_fit(void)
{
        Groups *groups = groups_new();

        for (guint i = 0; i < 3 * GROUPS_MAX_MEMBERS; i++) {
                GroupMember member = member_new(i, i == 0 ? "the room's name" : NULL);

                groups_add(groups, &group, &member);
        }
        for (guint i = 2 * GROUPS_MAX_MEMBERS; i < 3 * GROUPS_MAX_MEMBERS; i++)
                check_room(groups, i);
        groups_free(groups);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/groups/name-of-who-makes-way", test_name_of_who_makes_way);
        g_test_add_func("/groups/more-than-fit", test_more_than_fit);
        return g_test_run();
}
