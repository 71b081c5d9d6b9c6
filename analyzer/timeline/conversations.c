/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/timeline/conversations.h"

struct Conversations {
        Tracker *tracker;
        ConversationFunc func;
        gpointer user_data;
        gboolean all;
        guint8 telling; /* at the end: the transport whose conversations are passed to func; 0 before: any */
        gboolean has_first;
        gint64 first_time;
        ConversationBuilder *builder;
        TimelineCounts counts;
        SelectionFunc selected; /* NULL: not asked for */
        gpointer selected_data;
};

static void tell(Conversation *conversation, gpointer data)
{
        Conversations *self = data;
        Session *session = tracker_get_session(self->tracker);
        const FlowChunk *chunks;
        SessionVerdict verdict;
        guint n_chunks;

        if (self->telling != 0 && self->telling != conversation->transport)
                return;
        /* A conversation without packets is known only from an ICMP error that quotes one. */
        if (conversation->packets == 0 || !conversation->is_chosen)
                return;
        chunks = flow_table_flush(tracker_get_flows(self->tracker), conversation, &n_chunks);
        verdict = session_judge_at_end(session, conversation, chunks, n_chunks);
        session_count_early(session, conversation);
        if (self->selected) {
                SessionDecision decision = session_get_decision(conversation);

                self->selected(conversation, &decision, self->selected_data);
        }
        if (verdict != SESSION_CHAT && !self->all)
                return;
        self->counts.told++;
        self->func(conversation_builder_build(self->builder, session, conversation, self->first_time), self->user_data);
        /* Nobody needs this any more, and a million conversations may follow. */
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
        self->selected = options->selected;
        self->selected_data = options->selected_data;
        self->builder = conversation_builder_new(options->explain);
        self->tracker = tracker_new(&tracker_options, tell, self);
        return self;
}

void conversations_free(Conversations *self)
{
        if (!self)
                return;
        tracker_free(self->tracker);
        conversation_builder_free(self->builder);
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

static void judge(Conversation *conversation, gpointer data)
{
        Conversations *self = data;

        if (conversation->transport != TRANSPORT_UDP || conversation->packets == 0)
                return;
        tracker_judge_at_end(self->tracker, conversation);
        session_count_early(tracker_get_session(self->tracker), conversation);
}

gboolean conversations_need_timeline(Conversations *self)
{
        if (self->counts.told > 0)
                return FALSE;
        flow_table_foreach(tracker_get_flows(self->tracker), judge, self);
        return session_has_missed(tracker_get_session(self->tracker));
}

Tracker *conversations_take_tracker(Conversations *self)
{
        return g_steal_pointer(&self->tracker);
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
