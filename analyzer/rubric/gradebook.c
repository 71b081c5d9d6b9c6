/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/rubric/gradebook.h"

#include "analyzer/rubric/csv.h"

static void append_student(GString *csv, const ClassResults *results, const ClassStudent *student)
{
        ClassGrade grade = class_grade(results, student);
        g_autofree char *points = grade.is_graded ? rubric_points_to_string(grade.grade) : g_strdup(""),
                        *most = rubric_points_to_string(results->rubric->grade),
                        *feedback = class_feedback(results, student);

        csv_append(csv, TRUE, student->identifier);
        csv_append(csv, FALSE, student->full_name ? student->full_name : "");
        csv_append(csv, FALSE, points);
        csv_append(csv, FALSE, most);
        /* Moodle compares this column to see whether somebody has graded since; "-" is its word for "never". */
        if (student->modified && !g_str_equal(student->modified, "-"))
                csv_append(csv, FALSE, student->modified);
        else
                g_string_append(csv, ",-");
        csv_append(csv, FALSE, feedback);
        csv_end_row(csv);
}

gboolean gradebook_write(const ClassResults *results, FILE *file)
{
        g_autoptr(GString) csv =
                g_string_new("Identifier,Full name,Grade,Maximum grade,Last modified (grade),Feedback comments\r\n");

        for (guint i = 0; i < results->students->len; i++)
                append_student(csv, results, g_ptr_array_index(results->students, i));
        return fwrite(csv->str, 1, csv->len, file) == csv->len;
}
