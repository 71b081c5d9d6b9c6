/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recognises packets that were captured twice. Each packet has one place in a table, and overwrites an older packet
 * that has the same place. So the size of the table is fixed, however large a capture is; two captures of a packet
 * follow each other within milliseconds. */
#include "analyzer/decode/seeded-hash.h"
#include "analyzer/flow/flow-private.h"

#include <string.h>

#define PLACE_BITS 12

/* Nanoseconds: captures that are further apart are two packets. No retransmission timer is this short. */
#define SAME_PACKET_TIME (10 * 1000000)
/* The same, for captures at one place of packets without an identification. */
#define SAME_SEGMENT_TIME (1 * 1000000)

/* Octets of a long packet that are compared, at its beginning and at its end. */
#define COMPARED_BEGINNING 128
#define COMPARED_END 64

struct Doubles {
        guint64 seed; /* keeps a sender from making different packets look alike */
        Sighting places[1 << PLACE_BITS];
};

Doubles *doubles_new(void)
{
        Doubles *self = g_new0(Doubles, 1);

        self->seed = hash_get_seeds()[0];
        return self;
}

void doubles_free(Doubles *self)
{
        g_free(self);
}

static inline guint64 load(const guint8 *octets)
{
        guint64 word;

        memcpy(&word, octets, sizeof word);
        return word;
}

static inline guint64 mix(guint64 a, guint64 b)
{
        return hash_fold(a ^ G_GUINT64_CONSTANT(0x9e3779b97f4a7c15), b ^ G_GUINT64_CONSTANT(0xe7037ed1a0b428db));
}

/* Adds the octets from begin to end to a hash. At least eight octets can be read before end, but some of them may lie
 * before begin: the last word is shifted so that these, which may belong to the checksum, do not count. */
static inline guint64 mix_octets(guint64 hash, const guint8 *begin, const guint8 *end)
{
        for (; end - begin >= 8; begin += 8)
                hash = mix(hash, load(begin));
        return begin < end ? mix(hash, GUINT64_FROM_LE(load(end - 8)) >> (64 - 8 * (end - begin))) : hash;
}

/* Where the checksum is in the header. It does not count: if the network card fills it in, it differs between captures
 * before and behind the card. */
static guint32 checksum_offset(Transport transport)
{
        return transport == TRANSPORT_TCP ? 16 : transport == TRANSPORT_UDP ? 6 : 2;
}

#define HEAD_WORDS 3

/* Copies the beginning of the segment without its checksum; what was not captured is 0. */
static inline void copy_head(const Packet *packet, guint64 head[HEAD_WORDS])
{
        const gsize size = HEAD_WORDS * sizeof *head;
        guint8 *octets = (guint8 *) head + checksum_offset(packet->transport);

        if (G_LIKELY(packet->segment_captured >= size)) {
                memcpy(head, packet->segment, size);
        } else {
                memset(head, 0, size);
                memcpy(head, packet->segment, packet->segment_captured);
        }
        octets[0] = octets[1] = 0;
}

static inline guint64 identify(const Doubles *self, const Packet *packet, guint16 id, const guint64 head[HEAD_WORDS])
{
        const guint32 size = HEAD_WORDS * sizeof *head;
        const guint8 *octets = packet->segment, *source = packet->source.address.octets;
        guint32 length = packet->segment_captured;
        guint64 hash = mix(self->seed ^ packet->segment_length,
                           (guint64) packet->hash << 32 | (guint64) id << 8 | packet->ip_protocol);

        hash = mix(hash ^ head[0], head[1]);
        /* packet->hash, which only TCP and UDP have, is the same in both directions, so the source counts as well. */
        hash = mix(hash ^ head[2], load(source) ^ load(source + 8));
        if (G_UNLIKELY(packet->transport == TRANSPORT_ICMP))
                hash = mix(hash ^ load(packet->destination.address.octets),
                           load(packet->destination.address.octets + 8));
        if (length <= size)
                return hash;
        if (length <= COMPARED_BEGINNING + COMPARED_END)
                return mix_octets(hash, octets + size, octets + length);
        hash = mix_octets(hash, octets + size, octets + COMPARED_BEGINNING);
        return mix_octets(hash, octets + length - COMPARED_END, octets + length);
}

/* A hash of where the packet was captured: its interface, the hop limit, and the link-layer addresses. The cooked
 * headers of the device “any” hold the direction or the interface in their place. */
static guint32 find_vantage(const Packet *packet)
{
        const CaptureFrame *frame = packet->frame;
        guint64 place = (guint64) frame->interface << 8 | packet->hop_limit;
        gboolean has_header = frame->link_type == LINK_TYPE_ETHERNET || frame->link_type == LINK_TYPE_LINUX_SLL ||
                              frame->link_type == LINK_TYPE_LINUX_SLL2;

        if (has_header && frame->captured_length >= 12)
                place = mix(mix(place, load(frame->data)), load(frame->data + 4));
        return (guint32) (place ^ place >> 32);
}

/* Does not depend on the seed, so that every run recognises the same packets although packets overwrite each other. */
static inline Sighting *find_place(Doubles *self, guint16 id, const guint64 head[HEAD_WORDS])
{
        guint64 key = (head[0] + head[1] * 31 + head[2] * 961 + id) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);

        return &self->places[key >> (64 - PLACE_BITS)];
}

static gboolean is_within(const Sighting *first, gint64 time, gint64 limit)
{
        gint64 since = time_between(first->time, time);

        /* Each interface delivers its packets in order, but together they need not be in order. */
        return since < limit && since > -limit;
}

DoubleKind doubles_find(Doubles *self, const Packet *packet, Sighting *ret_now, Sighting **ret_place)
{
        guint16 id = packet->source.address.family == 4 ? (guint16) packet->fragment_id : 0;
        const CaptureFrame *frame = packet->frame;
        Sighting *place;
        guint64 head[HEAD_WORDS];

        copy_head(packet, head);
        place = find_place(self, id, head);
        *ret_place = place;
        *ret_now = (Sighting){
                .frame = frame->number,
                .time = frame->time,
                .identity = identify(self, packet, id, head),
                .vantage = id == 0 ? find_vantage(packet) : 0,
        };
        if (place->frame == 0 || place->identity != ret_now->identity ||
            !is_within(place, frame->time, SAME_PACKET_TIME))
                return DOUBLE_NONE;
        /* A host gives every packet a new identification, even if it sends the same segment again. Without
         * identifications, equal octets captured at another place are the same packet; at the same place, the sender
         * may have sent the segment twice within a short time. */
        if (id != 0 || place->vantage != ret_now->vantage)
                return DOUBLE_CERTAIN;
        return is_within(place, frame->time, SAME_SEGMENT_TIME) ? DOUBLE_POSSIBLE : DOUBLE_NONE;
}
