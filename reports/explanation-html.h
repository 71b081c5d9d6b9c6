/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The explanation of a packet as HTML. */
#pragma once

#include "analyzer/timeline/record.h"

#include <libxml/xmlwriter.h>

G_BEGIN_DECLS

/* Writes a paragraph for each point of the record's explanation: first what is true of this packet, then what is true
 * of its topic in general. Topics that are in told are not explained again but link to the glossary; the others are
 * added to told. */
void explanation_write_html(xmlTextWriterPtr xml, const Record *record, TopicSet *told);

/* The id of a topic's entry in the glossary: "topic-half_close". Transfer: full. */
char *topic_anchor(Topic topic);

G_END_DECLS
