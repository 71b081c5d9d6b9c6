/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>
#include <stdio.h>

G_BEGIN_DECLS

/* Prints a page that was made for printing, with Chromium or else WeasyPrint, and writes the PDF.
 * FALSE with error set (G_IO_ERROR) where neither is, or where it fails. */
gboolean pdf_write(const char *page, FILE *file, GError **error);

G_END_DECLS
