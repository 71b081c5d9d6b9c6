/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page for a teacher: who handed in what, what it is worth, what is missing, and which frames came twice. */
#pragma once

#include "analyzer/rubric/class.h"

#include <stdio.h>

G_BEGIN_DECLS

/* Where the report of a capture is, as a link from the page; NULL: there is none. Transfer: full. */
typedef char *(*ClassLinkFunc)(const ClassResults *results, const ClassCapture *capture, gpointer data);

/* FALSE: file could not be written (errno). */
gboolean class_page_write(const ClassResults *results, ClassLinkFunc link, gpointer data, FILE *file);

G_END_DECLS
