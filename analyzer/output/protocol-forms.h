/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A protocol's description, told: one form after the other. */
#pragma once

#include "chat/protocol/protocol.h"

G_BEGIN_DECLS

/* As text, for lines of 100 columns: the protocol, then of each form its name, message, sender and label, and below
 * what it answers. */
void protocol_append_text(GString *text, const ChatProtocol *protocol);
/* One JSON object and a line feed. */
void protocol_append_json(GString *json, const ChatProtocol *protocol);

/* The protocol in one line: name, transport, ports, number of forms. source: where the description is from. */
void protocol_append_line(GString *text, const ChatProtocol *protocol, const char *source);
void protocol_append_json_line(GString *json, const ChatProtocol *protocol, const char *source);

/* A mistake as one JSON object and a line feed. */
void mistake_append_json(GString *json, const ChatMistake *mistake, const char *file);

G_END_DECLS
