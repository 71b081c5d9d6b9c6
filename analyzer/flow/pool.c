/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/flow/pool.h"

#include <string.h>

#define ALIGNMENT 16 /* that of malloc() */

void pool_init(Pool *self, gsize size)
{
        *self = (Pool){
                .size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT,
                .blocks = g_ptr_array_new_with_free_func(g_free),
                .free = g_array_new(FALSE, FALSE, sizeof(guint32)),
        };
}

void pool_clear(Pool *self)
{
        g_ptr_array_unref(self->blocks);
        g_array_unref(self->free);
}

guint32 pool_take(Pool *self)
{
        guint32 index;

        if (self->free->len > 0) {
                index = g_array_index(self->free, guint32, self->free->len - 1);
                g_array_set_size(self->free, self->free->len - 1);
        } else {
                if (self->n % POOL_BLOCK == 0)
                        g_ptr_array_add(self->blocks, g_malloc_n(POOL_BLOCK, self->size));
                index = self->n++;
        }
        memset(pool_get(self, index), 0, self->size);
        return index;
}

void pool_give(Pool *self, guint32 index)
{
        g_array_append_val(self->free, index);
}
