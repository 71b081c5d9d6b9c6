/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The description of a protocol, as text and as JSON. */
#pragma once

#include "chat/protocol/protocol.h"

G_BEGIN_DECLS

/* Appends lines of at most 100 columns: first the protocol, then for each form its name, message, sender and label, and
 * below them which forms it answers. */
void protocol_append_text(GString *text, const ChatProtocol *protocol);
/* Appends the whole description as one JSON object and a line feed. */
void protocol_append_json(GString *json, const ChatProtocol *protocol);

/* Appends one line about the protocol: name, transport, ports, number of forms, source. source: where the description
 * comes from. */
void protocol_append_line(GString *text, const ChatProtocol *protocol, const char *source);
void protocol_append_json_line(GString *json, const ChatProtocol *protocol, const char *source);

/* Appends a mistake in the description file as one JSON object and a line feed. */
void mistake_append_json(GString *json, const ChatMistake *mistake, const char *file);

G_END_DECLS
