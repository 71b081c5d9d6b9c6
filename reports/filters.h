/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Wireshark filters that the report prints beside its figures. */
#pragma once

#include "reports/story.h"

G_BEGIN_DECLS

/* For the packets of all chats: "tcp.stream == 0 || udp.stream in {1..3}". FALSE, and filter is of no use, where that
 * would be too long to read. */
gboolean filter_append_story(GString *filter, const Story *story);

/* For everything else in the capture. FALSE as above. */
gboolean filter_append_others(GString *filter, const Story *story);

/* For those packets but the ones that bring what somebody typed. FALSE as above. */
gboolean filter_append_maintenance(GString *filter, const Story *story);

G_END_DECLS
