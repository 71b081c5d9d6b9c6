/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/decode/defragment.h"
#include "analyzer/decode/pieces.h"
#include "analyzer/decode/seeded-hash.h"

#include <string.h>

enum {
        LARGEST = 65535, /* octets: of an IPv4 datagram with its header, of an IPv6 datagram without */
        NESTED = 4,      /* how deep fragmented datagrams in tunnels may be nested */
        ECN_CE = 3,      /* RFC 3168 section 5 */
};

/* What the fragments of one datagram have in common. The protocol belongs to it in IPv4 (RFC 791 section 3.2) but not
 * in IPv6 (RFC 8200 section 4.5), where it is 0. */
typedef struct {
        IpAddress source, destination;
        guint32 id;
        guint8 protocol;
} Key;

/* A datagram that is not complete yet. */
typedef struct {
        Key key;
        Pieces pieces;
        GArray *frames; /* guint64: frame numbers; NULL: the fragments contradict each other */
        gint64 first_time;
        gboolean congested; /* at least one fragment has CE */
        gboolean is_chosen; /* the filter lets at least one fragment through */
        guint8 protocol;
        GList link; /* in Defragmenter.oldest_first */
} Partial;

struct Defragmenter {
        gsize limit, used;
        GHashTable *partials; /* Key → Partial */
        GQueue oldest_first;
        gint64 now; /* the time of the latest fragment's frame that has one */
        DefragmenterCounts counts;
        /* The datagrams that the last frame completed, the outermost first; below, their octets and frames. */
        Datagram datagrams[NESTED];
        guint8 *octets[NESTED]; /* NULL: never needed so far */
        GArray *frames[NESTED];
};

static guint key_hash(gconstpointer data)
{
        const Key *key = data;
        const guint64 *seeds = hash_get_seeds();
        guint64 source = hash_address(seeds, &key->source, key->id);

        return (guint) (hash_fold(source ^ seeds[3], hash_address(seeds, &key->destination, key->protocol)) >> 16);
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
        const Key *one = a, *other = b;

        return one->id == other->id && one->protocol == other->protocol &&
               ip_address_equal(&one->source, &other->source) &&
               ip_address_equal(&one->destination, &other->destination);
}

/* Octets of memory, with the arrays and the entry in the table. */
#define PARTIAL_COST (sizeof(Partial) + 256)

static void partial_clear(Defragmenter *self, Partial *partial)
{
        if (!partial->frames)
                return;
        self->used -= partial->pieces.cost;
        pieces_clear(&partial->pieces);
        self->counts.waiting -= partial->frames->len;
        g_clear_pointer(&partial->frames, g_array_unref);
}

/* why: the counter that its fragments are added to. */
static void partial_remove(Defragmenter *self, Partial *partial, guint64 *why)
{
        *why += partial->frames ? partial->frames->len : 0;
        partial_clear(self, partial);
        self->used -= PARTIAL_COST;
        g_queue_unlink(&self->oldest_first, &partial->link);
        g_hash_table_remove(self->partials, &partial->key);
        g_free(partial);
}

/* The fragments contradict each other. The entry stays, so that the remaining fragments do not begin a new datagram. */
static void partial_refuse(Defragmenter *self, Partial *partial)
{
        self->counts.contradictory += partial->frames->len + 1;
        partial_clear(self, partial);
}

Defragmenter *defragmenter_new(gsize memory_limit)
{
        Defragmenter *self = g_new0(Defragmenter, 1);

        self->limit = memory_limit;
        self->partials = g_hash_table_new(key_hash, key_equal);
        return self;
}

void defragmenter_free(Defragmenter *self)
{
        guint64 nothing = 0;

        if (!self)
                return;
        while (self->oldest_first.head)
                partial_remove(self, self->oldest_first.head->data, &nothing);
        g_hash_table_unref(self->partials);
        for (guint i = 0; i < NESTED && self->octets[i]; i++) {
                g_free(self->octets[i]);
                g_array_unref(self->frames[i]);
        }
        g_free(self);
}

DefragmenterCounts defragmenter_get_counts(const Defragmenter *self)
{
        return self->counts;
}

guint64 defragmenter_count_unused(const Defragmenter *self)
{
        return self->counts.fragments - self->counts.joined - self->counts.duplicates;
}

static gboolean is_over(const Defragmenter *self, const Partial *partial)
{
        gint64 age;

        if (__builtin_sub_overflow(self->now, partial->first_time, &age))
                return self->now > partial->first_time;
        return age > DEFRAGMENTER_TIMEOUT;
}

static void expire(Defragmenter *self)
{
        while (self->oldest_first.head) {
                Partial *oldest = self->oldest_first.head->data;

                if (!is_over(self, oldest))
                        return;
                partial_remove(self, oldest, &self->counts.timed_out);
        }
}

static Partial *find(Defragmenter *self, const Packet *packet)
{
        const Datagram *fragment = &packet->fragment;
        Key key = {
                .source = fragment->source,
                .destination = fragment->destination,
                .id = packet->fragment_id,
                .protocol = fragment->source.family == 4 ? fragment->protocol : 0,
        };
        Partial *partial = g_hash_table_lookup(self->partials, &key);

        /* In captures of several interfaces time can go back, so the oldest entry need not be the first to expire. */
        if (partial && is_over(self, partial)) {
                partial_remove(self, partial, &self->counts.timed_out);
                partial = NULL;
        }
        if (partial)
                return partial;
        partial = g_new0(Partial, 1);
        partial->key = key;
        pieces_init(&partial->pieces);
        partial->frames = g_array_new(FALSE, FALSE, sizeof(guint64));
        partial->first_time = self->now;
        partial->link.data = partial;
        g_hash_table_insert(self->partials, &partial->key, partial);
        g_queue_push_tail_link(&self->oldest_first, &partial->link);
        self->used += PARTIAL_COST;
        return partial;
}

/* Puts the datagram together. packet->datagram is NULL, or the datagram that the fragment lies in. */
static const Datagram *finish(Defragmenter *self, Partial *partial, const Packet *packet)
{
        guint depth = packet->datagram ? packet->datagram->depth : 0;
        Datagram *datagram = &self->datagrams[depth];
        GArray *frames;

        if (!self->octets[depth]) {
                self->octets[depth] = g_malloc(LARGEST);
                self->frames[depth] = g_array_new(FALSE, FALSE, sizeof(guint64));
        }
        frames = self->frames[depth];
        pieces_join(&partial->pieces, self->octets[depth]);
        g_array_set_size(frames, 0);
        g_array_append_vals(frames, partial->frames->data, partial->frames->len);
        *datagram = packet->fragment;
        datagram->outer = packet->datagram;
        datagram->depth = depth + 1;
        datagram->protocol = partial->protocol;
        datagram->ecn = partial->congested ? ECN_CE : packet->ecn;
        datagram->octets = self->octets[depth];
        datagram->length = partial->pieces.total;
        datagram->is_chosen = partial->is_chosen;
        datagram->frames = (const guint64 *) (gpointer) frames->data;
        datagram->n_frames = frames->len;
        self->counts.datagrams++;
        partial_remove(self, partial, &self->counts.joined);
        return datagram;
}

/* Adds a fragment. Returns the datagram if that completes it, else NULL. */
static const Datagram *add(Defragmenter *self, const Packet *packet)
{
        guint64 number = packet->frame->number;
        Partial *partial = find(self, packet);
        gsize cost = partial->pieces.cost;
        PiecesFit fit = partial->frames ? pieces_fit(&partial->pieces, packet) : PIECES_CONTRADICT;

        switch (fit) {
        case PIECES_CONTRADICT:
                if (partial->frames)
                        partial_refuse(self, partial);
                else
                        self->counts.contradictory++;
                return NULL;
        case PIECES_REPEATED:
                if (packet->more_fragments || partial->pieces.total > 0) {
                        self->counts.duplicates++;
                        return NULL;
                }
                /* A last fragment shows where the datagram ends, even if all its octets had come before. */
                G_GNUC_FALLTHROUGH;
        case PIECES_NEW:
                g_array_append_val(partial->frames, number);
                self->counts.waiting++;
                break;
        }
        pieces_add(&partial->pieces, packet);
        self->used += partial->pieces.cost - cost;
        /* RFC 8200 section 4.5: the next header of the first fragment counts. */
        if (packet->fragment_offset == 0)
                partial->protocol = packet->fragment.protocol;
        partial->is_chosen |= !packet_is_left_out(packet);
        partial->congested |= packet->ecn == ECN_CE;
        if (partial->pieces.total == 0 || partial->pieces.octets < partial->pieces.total)
                return NULL;

        return finish(self, partial, packet);
}

static gboolean is_malformed(const Packet *packet)
{
        guint32 length = packet->fragment_length;

        /* RFC 8200 section 4.5. In IPv4, the longest datagram includes its header of at least 20 octets. */
        return length == 0 || (packet->more_fragments && length % 8 != 0) ||
               packet->fragment_offset + length > (packet->fragment.source.family == 4 ? LARGEST - 20 : LARGEST);
}

DecodeStatus defragmenter_decode(Defragmenter *self, const CaptureFrame *frame, Packet *ret_packet)
{
        packet_decode(frame, ret_packet);
        if (!ret_packet->is_fragment)
                return ret_packet->status;
        if (frame->has_time)
                self->now = frame->time;
        expire(self);
        for (guint depth = 0; ret_packet->is_fragment && depth < NESTED; depth++) {
                const Datagram *datagram;

                self->counts.fragments++;
                if (is_malformed(ret_packet)) {
                        self->counts.malformed++;
                        break;
                }
                if (ret_packet->fragment.length < ret_packet->fragment_length) {
                        self->counts.cut_off++;
                        break;
                }
                datagram = add(self, ret_packet);
                if (!datagram)
                        break;
                packet_decode_datagram(ret_packet, datagram);
        }
        while (self->used > self->limit && self->oldest_first.head)
                partial_remove(self, self->oldest_first.head->data, &self->counts.given_up);
        return ret_packet->status;
}
