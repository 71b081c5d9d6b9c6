/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/output/writer.h"

/* So much is written at once. */
#define PIECE (64 * 1024)

static gboolean write_buffer(Writer *self)
{
        gboolean good = fwrite(self->buffer->str, 1, self->buffer->len, self->file) == self->buffer->len;

        g_string_truncate(self->buffer, 0);
        return good;
}

gboolean writer_record(Writer *self, const Record *record)
{
        self->backend->record(self, record);
        self->n_records++;
        return self->buffer->len < PIECE || write_buffer(self);
}

gboolean writer_conversation(Writer *self, const ConversationRecord *record)
{
        self->backend->conversation(self, record);
        self->n_records++;
        return self->buffer->len < PIECE || write_buffer(self);
}

gboolean writer_topic(Writer *self, const TopicInfo *topic)
{
        self->backend->topic(self, topic);
        self->n_records++;
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
        g_string_free(self->buffer, TRUE);
        if (self->explanation)
                g_string_free(self->explanation, TRUE);
        g_free(self->names);
        g_clear_pointer(&self->seen, g_hash_table_unref);
        for (guint i = 0; i < G_N_ELEMENTS(self->parts); i++)
                if (self->parts[i])
                        g_string_free(self->parts[i], TRUE);
        g_free(self);
}
