/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Octets kept for all conversations together, of one kind. Where they are more than the limit, no more is kept than has
 * to be; whoever then gives something up counts it. */
#pragma once

#include <glib.h>

typedef struct MemoryBudget {
        gsize held, limit;
        guint64 given_up;
} MemoryBudget;

static inline gboolean memory_budget_is_short(const MemoryBudget *self)
{
        return self->held >= self->limit;
}

/* FALSE, and counted, where there is no room for so many octets. */
static inline gboolean memory_budget_take(MemoryBudget *self, gsize octets)
{
        if (self->held >= self->limit || octets > self->limit - self->held) {
                self->given_up++;
                return FALSE;
        }
        self->held += octets;
        return TRUE;
}
