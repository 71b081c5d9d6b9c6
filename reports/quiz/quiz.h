/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reports/quiz: questions that are derived from a capture, each with its key and the reason for it.
 *
 * facts.c takes the records that a report keeps; a family of questions (family-*.c) makes one of a record, or none
 * where the capture does not decide it; quiz.c chooses; a writer (quiz-*.c) writes them. Nothing is found out about
 * traffic here: what a packet is says its record, and what is true of all packets of a kind say the topics.
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
/* Records that are kept to ask about: those of the capture's first chats. */
#define QUIZ_MAX_RECORDS 2000
#define QUIZ_LEVELS 3

typedef struct {
        guint n_questions;
        guint64 seed;
        const TopicSet *topics; /* only questions about one of these; NULL: all */
        guint least_level, most_level;
} QuizOptions;

typedef struct Quiz Quiz;

/* The same story, options and version give the same quiz. story has to be finished, and is not needed any more. */
Quiz *quiz_new(const Story *story, const QuizOptions *options);
void quiz_free(Quiz *quiz);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Quiz, quiz_free)

guint quiz_count(const Quiz *quiz); /* may be less than were asked for */

typedef enum {
        QUIZ_FORMAT_MOODLE, /* .xml */
        QUIZ_FORMAT_GIFT,   /* .gift */
        QUIZ_FORMAT_HTML,
        QUIZ_FORMAT_MARKDOWN,
        QUIZ_FORMAT_JSON,
} QuizFormat;

/* By the ending of the file's name; FALSE: it is none of them. */
gboolean quiz_format_from_path(const char *path, QuizFormat *ret_format);

/* A failure of file is left in it, for whoever closes it. */
void quiz_write(const Quiz *quiz, QuizFormat format, FILE *file);

G_END_DECLS
