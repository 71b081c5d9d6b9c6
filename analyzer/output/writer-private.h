/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of analyzer/output share among themselves. */
#pragma once

#include "analyzer/output/writer.h"

G_BEGIN_DECLS

#define TEXT_BOLD "1"
#define TEXT_DIM "2"

/* json.c: the keys explanation and topics */
void json_append_explanation(Writer *writer, const Explanation *explanation);
/* json-summary.c, text-summary.c */
void json_summary(Writer *writer, const Summary *summary, const char *file);
void text_summary(Writer *writer, const Summary *summary, const char *file);

/* json-conversation.c */
void json_conversation(Writer *writer, const ConversationRecord *record);

/* glossary.c: the glossary */
void text_topic(Writer *writer, const TopicInfo *topic);
void json_topic(Writer *writer, const TopicInfo *topic);

/* text-conversation.c */
void text_conversation(Writer *writer, const ConversationRecord *record);
void text_finish_conversations(Writer *writer, const TimelineCounts *counts);
/* Instead of records. */
void text_append_nothing(GString *buffer, const TimelineCounts *counts);

/* text.c: what is new of an explanation, escaped, in the last of writer's parts; NULL where nothing is, or none is there. */
const GString *text_get_explanation(Writer *writer, const Explanation *explanation);

/* text-layout.c: styles are the parameters of an SGR sequence; nothing where colours are off. */
void text_begin_style(Writer *writer, const char *style);
void text_end_style(Writer *writer);
void text_append_spaces(GString *buffer, guint n);
/* Pads to columns, or cuts out the middle. */
void text_append_column(GString *buffer, const GString *text, guint columns);
/* Breaks text into lines at spaces, each after indent columns; the buffer stands at that column. */
void text_append_wrapped(GString *buffer, const GString *text, guint indent, guint columns);
/* Right-aligned in columns, or wider. */
void text_append_unsigned(GString *buffer, guint64 value, guint columns);
void text_append_seconds(GString *buffer, gint64 nanoseconds, guint decimals, guint columns);
void text_append_endpoint(GString *buffer, Transport transport, const Endpoint *endpoint);
/* The chat name, escaped, or where there is none the endpoint. */
void text_set_party(GString *party, Transport transport, const Endpoint *endpoint, const char *name);

G_END_DECLS
