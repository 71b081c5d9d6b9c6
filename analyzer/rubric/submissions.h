/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was handed in: captures, and by whom, as far as their names and folders say. */
#pragma once

#include "analyzer/rubric/rubric.h"

G_BEGIN_DECLS

/* One student's. */
typedef struct {
        char *name;        /* of the file without its endings, or of the folder */
        char *full_name;   /* Moodle: what stands before the number; else NULL */
        char *participant; /* Moodle's "Participant 123"; else NULL */
        GPtrArray *paths;  /* char *, by name; may be empty */
        char *remark;      /* what was left out, a clause; NULL: nothing */
} Submission;
void submission_free(gpointer submission);

/* Each of paths is a capture, or a folder with a capture for each student, with a folder for each student, or as Moodle
 * downloads submissions, in folders or not. Symbolic links in folders, and what is no file, are left out. Files that
 * do not end as captures do are left out where there is another, and those of excluded (paths, or NULL) always: a
 * roster may lie beside the captures. Sorted by name; two of one name are one. NULL with error set where a path cannot
 * be read. Transfer: full; Submission. */
GPtrArray *submissions_find(const char *const *paths, const char *const *excluded, GError **error);

G_END_DECLS
