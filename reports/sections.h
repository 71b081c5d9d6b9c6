/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sections of a report, in their order. Each function writes a section to document, or nothing if the section would
 * be empty. */
#pragma once

#include "reports/document.h"
#include "reports/story.h"

G_BEGIN_DECLS

void section_sheet(Document *document, const Story *story);
/* The third and the fourth question of section_sheet(). */
void section_sheet_layers(Document *document, const Story *story);
void section_sheet_common(Document *document, const Story *story);
void section_cast(Document *document, const Story *story);
void section_diagrams(Document *document, const Story *story);
void section_packets(Document *document, const Story *story);
void section_compare(Document *document, const Story *story);
/* A part of section_compare(). */
void section_requests(Document *document, const Story *story);
void section_rooms(Document *document, const Story *story);
void section_findings(Document *document, const Story *story);
void section_misread(Document *document, const Story *story);
void section_protocol(Document *document, const Story *story);
void section_glossary(Document *document, const Story *story);
void section_omitted(Document *document, const Story *story);

G_END_DECLS
