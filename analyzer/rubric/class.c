/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/rubric/class.h"

#include "analyzer/output/escape.h"
#include "analyzer/rubric/copies.h"

#include <string.h>

static void capture_free(gpointer data)
{
        ClassCapture *self = data;

        g_free(self->path);
        g_free(self->name);
        capture_result_free(self->result);
        if (self->copies)
                g_ptr_array_unref(self->copies);
        g_free(self);
}

static void student_free(gpointer data)
{
        ClassStudent *self = data;

        g_free(self->identifier);
        g_free(self->full_name);
        g_free(self->modified);
        g_strfreev(self->values);
        g_array_unref(self->captures);
        g_free(self->remark);
        g_free(self);
}

/* A file name, which a student chose, as valid UTF-8 without control characters, and without the prefix that Moodle
 * puts before it. Transfer: full. */
static char *make_plain(const char *name)
{
        static const char mark[] = "_assignsubmission_file_";
        g_autoptr(GString) plain = g_string_new(NULL);
        const char *own = strstr(name, mark);

        if (own && own[strlen(mark)])
                name = own + strlen(mark);

        escape_append_for_terminal(plain, name, strlen(name));
        return g_strdup(plain->str);
}

static ClassStudent *student_new(const char *identifier, const char *full_name)
{
        ClassStudent *self = g_new0(ClassStudent, 1);

        self->identifier = make_plain(identifier);
        self->full_name = full_name ? make_plain(full_name) : NULL;
        self->captures = g_array_new(FALSE, FALSE, sizeof(guint));
        return self;
}

static void add_submission(ClassResults *self, guint number, const Submission *submission)
{
        ClassStudent *student = g_ptr_array_index(self->students, number);

        for (guint i = 0; i < submission->paths->len; i++) {
                ClassCapture *capture = g_new0(ClassCapture, 1);
                g_autofree char *name = NULL;

                capture->path = g_strdup(g_ptr_array_index(submission->paths, i));
                name = g_path_get_basename(capture->path);
                capture->name = make_plain(name);
                capture->student = number;
                g_array_append_val(student->captures, self->captures->len);
                g_ptr_array_add(self->captures, capture);
        }
        if (!student->remark)
                student->remark = g_strdup(submission->remark);
}

/* What a student's submission may be called, from the most to the least certain. Keys are borrowed. */
typedef struct {
        GHashTable *by_submission, *by_identifier, *by_name; /* → the student's number + 1 */
} Index;

static void index_add(GHashTable *table, const char *key, guint student)
{
        /* A name that two students share identifies neither. */
        if (key)
                g_hash_table_insert(table, (gpointer) key,
                                    GUINT_TO_POINTER(g_hash_table_contains(table, key) ? 0 : student + 1));
}

static guint index_find(GHashTable *table, const char *key)
{
        return key ? GPOINTER_TO_UINT(g_hash_table_lookup(table, key)) : 0;
}

static guint find_student(const Index *index, const Submission *submission)
{
        const char *participant = submission->participant;
        guint found = index_find(index->by_submission, submission->name);

        if (found == 0)
                found = index_find(index->by_identifier, participant);
        if (found == 0 && participant)
                found = index_find(index->by_identifier, participant + strlen("Participant "));
        if (found == 0 && !participant)
                found = index_find(index->by_identifier, submission->name);
        if (found == 0)
                found = index_find(index->by_name, submission->full_name ? submission->full_name : submission->name);
        return found;
}

static void add_roster(ClassResults *self, const Roster *roster, Index *index)
{
        for (guint i = 0; i < roster->students->len; i++) {
                const RosterStudent *known = g_ptr_array_index(roster->students, i);
                ClassStudent *student = student_new(known->identifier, known->full_name);

                student->modified = g_strdup(known->modified);
                student->values = g_strdupv(known->values);
                g_ptr_array_add(self->students, student);
                index_add(index->by_submission, known->submission, i);
                index_add(index->by_identifier, known->identifier, i);
                index_add(index->by_name, known->full_name, i);
        }
}

ClassResults *class_new(const Rubric *rubric, const Roster *roster, const GPtrArray *submissions)
{
        ClassResults *self = g_new0(ClassResults, 1);
        g_autoptr(GHashTable) by_submission = g_hash_table_new(g_str_hash, g_str_equal),
                              by_identifier = g_hash_table_new(g_str_hash, g_str_equal),
                              by_name = g_hash_table_new(g_str_hash, g_str_equal);
        Index index = {by_submission, by_identifier, by_name};

        self->rubric = rubric;
        self->students = g_ptr_array_new_with_free_func(student_free);
        self->captures = g_ptr_array_new_with_free_func(capture_free);
        if (roster)
                add_roster(self, roster, &index);
        for (guint i = 0; i < submissions->len; i++) {
                const Submission *submission = g_ptr_array_index(submissions, i);
                guint found = find_student(&index, submission);

                if (found == 0) {
                        ClassStudent *student =
                                student_new(submission->participant ? submission->participant : submission->name,
                                            submission->full_name);

                        student->values = roster_default_values(rubric);
                        student->lacking = roster_find_needed(rubric);
                        student->is_unknown = roster != NULL;
                        g_ptr_array_add(self->students, student);
                        found = self->students->len;
                }
                add_submission(self, found - 1, submission);
        }
        return self;
}

void class_free(ClassResults *self)
{
        if (!self)
                return;
        g_ptr_array_unref(self->students);
        g_ptr_array_unref(self->captures);
        g_free(self);
}

void class_finish(ClassResults *self)
{
        copies_find(self);
}

static guint count_points(const Rubric *rubric, const CaptureResult *result)
{
        guint points = 0;

        for (guint i = 0; result && i < result->items->len; i++)
                if (g_array_index(result->items, ItemResult, i).verdict == VERDICT_FULFILLED)
                        points += ((const RubricItem *) g_ptr_array_index(rubric->items, i))->points;
        return points;
}

static gboolean is_decided(const CaptureResult *result)
{
        if (!result || result->outcome == OUTCOME_STOPPED)
                return FALSE;
        for (guint i = 0; i < result->items->len; i++)
                if (g_array_index(result->items, ItemResult, i).verdict == VERDICT_UNDECIDED)
                        return FALSE;
        return TRUE;
}

ClassGrade class_grade(const ClassResults *self, const ClassStudent *student)
{
        const Rubric *rubric = self->rubric;
        ClassGrade grade = {.is_graded = student->captures->len > 0};

        for (guint i = 0; i < student->captures->len; i++) {
                const ClassCapture *capture =
                        g_ptr_array_index(self->captures, g_array_index(student->captures, guint, i));
                guint points = count_points(rubric, capture->result);

                /* A capture that is not decided might have been the best one. */
                grade.is_graded &= is_decided(capture->result);
                if (!grade.capture || points > grade.points) {
                        grade.capture = capture;
                        grade.points = points;
                }
        }
        grade.grade = rubric->points == rubric->grade ?
                              grade.points :
                              (guint) (((guint64) grade.points * rubric->grade + rubric->points / 2) / rubric->points);
        return grade;
}

void class_count(const ClassResults *self, guint *ret_troubled, guint *ret_absent)
{
        guint troubled = 0, absent = 0;

        for (guint i = 0; i < self->students->len; i++) {
                const ClassStudent *student = g_ptr_array_index(self->students, i);
                gboolean is_troubled = FALSE;

                for (guint j = 0; j < student->captures->len; j++) {
                        const ClassCapture *capture =
                                g_ptr_array_index(self->captures, g_array_index(student->captures, guint, j));

                        is_troubled |= !is_decided(capture->result) || capture->result->outcome != OUTCOME_WHOLE;
                }
                troubled += is_troubled;
                absent += student->captures->len == 0;
        }
        *ret_troubled = troubled;
        *ret_absent = absent;
}

static void append_line(GString *text, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void append_line(GString *text, const char *format, ...)
{
        va_list arguments;

        if (text->len > 0)
                g_string_append_c(text, '\n');
        va_start(arguments, format);
        g_string_append_vprintf(text, format, arguments);
        va_end(arguments);
}

static void append_item(GString *text, const Rubric *rubric, const ClassStudent *student, guint i, Verdict verdict)
{
        const RubricItem *item = g_ptr_array_index(rubric->items, i);
        const char *const *values = (const char *const *) student->values;
        g_autofree char *asked = rubric_expand(rubric, item->text, values),
                        *points = rubric_points_to_string(item->points);

        if (verdict == VERDICT_UNDECIDED) {
                append_line(text, "? of %s: %s Your teacher will look at this.", points, asked);
                return;
        }
        append_line(text, "%s of %s: %s", verdict == VERDICT_FULFILLED ? points : "0", points, asked);
        if (verdict == VERDICT_MISSING && item->hint) {
                g_autofree char *hint = rubric_expand(rubric, item->hint, values);

                g_string_append_printf(text, " Missing. %s", hint);
        }
}

char *class_feedback(const ClassResults *self, const ClassStudent *student)
{
        ClassGrade grade = class_grade(self, student);
        const CaptureResult *result = grade.capture ? grade.capture->result : NULL;
        GString *text = g_string_new(NULL);

        if (!grade.capture)
                append_line(text, "No capture was handed in.");
        else if (student->captures->len > 1)
                append_line(text, "Of %u captures this is the one with the most points: %s.", student->captures->len,
                            grade.capture->name);
        if (result && result->remark)
                append_line(text, "The capture: %s.", result->remark);
        for (guint i = 0; result && i < result->items->len; i++)
                append_item(text, self->rubric, student, i, g_array_index(result->items, ItemResult, i).verdict);
        return g_string_free(text, FALSE);
}

char *class_ranges_to_string(const GArray *ranges)
{
        GString *text = g_string_new(NULL);

        for (guint i = 0; i < MIN(ranges->len, CLASS_MAX_RANGES); i++) {
                const ClassRange *range = &g_array_index(ranges, ClassRange, i);

                g_string_append_printf(text, "%s%" G_GUINT64_FORMAT, i > 0 ? ", " : "", range->first);
                if (range->last > range->first)
                        g_string_append_printf(text, "–%" G_GUINT64_FORMAT, range->last);
        }
        if (ranges->len > CLASS_MAX_RANGES)
                g_string_append(text, " …");
        return g_string_free(text, FALSE);
}
