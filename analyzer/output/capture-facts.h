/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything that a rubric may ask about a capture, as one JSON object: the summary's, with two keys more. They are
 * "conversation_records", what `conversations --format json` writes, and "messages", every message of every chat with
 * its frame. */
#pragma once

#include "analyzer/summary/summary.h"
#include "analyzer/timeline/conversations.h"

G_BEGIN_DECLS

typedef struct FactsBuilder FactsBuilder;

/* Of more than so many messages or conversations the first are told, and "left_out" counts the others. */
#define FACTS_MAX_MESSAGES 100000
#define FACTS_MAX_CONVERSATIONS 20000

FactsBuilder *facts_builder_new(void);
void facts_builder_free(FactsBuilder *builder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FactsBuilder, facts_builder_free)

void facts_builder_record(FactsBuilder *builder, const Record *record);
void facts_builder_conversation(FactsBuilder *builder, const ConversationRecord *record);

/* The whole, ending with a line feed. file: the capture's name, or NULL. NULL: there is no memory for it. */
GString *facts_builder_finish(FactsBuilder *builder, const Summary *summary, const char *file);

G_END_DECLS
