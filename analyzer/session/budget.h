/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A limit on how many octets of one kind are kept, for all conversations together. Above the limit, only what is
 * indispensable is kept; given_up counts what was not. Whoever frees something subtracts it from held. */
#pragma once

#include <glib.h>

typedef struct MemoryBudget {
        gsize held, limit; /* octets */
        guint64 given_up;
} MemoryBudget;

static inline gboolean memory_budget_is_short(const MemoryBudget *self)
{
        return self->held >= self->limit;
}

/* Charges octets to the budget. FALSE, and given_up counts it, if there is no room for them. */
static inline gboolean memory_budget_take(MemoryBudget *self, gsize octets)
{
        if (self->held >= self->limit || octets > self->limit - self->held) {
                self->given_up++;
                return FALSE;
        }
        self->held += octets;
        return TRUE;
}
