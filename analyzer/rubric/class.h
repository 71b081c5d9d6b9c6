/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A class: its students, the captures that each handed in, and their points. */
#pragma once

#include "analyzer/rubric/result.h"
#include "analyzer/rubric/roster.h"
#include "analyzer/rubric/submissions.h"

G_BEGIN_DECLS

/* The frames that one capture shares with a capture of another student. */
typedef struct {
        guint capture;         /* the other capture: index in ClassResults.captures */
        guint64 count;         /* of shared frames; a lower bound, because of long captures only a part is compared */
        GArray *mine, *theirs; /* ClassRange, ascending; CLASS_MAX_RANGES + 1 at most */
} ClassCopy;
typedef struct {
        guint64 first, last; /* frame numbers, both inclusive */
} ClassRange;
/* How many ranges are shown; a further one in the list says that there are more. */
#define CLASS_MAX_RANGES 16
/* How many captures that share frames with one capture are listed. */
#define CLASS_MAX_COPIES 50

typedef struct {
        char *path;
        char *name;               /* base name, for people: see make_plain() in class.c */
        guint student;            /* index in ClassResults.students */
        CaptureResult *result;    /* NULL: not known yet */
        GPtrArray *copies;        /* ClassCopy, most frames first; NULL before class_finish() */
        gboolean has_more_copies; /* it shares frames with further captures that are not in copies */
} ClassCapture;

typedef struct {
        char *identifier;
        char *full_name;     /* NULL: not known */
        char *modified;      /* see RosterStudent; NULL: not known */
        char **values;       /* of the rubric's parameters, in their order; NULL-terminated */
        const char *lacking; /* a parameter that has no value, so that nothing can be decided; NULL: none */
        GArray *captures;    /* guint: indices in ClassResults.captures */
        char *remark;        /* a clause about what was handed in; NULL: none */
        gboolean is_unknown; /* there is a roster, and this student is not in it */
} ClassStudent;

typedef struct {
        const Rubric *rubric;
        GPtrArray *students; /* ClassStudent: first those of the roster, in its order, then the others, by name */
        GPtrArray *captures; /* ClassCapture */
} ClassResults;

/* Assigns submissions (Submission) to the students of roster, which may be NULL. rubric must outlive the result; the
 * other arguments are copied. */
ClassResults *class_new(const Rubric *rubric, const Roster *roster, const GPtrArray *submissions);
void class_free(ClassResults *results);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClassResults, class_free)

/* To be called when every capture has its result: finds the frames that several students handed in. */
void class_finish(ClassResults *results);

/* The grade of one student. */
typedef struct {
        const ClassCapture *capture; /* the capture that counts: the first of those with the most points. NULL: nothing
                                        was handed in */
        guint points;                /* hundredths */
        guint grade;                 /* hundredths, on the gradebook's scale */
        gboolean is_graded;          /* FALSE: nothing was handed in, or a person has to decide something */
} ClassGrade;
ClassGrade class_grade(const ClassResults *results, const ClassStudent *student);

/* How many students have a capture that was not read whole or not decided in full; how many handed in nothing. */
void class_count(const ClassResults *results, guint *ret_troubled, guint *ret_absent);

/* The feedback for a student: each item with its points, hints for what is missing, and what is wrong with the capture;
 * a line for each of these. Nothing about other students. Transfer: full. */
char *class_feedback(const ClassResults *results, const ClassStudent *student);

/* ClassRange elements as "1–3, 7", with " …" if there are more. Transfer: full. */
char *class_ranges_to_string(const GArray *ranges);

G_END_DECLS
