/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Octets from the wire, made harmless. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One character of text: the next UTF-8 character, or U+FFFD for an octet that begins none. Advances *text. */
gunichar escape_next(const char **text, const char *end);

/* Control characters, and characters that reorder the line they stand in, as "\n", "\x1b", "\u202e": a terminal
 * must not act on what somebody sent. */
void escape_append_for_terminal(GString *string, const char *text, gsize length);

/* The inside of a JSON string (RFC 8259, section 7), always valid UTF-8. */
void escape_append_for_json(GString *string, const char *text, gsize length);

G_END_DECLS
