/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is in the class, as a table: Moodle's grading worksheet, or any with a column "identifier". */
#pragma once

#include "analyzer/rubric/rubric.h"

G_BEGIN_DECLS

typedef struct {
        char *identifier; /* by which the gradebook knows the student */
        char *full_name;  /* NULL: there is no such column */
        char *submission; /* how the file or folder is called; NULL: as the identifier */
        char *modified;   /* Moodle's "Last modified (grade)", which it wants back; NULL: there is none */
        char **values;    /* of the rubric's parameters, in their order; NULL-terminated */
} RosterStudent;

typedef struct {
        GPtrArray *students; /* RosterStudent, in the order of the file */
} Roster;

/* Refused, with error set, where a column or value is missing that the rubric needs, where two students have one
 * identifier, or an identifier would be a formula in a spreadsheet. */
Roster *roster_new_from_bytes(GBytes *bytes, const char *filename, const Rubric *rubric, GError **error);
void roster_free(Roster *roster);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Roster, roster_free)

/* Of a student whom no roster knows: what the rubric says. A parameter that it leaves to the roster is empty. */
char **roster_default_values(const Rubric *rubric);
/* The first parameter that the rubric leaves to the roster; NULL: none. */
const char *roster_find_needed(const Rubric *rubric);

G_END_DECLS
