/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/timeline/tracker.h"

#include "analyzer/decode/defragment.h"

struct Tracker {
        Defragmenter *defragmenter;
        FlowTable *flows;
        Session *session;
        TrackerCounts counts;
};

Tracker *tracker_new(const TrackerOptions *options, void (*evicted)(Conversation *conversation, gpointer data), gpointer data)
{
        Tracker *self = g_new0(Tracker, 1);
        FlowOptions flow_options = {
                .user_data_free = session_conversation_free,
                .user_data_size = SESSION_CONVERSATION_SIZE,
                .memory_limit = options->memory_limit,
                .evicted = evicted,
                .evicted_data = data,
        };

        self->defragmenter = defragmenter_new(DEFRAGMENTER_MEMORY);
        self->flows = flow_table_new(&flow_options);
        self->session = session_new(options->protocols, options->ports, options->n_ports);
        return self;
}

void tracker_free(Tracker *self)
{
        if (!self)
                return;
        defragmenter_free(self->defragmenter);
        flow_table_free(self->flows);
        session_free(self->session);
        g_free(self);
}

gboolean tracker_take(Tracker *self, const CaptureFrame *frame, Tracked *ret_tracked)
{
        ret_tracked->flow.conversation = NULL;
        ret_tracked->verdict = SESSION_OTHER;
        if (!frame->is_packet)
                return FALSE;
        if (defragmenter_decode(self->defragmenter, frame, &ret_tracked->packet) == DECODE_UNKNOWN && ret_tracked->packet.n_layers == 0) {
                self->counts.unread++;
                self->counts.unread_link_type = frame->link_type;
        }
        if (!flow_table_add(self->flows, &ret_tracked->packet, &ret_tracked->flow))
                return FALSE;
        /* It counts for its connection, but nobody can say what it holds. */
        if (ret_tracked->packet.status == DECODE_MALFORMED && ret_tracked->packet.transport == TRANSPORT_TCP)
                return FALSE;
        ret_tracked->chunks = flow_table_get_chunks(self->flows, &ret_tracked->n_chunks);
        return TRUE;
}

SessionVerdict tracker_judge(Tracker *self, Tracked *tracked)
{
        return tracked->verdict = session_judge(self->session, &tracked->packet, &tracked->flow, tracked->chunks,
                                                tracked->n_chunks);
}

FlowTable *tracker_get_flows(Tracker *self)
{
        return self->flows;
}

Session *tracker_get_session(Tracker *self)
{
        return self->session;
}

TrackerCounts tracker_get_counts(const Tracker *self)
{
        TrackerCounts counts = self->counts;

        counts.incomplete = defragmenter_count_unused(self->defragmenter);
        counts.evicted = flow_table_get_counts(self->flows).evicted;
        return counts;
}
