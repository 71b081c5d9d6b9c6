/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds an order of lifelines in which few packets have to jump over one. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define LADDER_ORDER_MAX 8

/* The number of packets between two lifelines: in [i][j] with i < j, for both directions. */
typedef guint64 LadderTraffic[LADDER_ORDER_MAX][LADDER_ORDER_MAX];

/* Counts a packet between a and b. */
void ladder_order_count(LadderTraffic traffic, guint a, guint b);

/* n: the number of lifelines, at most LADDER_ORDER_MAX. ret_place: the new place of each, from 0. Of equally good
 * orders it takes the first in lexicographic order; so lifelines stay as they are if that is among the best. */
void ladder_order_find(LadderTraffic traffic, guint n, guint ret_place[LADDER_ORDER_MAX]);

G_END_DECLS
