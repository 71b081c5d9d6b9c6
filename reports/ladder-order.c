/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/ladder-order.h"

#include <string.h>

void ladder_order_count(LadderTraffic traffic, guint a, guint b)
{
        traffic[MIN(a, b)][MAX(a, b)]++;
}

static guint64 count_jumps(LadderTraffic traffic, const guint *place, guint n)
{
        guint64 jumps = 0;

        for (guint i = 0; i < n; i++)
                for (guint j = i + 1; j < n; j++) {
                        guint distance = place[i] < place[j] ? place[j] - place[i] : place[i] - place[j];

                        jumps += traffic[i][j] * (distance - 1);
                }
        return jumps;
}

/* The order that is being tried, and the places in the best one so far. */
typedef struct {
        guint n;
        guint order[LADDER_ORDER_MAX], best[LADDER_ORDER_MAX];
        guint64 least;
} Search;

static void judge(Search *self, LadderTraffic traffic)
{
        guint place[LADDER_ORDER_MAX] = {0};
        guint64 jumps;

        for (guint i = 0; i < self->n; i++)
                place[self->order[i]] = i;
        jumps = count_jumps(traffic, place, self->n);
        if (jumps >= self->least)
                return;
        self->least = jumps;
        memcpy(self->best, place, sizeof place);
}

/* Tries all orders, at most 8! of them, in lexicographic order, and keeps the first of the best. */
static void search(Search *self, LadderTraffic traffic, guint depth, guint used)
{
        if (depth == self->n) {
                judge(self, traffic);
                return;
        }
        for (guint i = 0; i < self->n; i++) {
                if (used & (1u << i))
                        continue;
                self->order[depth] = i;
                search(self, traffic, depth + 1, used | (1u << i));
        }
}

void ladder_order_find(LadderTraffic traffic, guint n, guint ret_place[LADDER_ORDER_MAX])
{
        Search self = {.n = n, .least = G_MAXUINT64};

        search(&self, traffic, 0, 0);
        memcpy(ret_place, self.best, sizeof self.best);
}
