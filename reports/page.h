/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is around the sections of a page: its head with style and script, its bar, and marks that several sections
 * use. */
#pragma once

#include "analyzer/timeline/record.h"
#include "reports/markup.h"

#include <stdio.h>

G_BEGIN_DECLS

/* A button of the bar, which does what the scripts make of it: it is hidden until one shows it. */
typedef struct {
        const char *id, *text;
} PageButton;

typedef struct {
        const char *title;
        gboolean for_print;        /* on paper: neither bar nor script */
        const char *const *styles; /* files of template/, in this order; NULL at the end, as in the others */
        const char *const *scripts;
        const PageButton *buttons; /* id NULL at the end */
        const GPtrArray *bar;      /* id and title of sections by turns */
} Page;

/* body: what stands in <main>. FALSE: errno tells why. */
gboolean page_write(FILE *file, const Page *page, const char *body, gsize length);

/* The phase's word on its colour. */
void page_write_phase(xmlTextWriterPtr xml, Phase phase);

G_END_DECLS
