/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Wireshark filters that the report prints beside its figures. */
#pragma once

#include "reports/story.h"

G_BEGIN_DECLS

/* All packets of the chats: "tcp.stream == 0 || udp.stream in {1..3}". FALSE if the filter would be too long to read;
 * filter may then contain a part of it. */
gboolean filter_append_story(GString *filter, const Story *story);

/* Everything else in the capture. FALSE as above. */
gboolean filter_append_others(GString *filter, const Story *story);

/* The packets of the chats that do not bring what somebody typed. FALSE as above. */
gboolean filter_append_maintenance(GString *filter, const Story *story);

G_END_DECLS
