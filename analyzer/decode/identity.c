/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hash of what does not change in a packet on its way, to recognise two captures of the same packet. */
#include "analyzer/decode/decode-private.h"
#include "analyzer/decode/seeded-hash.h"

#include <string.h>

/* Octets of a long packet that are compared, at its beginning and at its end. */
#define COMPARED_BEGINNING 128
#define COMPARED_END 64

/* The beginning of the segment, as words of eight octets. */
#define HEAD_WORDS 3
#define HEAD_OCTETS (HEAD_WORDS * 8)

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

/* Loads the beginning of the segment without its checksum; what was not captured is 0. The checksum does not count: if
 * the network card fills it in, it differs between captures before and behind the card. */
static inline void load_head(const Packet *packet, guint64 head[HEAD_WORDS])
{
        guint8 octets[HEAD_OCTETS] = {0};

        if (G_LIKELY(packet->segment_captured >= HEAD_OCTETS))
                memcpy(octets, packet->segment, HEAD_OCTETS);
        else
                memcpy(octets, packet->segment, packet->segment_captured);
        for (guint i = 0; i < HEAD_WORDS; i++)
                head[i] = load(octets + 8 * i);
        if (packet->transport == TRANSPORT_TCP)
                head[2] &= GUINT64_TO_LE(~G_GUINT64_CONSTANT(0xffff));
        else if (packet->transport == TRANSPORT_UDP)
                head[0] &= GUINT64_TO_LE(~(G_GUINT64_CONSTANT(0xffff) << 48));
        else
                head[0] &= GUINT64_TO_LE(~(G_GUINT64_CONSTANT(0xffff) << 16));
}

static inline guint64 hash_octets(const Packet *packet, guint16 id, const guint64 head[HEAD_WORDS])
{
        const guint8 *octets = packet->segment, *source = packet->source.address.octets;
        guint32 length = packet->segment_captured;
        guint64 hash = mix(hash_get_seeds()[0] ^ packet->segment_length,
                           (guint64) packet->hash << 32 | (guint64) id << 8 | packet->ip_protocol);

        hash = mix(hash ^ head[0], head[1]);
        /* packet->hash, which only TCP and UDP have, is the same in both directions, so the source counts as well. */
        hash = mix(hash ^ head[2], load(source) ^ load(source + 8));
        if (G_UNLIKELY(packet->transport == TRANSPORT_ICMP))
                hash = mix(hash ^ load(packet->destination.address.octets),
                           load(packet->destination.address.octets + 8));
        if (length <= HEAD_OCTETS)
                return hash;
        if (length <= COMPARED_BEGINNING + COMPARED_END)
                return mix_octets(hash, octets + HEAD_OCTETS, octets + length);
        hash = mix_octets(hash, octets + HEAD_OCTETS, octets + COMPARED_BEGINNING);
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

void packet_identify(Packet *packet)
{
        guint16 id = packet_get_identification(packet);
        guint64 head[HEAD_WORDS], key;

        load_head(packet, head);
        key = (head[0] + head[1] * 31 + head[2] * 961 + id) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
        packet->identity = (PacketIdentity){
                .hash = hash_octets(packet, id, head),
                .key = (guint32) (key >> 32),
                .vantage = id == 0 ? find_vantage(packet) : 0,
        };
}
