/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyzer/timeline/record.h"

#include <libxml/xmlwriter.h>

G_BEGIN_DECLS

/* The frame's octets, and every field of every layer with its value. */
void packet_bytes_write(xmlTextWriterPtr xml, const Record *record);

G_END_DECLS
