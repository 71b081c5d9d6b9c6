/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The arrows: one form for each thing that a packet may be. */
#pragma once

#include "reports/ladder-drawing.h"

G_BEGIN_DECLS

typedef enum {
        ARROW_TYPED, /* brings what was typed */
        ARROW_MAINTENANCE,
        ARROW_ACKNOWLEDGES, /* and nothing else */
        ARROW_AGAIN,        /* was sent before */
        ARROW_LOST,         /* did not arrive */
        ARROW_NOT_CAPTURED,
} ArrowForm;
#define N_ARROW_FORMS 6

ArrowForm arrow_form(const Record *record);
const char *arrow_form_to_string(ArrowForm form); /* its meaning, for the key: "brings what was typed" */

/* What an arrow passes by, in an arc. */
typedef struct {
        double at, radius;
} Jump;

/* A horizontal arrow; jumps in the order in which it comes by. The arcs go upwards where is_up. */
void arrow_draw(Drawing *drawing,
                ArrowForm form,
                Phase phase,
                double from,
                double to,
                double y,
                const Jump *jumps,
                guint n_jumps,
                gboolean is_up);
/* A vertical one, for the strip; its arcs go to the right. */
void arrow_draw_vertical(Drawing *drawing,
                         ArrowForm form,
                         Phase phase,
                         double x,
                         double from,
                         double to,
                         const Jump *jumps,
                         guint n_jumps);
/* From a lifeline to itself: to the right, down and back. */
void arrow_draw_loop(Drawing *drawing, ArrowForm form, Phase phase, double x, double y);

G_END_DECLS
