/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lifelines of a diagram: one for each host, or for each of its sockets where several of them take part.
 */
#pragma once

#include "reports/ladder-drawing.h"

G_BEGIN_DECLS

/* Beyond so many, those with the fewest packets share one. */
#define LIFELINES_MAX_WIDE 8 /* LADDER_ORDER_MAX */
#define LIFELINES_MAX_NARROW 4

typedef struct {
        Endpoint endpoint;
        Transport transport;
        guint64 packets;    /* sent or received */
        char *name;         /* harmless, as short as its place */
        GPtrArray *address; /* lines of text (char *) */
        double x;
        guint n_others; /* it stands for so many that have none of their own; else 0 */
} Lifeline;

/* Between whom a packet goes. ICMP has no ports: an error goes to the socket whose packet it quotes, and
 * comes from that one's peer, if it was that host that sent it. */
void record_get_ends(const Record *record, Endpoint *ret_source, Endpoint *ret_destination);

/* What an endpoint is called: as the caller says, by the chat name that records know, or by its role.
 * Borrowed. */
const char *lifeline_name(const LadderOptions *options,
                          const Endpoint *endpoint,
                          Transport transport,
                          const char *chat_name,
                          const char *role);

typedef struct Lifelines Lifelines;

Lifelines *lifelines_new(const Record *const *records, guint n_records, const LadderOptions *options);
void lifelines_free(Lifelines *lifelines);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lifelines, lifelines_free)

guint lifelines_get_length(const Lifelines *lifelines);
/* From left to right, ordered so that few arrows pass a lifeline by. */
const Lifeline *lifelines_get(const Lifelines *lifelines, guint index);

/* Indices of those between which a packet goes; they may be the same. */
void lifelines_find(const Lifelines *lifelines, const Record *record, guint *ret_source, guint *ret_destination);

/* px: of the diagram; down to the end of the heads. */
double lifelines_get_width(const Lifelines *lifelines);
double lifelines_get_head(const Lifelines *lifelines);
void lifelines_draw_heads(const Lifelines *lifelines, Drawing *drawing);

G_END_DECLS
