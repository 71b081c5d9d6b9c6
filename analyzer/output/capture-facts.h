/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything that a rubric may ask about a capture, as one JSON object. It is that of the summary with three more keys:
 * "conversation_records", the objects that `conversations --format json` writes; "messages", every message of every
 * chat with its frame; and "left_out", how many of both are missing because of the limits below. */
#pragma once

#include "analyzer/summary/summary.h"
#include "analyzer/timeline/conversations.h"

G_BEGIN_DECLS

typedef struct FactsBuilder FactsBuilder;

/* How many messages and conversations the object holds at most. The first ones are kept. */
#define FACTS_MAX_MESSAGES 100000
#define FACTS_MAX_CONVERSATIONS 20000

FactsBuilder *facts_builder_new(void);
void facts_builder_free(FactsBuilder *builder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FactsBuilder, facts_builder_free)

/* Adds what a record says, whether or not it has messages. It is borrowed for the call. */
void facts_builder_record(FactsBuilder *builder, const Record *record);
void facts_builder_conversation(FactsBuilder *builder, const ConversationRecord *record);

/* Returns the object and a line feed, to be freed with g_string_free(). file: the name of the capture, or NULL. Returns
 * NULL if there is not enough memory. May be called once. */
GString *facts_builder_finish(FactsBuilder *builder, const Summary *summary, const char *file);

G_END_DECLS
