/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/output: writers of records. A new way to show records is a new backend here (writer-backend.h), with its row
 * in the table of writer.c, and nothing else.
 *
 * May use: GLib, analyzer/summary, analyzer/timeline, analyzer/capture. Is used by: analyzer/cli.
 */
#pragma once

#include "analyzer/summary/summary.h"
#include "analyzer/timeline/conversations.h"

#include <stdio.h>

G_BEGIN_DECLS

/* Opaque: what it is made of is in writer-backend.h. */
typedef struct Writer Writer;

/* How text is laid out. */
typedef struct {
        gboolean colour;
        guint columns;          /* width of a line; 0: each record is one line, in which nothing is cut */
        gboolean quiet;         /* no closing counts */
        gboolean explain_fully; /* what explanations say in general is told in each of them, not once only */
} TextStyle;

/* What --format chooses from. */
typedef struct {
        const char *name;        /* "text" */
        const char *description; /* in a few words, for --help */
        gboolean is_for_people;  /* it may go through a pager, and ARP, which has no conversation, is told in it */
        Writer *(*new_writer)(FILE *file, const TextStyle *style);
} WriterFormat;

/* The formats, the default first, ended by NULL. */
const WriterFormat *const *writer_get_formats(void);
/* NULL: there is no format of that name. */
const WriterFormat *writer_format_find(const char *name);

/* One JSON object a line. */
Writer *writer_new_json(FILE *file);
/* For people. file is borrowed by every writer. */
Writer *writer_new_text(FILE *file, const TextStyle *style);
void writer_free(Writer *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Writer, writer_free)

/* FALSE if the file cannot be written (errno). Records are buffered, so a failure may concern earlier ones. */
gboolean writer_record(Writer *writer, const Record *record);
gboolean writer_conversation(Writer *writer, const ConversationRecord *record);
gboolean writer_topic(Writer *writer, const TopicInfo *topic);
/* file: the capture's name, or NULL; a writer of a summary writes nothing else. */
gboolean writer_summary(Writer *writer, const Summary *summary, const char *file);
/* Writes what is buffered, and flushes file. */
gboolean writer_flush(Writer *writer);
/* After the last record: writes what is buffered and the closing sentences, without flushing file. If programs read the
 * records, the sentences are appended to apart instead, one a line, to be shown to people elsewhere. */
gboolean writer_finish(Writer *writer, const TimelineCounts *counts, GString *apart);
gboolean writer_finish_conversations(Writer *writer, const TimelineCounts *counts, GString *apart);

/* Appends a sentence for everything that is not told in full, with the reason, each on a line of its own. */
void shortcomings_append(GString *text, const TimelineCounts *counts);

/* Appends a line that says why a conversation was taken for a chat, or left. */
void selection_append(GString *text, const Conversation *conversation, const SessionDecision *decision);

G_END_DECLS
