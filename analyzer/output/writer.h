/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/output: writers of records. A new way to show records is a new writer here and nothing else.
 *
 * May use: GLib, analyzer/summary, analyzer/timeline, analyzer/capture. Is used by: analyzer/cli.
 */
#pragma once

#include "analyzer/output/json-append.h"
#include "analyzer/summary/summary.h"
#include "analyzer/timeline/conversations.h"

#include <stdio.h>

G_BEGIN_DECLS

typedef struct Writer Writer;
typedef struct JsonNames JsonNames;

/* What a writer does; each backend has one of these, static. */
typedef struct {
        void (*record)(Writer *writer, const Record *record);
        void (*conversation)(Writer *writer, const ConversationRecord *record);
        void (*topic)(Writer *writer, const TopicInfo *topic);
        void (*summary)(Writer *writer, const Summary *summary, const char *file);
        /* What is said after records, and after conversations, a sentence a line; text may be the writer's buffer. */
        void (*close)(Writer *writer, const TimelineCounts *counts, GString *text);
        void (*close_conversations)(Writer *writer, const TimelineCounts *counts, GString *text);
} WriterBackend;

/* How text is laid out. */
typedef struct {
        gboolean colour;
        guint columns;          /* how wide lines may be; 0: each record is one line, in which nothing is cut */
        gboolean quiet;         /* no closing counts */
        gboolean explain_fully; /* what explanations say in general is told in each of them, not once only */
} TextStyle;

struct Writer {
        const WriterBackend *backend;
        FILE *file;      /* borrowed */
        GString *buffer; /* records are put together here, and written together */
        gboolean colour, quiet;
        guint columns;          /* text: what fits on a line; 0: anything */
        gboolean is_pure;       /* below records the file holds nothing else */
        JsonClock clock;        /* JSON */
        JsonNames *names;       /* JSON */
        GString *explanation;   /* of the record at hand, as it is told */
        TopicSet topics;        /* text: told in general already */
        gboolean explain_fully; /* text: what is general is told every time */
        GHashTable *seen;       /* text: conversations already introduced */
        GString *parts[4];      /* text: of the record at hand */
        guint64 n_records;      /* conversations, too */
};

/* One JSON object a line. */
Writer *writer_new_json(FILE *file);
/* For a person. */
Writer *writer_new_text(FILE *file, const TextStyle *style);
void writer_free(Writer *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Writer, writer_free)

/* FALSE where the file could not be written (errno). Records are gathered before they are written. */
gboolean writer_record(Writer *writer, const Record *record);
gboolean writer_conversation(Writer *writer, const ConversationRecord *record);
gboolean writer_topic(Writer *writer, const TopicInfo *topic);
/* file: the capture's name, or NULL; a writer of a summary writes nothing else. */
gboolean writer_summary(Writer *writer, const Summary *summary, const char *file);
/* Writes what was gathered. */
gboolean writer_flush(Writer *writer);
/* After all records: writes what is buffered, without flushing file, and the closing sentences. Where programs read the
 * records, those are appended to apart instead, each a line, for people to read at another place. */
gboolean writer_finish(Writer *writer, const TimelineCounts *counts, GString *apart);
gboolean writer_finish_conversations(Writer *writer, const TimelineCounts *counts, GString *apart);

/* Whatever was not told in full, and why: a sentence a line, none where there is nothing. */
void shortcomings_append(GString *text, const TimelineCounts *counts);

/* Why a conversation was taken for a chat or left, in a line. */
void selection_append(GString *text, const Conversation *conversation, const SessionDecision *decision);

G_END_DECLS
