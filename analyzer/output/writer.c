/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/output/writer-backend.h"

/* How many octets are collected before they are written. */
#define PIECE (64 * 1024)

static const WriterFormat *const formats[] = {&text_format, &json_format, NULL};

const WriterFormat *const *writer_get_formats(void)
{
        return formats;
}

const WriterFormat *writer_format_find(const char *name)
{
        for (const WriterFormat *const *format = formats; *format; format++)
                if (g_str_equal((*format)->name, name))
                        return *format;
        return NULL;
}

Writer *writer_new(const WriterBackend *backend, gpointer priv, FILE *file, gboolean is_pure)
{
        Writer *self = g_new0(Writer, 1);

        self->backend = backend;
        self->priv = priv;
        self->file = file;
        self->buffer = g_string_sized_new(4096);
        self->is_pure = is_pure;
        return self;
}

static gboolean write_buffer(Writer *self)
{
        gboolean good = fwrite(self->buffer->str, 1, self->buffer->len, self->file) == self->buffer->len;

        g_string_truncate(self->buffer, 0);
        return good;
}

gboolean writer_record(Writer *self, const Record *record)
{
        self->backend->record(self, record);
        return self->buffer->len < PIECE || write_buffer(self);
}

gboolean writer_conversation(Writer *self, const ConversationRecord *record)
{
        self->backend->conversation(self, record);
        return self->buffer->len < PIECE || write_buffer(self);
}

gboolean writer_topic(Writer *self, const TopicInfo *topic)
{
        self->backend->topic(self, topic);
        return self->buffer->len < PIECE || write_buffer(self);
}

gboolean writer_summary(Writer *self, const Summary *summary, const char *file)
{
        self->backend->summary(self, summary, file);
        return write_buffer(self);
}

gboolean writer_flush(Writer *self)
{
        return write_buffer(self) && fflush(self->file) == 0;
}

gboolean writer_finish(Writer *self, const TimelineCounts *counts, GString *apart)
{
        self->backend->close(self, counts, self->is_pure ? apart : self->buffer);
        return write_buffer(self);
}

gboolean writer_finish_conversations(Writer *self, const TimelineCounts *counts, GString *apart)
{
        self->backend->close_conversations(self, counts, self->is_pure ? apart : self->buffer);
        return write_buffer(self);
}

void writer_free(Writer *self)
{
        if (!self)
                return;
        self->backend->free(self->priv);
        g_string_free(self->buffer, TRUE);
        g_free(self);
}
