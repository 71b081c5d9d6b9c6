/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Writes all length octets, however many calls of write() that takes. Returns how many it has written: fewer than
 * length if one failed, and errno tells why. */
gsize write_fully(int fd, gconstpointer octets, gsize length);

G_END_DECLS
