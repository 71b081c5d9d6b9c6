/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The quiz as its writers see it, and texts that several of them need. */
#pragma once

#include "reports/quiz/question.h"
#include "reports/quiz/quiz.h"

#include <libxml/xmlwriter.h>

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

/* "(1)": marks the place of a hidden cell; field counts from 0. Transfer: full. */
char *quiz_blank(guint field);
/* "Topic: FIN (RFC 9293, section 3.6). Frames 10 and 11." Transfer: full. */
char *quiz_source(const Question *question);
/* "007 Which frame?": the name of a question in a list. number counts from 1. Transfer: full. */
char *quiz_title(const Question *question, guint number);
/* The right answer in words: "7 bytes", "(1) 8; (2) client". Transfer: full. */
char *quiz_key(const Question *question);
/* How an excerpt is written as HTML. */
typedef struct {
        const char *class;                                    /* of the table; NULL: none */
        void (*text)(xmlTextWriterPtr xml, const char *text); /* writes a text from the wire */
        /* Writes what stands in the place of the hidden cell with that index. */
        void (*field)(xmlTextWriterPtr xml, const QuizField *field, guint index, gpointer data);
} QuizExcerptStyle;
/* Writes the question's excerpt, which must not be NULL, as a table. data is for style->field. */
void quiz_excerpt_write_html(xmlTextWriterPtr xml,
                             const Question *question,
                             const QuizExcerptStyle *style,
                             gpointer data);

/* Text and excerpt of a question as HTML for Moodle. field returns raw HTML for the place of a hidden cell (transfer:
 * full); NULL: quiz_blank() stands there. Everything from the wire is encoded so that Moodle's filters do not change
 * it. Transfer: full. */
char *quiz_question_html(const Question *question, char *(*field)(const QuizField *field));
/* Any text, encoded in the same way: in a <span>, or without an element, as the field of a cloze question needs it.
 * Transfer: full. */
char *quiz_text_html(const char *text);
char *quiz_text_references(const char *text);

G_END_DECLS
