/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A document that is a page: one file that asks for nothing else. */
#pragma once

#include "reports/document.h"
#include "reports/story.h"

G_BEGIN_DECLS

/* story must last as long. title and subtitle head the page; for_print: no bar, no script. */
Document *html_document_new(const Story *story, gboolean for_print);

/* Writes the whole page. FALSE: file has its errno. */
gboolean html_document_write(Document *document, const char *title, FILE *file);

G_END_DECLS
