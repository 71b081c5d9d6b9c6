/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words and figures as the report writes them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "no", "one" … "twelve", "13", "1,204". */
void prose_append_count(GString *text, guint64 n);
/* "1,204". */
void prose_append_number(GString *text, guint64 n);
/* "one packet", "two packets". noun is the singular; its plural must end in -s. */
void prose_append_counted(GString *text, guint64 n, const char *noun);
/* The same with figures: "1 packet", "2 packets". */
void prose_append_numbered(GString *text, guint64 n, const char *noun);
/* The separator before item i in a list of n items: "", ", " or " and ". */
const char *prose_separator(guint i, guint n);
/* Capitalises the first letter of text. */
void prose_capitalise(GString *text);
/* "0.527 ms", "13.7 µs", "2.1 s". */
void prose_append_duration(GString *text, gint64 nanoseconds);

/* Appends text from the wire, made harmless for a page: as valid UTF-8 (invalid octets become U+FFFD), in which control
 * characters and characters that reorder a line become words in brackets: ⟨ESC⟩, ⟨RLO⟩, ⟨LF⟩. Appends at most
 * max_characters of its characters (0: no limit); returns how many characters octets has. */
gsize prose_append_wire(GString *text, const char *octets, gsize length, gsize max_characters);

G_END_DECLS
