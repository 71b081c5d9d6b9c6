/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The characters of texts from the wire, for pages and diagrams. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The abbreviation in ASCII or Unicode of a control character, or of a character that is invisible or reorders a line:
 * "ESC", "RLO". Static; NULL: it is neither. */
const char *character_get_name(gunichar character);

G_END_DECLS
