/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of analyzer/rubric share. */
#pragma once

#include "analyzer/rubric/rubric.h"

G_BEGIN_DECLS

/* A file that is compiled into the program; it must exist. Transfer: full. */
GBytes *rubric_load_resource(const char *name);
/* The same, but NULL if there is no such file. */
GBytes *rubric_find_resource(const char *name);

/* Appends a line to mistakes: "file:line: what is wrong". */
void rubric_add_mistake(GString *mistakes, const char *filename, guint line, const char *format, ...)
        G_GNUC_PRINTF(4, 5);

G_END_DECLS
