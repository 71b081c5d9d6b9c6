/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Wireshark display filter that shows given conversations and what belongs to them. */
#pragma once

#include "analyzer/summary/summary.h"

G_BEGIN_DECLS

/* Appends "tcp.stream == 0 || udp.stream in {1..3, 7}". tcp and udp: stream numbers (guint32), each once; both arrays
 * get sorted. FALSE if the filter would be too long to read: then its contents are useless. */
gboolean stream_filter_append(GString *filter, GArray *tcp, GArray *udp);

/* Appends the IGMP and MLD packets about the rooms' multicast groups, which are in no stream:
 * " || frame.number in {16, 20..21}", or nothing if there are none. FALSE: as above. */
gboolean stream_filter_append_reports(GString *filter, const Summary *summary);

G_END_DECLS
