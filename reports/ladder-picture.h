/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures: the diagrams of several conversations, one below the other, with their headings, a key, and
 * where they come from. The same drawing as SVG, as PNG, and as PDF of several pages. */
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
        PICTURE_ERROR_TOO_LARGE, /* for the format; the message says what to do */
        PICTURE_ERROR_RENDER,
} PictureError;
#define PICTURE_ERROR (picture_error_quark())
GQuark picture_error_quark(void);

typedef struct {
        const GPtrArray *groups;  /* LadderGroup elements, at least one */
        const GPtrArray *session; /* const Record: above them the strip of the whole session; NULL: none */
        LadderOptions options;    /* of each diagram; of a picture's style */
        const char *source;       /* what the picture is of, for its last line; NULL: no such line */
} PictureContent;

/* The octets of the picture; NULL with error set. */
GBytes *ladder_picture_new(const PictureContent *content, PictureFormat format, GError **error);

/* Draws the key at the drawing's origin: the arrows of these forms (1 << ArrowForm). Returns how high it is.
 */
double ladder_key_draw(Drawing *drawing, double width, guint forms);

/* Draws the strip at the drawing's origin. Returns how high it is. */
double session_strip_draw(Drawing *drawing,
                          const Record *const *records,
                          guint n_records,
                          const LadderOptions *options,
                          double *ret_width);

G_END_DECLS
