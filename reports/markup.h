/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HTML through libxml2's xmlTextWriter, which escapes. Its errors (memory, a closed file) are sticky in the output, and
 * are found when the page is written. */
#pragma once

#include <libxml/xmlwriter.h>
#include <glib.h>

G_BEGIN_DECLS

void markup_open(xmlTextWriterPtr xml, const char *element, const char *class); /* class may be NULL */
/* Of an element that is not void: HTML knows no "<span/>". */
void markup_close(xmlTextWriterPtr xml);
void markup_close_void(xmlTextWriterPtr xml);
void markup_attribute(xmlTextWriterPtr xml, const char *name, const char *value);
void markup_attributef(xmlTextWriterPtr xml, const char *name, const char *format, ...) G_GNUC_PRINTF(3, 4);
void markup_text(xmlTextWriterPtr xml, const char *text);
void markup_textf(xmlTextWriterPtr xml, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* open, text, close. */
void markup_element(xmlTextWriterPtr xml, const char *element, const char *class, const char *text);

G_END_DECLS
