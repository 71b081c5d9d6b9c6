/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a writer is made of: a backend is one file that fills WriterBackend and keeps what is its own behind priv. */
#pragma once

#include "analyzer/output/writer.h"

G_BEGIN_DECLS

/* What the backend does; static. Each hook appends to writer->buffer, which writer.c writes to the file in pieces, and
 * finds its own state in writer->priv. */
typedef struct {
        void (*record)(Writer *writer, const Record *record);
        void (*conversation)(Writer *writer, const ConversationRecord *record);
        void (*topic)(Writer *writer, const TopicInfo *topic);
        void (*summary)(Writer *writer, const Summary *summary, const char *file);
        /* What is said after records, and after conversations, a sentence a line, is appended to text, which may be
         * the buffer. */
        void (*close)(Writer *writer, const TimelineCounts *counts, GString *text);
        void (*close_conversations)(Writer *writer, const TimelineCounts *counts, GString *text);
        void (*free)(gpointer priv);
} WriterBackend;

struct Writer {
        const WriterBackend *backend;
        gpointer priv;    /* the backend's own */
        FILE *file;       /* borrowed */
        GString *buffer;  /* what is not written yet */
        gboolean is_pure; /* the file holds records and nothing else: closing sentences go elsewhere */
};

/* priv is the writer's from now on. */
Writer *writer_new(const WriterBackend *backend, gpointer priv, FILE *file, gboolean is_pure);

/* The rows of the table in writer.c, each in its backend's file. */
extern const WriterFormat text_format, json_format;

G_END_DECLS
