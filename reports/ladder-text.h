/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts of diagrams: made harmless, measured by estimate, wrapped and shortened.
 *
 * Nothing here knows which font will set a text. Widths are those of DejaVu Sans, which is the widest of the
 * usual fonts; whatever else sets it leaves some room. All texts but those given to ladder_text_harmless()
 * are valid UTF-8. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
        LADDER_FONT_SANS,
        LADDER_FONT_BOLD, /* weight 650, which is bold where the font has no such weight */
        LADDER_FONT_MONO,
} LadderFont;

/* Pixels, of a font of size pixels. */
double ladder_text_width(const char *text, LadderFont font, double size);

/* Any octets, of which at most max_letters letters are taken (then " …" follows), as UTF-8 that XML may hold
 * and that does nothing: controls and marks of direction become words, "⟨ESC⟩", "⟨RLO⟩"; octets that are not
 * UTF-8 U+FFFD; marks over a letter that has three already are left out. Transfer: full. */
char *ladder_text_harmless(const char *text, gsize length, guint max_letters);

/* At most max_lines lines of at most width pixels, of about equal length; words that are longer than a line
 * are broken. What does not fit is replaced by " …". At least one line, which may be empty. Transfer: full
 * (char *). */
GPtrArray *ladder_text_wrap(const char *text, LadderFont font, double size, double width, guint max_lines);

/* The text, or where it is wider than width or has more than max_letters letters, less of its middle:
 * "long…ame". Transfer: full. */
char *ladder_text_shorten(const char *text, LadderFont font, double size, double width, guint max_letters);

G_END_DECLS
