/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An order of lifelines in which few packets pass one by. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ORDER_MAX 8

/* How often packets go between two: of [i][j] and [j][i], that with i < j. */
typedef guint64 OrderTraffic[ORDER_MAX][ORDER_MAX];

void order_count(OrderTraffic traffic, guint a, guint b);

/* ret_place: where each of n goes, from 0. Of equally good orders, that which is nearest to the given one. */
void order_find(OrderTraffic traffic, guint n, guint ret_place[ORDER_MAX]);

G_END_DECLS
