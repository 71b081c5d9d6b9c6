/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes HTML with libxml2's xmlTextWriter, which escapes text and attributes. */
#pragma once

#include <libxml/xmlwriter.h>
#include <glib.h>

G_BEGIN_DECLS

void markup_open(xmlTextWriterPtr xml, const char *element, const char *class); /* class may be NULL */
/* Closes an element that may have content, always with an end tag: HTML has no "<span/>". */
void markup_close(xmlTextWriterPtr xml);
/* Closes a void element, such as <input> or <meta>. */
void markup_close_void(xmlTextWriterPtr xml);
void markup_attribute(xmlTextWriterPtr xml, const char *name, const char *value);
void markup_attributef(xmlTextWriterPtr xml, const char *name, const char *format, ...) G_GNUC_PRINTF(3, 4);
void markup_text(xmlTextWriterPtr xml, const char *text);
void markup_textf(xmlTextWriterPtr xml, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* An element that contains only text; class may be NULL. */
void markup_element(xmlTextWriterPtr xml, const char *element, const char *class, const char *text);

G_END_DECLS
