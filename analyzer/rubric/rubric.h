/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/rubric: judges many captures by what a teacher asks for.
 *
 * rubric.c reads what is asked for, and rubric-filter.c applies it to the facts of one capture, which are the summary's
 * JSON and no packets (analyzer/output/capture-facts.h). roster.c and submissions.c find out whose capture a file is,
 * copies.c which frames were handed in twice; class.c puts it all together, and gradebook.c and results-json.c write
 * it. state.c keeps results for the next run. This is the only room that includes the headers of libjq and SQLite.
 *
 * May use: GLib, libjq, SQLite, analyzer/output, chat/protocol. Is used by: reports, analyzer/cli.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
        RUBRIC_ERROR_READ,   /* there is no such file, or it cannot be read */
        RUBRIC_ERROR_SYNTAX, /* the rubric or the roster is wrong; the message has a line for each mistake */
        RUBRIC_ERROR_STATE,  /* the state file, or a result in it, cannot be used */
} RubricError;
#define RUBRIC_ERROR (rubric_error_quark())
GQuark rubric_error_quark(void);

/* Points are counted in hundredths, so that 0.1 and 0.2 add up to 0.3. */
#define RUBRIC_HUNDRED 100

/* Something that differs from student to student: a column of the roster, $name in filters and {name} in texts. */
typedef struct {
        char *name;
        char *value; /* if the roster has none; NULL: the roster must have one */
        guint line;
} RubricParameter;

typedef struct {
        char *name;   /* from the group's name, [item NAME] */
        guint points; /* hundredths */
        char *text;   /* what is asked for; may have {placeholders} */
        char *hint;   /* what to do if it is missing; NULL: none */
        char *when;   /* the jq filter */
        guint line;   /* of the filter */
} RubricItem;

typedef struct {
        char *filename; /* for messages */
        char *title;
        char *text;   /* the whole rubric as it was read; results depend on it */
        guint points; /* of all items together, hundredths */
        guint grade;  /* what all points are worth in the gradebook, hundredths; if not given, the same as points */
        GPtrArray *parameters; /* RubricParameter */
        GPtrArray *items;      /* RubricItem, at least one */
} Rubric;

/* Reads a rubric; docs/course.md describes the format. NULL, with error set: the rubric has mistakes; the message has a
 * line for each. Filters are not checked here, but by filters_new(). filename: for messages. */
Rubric *rubric_new_from_bytes(GBytes *bytes, const char *filename, GError **error);
/* name: a file or, if there is no such file, a rubric that comes with the program. */
Rubric *rubric_new_from_name(const char *name, GError **error);
void rubric_free(Rubric *rubric);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rubric, rubric_free)

/* The names of the rubrics that come with the program (NULL-terminated, static); and the text of one (NULL: there is no
 * such rubric; transfer: full). */
const char *const *rubric_example_names(void);
GBytes *rubric_example_text(const char *name);

/* text with the values of the rubric's parameters in place of {name}; other braces stay. values: in the order of
 * rubric->parameters. Transfer: full. */
char *rubric_expand(const Rubric *rubric, const char *text, const char *const *values);

/* Hundredths as a short decimal: "2.5", "10". Transfer: full. */
char *rubric_points_to_string(guint hundredths);

G_END_DECLS
