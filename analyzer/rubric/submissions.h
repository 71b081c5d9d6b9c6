/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was handed in, and by whom, as far as the names of files and folders tell. */
#pragma once

#include "analyzer/rubric/rubric.h"

G_BEGIN_DECLS

/* What one student handed in. */
typedef struct {
        char *name;        /* of the file without its endings, or of the folder */
        char *full_name;   /* the name that Moodle puts before the number; NULL: not from Moodle */
        char *participant; /* "Participant 123", as Moodle's worksheet has it; NULL: not from Moodle */
        GPtrArray *paths;  /* char *, sorted; may be empty */
        char *remark;      /* a clause: what was left out; NULL: nothing */
} Submission;
void submission_free(gpointer submission);

/* Finds submissions (Submission, sorted by name). Each of paths (NULL-terminated) is a capture, or a folder that holds
 * a capture or a folder for each student; names that Moodle gives to downloaded submissions are understood. Submissions
 * of the same name are one. Left out are symbolic links in folders and what is not a file; files that do not end like a
 * capture, if the same student also has one that does; and the files in excluded (NULL-terminated, or NULL), such as a
 * roster beside the captures. NULL, with error set: a path cannot be read. Transfer: full. */
GPtrArray *submissions_find(const char *const *paths, const char *const *excluded, GError **error);

G_END_DECLS
