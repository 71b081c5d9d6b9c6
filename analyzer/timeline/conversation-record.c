/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/timeline/conversation-record.h"

#include "analyzer/timeline/append.h"

struct ConversationBuilder {
        GString *label;
        Explanation *explanation; /* NULL: not asked for */
        ConversationRecord record;
};

ConversationBuilder *conversation_builder_new(gboolean explain)
{
        ConversationBuilder *self = g_new0(ConversationBuilder, 1);

        self->label = g_string_new(NULL);
        self->explanation = explain ? explanation_new() : NULL;
        return self;
}

void conversation_builder_free(ConversationBuilder *self)
{
        if (!self)
                return;
        g_string_free(self->label, TRUE);
        explanation_free(self->explanation);
        g_free(self);
}

const ConversationRecord *conversation_builder_build(ConversationBuilder *self,
                                                     const Session *session,
                                                     const Conversation *conversation,
                                                     gint64 first_time)
{
        SessionCount count = session_get_count(session, conversation);
        ConversationRecord *record = &self->record;

        *record = (ConversationRecord){
                .conversation = conversation,
                .protocol = count.protocol,
                .client = count.client,
                .names = {count.names[0], count.names[1]},
                .is_peers = count.is_peers,
                .n_messages = {count.n_messages[0], count.n_messages[1]},
                .n_requests = count.n_requests,
                .n_answered = count.n_answered,
                .label = self->label,
        };
        if (__builtin_sub_overflow(conversation->first_time, first_time, &record->offset))
                record->offset = 0;
        if (conversation->tcp) {
                record->teardown = flow_conversation_get_teardown(conversation, &record->initiator);
                record->state = flow_conversation_get_state(conversation);
        }
        g_string_truncate(self->label, 0);
        conversation_append_label(record, self->label);
        append_end(self->label);
        if (self->explanation) {
                explanation_clear(self->explanation);
                conversation_explain(record, self->explanation);
                record->explanation = self->explanation;
        }
        return record;
}
