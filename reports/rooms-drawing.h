/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A drawing of a session's users and rooms over time. */
#pragma once

#include "reports/story.h"

#include <libxml/xmlwriter.h>

G_BEGIN_DECLS

/* Draws a lane for each user, which shows when the user was registered and in a room, and the messages. FALSE, and
 * nothing is written, if there is nothing to draw, or too much to be readable. */
gboolean rooms_drawing_write(xmlTextWriterPtr xml, const Story *story, const SummarySession *session);

G_END_DECLS
