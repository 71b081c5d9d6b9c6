/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/output/capture-facts.h"

#include "analyzer/output/json-private.h"
#include "analyzer/output/writer.h"

#include <string.h>

/* A JSON writer that writes into memory, one object a line. */
typedef struct {
        char *text;
        gsize length;
        FILE *file;
        Writer *writer;
} Lines;

struct FactsBuilder {
        Lines conversations;
        GString *messages;
        guint64 n_conversations, n_messages;
};

static void lines_init(Lines *self)
{
        self->file = open_memstream(&self->text, &self->length);
        if (!self->file)
                g_error("out of memory");
        self->writer = writer_new_json(self->file);
}

static void lines_clear(Lines *self)
{
        writer_free(self->writer);
        fclose(self->file);
        free(self->text);
}

/* FALSE: there was not enough memory. */
static gboolean lines_finish(Lines *self)
{
        return writer_flush(self->writer) && fflush(self->file) == 0 && !ferror(self->file);
}

FactsBuilder *facts_builder_new(void)
{
        FactsBuilder *self = g_new0(FactsBuilder, 1);

        lines_init(&self->conversations);
        self->messages = g_string_new(NULL);
        return self;
}

void facts_builder_free(FactsBuilder *self)
{
        if (!self)
                return;
        lines_clear(&self->conversations);
        g_string_free(self->messages, TRUE);
        g_free(self);
}

/* Appends a message as one object: frame, offset, transport, stream, protocol, source, destination and sender, followed
 * by the keys that the message has in a record. */
static void append_message(FactsBuilder *self, const Record *record, const SessionMessage *message, const char *sender)
{
        GString *json = self->messages;
        gsize begin;

        if (self->n_messages++ >= FACTS_MAX_MESSAGES)
                return;
        g_string_append(json, json->len > 0 ? ",{\"frame\":" : "{\"frame\":");
        append_unsigned(json, record->packet->frame->number);
        json_key(json, "offset");
        json_append_seconds(json, record->offset);
        json_key_name(json, "transport", transport_to_string(record->packet->transport));
        json_key_number(json, "stream", record->flow->conversation->stream);
        json_key_string(json, "protocol",
                        record->told->protocol ? chat_protocol_get_name(record->told->protocol) : NULL);
        json_key(json, "source");
        json_append_party(json, &record->packet->source, TRUE, record->told->source_name);
        json_key(json, "destination");
        json_append_party(json, &record->packet->destination, TRUE, record->told->destination_name);
        if (!sender)
                json_key_name(json, "sender", record_source_role(record));
        json_literal(json, ",");
        begin = json->len;
        json_append_message(json, message, record->packet->transport == TRANSPORT_TCP, sender);
        /* Removes the opening brace of the message, to make one object of both. */
        g_string_erase(json, (gssize) begin, 1);
}

void facts_builder_record(FactsBuilder *self, const Record *record)
{
        const SessionPacket *told = record->told;

        if (!told || (record->packet->transport != TRANSPORT_TCP && record->packet->transport != TRANSPORT_UDP))
                return;
        for (guint i = 0; i < told->n_released; i++)
                append_message(self, record, &told->released[i], record_destination_role(record));
        for (guint i = 0; i < told->n_messages; i++)
                append_message(self, record, &told->messages[i], NULL);
}

void facts_builder_conversation(FactsBuilder *self, const ConversationRecord *record)
{
        if (self->n_conversations++ < FACTS_MAX_CONVERSATIONS)
                writer_conversation(self->conversations.writer, record);
}

/* Appends the lines as elements of a list. No line has a line feed inside, because JSON text escapes it. */
static void append_lines(GString *json, const Lines *lines)
{
        gsize begin = json->len;

        if (lines->length == 0)
                return;
        g_string_append_len(json, lines->text, (gssize) lines->length - 1);
        for (char *at = json->str + begin; (at = memchr(at, '\n', (gsize) (json->str + json->len - at)));)
                *at = ',';
}

static guint64 count_left_out(guint64 n, guint64 most)
{
        return n > most ? n - most : 0;
}

GString *facts_builder_finish(FactsBuilder *self, const Summary *summary, const char *file)
{
        Lines lines = {0};
        GString *json = NULL;

        lines_init(&lines);
        writer_summary(lines.writer, summary, file);
        if (lines_finish(&lines) && lines.length >= 2 && lines_finish(&self->conversations)) {
                json = g_string_new_len(lines.text, (gssize) lines.length - 2); /* without "}\n" */
                json_literal(json, ",\"conversation_records\":[");
                append_lines(json, &self->conversations);
                json_literal(json, "],\"messages\":[");
                g_string_append_len(json, self->messages->str, (gssize) self->messages->len);
                json_literal(json, "],\"left_out\":{\"conversations\":");
                append_unsigned(json, count_left_out(self->n_conversations, FACTS_MAX_CONVERSATIONS));
                json_key_number(json, "messages", count_left_out(self->n_messages, FACTS_MAX_MESSAGES));
                json_literal(json, "}}\n");
        }
        lines_clear(&lines);
        return json;
}
