/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/timeline/conversations.h"

#include "analyzer/timeline/append.h"

struct Conversations {
        Tracker *tracker;
        ConversationFunc func;
        gpointer user_data;
        gboolean all;
        guint8 telling; /* the transport whose turn it is; 0: all */
        gboolean has_first;
        gint64 first_time;
        GString *label;
        Explanation *explanation; /* NULL: not asked for */
        TimelineCounts counts;
};

static void tell(Conversation *conversation, gpointer data)
{
        Conversations *self = data;
        Session *session = tracker_get_session(self->tracker);
        ConversationRecord record = {.conversation = conversation, .label = self->label};
        SessionCount count;
        const FlowChunk *chunks;
        guint n_chunks;

        if (self->telling != 0 && self->telling != conversation->transport)
                return;
        /* One that only an ICMP error speaks of was not captured. */
        if (conversation->packets == 0)
                return;
        chunks = flow_table_flush(tracker_get_flows(self->tracker), conversation, &n_chunks);
        if (session_judge_at_end(session, conversation, chunks, n_chunks) != SESSION_CHAT && !self->all)
                return;
        session_count_at_end(session, conversation, chunks, n_chunks);
        count = session_get_count(session, conversation);
        record.protocol = count.protocol;
        record.client = count.client;
        record.is_peers = count.is_peers;
        record.n_requests = count.n_requests;
        record.n_answered = count.n_answered;
        for (FlowSide side = 0; side < 2; side++) {
                record.names[side] = count.names[side];
                record.n_messages[side] = count.n_messages[side];
        }
        if (__builtin_sub_overflow(conversation->first_time, self->first_time, &record.offset))
                record.offset = 0;
        if (conversation->tcp) {
                record.teardown = flow_conversation_get_teardown(conversation, &record.initiator);
                record.state = flow_conversation_get_state(conversation);
        }
        g_string_truncate(self->label, 0);
        conversation_append_label(&record, self->label);
        append_end(self->label);
        if (self->explanation) {
                explanation_clear(self->explanation);
                conversation_explain(&record, self->explanation);
                record.explanation = self->explanation;
        }
        self->counts.told++;
        self->func(&record, self->user_data);
        /* It was the last that anybody wanted of it; there may be a million to come. */
        session_forget(session, conversation);
}

Conversations *conversations_new(const TimelineOptions *options, ConversationFunc func, gpointer user_data)
{
        Conversations *self = g_new0(Conversations, 1);
        TrackerOptions tracker_options = {
                .protocols = options->protocols,
                .ports = options->ports,
                .n_ports = options->n_ports,
                .memory_limit = options->memory_limit,
        };

        self->func = func;
        self->user_data = user_data;
        self->all = options->all;
        self->label = g_string_new(NULL);
        self->explanation = options->explain ? explanation_new() : NULL;
        self->tracker = tracker_new(&tracker_options, tell, self);
        return self;
}

void conversations_free(Conversations *self)
{
        if (!self)
                return;
        tracker_free(self->tracker);
        g_string_free(self->label, TRUE);
        explanation_free(self->explanation);
        g_free(self);
}

static void add(Conversations *self, const Packet *packet)
{
        const CaptureFrame *frame = packet->frame;
        Tracked tracked;

        self->counts.frames++;
        if (!self->has_first && frame->has_time) {
                self->has_first = TRUE;
                self->first_time = frame->time;
        }
        if (tracker_take(self->tracker, packet, &tracked) && tracker_judge(self->tracker, &tracked) != SESSION_OTHER)
                session_count(tracker_get_session(self->tracker), tracked.packet, &tracked.flow, tracked.chunks,
                              tracked.n_chunks);
}

void conversations_add(Conversations *self, const Packet *packets, guint n)
{
        for (guint i = 0; i < n; i++) {
                flow_table_prefetch(tracker_get_flows(self->tracker), packets + i, n - i);
                add(self, &packets[i]);
        }
}

void conversations_finish(Conversations *self)
{
        FlowTable *flows = tracker_get_flows(self->tracker);

        self->telling = TRANSPORT_TCP;
        flow_table_foreach(flows, tell, self);
        self->telling = TRANSPORT_UDP;
        flow_table_foreach(flows, tell, self);
}

TimelineCounts conversations_get_counts(const Conversations *self)
{
        TimelineCounts counts = self->counts;
        TrackerCounts tracked = tracker_get_counts(self->tracker);

        counts.unread = tracked.unread;
        counts.unread_link_type = tracked.unread_link_type;
        counts.evicted = tracked.evicted;
        counts.shortage = tracked.shortage;
        return counts;
}
