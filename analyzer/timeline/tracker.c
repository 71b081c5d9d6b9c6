/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/timeline/tracker.h"

struct Tracker {
        FlowTable *flows;
        Session *session;
        TrackerCounts counts;
};

/* This fraction of the memory, an eighth, goes to the session: lines, requests and names. */
#define SESSION_SHARE 8

Tracker *
tracker_new(const TrackerOptions *options, void (*evicted)(Conversation *conversation, gpointer data), gpointer data)
{
        Tracker *self = g_new0(Tracker, 1);
        gsize limit = options->memory_limit > 0 ? options->memory_limit : FLOW_MEMORY_LIMIT;
        FlowOptions flow_options = {
                .user_data_free = session_conversation_free,
                .user_data_size = SESSION_CONVERSATION_SIZE,
                .memory_limit = limit - limit / SESSION_SHARE,
                .history = options->history,
                .evicted = evicted,
                .evicted_data = data,
        };

        self->session = session_new(options->protocols, options->ports, options->n_ports, limit / SESSION_SHARE);
        flow_options.user_data_free_data = self->session;
        self->flows = flow_table_new(&flow_options);
        return self;
}

void tracker_free(Tracker *self)
{
        if (!self)
                return;
        flow_table_free(self->flows);
        session_free(self->session);
        g_free(self);
}

gboolean tracker_take(Tracker *self, const Packet *packet, Tracked *ret_tracked)
{
        if (!packet->frame->is_packet)
                return FALSE;
        if (packet->status == DECODE_UNKNOWN && packet->n_layers == 0) {
                self->counts.unread++;
                self->counts.unread_link_type = packet->frame->link_type;
        }
        ret_tracked->packet = packet;
        ret_tracked->verdict = SESSION_OTHER;
        if (!flow_table_add(self->flows, packet, &ret_tracked->flow))
                return FALSE;
        if (!packet_is_left_out(packet))
                ret_tracked->flow.conversation->is_chosen = TRUE;
        /* It counts as a packet of its connection, but its contents cannot be trusted. */
        if (packet->status == DECODE_MALFORMED && packet->transport == TRANSPORT_TCP)
                return FALSE;
        ret_tracked->chunks = flow_table_get_chunks(self->flows, &ret_tracked->n_chunks);
        return TRUE;
}

SessionVerdict tracker_judge(Tracker *self, Tracked *tracked)
{
        return tracked->verdict = session_judge(self->session, tracked->packet, &tracked->flow, tracked->chunks,
                                                tracked->n_chunks);
}

SessionVerdict tracker_judge_at_end(Tracker *self, Conversation *conversation)
{
        guint n_chunks;
        const FlowChunk *chunks = flow_table_flush(self->flows, conversation, &n_chunks);

        return session_judge_at_end(self->session, conversation, chunks, n_chunks);
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

        counts.evicted = flow_table_get_counts(self->flows).evicted;
        counts.shortage = session_get_shortage(self->session);
        return counts;
}
