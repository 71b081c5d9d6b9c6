/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a writer consists of. A backend is one file that fills WriterBackend and keeps its own state behind priv. */
#pragma once

#include "analyzer/output/writer.h"

G_BEGIN_DECLS

/* What a backend does; static. Each hook appends to writer->buffer, which writer.c writes to the file from time to
 * time, and finds its own state in writer->priv. */
typedef struct {
        void (*record)(Writer *writer, const Record *record);
        void (*conversation)(Writer *writer, const ConversationRecord *record);
        void (*topic)(Writer *writer, const TopicInfo *topic);
        void (*summary)(Writer *writer, const Summary *summary, const char *file);
        /* Append the closing sentences after records, and after conversations, to text, each on a line of its own. text
         * may be the buffer itself. */
        void (*close)(Writer *writer, const TimelineCounts *counts, GString *text);
        void (*close_conversations)(Writer *writer, const TimelineCounts *counts, GString *text);
        void (*free)(gpointer priv);
} WriterBackend;

struct Writer {
        const WriterBackend *backend;
        gpointer priv;    /* the state of the backend */
        FILE *file;       /* borrowed */
        GString *buffer;  /* what is not written to file yet */
        gboolean is_pure; /* the file may hold nothing but records: closing sentences go elsewhere */
};

/* Takes ownership of priv, which the hook free frees. */
Writer *writer_new(const WriterBackend *backend, gpointer priv, FILE *file, gboolean is_pure);

/* The rows of the table in writer.c. Each stands in the file of its backend. */
extern const WriterFormat text_format, json_format;

G_END_DECLS
