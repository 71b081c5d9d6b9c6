/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects of one size, allocated in large blocks. Each is known by an index of 32 bits, half the size of a pointer,
 * which saves memory in tables of millions; and no object needs an allocation of its own. */
#pragma once

#include <glib.h>

#define POOL_BLOCK 128 /* objects */

typedef struct {
        gsize size; /* octets of an object */
        GPtrArray *blocks;
        GArray *free; /* guint32: indices of objects that were given back */
        guint32 n;    /* how many objects the blocks have handed out */
} Pool;

void pool_init(Pool *self, gsize size);
void pool_clear(Pool *self);
guint32 pool_take(Pool *self); /* returns an index; the object is all zero */
void pool_give(Pool *self, guint32 index);

static inline gpointer pool_get(const Pool *self, guint32 index)
{
        return (guint8 *) self->blocks->pdata[index / POOL_BLOCK] + self->size * (index % POOL_BLOCK);
}
