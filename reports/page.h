/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is around the sections of a page: its head with style and script, its bar, and marks that several sections
 * use. */
#pragma once

#include "analyzer/timeline/record.h"
#include "reports/markup.h"

#include <stdio.h>

G_BEGIN_DECLS

/* bar: id and title by turns. body: what stands in <main>. FALSE: errno tells why. */
gboolean
page_write(FILE *file, const char *title, gboolean for_print, const GPtrArray *bar, const char *body, gsize length);

/* The phase's word on its colour. */
void page_write_phase(xmlTextWriterPtr xml, Phase phase);

G_END_DECLS
