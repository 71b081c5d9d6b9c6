/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The arrows: one form for each thing that a packet may be. */
#pragma once

#include "reports/ladder-drawing.h"

G_BEGIN_DECLS

typedef enum {
        ARROW_TYPED,        /* brings what was typed */
        ARROW_MAINTENANCE,
        ARROW_ACKNOWLEDGES, /* and nothing else */
        ARROW_AGAIN,        /* was sent before */
        ARROW_LOST,         /* did not arrive */
        ARROW_NOT_CAPTURED,
} ArrowForm;
#define N_ARROW_FORMS 6

ArrowForm arrow_form(const Record *record);
const char *arrow_form_to_string(ArrowForm form); /* its meaning, for the key: "brings what was typed" */

/* A horizontal arrow, which passes others by in arcs: jumps are their n_jumps places, in the order in which the arrow
 * comes by; rise is the radius, upwards, or downwards where it is negative. */
void arrow_draw(Drawing *drawing,
                ArrowForm form,
                Phase phase,
                double from,
                double to,
                double y,
                const double *jumps,
                guint n_jumps,
                double rise);
/* A vertical one, for the strip: arcs go to the right. */
void arrow_draw_vertical(Drawing *drawing,
                         ArrowForm form,
                         Phase phase,
                         double x,
                         double from,
                         double to,
                         const double *jumps,
                         guint n_jumps,
                         double rise);
/* From a lifeline to itself: to the right, down and back. */
void arrow_draw_loop(Drawing *drawing, ArrowForm form, Phase phase, double x, double y);

G_END_DECLS
