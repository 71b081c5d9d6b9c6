/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lifelines of a diagram: one for each socket that takes part. */
#pragma once

#include "reports/ladder-drawing.h"

G_BEGIN_DECLS

/* The most lifelines of a diagram; if there are more sockets, those with the fewest packets share the last one. */
#define LIFELINES_MAX_WIDE 8 /* at most LADDER_ORDER_MAX */
#define LIFELINES_MAX_NARROW 4

typedef struct {
        Endpoint endpoint;
        Transport transport;
        guint64 packets;    /* sent or received */
        char *name;         /* harmless UTF-8, shortened so that it fits */
        GPtrArray *address; /* lines of text (char *) */
        double x;           /* px */
        guint n_others;     /* how many other sockets share it; normally 0 */
} Lifeline;

/* The endpoints between which a packet is drawn. ICMP has no ports: an error goes to the socket that sent the quoted
 * packet, and comes from the socket that the packet was for, if that one's host sent the error. A membership report
 * goes from the client's socket to the multicast group. */
void record_get_ends(const Record *record, Endpoint *ret_source, Endpoint *ret_destination);

/* The name of an endpoint: from LadderOptions.name_of, else chat_name (may be NULL), else role. Borrowed; may contain
 * any octets. */
const char *lifeline_name(const LadderOptions *options,
                          const Endpoint *endpoint,
                          Transport transport,
                          const char *chat_name,
                          const char *role);

typedef struct Lifelines Lifelines;

/* options is borrowed and must outlive the lifelines. Transfer: full. */
Lifelines *lifelines_new(const Record *const *records, guint n_records, const LadderOptions *options);
void lifelines_free(Lifelines *lifelines);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lifelines, lifelines_free)

guint lifelines_get_length(const Lifelines *lifelines);
/* Lifelines are numbered from left to right, and ordered so that few arrows have to jump over one. */
const Lifeline *lifelines_get(const Lifelines *lifelines, guint index);

/* The indices of the lifelines between which a packet is drawn; they may be the same. record must be one of those that
 * lifelines_new() got. */
void lifelines_find(const Lifelines *lifelines, const Record *record, guint *ret_source, guint *ret_destination);

/* The width of the diagram, and the height of the heads, in px. */
double lifelines_get_width(const Lifelines *lifelines);
double lifelines_get_head(const Lifelines *lifelines);
void lifelines_draw_heads(const Lifelines *lifelines, Drawing *drawing);

G_END_DECLS
