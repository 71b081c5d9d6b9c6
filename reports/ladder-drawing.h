/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A drawing: shapes and texts in the order in which they are painted, each with classes that ladder_append_css() has
 * rules for. The drawing contains no colours and no font names; it only estimates how wide a text can become. Lengths
 * are in px. */
#pragma once

#include "reports/ladder-text.h"
#include "reports/ladder.h"

G_BEGIN_DECLS

typedef enum {
        TEXT_KIND_HEADING, /* of a conversation in a picture */
        TEXT_KIND_NAME,    /* over a lifeline */
        TEXT_KIND_ADDRESS, /* below the name, and over the columns */
        TEXT_KIND_PHASE,
        TEXT_KIND_PHASE_AGAIN, /* the name of a phase that alternates with another */
        TEXT_KIND_FRAME,
        TEXT_KIND_SECONDS,
        TEXT_KIND_LABEL,
        TEXT_KIND_INFERRED, /* the label of a packet that was not captured */
        TEXT_KIND_TERMS,
        TEXT_KIND_STATE,
        TEXT_KIND_NOTE,        /* pauses, and frames that are skipped */
        TEXT_KIND_SMALL,       /* frame numbers in the strip */
        TEXT_KIND_SMALL_PHASE, /* phases in the strip */
} TextKind;
#define N_TEXT_KINDS 14

typedef enum {
        ANCHOR_START,
        ANCHOR_MIDDLE,
        ANCHOR_END,
} Anchor;

/* An initialiser with the classes for each phase: LADDER_PHASES("bar ") has "bar recovery" at PHASE_RECOVERY. */
#define LADDER_PHASES(prefix)                                                                                          \
        {                                                                                                              \
                [PHASE_RECOVERY] = prefix "recovery", [PHASE_SETUP] = prefix "setup",                                  \
                [PHASE_TEARDOWN] = prefix "teardown", [PHASE_CONTROL] = prefix "control",                              \
                [PHASE_TRANSFER] = prefix "transfer",                                                                  \
        }

typedef struct Drawing Drawing;

Drawing *drawing_new(void);
void drawing_free(Drawing *drawing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Drawing, drawing_free)

/* Moves everything that is drawn afterwards by x and y. */
void drawing_set_origin(Drawing *drawing, double x, double y);

/* classes: string constants in all of these functions, separated by spaces; NULL: none. text: harmless UTF-8, copied.
 */
void drawing_text(Drawing *drawing,
                  TextKind kind,
                  double x,
                  double baseline,
                  Anchor anchor,
                  const char *classes,
                  const char *text);
/* The number of a frame, as a link to the frame if LadderOptions.link_prefix asks for links. */
void drawing_frame(Drawing *drawing, TextKind kind, double x, double baseline, Anchor anchor, guint64 frame);
void drawing_rectangle(Drawing *drawing, const char *classes, double x, double y, double width, double height);
void drawing_line(Drawing *drawing, const char *classes, double x1, double y1, double x2, double y2);
/* An SVG path that begins at x, y and consists of relative commands: "h%.1fv3z". */
void drawing_path(Drawing *drawing, const char *classes, double x, double y, const char *format, ...)
        G_GNUC_PRINTF(5, 6);

/* What is drawn until drawing_end_row() becomes a group, on which scripts find its first and last frame, top and
 * bottom. */
void drawing_begin_row(Drawing *drawing, guint64 frame, guint64 last, double top, double bottom);
void drawing_end_row(Drawing *drawing);

/* The greatest width that the text is likely to have, in px. */
double text_kind_width(TextKind kind, const char *text);
LadderFont text_kind_font(TextKind kind);
double text_kind_size(TextKind kind); /* px */
const char *text_kind_class(TextKind kind);

/* Writes the drawing as one <svg class="ladder l-KIND">. */
void drawing_write(const Drawing *drawing,
                   xmlTextWriterPtr xml,
                   const char *kind,
                   double width,
                   double height,
                   const LadderOptions *options);

G_END_DECLS
