/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reports/quiz: questions that are derived from a capture, each with its key and the reason for it.
 *
 * facts.c takes the records that a story keeps; a family (family-*.c) makes a question about a record, or none if the
 * capture does not decide the answer; quiz.c chooses the questions; a writer (quiz-*.c) writes them. Nothing here
 * analyses traffic: records say what a packet is, and topics say what is true of all packets of a kind.
 *
 * May use: GLib, libxml2, reports, analyzer/output, analyzer/summary, analyzer/timeline, analyzer/decode. Is used by:
 * analyzer/cli.
 */
#pragma once

#include "reports/story.h"

#include <stdio.h>

G_BEGIN_DECLS

#define QUIZ_DEFAULT_QUESTIONS 20
#define QUIZ_MAX_QUESTIONS 1000
/* The most records to keep and ask about; they are those of the capture's first chats. */
#define QUIZ_MAX_RECORDS 2000
#define QUIZ_LEVELS 3

typedef struct {
        guint n_questions;
        guint64 seed;
        const TopicSet *topics;        /* only questions about one of these topics; NULL: all */
        guint least_level, most_level; /* from 1 to QUIZ_LEVELS */
} QuizOptions;

typedef struct Quiz Quiz;

/* Makes a quiz; the same capture, options and version of the program always give the same one. story must be finished;
 * the quiz does not refer to it. Transfer: full. */
Quiz *quiz_new(const Story *story, const QuizOptions *options);
void quiz_free(Quiz *quiz);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Quiz, quiz_free)

guint quiz_count(const Quiz *quiz); /* its questions, which may be fewer than were asked for */

typedef enum {
        QUIZ_FORMAT_MOODLE, /* .xml */
        QUIZ_FORMAT_GIFT,   /* .gift */
        QUIZ_FORMAT_HTML,
        QUIZ_FORMAT_MARKDOWN,
        QUIZ_FORMAT_JSON,
} QuizFormat;

/* Chooses the format by the ending of the file's name. FALSE: the name has another ending. */
gboolean quiz_format_from_path(const char *path, QuizFormat *ret_format);

/* Writes the quiz. A failed write is left in file, where ferror() finds it. */
void quiz_write(const Quiz *quiz, QuizFormat format, FILE *file);

G_END_DECLS
