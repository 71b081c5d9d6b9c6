/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bytes of a packet as HTML. */
#pragma once

#include "analyzer/timeline/record.h"

#include <libxml/xmlwriter.h>

G_BEGIN_DECLS

/* Writes a dump of the frame, and every field of every layer with its octets and its value. */
void packet_bytes_write(xmlTextWriterPtr xml, const Record *record);

G_END_DECLS
