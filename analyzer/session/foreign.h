/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What speaks against a chat: lines that nobody typed, and ports that belong to other services. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether people may have typed it. Single octets that are not UTF-8 (as older systems send an umlaut) do not speak
 * against it, nor do control characters that a keyboard makes, as arrow keys and backspace. Of what is not whole, more
 * such may still be made good. */
gboolean foreign_is_text(const guint8 *octets, gsize length, gboolean whole);

/* A line of another protocol, with its line feed. Where a port is described as a chat's, only what nobody types is. */
gboolean foreign_is_protocol(const guint8 *line, gsize length, gboolean has_port);

/* A line that a program wrote: a log entry, JSON, a metric, a banner, … */
gboolean foreign_is_machine_made(const guint8 *line, gsize length);

/* What a program says before it waits for somebody to type, without a line feed: "login: ". */
gboolean foreign_is_prompt(const guint8 *octets, gsize length);

/* Whether IANA gives the port to another service. */
gboolean foreign_has_service(guint16 port);

G_END_DECLS
