/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Evidence against a chat: lines that nobody typed, and ports that belong to other services. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether a person may have typed this. A few octets that are not UTF-8 (older systems send umlauts so) are tolerated,
 * and so are control characters that keys send, such as arrows and backspace. More octets are tolerated if the text is
 * not whole, because the rest may outweigh them. */
gboolean foreign_is_text(const guint8 *octets, gsize length, gboolean whole);

/* Whether the line, given with its line feed, belongs to another protocol. has_port: the connection uses a chat's port;
 * then only lines that nobody types count. */
gboolean foreign_is_protocol(const guint8 *line, gsize length, gboolean has_port);

/* Whether a program wrote the line, given with its line feed: a log entry, JSON, a metric, a banner, … */
gboolean foreign_is_machine_made(const guint8 *line, gsize length);

/* Whether this is a prompt, after which a program waits for somebody to type: "login: ", without a line feed. */
gboolean foreign_is_prompt(const guint8 *octets, gsize length);

/* Whether the port belongs to another service: any system port, and some registered ones. */
gboolean foreign_has_service(guint16 port);

G_END_DECLS
