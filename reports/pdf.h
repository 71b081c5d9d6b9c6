/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyzer/sandbox/deputy.h"

#include <gio/gio.h>
#include <stdio.h>

G_BEGIN_DECLS

/* Prints pages that were made for printing, with Chromium or else WeasyPrint. It is a deputy, for both are programs;
 * NULL where it cannot be started. */
Deputy *pdf_printer_new(GError **error);

/* Has a page printed, and writes the PDF. FALSE with error set (G_IO_ERROR) where neither program is, or where it
 * fails. */
gboolean pdf_write(Deputy *printer, const char *page, FILE *file, GError **error);

G_END_DECLS
