/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the results of a class. */
#pragma once

#include "analyzer/rubric/class.h"

#include <stdio.h>

G_BEGIN_DECLS

/* CSV with the columns of Moodle's grading worksheet, which Moodle imports in the assignment and in the gradebook: one
 * row for each student. The grade is empty for students who are not graded. FALSE: file could not be written; errno
 * says why. */
gboolean gradebook_write(const ClassResults *results, FILE *file);

/* One JSON object on each line, for each student; the manual page describes the keys. FALSE: as above. */
gboolean results_json_write(const ClassResults *results, FILE *file);

G_END_DECLS
