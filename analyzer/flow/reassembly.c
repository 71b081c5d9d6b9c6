/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts the octets of one direction in order. If segments overlap, the octets that came first are kept. */
#include "analyzer/flow/flow-private.h"

#include <string.h>

/* Octets of memory that a piece takes, with the overhead of allocator and queue. */
static gsize piece_size(const ReassemblySegment *piece)
{
        return sizeof *piece + piece->captured + sizeof(GList) + 32;
}

static void add_chunk(ReassemblyPool *pool, const guint8 *octets, guint32 length, guint64 frame)
{
        FlowChunk chunk = {
                .octets = octets,
                .length = length,
                .side = (guint8) pool->side,
                .is_gap = !octets,
                .frame = octets ? frame : 0,
        };

        if (length > 0)
                g_array_append_val(pool->chunks, chunk);
}

/* Delivers the next octets of the stream. Those that the snapshot length cut off are a gap. */
static void
deliver(Reassembly *self, const guint8 *octets, guint32 captured, guint32 length, guint64 frame, ReassemblyPool *pool)
{
        add_chunk(pool, octets, captured, frame);
        add_chunk(pool, NULL, length - captured, frame);
        self->next += length;
}

static void drain(Reassembly *self, ReassemblyPool *pool)
{
        while (self->waiting) {
                ReassemblySegment *first = g_queue_peek_head(&self->waiting->pieces);
                gint32 behind = sequence_distance(self->next, first->sequence);

                if (behind < 0)
                        return;
                g_queue_pop_head(&self->waiting->pieces);
                self->waiting->octets -= first->length;
                pool->held -= piece_size(first);
                g_ptr_array_add(pool->released, first);
                if (g_queue_is_empty(&self->waiting->pieces))
                        g_clear_pointer(&self->waiting, g_free);
                if ((guint32) behind < first->length) {
                        guint32 cut = MIN((guint32) behind, first->captured);

                        deliver(self, first->octets + cut, first->captured - cut, first->length - (guint32) behind,
                                first->frame, pool);
                }
        }
}

/* Makes a piece wait: before the waiting piece `before`, or behind all others if that is NULL. */
static void keep(Reassembly *self,
                 GList *before,
                 guint32 sequence,
                 guint32 length,
                 const guint8 *octets,
                 guint32 captured,
                 guint64 frame,
                 ReassemblyPool *pool)
{
        ReassemblySegment *piece = g_malloc(sizeof *piece + captured);

        piece->sequence = sequence;
        piece->length = length;
        piece->captured = captured;
        piece->frame = frame;
        if (captured > 0)
                memcpy(piece->octets, octets, captured);
        if (!self->waiting)
                self->waiting = g_new0(ReassemblyQueue, 1);
        if (before)
                g_queue_insert_before(&self->waiting->pieces, before, piece);
        else
                g_queue_push_tail(&self->waiting->pieces, piece);
        self->waiting->octets += length;
        pool->held += piece_size(piece);
}

/* The first waiting piece that ends behind sequence. Searches from the end, because segments that come out of order are
 * nearly always newer than all that wait. */
static GList *first_behind(const Reassembly *self, guint32 sequence)
{
        GList *found = NULL;

        for (GList *l = self->waiting ? self->waiting->pieces.tail : NULL; l; l = l->prev) {
                const ReassemblySegment *piece = l->data;

                if (sequence_distance(piece->sequence + piece->length, sequence) <= 0)
                        break;
                found = l;
        }
        return found;
}

/* Makes those parts of a segment wait that are not waiting yet. Returns how many octets they have. */
static guint32 wait_for_turn(Reassembly *self,
                             guint32 sequence,
                             guint32 length,
                             const guint8 *octets,
                             guint32 captured,
                             guint64 frame,
                             ReassemblyPool *pool)
{
        guint32 end = sequence + length, kept = 0;
        GList *l;

        for (l = first_behind(self, sequence); l && sequence != end; l = l->next) {
                const ReassemblySegment *other = l->data;
                gint32 before = sequence_distance(other->sequence, sequence);
                gint32 overlap = sequence_distance(other->sequence + other->length, sequence);
                guint32 skip = 0;

                if (before > 0) {
                        guint32 free_length = MIN((guint32) before, end - sequence);
                        guint32 here = MIN(captured, free_length);

                        keep(self, l, sequence, free_length, octets, here, frame, pool);
                        kept += free_length;
                        skip = free_length;
                        overlap = sequence_distance(other->sequence + other->length, sequence + skip);
                }
                if (overlap > 0)
                        skip += MIN((guint32) overlap, end - sequence - skip);
                sequence += skip;
                if (captured > 0)
                        octets += MIN(skip, captured);
                captured -= MIN(skip, captured);
        }
        if (sequence != end) {
                keep(self, NULL, sequence, end - sequence, octets, captured, frame, pool);
                kept += end - sequence;
        }
        return kept;
}

/* Declares the octets before number a gap. */
static void add_gap(Reassembly *self, guint32 number, ReassemblyPool *pool)
{
        add_chunk(pool, NULL, number - self->next, 0);
        pool->n_gaps++;
        pool->missing += number - self->next;
        self->next = number;
}

/* Declares the gap before the first waiting piece, and delivers the pieces behind it. */
static void skip_gap(Reassembly *self, ReassemblyPool *pool)
{
        const ReassemblySegment *first = g_queue_peek_head(&self->waiting->pieces);

        add_gap(self, first->sequence, pool);
        drain(self, pool);
}

/* Declares gaps that nothing will fill: the peer has acknowledged the octets, so they were received and not captured;
 * or too much is waiting. */
static void give_up_gaps(Reassembly *self, ReassemblyPool *pool)
{
        while (self->waiting) {
                const ReassemblySegment *first = g_queue_peek_head(&self->waiting->pieces);
                gboolean acknowledged =
                        self->has_acknowledged && sequence_distance(self->acknowledged, first->sequence) >= 0;

                if (!acknowledged && self->waiting->octets <= REASSEMBLY_LIMIT &&
                    self->waiting->pieces.length <= REASSEMBLY_MAX_PIECES && pool->held <= pool->limit)
                        break;
                skip_gap(self, pool);
        }
        /* The peer has acknowledged the FIN, but octets before it were not captured. */
        if (self->has_fin && self->has_acknowledged && sequence_distance(self->fin, self->next) > 0 &&
            sequence_distance(self->acknowledged, self->fin) >= 0)
                add_gap(self, self->fin, pool);
}

guint32
reassembly_add(Reassembly *self, const Segment *segment, const guint8 *octets, guint32 captured, ReassemblyPool *pool)
{
        guint32 sequence = segment->sequence + ((segment->flags & TCP_SYN) ? 1 : 0), length = segment->length;
        guint32 new_octets = 0;
        gint32 behind;

        if (!self->has_next && (length > 0 || (segment->flags & (TCP_SYN | TCP_FIN)))) {
                self->has_next = TRUE;
                self->next = sequence;
        }
        if ((segment->flags & TCP_FIN) && !self->has_fin) {
                self->has_fin = TRUE;
                self->fin = sequence + length;
        }
        if (!self->has_next)
                return 0;
        behind = sequence_distance(self->next, sequence);
        if (behind > 0) {
                guint32 cut = MIN((guint32) behind, length), cut_octets = MIN(cut, captured);

                sequence += cut;
                length -= cut;
                if (captured > 0)
                        octets += cut_octets;
                captured -= cut_octets;
        }
        /* The usual case: the segment is the next one and nothing waits. Nothing is copied. */
        if (length > 0 && sequence == self->next && !self->waiting) {
                deliver(self, octets, captured, length, segment->frame, pool);
                return length;
        }
        if (length > 0)
                new_octets = wait_for_turn(self, sequence, length, octets, captured, segment->frame, pool);
        drain(self, pool);
        give_up_gaps(self, pool);
        return new_octets;
}

void reassembly_acknowledge(Reassembly *self, guint32 acknowledgement, ReassemblyPool *pool)
{
        if (!self->has_acknowledged || sequence_distance(acknowledgement, self->acknowledged) > 0) {
                self->has_acknowledged = TRUE;
                self->acknowledged = acknowledgement;
                if (G_UNLIKELY(self->waiting || (self->has_fin && self->next != self->fin)))
                        give_up_gaps(self, pool);
        }
}

void reassembly_flush(Reassembly *self, ReassemblyPool *pool)
{
        while (self->waiting)
                skip_gap(self, pool);
}

void reassembly_end(Reassembly *self, ReassemblyPool *pool)
{
        reassembly_flush(self, pool);
        if (self->has_next && !self->has_fin && self->has_acknowledged &&
            sequence_distance(self->acknowledged, self->next) > 0)
                add_gap(self, self->acknowledged, pool);
}

void reassembly_shift(Reassembly *self, guint32 distance)
{
        self->next += distance;
        self->fin += distance;
        self->acknowledged += distance;
        for (GList *l = self->waiting ? self->waiting->pieces.head : NULL; l; l = l->next)
                ((ReassemblySegment *) l->data)->sequence += distance;
}

gboolean reassembly_covers(const Reassembly *self, guint32 acknowledgement)
{
        guint32 end = self->has_fin && acknowledgement == self->fin + 1 ? self->fin : acknowledgement;

        return self->has_next && sequence_distance(end, self->next) <= 0;
}

guint32 reassembly_gap(const Reassembly *self, guint32 sequence)
{
        if (!self->waiting || sequence_distance(sequence, self->next) <= 0)
                return 0;
        return ((const ReassemblySegment *) g_queue_peek_head(&self->waiting->pieces))->sequence - self->next;
}

gboolean reassembly_is_ended(const Reassembly *self)
{
        return self->has_fin && self->has_next && sequence_distance(self->next, self->fin) >= 0;
}

void reassembly_clear(Reassembly *self, ReassemblyPool *pool)
{
        if (self->waiting) {
                for (const GList *l = self->waiting->pieces.head; l; l = l->next)
                        pool->held -= piece_size(l->data);
                g_queue_clear_full(&self->waiting->pieces, g_free);
                g_free(self->waiting);
        }
        *self = (Reassembly){0};
}
