/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures: the diagrams of several conversations, one below the other, with their headings, a key, and where they come
 * from. The same drawing as SVG, as PNG, and as PDF of several pages. */
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

/* groups: LadderGroup elements, at least one. options: those of each diagram; of a picture's style. source: what the
 * picture is of, for its last line; NULL: no such line. The octets of the picture; NULL with error set. */
GBytes *ladder_picture_new(const GPtrArray *groups,
                           const LadderOptions *options,
                           const char *source,
                           PictureFormat format,
                           GError **error);

/* Draws the key at the drawing's origin: the arrows of these forms (1 << ArrowForm). Returns how high it is. */
double ladder_key_draw(Drawing *drawing, double width, guint forms);

G_END_DECLS
