/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/rubric: many captures, judged by what a teacher asks of them.
 *
 * rubric.c reads what is asked, rubric-filter.c asks it of the facts of one capture, which are the summary's JSON and
 * no packets (analyzer/output/capture-facts.h). roster.c and submissions.c find out whose capture a file is, copies.c
 * which frames were handed in twice, class.c puts it all together; gradebook.c and results-json.c write it down.
 * state.c keeps what was found for the next time. The only room that includes libjq's and SQLite's headers.
 *
 * May use: GLib, libjq, SQLite, analyzer/output, chat/protocol. Is used by: reports, analyzer/cli.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
        RUBRIC_ERROR_READ,   /* no such file, not readable */
        RUBRIC_ERROR_SYNTAX, /* the rubric or the roster is wrong; the message has a line for each mistake */
        RUBRIC_ERROR_STATE,  /* the state file, or a result in it, cannot be used */
} RubricError;
#define RUBRIC_ERROR (rubric_error_quark())
GQuark rubric_error_quark(void);

/* Points are counted in hundredths, so that 0.1 and 0.2 make 0.3. */
#define RUBRIC_HUNDRED 100

/* What differs from student to student: a column of the roster, and $name in filters, {name} in texts. */
typedef struct {
        char *name;
        char *value; /* where the roster has no such column, or no value; NULL: the roster has to tell */
        guint line;
} RubricParameter;

typedef struct {
        char *name;   /* of the group: [item NAME] */
        guint points; /* hundredths */
        char *text;   /* what is asked; may have {placeholders} */
        char *hint;   /* what to do where it is missing; NULL: none */
        char *when;   /* the jq filter */
        guint line;   /* where that stands */
} RubricItem;

typedef struct {
        char *filename; /* as errors give it */
        char *title;
        char *text;   /* what it contains, as it was read: with it, results are the same */
        guint points; /* of all items together, hundredths */
        guint grade;  /* what all points are worth in the gradebook, hundredths; as many as points unless given */
        GPtrArray *parameters; /* RubricParameter */
        GPtrArray *items;      /* RubricItem, at least one */
} Rubric;

/* Reads a rubric; docs/course.md says what may stand in it. Filters are not looked at, see filters_new(). NULL with
 * error set where it is refused. */
Rubric *rubric_new_from_bytes(GBytes *bytes, const char *filename, GError **error);
/* name: a file, or where there is none of that name, one of those that come with the program. */
Rubric *rubric_new_from_name(const char *name, GError **error);
void rubric_free(Rubric *rubric);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rubric, rubric_free)

/* The rubrics that come with the program, NULL-terminated, static; and the text of one. NULL: no such rubric. */
const char *const *rubric_example_names(void);
GBytes *rubric_example_text(const char *name);

/* text with the values of the rubric's parameters in place of {name}; other braces stay. values is in the order of
 * rubric->parameters. */
char *rubric_expand(const Rubric *rubric, const char *text, const char *const *values);

/* "2.5", "10": hundredths, as short as can be. */
char *rubric_points_to_string(guint hundredths);

G_END_DECLS
