/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A document in GitHub Flavored Markdown: the tables and figures of the page, without its drawings and bytes. */
#pragma once

#include "reports/document.h"

#include <stdio.h>

G_BEGIN_DECLS

Document *markdown_document_new(void);

/* The title of level 1, before everything else; what follows it is a paragraph of its own. */
void markdown_document_title(Document *document, const char *title);

/* Text in which no character means anything to Markdown, in a table or out of it; line ends become blanks. */
void markdown_append_escaped(GString *text, const char *string);

/* FALSE: errno tells why. */
gboolean markdown_document_write(Document *document, FILE *file);

G_END_DECLS
