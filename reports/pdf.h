/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report as PDF: an HTML page, printed by a browser. */
#pragma once

#include "analyzer/sandbox/deputy.h"

#include <gio/gio.h>
#include <stdio.h>

G_BEGIN_DECLS

/* Starts the printer, which prints pages with Chromium or, without it, WeasyPrint. It is a deputy because a process in
 * the sandbox must not start programs. Transfer: full; NULL with error set if it cannot be started. */
Deputy *pdf_printer_new(GError **error);

/* Has the HTML page printed and writes the PDF to file. FALSE with error set (G_IO_ERROR) if neither program is
 * installed or if printing fails; a failed write is left in file. */
gboolean pdf_write(Deputy *printer, const char *page, FILE *file, GError **error);

G_END_DECLS
