/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One question with its key. A family (family.h) makes it, a writer (quiz-writer.h) shows it.
 *
 * All text is harmless UTF-8, in which characters that control a terminal or reorder a line are words (see
 * prose_append_wire()); writers escape what their format gives a meaning to. */
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

/* Something that can be answered. */
typedef struct {
        char *text;        /* as it is offered */
        char *value;       /* the same for programs: a JSON value */
        char *why;         /* why it is right, or wrong */
        gboolean is_right; /* of choices; numbers listed are wrong ones that come of a misreading */
        double number;     /* QUIZ_NUMBER */
} QuizAnswer;

/* A hidden cell. */
typedef struct {
        guint64 frame;
        const char *column; /* "ack", …, as the manual page lists them; static */
        char *label;        /* "Ack of frame 7" */
        char *right;        /* what was hidden; a whole number where there are no options */
        GPtrArray *options; /* char *, right among them; NULL: a number is to be typed */
        char *why;
} QuizField;

#define QUIZ_NOT_HIDDEN G_MAXUINT
typedef struct {
        char *text;
        guint field; /* which of the question's fields hides it; QUIZ_NOT_HIDDEN: none */
} QuizCell;

/* The rows of a capture that one needs to answer, as a table. */
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
        Topic topics[QUIZ_MAX_TOPICS]; /* the first is what it is about: its source is cited */
        guint n_topics;
        char *text;
        char *ask; /* the same for programs: a JSON object */
        QuizExcerpt *excerpt;
        GPtrArray *answers; /* QuizAnswer: of a choice in the order in which they are offered; of an order in the right
                               one; of a number those that come of a misreading */
        guint offered[QUIZ_MAX_STEPS]; /* QUIZ_ORDER: the answers in the order in which they are offered */
        GPtrArray *fields;             /* QuizField */
        double number, tolerance;      /* QUIZ_NUMBER: right is what differs by no more than tolerance */
        guint decimals;                /* with which it is written */
        const char *unit;              /* "bytes"; static */
        char *why;                     /* how the answer is found; one or more sentences */
        GArray *frames;                /* guint64: those that it speaks of */
} Question;

/* text and ask are taken over. */
Question *question_new(const char *kind, guint level, QuizShape shape, char *text, char *ask);
void question_free(Question *question);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Question, question_free)

/* No more than QUIZ_MAX_TOPICS, each once. */
void question_add_topic(Question *question, Topic topic);
void question_add_frame(Question *question, guint64 frame);
/* text, value and why are taken over. An answer whose text is there already is dropped. */
void question_add_answer(Question *question, gboolean is_right, char *text, char *value, char *why);
/* Answers that are frames in the order of the capture. */
void question_sort_frames(Question *question);
/* A number that comes of a misreading; dropped where it would count as right. */
void question_add_misreading(Question *question, double number, char *why);
/* Hides a cell: it holds what is right. Returns the field, whose options and why the caller fills in. */
QuizField *question_hide(Question *question, guint row, guint column, guint64 frame, const char *name);
void quiz_field_set_options(QuizField *field, const char *const *options); /* right has to be among them */

/* The number as it is written, with a point: "91.7". */
char *question_format_number(const Question *question, double number);

G_END_DECLS
