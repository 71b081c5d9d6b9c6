/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hashes of what came from the wire. Whoever sends packets must not be able to choose where they hash to, or a table
 * becomes a list: every run draws seeds of its own. */
#pragma once

#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

#define HASH_SEEDS 4
/* HASH_SEEDS of them, odd; from any thread. */
const guint64 *hash_get_seeds(void);

__extension__ typedef unsigned __int128 HashProduct;

/* Both halves of a product, so that every bit of a and b counts. */
static inline guint64 hash_fold(guint64 a, guint64 b)
{
        HashProduct product = (HashProduct) a * b;

        return (guint64) product ^ (guint64) (product >> 64);
}

/* An address and a number of at most 64 bits, such as a port. */
static inline guint64 hash_address(const guint64 *seeds, const IpAddress *address, guint64 number)
{
        guint64 words[2];

        memcpy(words, address->octets, sizeof words);
        return hash_fold(words[0] ^ seeds[0], hash_fold(words[1] ^ seeds[1], number ^ seeds[2]));
}

G_END_DECLS
