/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "reports/story.h"

#include <libxml/xmlwriter.h>

G_BEGIN_DECLS

/* A lane for each user over time: registered, in a room, messages. FALSE, and nothing is drawn, where there is nothing
 * to draw or too much to read. */
gboolean rooms_drawing_write(xmlTextWriterPtr xml, const Story *story, const SummarySession *session);

G_END_DECLS
