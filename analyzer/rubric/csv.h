/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Comma-separated values, RFC 4180. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
        guint line;       /* where the row begins, from 1 */
        GPtrArray *cells; /* char * */
} CsvRow;

/* The rows of text, which is UTF-8: separated by commas, semicolons or tabs, whichever the first row has; lines may end
 * with any of LF, CR LF and CR. Empty lines are left out. NULL where a quotation mark is not closed: ret_line is where
 * it was opened. */
GPtrArray *csv_parse(const char *text, guint *ret_line);

/* Appends a cell, after a comma unless it is the row's first. A spreadsheet must not take it for a formula: where it
 * begins as one, an apostrophe comes before it. */
void csv_append(GString *csv, gboolean is_first, const char *cell);
/* Whether csv_append() would put an apostrophe before it. */
gboolean csv_is_formula(const char *cell);
void csv_end_row(GString *csv);

G_END_DECLS
