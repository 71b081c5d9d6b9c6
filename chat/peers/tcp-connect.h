/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two ways to a TCP chat: connecting to the other side, and waiting for it. */
#pragma once

#include "chat/peers/console.h"

G_BEGIN_DECLS

/* Tries the addresses in turn, 15 s in all. Returns a socket that does not block, or -1 with *ret_reason, an
 * errno; interrupted may be set then. */
int tcp_connect(GArray *addresses, Console *console, int *ret_reason);

/* Waits for a peer, and says who has come. Returns a socket that does not block, or -1: the user ended it,
 * which *ret_quit or interrupted tells, or it failed, which was said. */
int tcp_listen(guint16 port, Console *console, gboolean *ret_quit);

G_END_DECLS
