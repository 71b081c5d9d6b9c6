/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The topics of the glossary, as text and as JSON lines. */
#include "analyzer/output/json-private.h"
#include "analyzer/output/text-private.h"

#define COLUMNS 100
#define INDENT 4

void text_topic(Writer *base, const TopicInfo *topic)
{
        TextWriter *writer = base->priv;
        GString *buffer = writer->buffer, *paragraph = writer->parts[0];

        if (writer->n_records++ > 0)
                append_char(buffer, '\n');
        append_text(buffer, topic->title);
        append_literal(buffer, " [");
        append_text(buffer, topic->name);
        append_literal(buffer, "]\n");
        text_append_spaces(buffer, INDENT);
        g_string_assign(paragraph, topic->paragraph);
        text_append_wrapped(buffer, paragraph, &(TextMargin){INDENT, INDENT, COLUMNS, FALSE});
        append_char(buffer, '\n');
        text_append_spaces(buffer, INDENT);
        append_text(buffer, topic->source);
        append_literal(buffer, "\n");
}

void json_topic(Writer *writer, const TopicInfo *topic)
{
        GString *json = writer->buffer;

        json_literal(json, "{\"topic\":");
        json_append_string(json, topic->name);
        json_key_string(json, "title", topic->title);
        json_key_string(json, "paragraph", topic->paragraph);
        json_key_string(json, "source", topic->source);
        json_literal(json, "}\n");
}
