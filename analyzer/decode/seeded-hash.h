/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hashes of values from the wire. If senders could choose values that hash to the same place, a table would become as
 * slow as a list, so every run draws its own seeds. */
#pragma once

#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

#define HASH_SEEDS 4
/* An array of HASH_SEEDS odd numbers; static. May be called from any thread. */
const guint64 *hash_get_seeds(void);

__extension__ typedef unsigned __int128 HashProduct;

/* Combines both halves of the product, so that every bit of a and b counts. */
static inline guint64 hash_fold(guint64 a, guint64 b)
{
        HashProduct product = (HashProduct) a * b;

        return (guint64) product ^ (guint64) (product >> 64);
}

/* Hashes an address and a number, such as a port. */
static inline guint64 hash_address(const guint64 *seeds, const IpAddress *address, guint64 number)
{
        guint64 words[2];

        memcpy(words, address->octets, sizeof words);
        return hash_fold(words[0] ^ seeds[0], hash_fold(words[1] ^ seeds[1], number ^ seeds[2]));
}

G_END_DECLS
