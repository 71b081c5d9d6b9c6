/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A class: its students, what each handed in, and what that is worth. */
#pragma once

#include "analyzer/rubric/result.h"
#include "analyzer/rubric/roster.h"
#include "analyzer/rubric/submissions.h"

G_BEGIN_DECLS

/* Frames of one capture that another student's capture holds, too. */
typedef struct {
        guint capture;         /* the other one, by its number in ClassResults.captures */
        guint64 count;         /* of shared frames, at least: of very long captures only some are compared */
        GArray *mine, *theirs; /* ClassRange, ascending; of very many, the first */
} ClassCopy;
typedef struct {
        guint64 first, last; /* frames; both are of it */
} ClassRange;
#define CLASS_MAX_RANGES 16
/* Of the captures that share frames with one, so many are named. */
#define CLASS_MAX_COPIES 50

typedef struct {
        char *path;
        char *name;               /* for people: within the class's folder */
        guint student;            /* number in ClassResults.students */
        CaptureResult *result;    /* NULL: not known yet */
        GPtrArray *copies;        /* ClassCopy, the most frames first; see class_finish() */
        gboolean has_more_copies; /* than CLASS_MAX_COPIES */
} ClassCapture;

typedef struct {
        char *identifier;
        char *full_name;     /* NULL: not known */
        char *modified;      /* see RosterStudent; or NULL */
        char **values;       /* of the rubric's parameters */
        const char *lacking; /* the parameter without a value, so that nothing can be decided; NULL: none */
        GArray *captures;    /* guint, numbers in ClassResults.captures */
        char *remark;        /* on what was handed in, a clause; or NULL */
        gboolean is_unknown; /* there is a roster, and it does not know who this is */
} ClassStudent;

typedef struct {
        const Rubric *rubric;
        GPtrArray *students; /* ClassStudent: those of the roster in its order, then the others by name */
        GPtrArray *captures; /* ClassCapture */
} ClassResults;

/* Puts submissions to the students of roster, which may be NULL. rubric must last as long. */
ClassResults *class_new(const Rubric *rubric, const Roster *roster, const GPtrArray *submissions);
void class_free(ClassResults *results);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClassResults, class_free)

/* Every capture has its result: finds the frames that were handed in twice. */
void class_finish(ClassResults *results);

/* What a student's captures come to. */
typedef struct {
        const ClassCapture *capture; /* the one that counts: of several, the first of those with the most points. NULL:
                                        nothing was handed in */
        guint points;                /* hundredths */
        guint grade;                 /* hundredths, as the gradebook counts */
        gboolean is_graded;          /* everything was decided: FALSE where nothing was handed in, or somebody has to
                                        look at it */
} ClassGrade;
ClassGrade class_grade(const ClassResults *results, const ClassStudent *student);

/* How many students' captures were not read whole, or not judged in full; how many handed in nothing. */
void class_count(const ClassResults *results, guint *ret_troubled, guint *ret_absent);

/* What a student is told: each item with its points, hints for what is missing, and what is wrong with the capture. A
 * sentence or two a line. Nothing of other students. Transfer: full. */
char *class_feedback(const ClassResults *results, const ClassStudent *student);

/* "1–3, 7", with " …" where there are more. Transfer: full. */
char *class_ranges_to_string(const GArray *ranges);

G_END_DECLS
