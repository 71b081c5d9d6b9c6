/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two ways to a TCP chat: connecting to the other side, and waiting for it. */
#pragma once

#include "chat/peers/console.h"

G_BEGIN_DECLS

/* Tries the addresses (of Address) in turn, for 15 s in all. Returns a non-blocking socket, or -1: ret_reason is then
 * the errno of the last attempt, EINTR if interrupted was set meanwhile. */
int tcp_connect(GArray *addresses, Console *console, int *ret_reason);

/* Waits for one peer, and tells the user who has connected. Returns a non-blocking socket. Returns -1 if the user has
 * ended the wait (ret_quit or interrupted is set), or if it failed, which the user has been told. */
int tcp_listen(guint16 port, Console *console, gboolean *ret_quit);

G_END_DECLS
