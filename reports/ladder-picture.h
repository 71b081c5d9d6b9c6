/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures: the diagrams of several conversations below each other, with headings, a key, and a line that names the
 * capture. The same drawing can be an SVG, a PNG, or a PDF of several pages. */
#pragma once

#include "reports/ladder-drawing.h"

#include <stdio.h>

G_BEGIN_DECLS

typedef enum {
        PICTURE_SVG,
        PICTURE_PNG,
        PICTURE_PDF,
} PictureFormat;

typedef enum {
        PICTURE_ERROR_TOO_LARGE, /* too large for the format; the message says what to do */
        PICTURE_ERROR_RENDER,
} PictureError;
#define PICTURE_ERROR (picture_error_quark())
GQuark picture_error_quark(void);

typedef struct {
        const GPtrArray *groups; /* LadderGroup elements, at least one */
        /* const Record: for a strip of the whole session above the diagrams; NULL: no strip. */
        const GPtrArray *session;
        LadderOptions options; /* for each diagram; style must be LADDER_STYLE_LIGHT or LADDER_STYLE_DARK */
        const char *source;    /* names the capture, in the last line; NULL: no such line */
} PictureContent;

/* Makes a picture. Transfer: full; NULL with error set (PICTURE_ERROR, or an error of librsvg). */
GBytes *ladder_picture_new(const PictureContent *content, PictureFormat format, GError **error);

/* Draws the key at the drawing's origin, with the arrows in forms (1 << ArrowForm each). Returns its height in px. */
double ladder_key_draw(Drawing *drawing, double width, guint forms);

/* Draws the strip at the drawing's origin. Returns its height, and in ret_width its width, in px. */
double session_strip_draw(Drawing *drawing,
                          const Record *const *records,
                          guint n_records,
                          const LadderOptions *options,
                          double *ret_width);

G_END_DECLS
