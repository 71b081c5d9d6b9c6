/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The characters of texts from the wire, for pages and diagrams. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Takes the character at *text, which must be before end, and moves *text behind it. Returns U+FFFD for an octet that
 * is not part of valid UTF-8. */
gunichar character_take(const char **text, const char *end);

/* The abbreviation in ASCII or Unicode of a control character, or of a character that is invisible or reorders a line:
 * "ESC", "RLO". Static; NULL: it is neither. */
const char *character_get_name(gunichar character);

G_END_DECLS
