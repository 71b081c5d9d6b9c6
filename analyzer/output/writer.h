/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/output: writers of records and summaries. A new format is a new backend here (writer-backend.h) and a row in
 * the table of writer.c, and nothing else.
 *
 * May use: GLib, analyzer/summary, analyzer/timeline, analyzer/capture. Is used by: analyzer/rubric, reports/quiz,
 * analyzer/cli. */
#pragma once

#include "analyzer/summary/summary.h"
#include "analyzer/timeline/conversations.h"

#include <stdio.h>

G_BEGIN_DECLS

/* Opaque; writer-backend.h has its definition. */
typedef struct Writer Writer;

/* The layout of text. */
typedef struct {
        gboolean colour;
        guint columns;          /* width of a line, in cells; 0: each record is one line, in which nothing is cut */
        gboolean quiet;         /* leaves out the closing counts */
        gboolean explain_fully; /* every explanation says what is general, and not only the first one about a topic */
} TextStyle;

/* A format that --format can choose. */
typedef struct {
        const char *name;        /* "text" */
        const char *description; /* a few words, for --help */
        gboolean is_for_people;  /* it may go through a pager, and it shows ARP, which has no conversation */
        Writer *(*new_writer)(FILE *file, const TextStyle *style);
} WriterFormat;

/* All formats, the default first, ended by NULL; static. */
const WriterFormat *const *writer_get_formats(void);
/* NULL: no format has this name. Static. */
const WriterFormat *writer_format_find(const char *name);

/* A writer of JSON, one object a line. file is borrowed, as by every writer. Free with writer_free(). */
Writer *writer_new_json(FILE *file);
/* A writer of text, for people. */
Writer *writer_new_text(FILE *file, const TextStyle *style);
void writer_free(Writer *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Writer, writer_free)

/* All of these return FALSE, with errno set, if the file cannot be written. Output is buffered, so an error may concern
 * earlier records. The arguments are borrowed for the call. */
gboolean writer_record(Writer *writer, const Record *record);
gboolean writer_conversation(Writer *writer, const ConversationRecord *record);
gboolean writer_topic(Writer *writer, const TopicInfo *topic);
/* file: the name of the capture, or NULL. A writer that writes a summary must not write anything else. */
gboolean writer_summary(Writer *writer, const Summary *summary, const char *file);
/* Writes what is buffered, and flushes file. */
gboolean writer_flush(Writer *writer);
/* For use after the last record: writes what is buffered and the closing sentences, but does not flush file. If the
 * file is for programs, the closing sentences are appended to apart instead, one a line, to be shown elsewhere. */
gboolean writer_finish(Writer *writer, const TimelineCounts *counts, GString *apart);
gboolean writer_finish_conversations(Writer *writer, const TimelineCounts *counts, GString *apart);

/* Appends a sentence with the reason for everything that the output leaves out, each on a line of its own. */
void shortcomings_append(GString *text, const TimelineCounts *counts);

/* Appends a line that says why a conversation was taken for a chat, or was not. */
void selection_append(GString *text, const Conversation *conversation, const SessionDecision *decision);

G_END_DECLS
