/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Comma-separated values, RFC 4180. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
        guint line;       /* in which the row begins, counted from 1 */
        GPtrArray *cells; /* char * */
} CsvRow;

/* Reads rows (CsvRow) from text, which is UTF-8. Cells are separated by commas, semicolons or tabs, whichever the first
 * row has most; lines end with LF, CR LF or CR. Empty lines are left out. NULL: a quotation mark is not closed, and
 * ret_line is set to the line where it was opened. Transfer: full. */
GPtrArray *csv_parse(const char *text, guint *ret_line);

/* Appends a cell, after a comma unless it is the row's first. A cell that a spreadsheet would take for a formula gets
 * an apostrophe before it. */
void csv_append(GString *csv, gboolean is_first, const char *cell);
/* Whether csv_append() would put an apostrophe before the cell. */
gboolean csv_is_formula(const char *cell);
void csv_end_row(GString *csv);

G_END_DECLS
