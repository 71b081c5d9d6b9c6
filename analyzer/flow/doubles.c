/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets that were captured twice. A table in which each packet has one place, and what comes later takes it over: its
 * size is fixed however large a capture is, and two captures of a packet are only microseconds apart. */
#include "analyzer/flow/flow-private.h"

#define PLACE_BITS 12

/* Each capture of a packet comes within this time after the first; no timer of a sender's is that quick. */
#define SAME_PACKET_TIME (10 * 1000000)
/* At one place, and where nothing numbers the packets, within this. */
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

        /* Two interfaces have their packets in order each; together they need not be. */
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
        /* A host gives each packet another identification, even if it repeats one. Where it gives none, the same octets
         * at another place are the same packet; at the same place a sender may have been quick. */
        if (packet_get_identification(packet) != 0 || place->vantage != ret_now->vantage)
                return DOUBLE_CERTAIN;
        return is_within(place, frame->time, SAME_SEGMENT_TIME) ? DOUBLE_POSSIBLE : DOUBLE_NONE;
}
