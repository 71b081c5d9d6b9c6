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

/* By the ending of the file's name; FALSE: it is none of them. */
gboolean report_format_from_path(const char *path, ReportFormat *ret_format);

/* Writes the report; story must be finished. printer is for REPORT_PDF, see pdf.h. A failure of file is left in it, for
 * whoever closes it: error is about what else is needed, as a program that makes a PDF. */
gboolean report_write(const Story *story, ReportFormat format, Deputy *printer, FILE *file, GError **error);

G_END_DECLS
