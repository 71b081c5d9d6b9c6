/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The arrows: each form stands for a kind of packet. */
#pragma once

#include "reports/ladder-drawing.h"

G_BEGIN_DECLS

typedef enum {
        ARROW_TYPED, /* brings what somebody typed */
        ARROW_MAINTENANCE,
        ARROW_ACKNOWLEDGES, /* does nothing but acknowledge */
        ARROW_AGAIN,        /* was sent before */
        ARROW_LOST,         /* did not arrive (inferred: it was sent again) */
        ARROW_NOT_CAPTURED, /* is missing from the capture (inferred) */
} ArrowForm;
#define N_ARROW_FORMS 6

ArrowForm arrow_form(const Record *record);
const char *arrow_form_to_string(ArrowForm form); /* its meaning in the key: "sent again" */

/* An arc in which an arrow passes a lifeline: the place of the lifeline along the arrow, and the radius, in px. */
typedef struct {
        double at, radius;
} Jump;

/* Draws a horizontal arrow from one x to another. jumps are in the order in which the arrow reaches them; their arcs go
 * upwards if is_up is TRUE, otherwise downwards. */
void arrow_draw(Drawing *drawing,
                ArrowForm form,
                Phase phase,
                double from,
                double to,
                double y,
                const Jump *jumps,
                guint n_jumps,
                gboolean is_up);
/* Draws a vertical arrow, for the strip; its arcs go to the right. */
void arrow_draw_vertical(Drawing *drawing,
                         ArrowForm form,
                         Phase phase,
                         double x,
                         double from,
                         double to,
                         const Jump *jumps,
                         guint n_jumps);
/* Draws an arrow from a lifeline to itself: to the right, down and back. */
void arrow_draw_loop(Drawing *drawing, ArrowForm form, Phase phase, double x, double y);

G_END_DECLS
