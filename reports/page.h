/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The frame of a page: its head with style and script, its navigation bar, and marks that several sections use. */
#pragma once

#include "analyzer/timeline/record.h"
#include "reports/markup.h"

#include <stdio.h>

G_BEGIN_DECLS

/* A button in the bar. It is hidden until a script, which knows it by its id, shows it and gives it a function. */
typedef struct {
        const char *id, *text;
} PageButton;

typedef struct {
        const char *title;
        gboolean for_print;         /* on paper: neither bar nor script */
        const char *const *styles;  /* names of files in template/, in this order, NULL-terminated */
        const char *const *scripts; /* the same */
        const PageButton *buttons;  /* the last one has an id of NULL */
        const GPtrArray *bar;       /* const char *: id, title, id, title, … of the sections */
} Page;

/* body: the content of <main>, length octets of HTML. FALSE: file could not be written (errno). */
gboolean page_write(FILE *file, const Page *page, const char *body, gsize length);

/* The name of the phase on its colour. */
void page_write_phase(xmlTextWriterPtr xml, Phase phase);

G_END_DECLS
