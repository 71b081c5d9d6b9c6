/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts of diagrams: makes them harmless, estimates their width, wraps and shortens them.
 *
 * Which font will be used is not known here. Widths are those of DejaVu Sans, the widest of the usual fonts; with
 * others some room stays empty. All texts must be valid UTF-8, except those given to ladder_text_harmless(). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
        LADDER_FONT_SANS,
        LADDER_FONT_BOLD, /* weight 650, or bold if the font does not have that weight */
        LADDER_FONT_MONO,
} LadderFont;

/* The estimated width of a text in px; size: that of the font, px. */
double ladder_text_width(const char *text, LadderFont font, double size);

/* Turns any octets into UTF-8 that XML allows and that has no side effects: control characters and direction marks
 * become words, "⟨ESC⟩", "⟨RLO⟩"; invalid octets become U+FFFD; a letter keeps at most three combining marks. After
 * max_letters letters the rest is replaced by " …". Transfer: full. */
char *ladder_text_harmless(const char *text, gsize length, guint max_letters);

/* Wraps a text into at most max_lines lines of about equal length and at most width px; breaks words that are longer
 * than a line. If the text is too long, the last line ends with " …". Returns at least one line (char *), which may be
 * empty. Transfer: full. */
GPtrArray *ladder_text_wrap(const char *text, LadderFont font, double size, double width, guint max_lines);

/* The text; if it is wider than width or has more than max_letters letters, with "…" in place of its middle:
 * "long…ame". Transfer: full. */
char *ladder_text_shorten(const char *text, LadderFont font, double size, double width, guint max_letters);

G_END_DECLS
