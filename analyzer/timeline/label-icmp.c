/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The label of an ICMP or IGMP message. */
#include "analyzer/timeline/label.h"

static const char *icmp_sentence(gboolean v6, guint8 type, guint8 code)
{
        enum { ANY = -1 };
        static const struct {
                gboolean v6;
                int type, code;
                const char *sentence;
        } sentences[] = {
                /* RFC 792; codes 9 and 10: RFC 1122 section 3.2.2.1; code 13: RFC 1812 section 5.2.7.1 */
                {FALSE, 3, 4, "reports that the packet to {destination} is too big for a link on its way"},
                {FALSE, 3, 9, "reports that traffic to the network of {destination} is forbidden by a rule"},
                {FALSE, 3, 10, "reports that traffic to {destination} is forbidden by a rule"},
                {FALSE, 3, 13, "reports that a filter does not let the packet to {destination} through"},
                {FALSE, 3, ANY, "reports that {destination} cannot be reached"},
                {FALSE, 4, ANY, "asks to send less to {destination} (source quench, which hosts ignore today)"},
                {FALSE, 5, ANY, "passed the packet to {destination} on, and names a better first router (redirect)"},
                {FALSE, 11, 1,
                 "reports that fragments of the packet to {destination} stayed incomplete, so that "
                 "they were dropped"},
                {FALSE, 11, ANY, "dropped the packet to {destination}: its TTL reached 0"},
                {FALSE, 12, ANY, "could not process the header of the packet to {destination}"},
                /* RFC 4443 section 3 */
                {TRUE, 1, 1, "reports that a filter does not let the packet to {destination} through"},
                {TRUE, 1, 2, "reports that {destination} lies beyond the scope of the source address {source}"},
                {TRUE, 1, 5, "reports that the source address {source} is not allowed on this path"},
                {TRUE, 1, 6, "reports that a rule rejects the route to {destination}"},
                {TRUE, 1, ANY, "reports that {destination} cannot be reached"},
                {TRUE, 2, ANY, "reports that the packet to {destination} is too big for a link on its way"},
                {TRUE, 3, 1,
                 "reports that fragments of the packet to {destination} stayed incomplete, so that "
                 "they were dropped"},
                {TRUE, 3, ANY, "dropped the packet to {destination}: its hop limit reached 0"},
                {TRUE, 4, ANY, "could not process the header of the packet to {destination}"},
        };

        for (gsize i = 0; i < G_N_ELEMENTS(sentences); i++)
                if (sentences[i].v6 == v6 && sentences[i].type == type &&
                    (sentences[i].code == ANY || sentences[i].code == code))
                        return sentences[i].sentence;
        return "reports a problem with the packet to {destination}";
}

/* Only the host itself knows that one of its ports is closed. Another sender reports it on the host's behalf. */
static const char *port_sentence(const Record *record)
{
        const IcmpHeader *icmp = &record->packet->icmp;

        if (ip_address_equal(&record->packet->source.address, &icmp->quoted_destination.address))
                return "reports that no program receives on {transport} port {port} at {destination}";
        return "reports on behalf of {destination} that {transport} port {port} is unreachable: probably a "
               "filter";
}

static void append_change(const SessionGroupChange *change, GString *label)
{
        static const char *const sentences[][2] = {
                [MEMBERSHIP_QUERY] = {"asks who listens to the multicast group {group}",
                                      "asks who listens to the multicast group {group} of the room {room}"},
                [MEMBERSHIP_MEMBER] = {"says that it listens to the multicast group {group}",
                                       "says that it listens to the multicast group {group} of the room {room}"},
                [MEMBERSHIP_JOIN] = {"joins the multicast group {group}",
                                     "joins the multicast group {group} of the room {room}"},
                [MEMBERSHIP_LEAVE] = {"leaves the multicast group {group}",
                                      "leaves the multicast group {group} of the room {room}"},
                [MEMBERSHIP_SOURCES] = {"changes which senders it listens to in the multicast group {group}",
                                        "changes which senders it listens to in the multicast group {group} of the "
                                        "room {room}"},
        };

        sentence_append(label, sentences[change->change][change->room != NULL],
                        VALUES(ADDRESS("group", &change->group.address), TEXT("room", change->room)));
        if (change->is_repeated && change->change != MEMBERSHIP_MEMBER)
                append_literal(label, " (said again)");
}

static void append_membership(const SessionPacket *told, GString *label)
{
        for (guint i = 0; i < told->n_group_changes; i++) {
                if (i > 0)
                        append_literal(label, "; ");
                append_change(&told->group_changes[i], label);
        }
}

void label_append_icmp(const Record *record, GString *label)
{
        const IcmpHeader *icmp = &record->packet->icmp;
        gboolean v6 = record->packet->source.address.family == 6;
        gboolean is_port = v6 ? icmp->type == 1 && icmp->code == 4 : icmp->type == 3 && icmp->code == 3;

        if (record_is_membership(record))
                append_membership(record->told, label);
        else if (icmp->quoted_transport == TRANSPORT_NONE)
                append_literal(label, "sends a control message");
        else
                sentence_append(label, is_port ? port_sentence(record) : icmp_sentence(v6, icmp->type, icmp->code),
                                VALUES(ADDRESS("source", &icmp->quoted_source.address),
                                       ADDRESS("destination", &icmp->quoted_destination.address),
                                       NUMBER("port", icmp->quoted_destination.port),
                                       TEXT("transport", icmp->quoted_transport == TRANSPORT_TCP ? "TCP" : "UDP")));
}
