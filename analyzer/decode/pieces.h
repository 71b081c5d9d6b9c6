/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The octets of one datagram that have come so far; for defragment.c. The packets are fragments, captured whole. */
#pragma once

#include "analyzer/decode/packet.h"

typedef struct {
        GArray *pieces; /* by offset, none overlapping another */
        guint32 octets; /* in all of them */
        guint32 total;  /* the datagram's length, known from its last fragment; 0: not yet */
        gsize cost;     /* memory */
} Pieces;

void pieces_init(Pieces *pieces);
void pieces_clear(Pieces *pieces);

typedef enum {
        PIECES_NEW,
        PIECES_REPEATED,
        PIECES_CONTRADICT,
} PiecesFit;

/* How a fragment goes with what is there. */
PiecesFit pieces_fit(const Pieces *pieces, const Packet *packet);

/* Puts in what is not there yet: of octets that overlap, those that came first stay. */
void pieces_add(Pieces *pieces, const Packet *packet);

/* Copies all of them to where they belong. */
void pieces_join(const Pieces *pieces, guint8 *ret_octets);
