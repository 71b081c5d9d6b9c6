/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of analyzer/rubric share among themselves. */
#pragma once

#include "analyzer/rubric/rubric.h"

G_BEGIN_DECLS

/* A file that is compiled in. Transfer: full. */
GBytes *rubric_load_resource(const char *name);
/* NULL: there is none of that name. */
GBytes *rubric_find_resource(const char *name);

/* "file:line: what is wrong", on a line of its own. */
void rubric_add_mistake(GString *mistakes, const char *filename, guint line, const char *format, ...)
        G_GNUC_PRINTF(4, 5);

G_END_DECLS
