/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of a protocol's messages, as a report has it, but without a capture. */
#pragma once

#include "chat/protocol/protocol.h"

#include <stdio.h>

G_BEGIN_DECLS

/* Writes it as Markdown. FALSE: file could not be written (errno). */
gboolean protocol_table_write(const ChatProtocol *protocol, FILE *file);

G_END_DECLS
