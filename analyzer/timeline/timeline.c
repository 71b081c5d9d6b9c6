/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/timeline/timeline.h"

#include "analyzer/timeline/build.h"

#include <string.h>

/* A packet that waits for its conversation to be recognised: all that its record will be built from. */
typedef struct {
        CaptureFrame frame;
        guint8 *data;
        FlowPacket flow;
        guint n_chunks;
        FlowChunk *chunks; /* with their octets copied */
} Held;

typedef struct {
        GQueue packets;
        gsize octets;
        Conversation *conversation;
        GList link; /* in Timeline.oldest_first */
} Waiting;

struct Timeline {
        TimelineFunc func;
        gpointer user_data;
        GPtrArray *protocols;
        GArray *ports;
        gboolean all;
        FlowTable *flows;
        Session *session;
        GArray *chunks;            /* FlowChunk, of the packet at hand */
        GArray *decisions[2];      /* SessionDecision by stream, of TCP and UDP, from the first reading */
        gboolean decided;          /* there was a first reading */
        GHashTable *waiting;       /* Conversation → Waiting */
        GQueue oldest_first;       /* the same ones, by when they began to wait */
        gsize held_octets;
        gboolean has_first;
        gint64 first_time;
        RecordBuilder *builder;
        TimelineCounts counts;
};

static void held_free(gpointer data)
{
        Held *held = data;

        for (guint i = 0; i < held->n_chunks; i++)
                g_free((gpointer) held->chunks[i].octets);
        g_free(held->chunks);
        g_free(held->data);
        g_free(held);
}

/* What a held packet costs. */
static gsize held_size(const Held *held)
{
        gsize size = sizeof *held + held->frame.captured_length;

        for (guint i = 0; i < held->n_chunks; i++)
                size += sizeof(FlowChunk) + (held->chunks[i].is_gap ? 0 : held->chunks[i].length);
        return size;
}

static void waiting_free(gpointer data)
{
        Waiting *waiting = data;

        g_queue_clear_full(&waiting->packets, held_free);
        g_free(waiting);
}

static void timeline_start(Timeline *self)
{
        self->flows = flow_table_new(session_conversation_free);
        self->session = session_new(self->protocols, (const guint16 *) (gpointer) self->ports->data, self->ports->len);
}

Timeline *timeline_new(const TimelineOptions *options, TimelineFunc func, gpointer user_data)
{
        Timeline *self = g_new0(Timeline, 1);

        self->func = func;
        self->user_data = user_data;
        self->protocols = g_ptr_array_ref(options->protocols);
        self->ports = g_array_new(FALSE, FALSE, sizeof(guint16));
        if (options->n_ports > 0)
                g_array_append_vals(self->ports, options->ports, options->n_ports);
        self->all = options->all;
        self->chunks = g_array_new(FALSE, FALSE, sizeof(FlowChunk));
        for (guint i = 0; i < 2; i++)
                self->decisions[i] = g_array_new(FALSE, TRUE, sizeof(SessionDecision));
        self->waiting = g_hash_table_new_full(NULL, NULL, NULL, waiting_free);
        self->builder = record_builder_new(options->explain);
        timeline_start(self);
        return self;
}

void timeline_free(Timeline *self)
{
        if (!self)
                return;
        g_hash_table_unref(self->waiting);
        flow_table_free(self->flows);
        session_free(self->session);
        g_ptr_array_unref(self->protocols);
        g_array_unref(self->ports);
        g_array_unref(self->chunks);
        for (guint i = 0; i < 2; i++)
                g_array_unref(self->decisions[i]);
        record_builder_free(self->builder);
        g_free(self);
}

TimelineCounts timeline_get_counts(const Timeline *self)
{
        return self->counts;
}

/* Decodes a frame and adds it to its conversation; FALSE where it has none that could be told. */
static gboolean take_in(Timeline *self, const CaptureFrame *frame, Packet *ret_packet, FlowPacket *ret_flow)
{
        FlowChunk chunk;

        if (!frame->is_packet)
                return FALSE;
        if (packet_decode(frame, ret_packet) == DECODE_UNKNOWN && ret_packet->n_layers == 0) {
                self->counts.unread++;
                self->counts.unread_link_type = frame->link_type;
        }
        if (!flow_table_add(self->flows, ret_packet, ret_flow) || !ret_flow->conversation)
                return FALSE;
        g_array_set_size(self->chunks, 0);
        if (ret_packet->transport == TRANSPORT_TCP)
                while (flow_table_next_chunk(self->flows, &chunk))
                        g_array_append_val(self->chunks, chunk);
        return TRUE;
}

static SessionVerdict judge(Timeline *self, const Packet *packet, const FlowPacket *flow)
{
        return session_judge(self->session, packet, flow, (const FlowChunk *) (gpointer) self->chunks->data,
                             self->chunks->len);
}

void timeline_scan(Timeline *self, const CaptureFrame *frame)
{
        Packet packet;
        FlowPacket flow;
        SessionPacket told;

        if (!take_in(self, frame, &packet, &flow))
                return;
        /* Datagrams are told here as well: what they teach about endpoints recognises further conversations. */
        if (judge(self, &packet, &flow) == SESSION_CHAT && packet.transport == TRANSPORT_UDP)
                session_tell(self->session, &packet, &flow, NULL, 0, &told);
}

void timeline_begin(Timeline *self)
{
        static const Transport transports[2] = {TRANSPORT_TCP, TRANSPORT_UDP};

        for (guint i = 0; i < 2; i++) {
                guint32 n = flow_table_get_n_streams(self->flows, transports[i]);

                g_array_set_size(self->decisions[i], n);
                for (guint32 stream = 0; stream < n; stream++) {
                        Conversation *conversation = flow_table_get(self->flows, transports[i], stream);

                        if (!conversation)
                                continue;
                        session_judge_at_end(self->session, conversation);
                        g_array_index(self->decisions[i], SessionDecision, stream) =
                                session_get_decision(conversation);
                }
        }
        flow_table_free(self->flows);
        session_free(self->session);
        timeline_start(self);
        self->counts = (TimelineCounts){0};
        self->decided = TRUE;
}

/* A frame without a time (a Simple Packet Block) has the offset 0. */
static gint64 time_offset(const Timeline *self, const CaptureFrame *frame)
{
        gint64 offset;

        return frame->has_time && !__builtin_sub_overflow(frame->time, self->first_time, &offset) ? offset : 0;
}

static void tell(Timeline *self, const Packet *packet, const FlowPacket *flow, const FlowChunk *chunks, guint n_chunks)
{
        SessionPacket told;
        const Record *record;

        session_tell(self->session, packet, flow, chunks, n_chunks, &told);
        record = record_builder_build(self->builder, packet, flow, &told, time_offset(self, packet->frame));
        self->counts.told++;
        self->func(record, self->user_data);
}

static void forget(Timeline *self, Conversation *conversation)
{
        Waiting *waiting = g_hash_table_lookup(self->waiting, conversation);

        if (!waiting)
                return;
        self->held_octets -= waiting->octets;
        g_queue_unlink(&self->oldest_first, &waiting->link);
        g_hash_table_remove(self->waiting, conversation);
}

static void hold(Timeline *self, const Packet *packet, const FlowPacket *flow)
{
        Waiting *waiting = g_hash_table_lookup(self->waiting, flow->conversation);
        Held *held;

        if (!waiting) {
                waiting = g_new0(Waiting, 1);
                waiting->conversation = flow->conversation;
                waiting->link.data = waiting;
                g_hash_table_insert(self->waiting, flow->conversation, waiting);
                g_queue_push_tail_link(&self->oldest_first, &waiting->link);
        }
        if (waiting->packets.length >= TIMELINE_MAX_HELD) {
                held = g_queue_pop_head(&waiting->packets);
                waiting->octets -= held_size(held);
                self->held_octets -= held_size(held);
                held_free(held);
                self->counts.given_up++;
        }
        held = g_new0(Held, 1);
        held->frame = *packet->frame;
        held->data = g_memdup2(packet->frame->data, packet->frame->captured_length);
        held->frame.data = held->data;
        held->flow = *flow;
        held->n_chunks = self->chunks->len;
        held->chunks = g_memdup2(self->chunks->data, self->chunks->len * sizeof(FlowChunk));
        for (guint i = 0; i < held->n_chunks; i++)
                if (!held->chunks[i].is_gap)
                        held->chunks[i].octets = g_memdup2(held->chunks[i].octets, held->chunks[i].length);
        g_queue_push_tail(&waiting->packets, held);
        waiting->octets += held_size(held);
        self->held_octets += held_size(held);
        while (self->held_octets > TIMELINE_MAX_HELD_OCTETS) {
                Waiting *oldest = g_queue_peek_head(&self->oldest_first);

                self->counts.given_up += oldest->packets.length;
                forget(self, oldest->conversation);
        }
}

static void release(Timeline *self, Conversation *conversation)
{
        Waiting *waiting = g_hash_table_lookup(self->waiting, conversation);

        if (!waiting)
                return;
        for (const GList *l = waiting->packets.head; l; l = l->next) {
                const Held *held = l->data;
                Packet packet;

                packet_decode(&held->frame, &packet);
                tell(self, &packet, &held->flow, held->chunks, held->n_chunks);
        }
        forget(self, conversation);
}

void timeline_add(Timeline *self, const CaptureFrame *frame)
{
        Packet packet;
        FlowPacket flow;
        SessionVerdict verdict;

        self->counts.frames++;
        if (!self->has_first && frame->has_time) {
                self->has_first = TRUE;
                self->first_time = frame->time;
        }
        if (!take_in(self, frame, &packet, &flow))
                return;
        if (self->decided && flow.is_new) {
                GArray *decisions = self->decisions[flow.conversation->transport == TRANSPORT_UDP];

                if (flow.conversation->stream < decisions->len)
                        session_set_decision(flow.conversation,
                                             &g_array_index(decisions, SessionDecision, flow.conversation->stream));
        }
        verdict = judge(self, &packet, &flow);
        if (verdict == SESSION_CHAT || (verdict == SESSION_OTHER && self->all)) {
                release(self, flow.conversation);
                tell(self, &packet, &flow, (const FlowChunk *) (gpointer) self->chunks->data, self->chunks->len);
        } else if (verdict == SESSION_UNDECIDED) {
                hold(self, &packet, &flow);
        } else {
                forget(self, flow.conversation);
        }
}

void timeline_finish(Timeline *self)
{
        static const Transport transports[2] = {TRANSPORT_TCP, TRANSPORT_UDP};

        for (guint i = 0; i < 2; i++)
                for (guint32 stream = 0; stream < flow_table_get_n_streams(self->flows, transports[i]); stream++) {
                        Conversation *conversation = flow_table_get(self->flows, transports[i], stream);

                        if (conversation && g_hash_table_contains(self->waiting, conversation) &&
                            (session_judge_at_end(self->session, conversation) == SESSION_CHAT || self->all))
                                release(self, conversation);
                }
        g_queue_init(&self->oldest_first);
        self->held_octets = 0;
        g_hash_table_remove_all(self->waiting);
}
