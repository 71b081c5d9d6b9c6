/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the JSON backend share. */
#pragma once

#include "analyzer/output/json-append.h"
#include "analyzer/output/writer-backend.h"

G_BEGIN_DECLS

typedef struct JsonNames JsonNames;

/* The priv of a writer of JSON. */
typedef struct {
        JsonClock clock;
        JsonNames *names;
        GString *explanation; /* scratch space for the explanation of one record */
} JsonWriter;

/* json.c: appends the keys "explanation" and "topics" */
void json_append_explanation(Writer *writer, const Explanation *explanation);

/* json.c: appends an element of the key "messages". is_line: the message is a line of a TCP stream. sender: role of the
 * message's sender, if that is not the packet's; otherwise NULL. */
void json_append_message(GString *json, const SessionMessage *message, gboolean is_line, const char *sender);

/* Hooks of the backend: json-conversation.c, glossary.c, json-summary.c */
void json_conversation(Writer *writer, const ConversationRecord *record);
void json_topic(Writer *writer, const TopicInfo *topic);
void json_summary(Writer *writer, const Summary *summary, const char *file);

G_END_DECLS
