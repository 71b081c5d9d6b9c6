/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A document in GitHub Flavored Markdown: the tables and figures of the page, without its drawings and bytes. */
#pragma once

#include "reports/document.h"

#include <stdio.h>

G_BEGIN_DECLS

/* Transfer: full. */
Document *markdown_document_new(void);

/* The heading of level 1, which has to be written before everything else. */
void markdown_document_title(Document *document, const char *title);

/* Appends string so that Markdown takes every character literally, also in a table; line ends become spaces. */
void markdown_append_escaped(GString *text, const char *string);

/* FALSE: file could not be written (errno). */
gboolean markdown_document_write(Document *document, FILE *file);

G_END_DECLS
