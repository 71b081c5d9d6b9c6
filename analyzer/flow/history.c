/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Remembers which frame carried which sequence number. Each number has one place in a table, and overwrites an older
 * one that has the same place. So the size of the table is fixed, however large a capture is; an entry that is lost
 * costs half a sentence of an explanation. */
#include "analyzer/decode/tcp-options.h"
#include "analyzer/flow/flow-private.h"

#define PLACE_BITS 16 /* 65,536 places, 3 MiB */

typedef struct {
        guint64 first_frame, last_frame; /* 0: the place is free */
        gint64 first_time, last_time;
        guint32 stream, sequence; /* relative */
        guint32 n;
        guint8 side; /* FlowSide */
} Carried;

struct History {
        Carried places[1 << PLACE_BITS];
};

History *history_new(void)
{
        return g_new0(History, 1);
}

void history_free(History *self)
{
        g_free(self);
}

/* Uses no seed, so that every run explains the same although numbers overwrite each other. */
static Carried *find_place(History *self, guint32 stream, FlowSide side, guint32 sequence)
{
        guint64 key = (guint64) stream << 33 | (guint64) side << 32 | sequence;

        return &self->places[key * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) >> (64 - PLACE_BITS)];
}

static gboolean is_about(const Carried *place, guint32 stream, FlowSide side, guint32 sequence)
{
        return place->first_frame != 0 && place->stream == stream && place->side == side && place->sequence == sequence;
}

static void
note_carrier(History *self, const FlowPacket *flow, const Segment *segment, guint64 begin, TcpEvidence *evidence)
{
        guint32 stream = flow->conversation->stream;
        Carried *place = find_place(self, stream, flow->side, segment->sequence);

        if (is_about(place, stream, flow->side, segment->sequence) && place->first_frame >= begin &&
            !(flow->analysis & TCP_ANALYSIS_REUSED_PORTS)) {
                evidence->same_frame = place->first_frame;
                evidence->since_same_frame = time_between(place->first_time, segment->time);
                evidence->n_same = place->n++;
                place->last_frame = segment->frame;
                place->last_time = segment->time;
                return;
        }
        *place = (Carried){
                .first_frame = segment->frame,
                .last_frame = segment->frame,
                .first_time = segment->time,
                .last_time = segment->time,
                .stream = stream,
                .sequence = segment->sequence,
                .n = 1,
                .side = (guint8) flow->side,
        };
}

static void look_up_duplicate(History *self,
                              const TcpHeader *tcp,
                              const FlowPacket *flow,
                              const Segment *segment,
                              guint32 peer_base,
                              TcpEvidence *evidence)
{
        guint32 stream = flow->conversation->stream, sequence = tcp->sack_blocks[0].left - peer_base;
        const Carried *place = find_place(self, stream, !flow->side, sequence);

        if (!is_about(place, stream, !flow->side, sequence))
                return;
        evidence->same_frame = place->last_frame;
        evidence->since_same_frame = time_between(place->last_time, segment->time);
        evidence->n_same = place->n;
}

void history_add(History *self,
                 const Packet *packet,
                 const FlowPacket *flow,
                 const Segment *segment,
                 guint32 peer_base,
                 guint64 begin,
                 TcpEvidence *evidence)
{
        gboolean takes_numbers = segment->length > 0 || (segment->flags & (TCP_SYN | TCP_FIN));

        if ((segment->flags & TCP_RST) || (flow->analysis & TCP_ANALYSIS_KEEP_ALIVE))
                return;
        if (takes_numbers)
                note_carrier(self, flow, segment, begin, evidence);
        else if (tcp_has_duplicate_sack(&packet->tcp))
                look_up_duplicate(self, &packet->tcp, flow, segment, peer_base, evidence);
}
