/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyzer/timeline/record.h"

#include <libxml/xmlwriter.h>

G_BEGIN_DECLS

/* A paragraph for each point of the record's explanation: what is this packet's, and what is general, where the topic
 * is not in told, to which it is added; else a link to the glossary. */
void explanation_write_html(xmlTextWriterPtr xml, const Record *record, TopicSet *told);

/* The identifier of a topic's entry in the glossary, "topic-half_close"; free it. */
char *topic_anchor(Topic topic);

G_END_DECLS
