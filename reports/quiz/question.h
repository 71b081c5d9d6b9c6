/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A question with its key. A family (family.h) makes it, a writer (quiz-writer.h) writes it.
 *
 * All text is harmless UTF-8, in which control characters and characters that reorder a line are words (see
 * prose_append_wire()). Writers escape the characters that are special in their format. */
#pragma once

#include "analyzer/timeline/topics.h"

G_BEGIN_DECLS

typedef enum {
        QUIZ_CHOICE, /* one of several answers is right */
        QUIZ_NUMBER, /* a number is to be computed */
        QUIZ_FIELDS, /* cells of the excerpt are hidden */
        QUIZ_ORDER,  /* steps are to be put in order */
} QuizShape;
const char *quiz_shape_to_string(QuizShape shape); /* "choice", "number", "fields", "order" */

/* A possible answer: one of the choices, one of the steps, or, for QUIZ_NUMBER, the result of a common mistake. */
typedef struct {
        char *text;        /* as it is shown */
        char *value;       /* the same for programs: a JSON value */
        char *why;         /* why it is right or wrong */
        gboolean is_right; /* QUIZ_CHOICE: one answer is right; QUIZ_NUMBER: FALSE */
        double number;     /* QUIZ_NUMBER */
} QuizAnswer;

/* A hidden cell. */
typedef struct {
        guint64 frame;
        const char *column; /* "ack", …, as the manual page lists them; static */
        char *label;        /* "Ack, frame 7" */
        char *right;        /* the hidden text; a whole number if there are no options */
        GPtrArray *options; /* char *, among them right; NULL: the answer is a number */
        char *why;
} QuizField;

#define QUIZ_NOT_HIDDEN G_MAXUINT
typedef struct {
        char *text;
        guint field; /* the index of the field that hides it, in Question.fields; QUIZ_NOT_HIDDEN: none */
} QuizCell;

/* A table with what is needed for the answer, mostly packets of the capture. */
typedef struct {
        char *caption;
        GPtrArray *columns; /* const char *, static */
        GPtrArray *cells;   /* QuizCell, row by row */
} QuizExcerpt;
guint quiz_excerpt_count_rows(const QuizExcerpt *excerpt);
QuizCell *quiz_excerpt_get(const QuizExcerpt *excerpt, guint row, guint column);

#define QUIZ_MAX_TOPICS 4
#define QUIZ_MAX_STEPS 6
typedef struct {
        const char *kind;  /* the family's name */
        const char *title; /* the family's */
        guint level;       /* 1 look, 2 relate, 3 reason */
        QuizShape shape;
        Topic topics[QUIZ_MAX_TOPICS]; /* the first is the main one, whose source is cited */
        guint n_topics;
        char *text;
        char *ask;            /* the same for programs: a JSON object */
        QuizExcerpt *excerpt; /* NULL: none */
        GPtrArray *answers; /* QuizAnswer: choices in the order in which they are shown; steps in the right order; for a
                               number, the results of mistakes */
        guint offered[QUIZ_MAX_STEPS]; /* QUIZ_ORDER: indices of answers in the order in which they are shown */
        GPtrArray *fields;             /* QuizField, of QUIZ_FIELDS */
        double number, tolerance;      /* QUIZ_NUMBER: an answer is right if it differs by no more than tolerance */
        guint decimals;                /* QUIZ_NUMBER: how many decimals are written */
        const char *unit;              /* QUIZ_NUMBER: "bytes", or ""; static */
        char *why;                     /* how to find the answer; one or more sentences */
        GArray *frames;                /* guint64: the numbers of the frames that it is about */
} Question;

/* kind is borrowed (static); text and ask are taken over. Transfer: full. */
Question *question_new(const char *kind, guint level, QuizShape shape, char *text, char *ask);
void question_free(Question *question);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Question, question_free)

/* Adds a topic or frame, if it is not there yet; topics beyond QUIZ_MAX_TOPICS are dropped. */
void question_add_topic(Question *question, Topic topic);
void question_add_frame(Question *question, guint64 frame);
/* Takes over text, value and why. An answer with the text of an earlier one is dropped. */
void question_add_answer(Question *question, gboolean is_right, char *text, char *value, char *why);
/* Sorts answers that are frame numbers. */
void question_sort_frames(Question *question);
/* Adds the result of a common mistake, and takes over why. It is dropped if it is 0, or too close to the right number
 * or to that of an earlier mistake. */
void question_add_misreading(Question *question, double number, char *why);
/* Hides a cell of the excerpt, whose text is the right answer. frame: that of the row; name: QuizField.column. Returns
 * the field, borrowed, so that the caller can set why, and options if it has any. */
QuizField *question_hide(Question *question, guint row, guint column, guint64 frame, const char *name);
/* options: NULL-terminated, copied; field->right must be among them. */
void quiz_field_set_options(QuizField *field, const char *const *options);

/* The number with the question's decimals and a decimal point: "91.7". Transfer: full. */
char *question_format_number(const Question *question, double number);

G_END_DECLS
