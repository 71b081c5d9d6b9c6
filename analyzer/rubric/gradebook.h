/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The results, written down. */
#pragma once

#include "analyzer/rubric/class.h"

#include <stdio.h>

G_BEGIN_DECLS

/* CSV with the columns of Moodle's grading worksheet, so that both of its imports take it: a row for each student. Who
 * is not graded has no grade. FALSE where file could not be written (errno). */
gboolean gradebook_write(const ClassResults *results, FILE *file);

/* One JSON object a line, one for each student; the manual page has the keys. FALSE: as above. */
gboolean results_json_write(const ClassResults *results, FILE *file);

G_END_DECLS
