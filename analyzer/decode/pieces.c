/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/decode/pieces.h"

#include <string.h>

typedef struct {
        guint32 offset, length;
        guint8 *octets;
} Piece;

void pieces_init(Pieces *self)
{
        *self = (Pieces){.pieces = g_array_new(FALSE, FALSE, sizeof(Piece))};
}

void pieces_clear(Pieces *self)
{
        for (guint i = 0; i < self->pieces->len; i++)
                g_free(g_array_index(self->pieces, Piece, i).octets);
        g_array_unref(self->pieces);
        *self = (Pieces){0};
}

/* The index of the first piece that ends behind offset; pieces->len: there is none. */
static guint first_after(const GArray *pieces, guint32 offset)
{
        guint low = 0, high = pieces->len;

        while (low < high) {
                guint middle = (low + high) / 2;
                const Piece *piece = &g_array_index(pieces, Piece, middle);

                if (piece->offset + piece->length <= offset)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

PiecesFit pieces_fit(const Pieces *self, const Packet *packet)
{
        guint32 offset = packet->fragment_offset, end = offset + packet->fragment_length;
        guint at = first_after(self->pieces, offset);
        const Piece *piece = at < self->pieces->len ? &g_array_index(self->pieces, Piece, at) : NULL;
        const Piece *last = self->pieces->len > 0 ? &g_array_index(self->pieces, Piece, self->pieces->len - 1) : NULL;

        if (self->total > 0 && (end > self->total || (!packet->more_fragments && end != self->total)))
                return PIECES_CONTRADICT;
        if (!packet->more_fragments && last && last->offset + last->length > end)
                return PIECES_CONTRADICT;
        if (!piece || piece->offset >= end)
                return PIECES_NEW;
        /* RFC 8200 section 4.5: fragments that overlap make the datagram invalid, unless they are exact copies. */
        if (packet->fragment.source.family == 6)
                return piece->offset == offset && piece->length == packet->fragment_length &&
                                       memcmp(piece->octets, packet->fragment.octets, piece->length) == 0 ?
                               PIECES_REPEATED :
                               PIECES_CONTRADICT;
        while (piece->offset <= offset && piece->offset + piece->length < end) {
                offset = piece->offset + piece->length;
                if (++at == self->pieces->len)
                        return PIECES_NEW;
                piece = &g_array_index(self->pieces, Piece, at);
        }
        return piece->offset <= offset ? PIECES_REPEATED : PIECES_NEW;
}

static void insert(Pieces *self, guint at, guint32 offset, guint32 length, const guint8 *octets)
{
        Piece piece = {offset, length, g_memdup2(octets, length)};

        g_array_insert_val(self->pieces, at, piece);
        self->octets += length;
        /* With the overhead of the allocator and of the list of frames. */
        self->cost += sizeof piece + sizeof(guint64) + 2 * sizeof(gpointer) + length;
}

void pieces_add(Pieces *self, const Packet *packet)
{
        guint32 offset = packet->fragment_offset, end = offset + packet->fragment_length;
        guint at = first_after(self->pieces, offset);

        if (!packet->more_fragments)
                self->total = end;
        while (offset < end) {
                const Piece *next = at < self->pieces->len ? &g_array_index(self->pieces, Piece, at) : NULL;
                guint32 until = next ? MIN(next->offset, end) : end, after = next ? next->offset + next->length : end;

                if (until > offset)
                        insert(self, at++, offset, until - offset,
                               packet->fragment.octets + (offset - packet->fragment_offset));
                offset = after;
                at++;
        }
}

void pieces_join(const Pieces *self, guint8 *ret_octets)
{
        for (guint i = 0; i < self->pieces->len; i++) {
                const Piece *piece = &g_array_index(self->pieces, Piece, i);

                memcpy(ret_octets + piece->offset, piece->octets, piece->length);
        }
}
