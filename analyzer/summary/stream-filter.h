/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Wireshark filter that shows certain conversations. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "tcp.stream == 0 || udp.stream in {1..3, 7}" of streams as Wireshark numbers them (guint32; the arrays get sorted).
 * FALSE, and filter is of no use, where that would be too long to read. */
gboolean stream_filter_append(GString *filter, GArray *tcp, GArray *udp);

G_END_DECLS
