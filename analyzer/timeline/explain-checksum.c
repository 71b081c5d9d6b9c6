/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a checksum that does not fit means: damage, or a packet that was captured before its checksum was complete. */
#include "analyzer/timeline/build.h"

static void explain_bad_transport(const Packet *packet, Explanation *e)
{
        if (packet->transport == TRANSPORT_UDP && packet->segment[6] == 0 && packet->segment[7] == 0)
                explanation_add(e, TOPIC_UDP_CHECKSUM_ABSENT, "This datagram has no checksum.", NULL);
        else
                explanation_add(e, TOPIC_CHECKSUM,
                                packet->transport == TRANSPORT_TCP ? "Its TCP checksum does not fit." :
                                packet->transport == TRANSPORT_UDP ? "Its UDP checksum does not fit." :
                                                                     "Its ICMP checksum does not fit.",
                                NULL);
}

void explain_checksum(const Record *record, Explanation *e)
{
        if (record->header_checksum == CHECKSUM_BAD)
                explanation_add(e, TOPIC_IP_CHECKSUM, "The checksum of its IPv4 header does not fit.", NULL);
        if (record->checksum == CHECKSUM_BAD)
                explain_bad_transport(record->packet, e);
        if (record_checksum(record) == CHECKSUM_OFFLOADED)
                explanation_add(e, TOPIC_CHECKSUM_OFFLOAD, NULL, NULL);
}
