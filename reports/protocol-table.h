/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of a protocol's forms apart from any capture: the same that a report has. */
#pragma once

#include "chat/protocol/protocol.h"

#include <stdio.h>

G_BEGIN_DECLS

/* As Markdown. FALSE: errno tells why. */
gboolean protocol_table_write(const ChatProtocol *protocol, FILE *file);

G_END_DECLS
