/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/ladder-arrows.h"

/* The sizes of a solid head and of an open one, in px. */
#define HEAD_LENGTH 11
#define HEAD_HALF 5
#define OPEN_LENGTH 9
/* How far the arrow of a packet that did not arrive goes, as a fraction of the way. */
#define LOST_AT 0.55

static const char *const meanings[N_ARROW_FORMS] = {
        [ARROW_TYPED] = "brings user data",         [ARROW_MAINTENANCE] = "maintenance",
        [ARROW_ACKNOWLEDGES] = "acknowledges only", [ARROW_AGAIN] = "sent again",
        [ARROW_LOST] = "did not arrive, inferred",  [ARROW_NOT_CAPTURED] = "not in the capture, inferred",
};

const char *arrow_form_to_string(ArrowForm form)
{
        return meanings[form];
}

ArrowForm arrow_form(const Record *record)
{
        static const guint again =
                TCP_ANALYSIS_RETRANSMISSION | TCP_ANALYSIS_FAST_RETRANSMISSION | TCP_ANALYSIS_SPURIOUS_RETRANSMISSION;

        if (record->packet->transport == TRANSPORT_UDP && record->told->repeats > 0)
                return ARROW_AGAIN;
        /* Not everything that Wireshark flags as a retransmission is one; the phase tells. */
        if (record->packet->transport == TRANSPORT_TCP && record->phase == PHASE_RECOVERY &&
            (record->flow->analysis & again) != 0)
                return ARROW_AGAIN;
        if (!record->maintenance)
                return ARROW_TYPED;
        switch (record->kind) {
        case KIND_ACK:
        case KIND_HANDSHAKE_ACK:
        case KIND_TEARDOWN_ACK:
                return ARROW_ACKNOWLEDGES;
        default:
                return ARROW_MAINTENANCE;
        }
}

/* The classes of a shaft: constants, for each form and phase. */
static const char *shaft_class(ArrowForm form, Phase phase)
{
        static const char *const classes[N_ARROW_FORMS][5] = {
                [ARROW_TYPED] = LADDER_PHASES("typed "),
                [ARROW_MAINTENANCE] = LADDER_PHASES("arrow "),
                [ARROW_ACKNOWLEDGES] = LADDER_PHASES("arrow "),
                [ARROW_AGAIN] = LADDER_PHASES("resent "),
        };

        return classes[form][phase] ? classes[form][phase] : "missing";
}

/* The direction of an arrow: along is 1 for right or down, -1 for left or up. */
typedef struct {
        double along;
        gboolean is_vertical;
        gboolean is_up; /* arcs of horizontal arrows go upwards */
} Way;

static void append_along(GString *path, const Way *way, double length)
{
        g_string_append_printf(path, "%c%.6g", way->is_vertical ? 'v' : 'h', length * way->along);
}

static void append_arc(GString *path, const Way *way, double radius)
{
        /* A clockwise arc goes upwards if the arrow goes to the right, and to the right if the arrow goes down. */
        gboolean clockwise = way->is_vertical ? way->along > 0 : way->is_up == (way->along > 0);

        g_string_append_printf(path, "a%.6g %.6g 0 0 %d ", radius, radius, clockwise ? 1 : 0);
        if (way->is_vertical)
                g_string_append_printf(path, "0 %.6g", 2 * radius * way->along);
        else
                g_string_append_printf(path, "%.6g 0", 2 * radius * way->along);
}

static void draw_head(Drawing *drawing, ArrowForm form, Phase phase, double x, double y, const Way *way)
{
        static const char *const solid[] = LADDER_PHASES("solid "), *const open[] = LADDER_PHASES("head ");
        double back = -way->along;

        if (form == ARROW_LOST) {
                drawing_path(drawing, "cross recovery", x - 5, y - 5, "l10 10m-10 0l10-10");
        } else if (form == ARROW_ACKNOWLEDGES || form == ARROW_NOT_CAPTURED) {
                const char *classes = form == ARROW_NOT_CAPTURED ? "unseen" : open[phase];

                if (way->is_vertical)
                        drawing_path(drawing, classes, x - HEAD_HALF, y + OPEN_LENGTH * back, "l%d %.6gl%d %.6g",
                                     HEAD_HALF, -OPEN_LENGTH * back, HEAD_HALF, OPEN_LENGTH * back);
                else
                        drawing_path(drawing, classes, x + OPEN_LENGTH * back, y - HEAD_HALF, "l%.6g %dl%.6g %d",
                                     -OPEN_LENGTH * back, HEAD_HALF, OPEN_LENGTH * back, HEAD_HALF);
        } else if (way->is_vertical) {
                drawing_path(drawing, solid[phase], x, y, "l%d %.6gh%dz", -HEAD_HALF, HEAD_LENGTH * back,
                             2 * HEAD_HALF);
        } else {
                drawing_path(drawing, solid[phase], x, y, "l%.6g %dv%dz", HEAD_LENGTH * back, -HEAD_HALF,
                             2 * HEAD_HALF);
        }
}

/* How much shorter the shaft is than the arrow: a solid head is narrower than the shaft at its tip, so the shaft ends
 * inside the head. */
static double shaft_end(ArrowForm form)
{
        return form == ARROW_ACKNOWLEDGES || form == ARROW_NOT_CAPTURED || form == ARROW_LOST ? 0 : HEAD_LENGTH - 2;
}

/* Draws an arrow that begins at (x, y); from and to are the two ends along its direction. */
static void draw(Drawing *drawing,
                 ArrowForm form,
                 Phase phase,
                 double x,
                 double y,
                 double from,
                 double to,
                 const Way *way,
                 const Jump *jumps,
                 guint n_jumps)
{
        g_autoptr(GString) path = g_string_new(NULL);
        double end = to - shaft_end(form) * way->along, at = from;

        for (guint i = 0; i < n_jumps && (end - jumps[i].at) * way->along > jumps[i].radius; i++) {
                append_along(path, way, (jumps[i].at - at) * way->along - jumps[i].radius);
                append_arc(path, way, jumps[i].radius);
                at = jumps[i].at + jumps[i].radius * way->along;
        }
        append_along(path, way, (end - at) * way->along);
        drawing_path(drawing, shaft_class(form, phase), x, y, "%s", path->str);
        draw_head(drawing, form, phase, way->is_vertical ? x : to, way->is_vertical ? to : y, way);
}

void arrow_draw(Drawing *drawing,
                ArrowForm form,
                Phase phase,
                double from,
                double to,
                double y,
                const Jump *jumps,
                guint n_jumps,
                gboolean is_up)
{
        Way way = {.along = to > from ? 1 : -1, .is_up = is_up};

        if (form == ARROW_LOST)
                to = from + (to - from) * LOST_AT;
        draw(drawing, form, phase, from, y, from, to, &way, jumps, n_jumps);
}

void arrow_draw_vertical(Drawing *drawing,
                         ArrowForm form,
                         Phase phase,
                         double x,
                         double from,
                         double to,
                         const Jump *jumps,
                         guint n_jumps)
{
        Way way = {.along = to > from ? 1 : -1, .is_vertical = TRUE};

        draw(drawing, form, phase, x, from, from, to, &way, jumps, n_jumps);
}

void arrow_draw_loop(Drawing *drawing, ArrowForm form, Phase phase, double x, double y)
{
        Way back = {.along = -1};

        drawing_path(drawing, shaft_class(form, phase), x, y, "h40v14h%.6g", -40 + shaft_end(form));
        draw_head(drawing, form, phase, x, y + 14, &back);
}
