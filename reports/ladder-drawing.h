/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A drawing: shapes and texts in the order in which they are painted, each with the classes that
 * ladder_append_css() has rules for. It knows neither colours nor fonts, only how large a text is at the
 * most. Lengths are px. */
#pragma once

#include "reports/ladder-text.h"
#include "reports/ladder.h"

G_BEGIN_DECLS

typedef enum {
        TEXT_KIND_HEADING, /* of a conversation in a picture */
        TEXT_KIND_NAME,    /* over a lifeline */
        TEXT_KIND_ADDRESS, /* below it, and over the columns */
        TEXT_KIND_PHASE,
        TEXT_KIND_PHASE_AGAIN, /* where two phases take turns */
        TEXT_KIND_FRAME,
        TEXT_KIND_SECONDS,
        TEXT_KIND_LABEL,
        TEXT_KIND_INFERRED, /* the label of what was not captured */
        TEXT_KIND_TERMS,
        TEXT_KIND_STATE,
        TEXT_KIND_NOTE,        /* pauses, frames that are skipped */
        TEXT_KIND_SMALL,       /* frames of the strip */
        TEXT_KIND_SMALL_PHASE, /* phases of the strip */
} TextKind;
#define N_TEXT_KINDS 14

typedef enum {
        ANCHOR_START,
        ANCHOR_MIDDLE,
        ANCHOR_END,
} Anchor;

/* A class for each phase, as an initialiser: LADDER_PHASES("bar ") has "bar recovery" at PHASE_RECOVERY, and
 * so on. */
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

/* What follows is moved by so much. */
void drawing_set_origin(Drawing *drawing, double x, double y);

/* classes may be NULL; they are constants, as everywhere here. text is harmless UTF-8, copied. */
void drawing_text(Drawing *drawing,
                  TextKind kind,
                  double x,
                  double baseline,
                  Anchor anchor,
                  const char *classes,
                  const char *text);
/* The number of a frame, which links to it where links are asked for. */
void drawing_frame(Drawing *drawing, TextKind kind, double x, double baseline, Anchor anchor, guint64 frame);
void drawing_rectangle(Drawing *drawing, const char *classes, double x, double y, double width, double height);
void drawing_line(Drawing *drawing, const char *classes, double x1, double y1, double x2, double y2);
/* From x, y on, an SVG path of relative commands: "h%.1fv3z". */
void drawing_path(Drawing *drawing, const char *classes, double x, double y, const char *format, ...)
        G_GNUC_PRINTF(5, 6);

/* A row, for scripts: with its first and last frame, and where it begins and ends. */
void drawing_begin_row(Drawing *drawing, guint64 frame, guint64 last, double top, double bottom);
void drawing_end_row(Drawing *drawing);

/* px, at the most. */
double text_kind_width(TextKind kind, const char *text);
LadderFont text_kind_font(TextKind kind);
double text_kind_size(TextKind kind);
const char *text_kind_class(TextKind kind);

/* As one <svg>. kind: its class, beside "ladder". */
void drawing_write(const Drawing *drawing,
                   xmlTextWriterPtr xml,
                   const char *kind,
                   double width,
                   double height,
                   const LadderOptions *options);

G_END_DECLS
