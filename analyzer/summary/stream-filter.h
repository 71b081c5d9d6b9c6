/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Wireshark filter that shows certain conversations, and what belongs to them. */
#pragma once

#include "analyzer/summary/summary.h"

G_BEGIN_DECLS

/* "tcp.stream == 0 || udp.stream in {1..3, 7}" of streams as Wireshark numbers them (guint32; the arrays get sorted).
 * FALSE, and filter is of no use, where that would be too long to read. */
gboolean stream_filter_append(GString *filter, GArray *tcp, GArray *udp);

/* Appends what hosts say of the rooms' groups (IGMP, MLD), which is in no stream: " || frame.number in {16, 20..21}",
 * or nothing where there is none. FALSE where that would be too long. */
gboolean stream_filter_append_reports(GString *filter, const Summary *summary);

G_END_DECLS
