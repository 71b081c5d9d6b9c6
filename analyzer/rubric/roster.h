/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The students of a class, from a table: Moodle's grading worksheet, or any other with a column "identifier". */
#pragma once

#include "analyzer/rubric/rubric.h"

G_BEGIN_DECLS

typedef struct {
        char *identifier; /* by which the gradebook knows the student */
        char *full_name;  /* NULL: not given */
        char *submission; /* the name of the student's file or folder; NULL: not given */
        char *modified;   /* Moodle's "Last modified (grade)", which Moodle wants back; NULL: not given */
        char **values;    /* of the rubric's parameters, in their order; NULL-terminated */
} RosterStudent;

typedef struct {
        GPtrArray *students; /* RosterStudent, in the order of the file */
} Roster;

/* NULL, with error set: a column or value that the rubric needs is missing, two students have the same identifier, or
 * an identifier would be a formula in a spreadsheet. The message has a line for each mistake. filename: for the
 * message. */
Roster *roster_new_from_bytes(GBytes *bytes, const char *filename, const Rubric *rubric, GError **error);
void roster_free(Roster *roster);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Roster, roster_free)

/* The values for a student who is in no roster: the rubric's own. Parameters without one are empty. NULL-terminated;
 * transfer: full. */
char **roster_default_values(const Rubric *rubric);
/* The name of the first parameter for which only a roster has values; NULL: there is none. */
const char *roster_find_needed(const Rubric *rubric);

G_END_DECLS
