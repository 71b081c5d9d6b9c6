/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes octets from the wire harmless. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Appends text for a terminal, which must not act on what somebody sent: control characters, and characters that change
 * the direction of text, are written as "\n", "\x1b", "\u202e". Octets that are not UTF-8 become U+FFFD. */
void escape_append_for_terminal(GString *string, const char *text, gsize length);

/* Appends text for the inside of a JSON string (RFC 8259, section 7). The result is valid UTF-8: other octets become
 * U+FFFD. */
void escape_append_for_json(GString *string, const char *text, gsize length);

G_END_DECLS
