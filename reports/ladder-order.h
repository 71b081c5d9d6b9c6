/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An order of lifelines in which few packets pass one by. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define LADDER_ORDER_MAX 8

/* How often packets go between two: of [i][j] and [j][i], that with i < j. */
typedef guint64 LadderTraffic[LADDER_ORDER_MAX][LADDER_ORDER_MAX];

void ladder_order_count(LadderTraffic traffic, guint a, guint b);

/* ret_place: where each of n goes, from 0. Of equally good orders, that which is nearest to the given one.
 */
void ladder_order_find(LadderTraffic traffic, guint n, guint ret_place[LADDER_ORDER_MAX]);

G_END_DECLS
