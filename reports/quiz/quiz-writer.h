/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the writers of a quiz share. */
#pragma once

#include "reports/quiz/question.h"
#include "reports/quiz/quiz.h"

G_BEGIN_DECLS

struct Quiz {
        char *name; /* of the capture */
        guint64 packets, bytes;
        QuizOptions options;
        GPtrArray *questions; /* Question */
};

void quiz_write_moodle(const Quiz *quiz, FILE *file);
void quiz_write_gift(const Quiz *quiz, FILE *file);
void quiz_write_html(const Quiz *quiz, FILE *file);
void quiz_write_markdown(const Quiz *quiz, FILE *file);
void quiz_write_json(const Quiz *quiz, FILE *file);

/* "(1)": what stands in the place of a hidden cell. Transfer: full. */
char *quiz_blank(guint field);
/* "Topic: FIN (RFC 9293, section 3.6). Frames 10 and 11." Transfer: full. */
char *quiz_source(const Question *question);
/* "007 Which frame?": a name for lists of questions. number counts from 1. Transfer: full. */
char *quiz_title(const Question *question, guint number);
/* The right answer in words: "7", "(1) 8, (2) client". Transfer: full. */
char *quiz_key(const Question *question);
/* Excerpt and text as HTML, for Moodle. field: writes what stands in the place of a hidden cell, as raw HTML; NULL: its
 * number. Everything from the wire is encoded so that no filter of Moodle takes it for its own. Transfer: full. */
char *quiz_question_html(const Question *question, char *(*field)(const QuizField *field));
/* The same of any text; and without an element around it, as inside of a cloze's field. */
char *quiz_text_html(const char *text);
char *quiz_text_references(const char *text);

G_END_DECLS
