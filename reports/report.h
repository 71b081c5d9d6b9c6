/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report as a whole. */
#pragma once

#include "reports/pdf.h"
#include "reports/story.h"

#include <stdio.h>

G_BEGIN_DECLS

typedef enum {
        REPORT_HTML,
        REPORT_MARKDOWN,
        REPORT_PDF,
} ReportFormat;

/* Chooses the format by the ending of the file's name (.html, .htm, .md, .pdf). FALSE: the name has another ending. */
gboolean report_format_from_path(const char *path, ReportFormat *ret_format);

/* Writes the report of a story, which must be finished (story_finish()). printer is needed for REPORT_PDF only, see
 * pdf.h, and may be NULL otherwise. A failed write is left in file, where ferror() finds it: FALSE with error set means
 * that something else failed, such as the program that makes a PDF. */
gboolean report_write(const Story *story, ReportFormat format, Deputy *printer, FILE *file, GError **error);

G_END_DECLS
