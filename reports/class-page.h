/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page for a teacher: who handed in what, the grades, what is missing, and which frames were handed in twice. */
#pragma once

#include "analyzer/rubric/class.h"

#include <stdio.h>

G_BEGIN_DECLS

/* Returns the path of a capture's report, relative to the page; NULL: it has none. Transfer: full. */
typedef char *(*ClassLinkFunc)(const ClassResults *results, const ClassCapture *capture, gpointer data);

/* link may be NULL: the page links to no reports. data is for link. FALSE: file could not be written (errno). */
gboolean class_page_write(const ClassResults *results, ClassLinkFunc link, gpointer data, FILE *file);

G_END_DECLS
