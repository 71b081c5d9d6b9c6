/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words and figures as the report writes them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "no", "one" … "twelve", "13", "1,204". */
void prose_append_count(GString *text, guint64 n);
/* "1,204". */
void prose_append_number(GString *text, guint64 n);
/* "one packet", "two packets": noun is the singular, its plural has an s. */
void prose_append_counted(GString *text, guint64 n, const char *noun);
/* The same with figures: "1 packet", "2 packets". */
void prose_append_numbered(GString *text, guint64 n, const char *noun);
/* Between the items of a list of n, before item i: "", ", " or " and ". */
const char *prose_separator(guint i, guint n);
/* "a" or "an" belongs before a word; the first letter of the text large. */
void prose_capitalise(GString *text);
/* "0.527 ms", "13.7 µs", "2.1 s". */
void prose_append_duration(GString *text, gint64 nanoseconds);

/* Text from the wire, made harmless for a page: valid UTF-8 (U+FFFD for what is not), control characters and those
 * that reorder a line as words in brackets, ⟨ESC⟩, ⟨RLO⟩, ⟨LF⟩. At most max_characters (0: no limit) are taken;
 * returns how many there are in all. */
gsize prose_append_wire(GString *text, const char *octets, gsize length, gsize max_characters);

G_END_DECLS
