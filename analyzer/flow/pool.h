/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects of one size, in large blocks, each known by a number of 32 bits: half of a pointer, where a table has
 * millions, and no allocation for each. */
#pragma once

#include <glib.h>

#define POOL_BLOCK 128 /* objects */

typedef struct {
        gsize size; /* of an object, octets */
        GPtrArray *blocks;
        GArray *free; /* guint32: objects given back */
        guint32 n;    /* objects ever taken from blocks */
} Pool;

void pool_init(Pool *self, gsize size);
void pool_clear(Pool *self);
guint32 pool_take(Pool *self); /* zeroed */
void pool_give(Pool *self, guint32 index);

static inline gpointer pool_get(const Pool *self, guint32 index)
{
        return (guint8 *) self->blocks->pdata[index / POOL_BLOCK] + self->size * (index % POOL_BLOCK);
}
