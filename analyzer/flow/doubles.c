/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recognises packets that were captured twice. Each packet has one place in a table, and overwrites an older packet
 * that has the same place. So the size of the table is fixed, however large a capture is; two captures of a packet
 * follow each other within milliseconds. */
#include "analyzer/flow/flow-private.h"

#define PLACE_BITS 12

/* Nanoseconds: captures that are further apart are two packets. No retransmission timer is this short. */
#define SAME_PACKET_TIME (10 * 1000000)
/* The same, for captures at one place of packets without an identification. */
#define SAME_SEGMENT_TIME (1 * 1000000)

struct Doubles {
        Sighting places[1 << PLACE_BITS];
};

Doubles *doubles_new(void)
{
        return g_new0(Doubles, 1);
}

void doubles_free(Doubles *self)
{
        g_free(self);
}

static gboolean is_within(const Sighting *first, gint64 time, gint64 limit)
{
        gint64 since = time_between(first->time, time);

        /* Each interface delivers its packets in order, but together they need not be in order. */
        return since < limit && since > -limit;
}

static inline Sighting *find_place(const Doubles *self, const Packet *packet)
{
        return (Sighting *) &self->places[packet->identity.key >> (32 - PLACE_BITS)];
}

void doubles_prefetch(const Doubles *self, const Packet *packet)
{
        __builtin_prefetch(find_place(self, packet), 1);
}

DoubleKind doubles_find(Doubles *self, const Packet *packet, Sighting *ret_now, Sighting **ret_place)
{
        const CaptureFrame *frame = packet->frame;
        Sighting *place = find_place(self, packet);

        *ret_place = place;
        *ret_now = (Sighting){
                .frame = frame->number,
                .time = frame->time,
                .identity = packet->identity.hash,
                .vantage = packet->identity.vantage,
        };
        if (place->frame == 0 || place->identity != ret_now->identity ||
            !is_within(place, frame->time, SAME_PACKET_TIME))
                return DOUBLE_NONE;
        /* A host gives every packet a new identification, even if it sends the same segment again. Without
         * identifications, equal octets captured at another place are the same packet; at the same place, the sender
         * may have sent the segment twice within a short time. */
        if (packet_get_identification(packet) != 0 || place->vantage != ret_now->vantage)
                return DOUBLE_CERTAIN;
        return is_within(place, frame->time, SAME_SEGMENT_TIME) ? DOUBLE_POSSIBLE : DOUBLE_NONE;
}
