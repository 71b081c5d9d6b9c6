/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A document that is an HTML page: a single file that loads nothing else. */
#pragma once

#include "reports/document.h"
#include "reports/story.h"

G_BEGIN_DECLS

/* story is borrowed and must outlive the document. for_print: the page is for paper, without navigation bar and script.
 * Transfer: full. */
Document *html_document_new(const Story *story, gboolean for_print);

/* Writes the whole page; title is that of the browser's window. FALSE: file could not be written (errno). */
gboolean html_document_write(Document *document, const char *title, FILE *file);

G_END_DECLS
