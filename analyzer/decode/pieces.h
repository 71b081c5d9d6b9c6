/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fragments of one datagram that have come so far; for defragment.c. Each must have been captured completely. */
#pragma once

#include "analyzer/decode/packet.h"

typedef struct {
        GArray *pieces; /* ordered by offset, without overlaps */
        guint32 octets; /* their sum */
        guint32 total;  /* length of the datagram, known from its last fragment; 0: unknown */
        gsize cost;     /* octets of memory */
} Pieces;

void pieces_init(Pieces *pieces);
void pieces_clear(Pieces *pieces);

typedef enum {
        PIECES_NEW,
        PIECES_REPEATED,
        PIECES_CONTRADICT,
} PiecesFit;

/* Whether a fragment brings new octets, only repeats octets, or contradicts what has come before. */
PiecesFit pieces_fit(const Pieces *pieces, const Packet *packet);

/* Adds the octets of a fragment that are new. Where fragments overlap, the octets that came first stay. */
void pieces_add(Pieces *pieces, const Packet *packet);

/* Copies all pieces to their places in ret_octets, which must have room for total octets. */
void pieces_join(const Pieces *pieces, guint8 *ret_octets);
