/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/timeline/timeline.h"

#include "analyzer/decode/arp.h"
#include "analyzer/decode/datagram.h"
#include "analyzer/timeline/build.h"

#include <string.h>

/* A packet that waits until its conversation is recognised: everything from which its record will be built. */
typedef struct {
        CaptureFrame frame;
        guint8 *data;       /* the frame's octets, owned */
        Datagram *datagram; /* the datagram that the frame completed; NULL: none */
        gint64 went_back;   /* see Record */
        FlowPacket flow;
        TcpEvidence evidence;
        Conversation then; /* the conversation as it was: later packets must not show in this one's record */
        FlowTcp then_tcp;
        guint n_chunks;
        FlowChunk *chunks; /* with copies of their octets, owned */
} Held;

/* The packets of one undecided conversation. */
typedef struct {
        GQueue packets; /* Held */
        gsize octets;
        Conversation *conversation;
        GList link; /* in Timeline.oldest_first */
} Waiting;

struct Timeline {
        TimelineFunc func;
        ConversationFunc conversation_func; /* may be NULL */
        gpointer user_data;
        TimelineOptions options;
        GPtrArray *protocols;
        GArray *ports;
        Tracker *tracker;
        GArray *decisions[2];          /* for TCP and UDP: what the first reading found, by stream; see encode() */
        SessionShortage scan_shortage; /* of the first reading */
        gboolean scanning;             /* this is the first reading */
        gboolean decided;              /* there was a first reading: not live */
        GHashTable *waiting;           /* Conversation → Waiting */
        GQueue oldest_first;           /* Waiting, in the order in which they began to wait */
        gsize held_octets;
        GQueue reports; /* Held; live: IGMP and MLD about groups that no room is known to use; at most MAX_REPORTS */
        gboolean has_first;
        gint64 first_time;
        gint64 previous_time; /* of the newest packet with a time; valid with has_first */
        gint64 went_back;     /* of the packet being added; see Record */
        RecordBuilder *builder;
        ConversationBuilder *conversation_builder;
        guint8 telling; /* at the end: the transport whose conversations are passed on */
        TimelineCounts counts;
};

static void held_free(gpointer data)
{
        Held *held = data;

        for (guint i = 0; i < held->n_chunks; i++)
                g_free((gpointer) held->chunks[i].octets);
        g_free(held->chunks);
        g_free(held->data);
        datagram_free(held->datagram);
        g_free(held);
}

/* What a held packet costs, in bytes. */
static gsize held_size(const Held *held)
{
        gsize size = sizeof *held + held->frame.captured_length + datagram_get_cost(held->datagram);

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

/* A frame without a time (a Simple Packet Block) has the offset 0. */
static gint64 time_offset(const Timeline *self, const CaptureFrame *frame)
{
        gint64 offset;

        return frame->has_time && !__builtin_sub_overflow(frame->time, self->first_time, &offset) ? offset : 0;
}

static void tell(Timeline *self,
                 const Packet *packet,
                 const FlowPacket *flow,
                 const FlowChunk *chunks,
                 guint n_chunks,
                 gint64 went_back)
{
        SessionPacket told;
        const Record *record;

        session_tell(tracker_get_session(self->tracker), packet, flow, chunks, n_chunks, &told);
        if (!self->func || packet_is_left_out(packet))
                return;
        record = record_builder_build(self->builder, packet, flow, &told, time_offset(self, packet->frame), went_back);
        self->counts.told++;
        self->counts.joined += packet->datagram ? packet->datagram->n_frames - 1 : 0;
        self->func(record, self->user_data);
}

/* Live, a group may turn out to be a room's only later, because the datagram that says so is still held. */
#define MAX_REPORTS 64

static void hold_report(Timeline *self, const Packet *packet)
{
        Held *held = g_new0(Held, 1);

        held->frame = *packet->frame;
        held->went_back = self->went_back;
        held->data = g_memdup2(held->frame.data, held->frame.captured_length);
        held->frame.data = held->data;
        held->datagram = datagram_copy(packet->datagram);
        g_queue_push_tail(&self->reports, held);
        if (self->reports.length > MAX_REPORTS)
                held_free(g_queue_pop_head(&self->reports));
}

/* Makes the record of an IGMP or MLD packet about the group of a room. FALSE: it is no such packet, as far as is known
 * now. */
static gboolean tell_membership(Timeline *self, const Packet *packet, gint64 went_back)
{
        Membership membership;
        Endpoint ends[2];
        SessionPacket told;
        FlowPacket flow;

        if (!membership_read(packet, &membership) ||
            !session_tell_membership(tracker_get_session(self->tracker), packet, &membership, ends, &told) ||
            !flow_table_attach(tracker_get_flows(self->tracker), packet, &ends[0], &ends[1], &flow))
                return FALSE;
        if (!self->func || packet_is_left_out(packet))
                return TRUE;
        self->counts.told++;
        self->func(
                record_builder_build(self->builder, packet, &flow, &told, time_offset(self, packet->frame), went_back),
                self->user_data);
        return TRUE;
}

/* Makes the records of waiting IGMP and MLD packets whose group is now known to be a room's. */
static void release_reports(Timeline *self)
{
        GList *next;

        for (GList *l = self->reports.head; l; l = next) {
                Held *held = l->data;
                Packet packet;

                next = l->next;
                packet_decode_again(&held->frame, held->datagram, &packet);
                if (!tell_membership(self, &packet, held->went_back))
                        continue;
                g_queue_delete_link(&self->reports, l);
                held_free(held);
        }
}

static void tell_arp(Timeline *self, const Packet *packet)
{
        self->counts.told++;
        self->func(record_builder_build_arp(self->builder, packet, time_offset(self, packet->frame)), self->user_data);
}

static void forget(Timeline *self, Conversation *conversation)
{
        Waiting *waiting =
                g_hash_table_size(self->waiting) > 0 ? g_hash_table_lookup(self->waiting, conversation) : NULL;

        if (!waiting)
                return;
        self->held_octets -= waiting->octets;
        g_queue_unlink(&self->oldest_first, &waiting->link);
        g_hash_table_remove(self->waiting, conversation);
}

static void hold(Timeline *self, const Tracked *tracked)
{
        const CaptureFrame *frame = tracked->packet->frame;
        Conversation *conversation = tracked->flow.conversation;
        Waiting *waiting = g_hash_table_lookup(self->waiting, conversation);
        Held *held;

        if (!waiting) {
                waiting = g_new0(Waiting, 1);
                waiting->conversation = conversation;
                waiting->link.data = waiting;
                g_hash_table_insert(self->waiting, conversation, waiting);
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
        held->frame = *frame;
        held->went_back = self->went_back;
        held->data = g_memdup2(frame->data, frame->captured_length);
        held->frame.data = held->data;
        held->datagram = datagram_copy(tracked->packet->datagram);
        held->flow = tracked->flow;
        if (held->flow.evidence) {
                held->evidence = *held->flow.evidence;
                held->flow.evidence = &held->evidence;
        }
        held->then = *conversation;
        if (conversation->tcp)
                held->then_tcp = *conversation->tcp;
        held->n_chunks = tracked->n_chunks;
        held->chunks = g_memdup2(tracked->chunks, tracked->n_chunks * sizeof(FlowChunk));
        for (guint i = 0; i < held->n_chunks; i++)
                if (!held->chunks[i].is_gap)
                        held->chunks[i].octets = g_memdup2(held->chunks[i].octets, held->chunks[i].length);
        g_queue_push_tail(&waiting->packets, held);
        waiting->octets += held_size(held);
        self->held_octets += held_size(held);
        while (self->held_octets > self->options.held_limit) {
                Waiting *oldest = g_queue_peek_head(&self->oldest_first);

                self->counts.given_up += oldest->packets.length;
                forget(self, oldest->conversation);
        }
}

static void release(Timeline *self, Conversation *conversation)
{
        Waiting *waiting =
                g_hash_table_size(self->waiting) > 0 ? g_hash_table_lookup(self->waiting, conversation) : NULL;

        if (!waiting)
                return;
        for (const GList *l = waiting->packets.head; l; l = l->next) {
                Held *held = l->data;
                Packet packet;

                held->flow.conversation = &held->then;
                held->then.user_data = conversation->user_data;
                held->then.tcp = conversation->tcp ? &held->then_tcp : NULL;
                packet_decode_again(&held->frame, held->datagram, &packet);
                tell(self, &packet, &held->flow, held->chunks, held->n_chunks, held->went_back);
                conversation->user_data = held->then.user_data; /* the first record may have made it */
        }
        forget(self, conversation);
        release_reports(self);
}

/* A decision in two octets, because there may be a million: 0 for no chat, else the index of the protocol and the side
 * of the server. */
static guint16 encode(const Timeline *self, const SessionDecision *decision)
{
        guint index;

        if (decision->verdict != SESSION_CHAT || !g_ptr_array_find(self->protocols, decision->protocol, &index))
                return 0;
        return (guint16) (1 + index * 3 + (decision->has_server ? 1 + decision->server : 0));
}

static SessionDecision decode(const Timeline *self, guint16 code)
{
        guint side = (code - 1u) % 3;

        if (code == 0)
                return (SessionDecision){.verdict = SESSION_OTHER};
        return (SessionDecision){
                .verdict = SESSION_CHAT,
                .protocol = g_ptr_array_index(self->protocols, (code - 1u) / 3),
                .has_server = side > 0,
                .server = side > 0 ? side - 1 : 0,
        };
}

/* Leaves out conversations without packets, which are known only from an ICMP error. */
static void tell_selection(Timeline *self, const Conversation *conversation, const SessionDecision *decision)
{
        if (self->options.selected && conversation->packets > 0)
                self->options.selected(conversation, decision, self->options.selected_data);
}

/* In the first reading: the capture has ended, or the conversation has to be forgotten because memory is short. */
static void decide(Conversation *conversation, gpointer data)
{
        Timeline *self = data;
        GArray *decisions = self->decisions[conversation->transport == TRANSPORT_UDP];
        SessionVerdict verdict = tracker_judge_at_end(self->tracker, conversation);
        SessionDecision decision = session_get_decision(conversation);

        tell_selection(self, conversation, &decision);
        if (verdict != SESSION_CHAT)
                return;
        if (decisions->len <= conversation->stream)
                g_array_set_size(decisions, conversation->stream + 1);
        g_array_index(decisions, guint16, conversation->stream) = encode(self, &decision);
}

/* In the second reading, and live: nothing more will be learned about the conversation. */
static void settle(Conversation *conversation, gpointer data)
{
        Timeline *self = data;
        SessionDecision decision;

        if (g_hash_table_contains(self->waiting, conversation) &&
            (tracker_judge_at_end(self->tracker, conversation) == SESSION_CHAT || self->options.all))
                release(self, conversation);
        forget(self, conversation);
        if (self->decided)
                return;
        decision = session_get_decision(conversation);
        tell_selection(self, conversation, &decision);
}

static void tell_conversation(Conversation *conversation, gpointer data)
{
        Timeline *self = data;

        /* A conversation without packets is known only from an ICMP error. */
        if (!self->conversation_func || conversation->packets == 0 || !conversation->is_chosen ||
            (self->telling != 0 && self->telling != conversation->transport) ||
            (session_get_decision(conversation).verdict != SESSION_CHAT && !self->options.all))
                return;
        if (!self->func)
                self->counts.told++;
        self->conversation_func(conversation_builder_build(self->conversation_builder,
                                                           tracker_get_session(self->tracker), conversation,
                                                           self->first_time),
                                self->user_data);
}

static void evicted(Conversation *conversation, gpointer data)
{
        Timeline *self = data;

        if (self->scanning) {
                decide(conversation, self);
                return;
        }
        settle(conversation, self);
        tell_conversation(conversation, self);
}

static void timeline_start(Timeline *self)
{
        TrackerOptions options = {
                .protocols = self->protocols,
                .ports = (const guint16 *) (gpointer) self->ports->data,
                .n_ports = self->ports->len,
                .memory_limit = self->options.memory_limit,
                .history = self->options.explain,
        };

        self->tracker = tracker_new(&options, evicted, self);
}

Timeline *
timeline_new(const TimelineOptions *options, TimelineFunc func, ConversationFunc conversation_func, gpointer user_data)
{
        Timeline *self = g_new0(Timeline, 1);

        self->func = func;
        self->conversation_func = conversation_func;
        self->user_data = user_data;
        self->options = *options;
        if (self->options.held_limit == 0)
                self->options.held_limit = TIMELINE_MAX_HELD_OCTETS;
        self->protocols = g_ptr_array_ref(options->protocols);
        self->ports = g_array_new(FALSE, FALSE, sizeof(guint16));
        if (options->n_ports > 0)
                g_array_append_vals(self->ports, options->ports, options->n_ports);
        for (guint i = 0; i < 2; i++)
                self->decisions[i] = g_array_new(FALSE, TRUE, sizeof(guint16));
        self->waiting = g_hash_table_new_full(NULL, NULL, NULL, waiting_free);
        self->builder = record_builder_new(options->explain);
        self->conversation_builder = conversation_builder_new(options->explain);
        timeline_start(self);
        return self;
}

void timeline_free(Timeline *self)
{
        if (!self)
                return;
        g_hash_table_unref(self->waiting);
        g_queue_clear_full(&self->reports, held_free);
        tracker_free(self->tracker);
        g_ptr_array_unref(self->protocols);
        g_array_unref(self->ports);
        for (guint i = 0; i < 2; i++)
                g_array_unref(self->decisions[i]);
        record_builder_free(self->builder);
        conversation_builder_free(self->conversation_builder);
        g_free(self);
}

TimelineCounts timeline_get_counts(const Timeline *self)
{
        TimelineCounts counts = self->counts;
        TrackerCounts tracked = tracker_get_counts(self->tracker);

        counts.unread = tracked.unread;
        counts.unread_link_type = tracked.unread_link_type;
        counts.evicted = tracked.evicted;
        counts.shortage = tracked.shortage;
        counts.shortage.early_verdicts += self->scan_shortage.early_verdicts;
        return counts;
}

static void scan(Timeline *self, const Packet *packet)
{
        Tracked tracked;

        if (!tracker_take(self->tracker, packet, &tracked) || tracked.flow.conversation->settled)
                return;
        switch (tracker_judge(self->tracker, &tracked)) {
        case SESSION_CHAT:
                if (packet->transport == TRANSPORT_UDP)
                        session_scan(tracker_get_session(self->tracker), packet, &tracked.flow);
                tracked.flow.conversation->settled = tracked.flow.conversation->tcp != NULL;
                break;
        case SESSION_OTHER:
                tracked.flow.conversation->settled = TRUE;
                break;
        case SESSION_UNDECIDED:
                break;
        }
}

void timeline_scan(Timeline *self, const Packet *packets, guint n)
{
        self->scanning = TRUE;
        for (guint i = 0; i < n; i++) {
                flow_table_prefetch(tracker_get_flows(self->tracker), packets + i, n - i);
                scan(self, &packets[i]);
        }
}

void timeline_begin(Timeline *self)
{
        flow_table_foreach(tracker_get_flows(self->tracker), decide, self);
        self->scan_shortage = session_get_shortage(tracker_get_session(self->tracker));
        tracker_free(self->tracker);
        timeline_start(self);
        self->counts = (TimelineCounts){0};
        self->scanning = FALSE;
        self->decided = TRUE;
}

void timeline_begin_after(Timeline *self, Tracker *tracker)
{
        tracker_free(self->tracker);
        self->tracker = tracker;
        timeline_begin(self);
}

/* Gives a new conversation the decision of the first reading. */
static void recall(Timeline *self, Conversation *conversation)
{
        const GArray *decisions = self->decisions[conversation->transport == TRANSPORT_UDP];
        guint32 stream = conversation->stream;
        SessionDecision decision =
                decode(self, stream < decisions->len ? g_array_index(decisions, guint16, stream) : 0);

        session_set_decision(tracker_get_session(self->tracker), conversation, &decision);
}

/* Nanoseconds. When packets of several interfaces or processors are merged, times go back by less than this although no
 * clock was set. */
#define SMALLEST_STEP_BACK 1000000

static void note_time(Timeline *self, const CaptureFrame *frame)
{
        gint64 offset;

        self->went_back = 0;
        if (!frame->has_time)
                return;
        if (!self->has_first) {
                self->has_first = TRUE;
                self->first_time = frame->time;
        } else if (frame->time < self->previous_time) {
                if (__builtin_sub_overflow(self->previous_time, frame->time, &self->went_back))
                        self->went_back = G_MAXINT64;
                else if (self->went_back < SMALLEST_STEP_BACK)
                        self->went_back = 0;
        }
        self->previous_time = frame->time;
        offset = time_offset(self, frame);
        self->counts.end = self->went_back > 0 ? offset : MAX(self->counts.end, offset);
}

/* Whether the packet's record can be made now. With options.all, only packets that may begin a chat have to wait. */
static gboolean can_tell(const Timeline *self, const Tracked *tracked)
{
        return tracked->verdict != SESSION_UNDECIDED ||
               (self->options.all && !session_has_begun(tracked->flow.conversation) &&
                !g_hash_table_contains(self->waiting, tracked->flow.conversation));
}

static void add(Timeline *self, const Packet *packet)
{
        const CaptureFrame *frame = packet->frame;
        Tracked tracked;

        self->counts.frames++;
        self->counts.left_out += frame->is_left_out ? 1 : 0;
        note_time(self, frame);
        if (!tracker_take(self->tracker, packet, &tracked)) {
                if ((packet->transport == TRANSPORT_IGMP || packet->transport == TRANSPORT_ICMP) &&
                    tell_membership(self, packet, self->went_back))
                        return;
                if (!self->decided && membership_read(packet, &(Membership){0}))
                        hold_report(self, packet);
                if (self->options.arp && packet_is_arp(packet) && !packet_is_left_out(packet))
                        tell_arp(self, packet);
                return;
        }
        if (self->decided && !tracked.flow.conversation->user_data)
                recall(self, tracked.flow.conversation);
        tracker_judge(self->tracker, &tracked);
        if (!can_tell(self, &tracked)) {
                hold(self, &tracked);
        } else if (tracked.verdict == SESSION_CHAT || self->options.all) {
                release(self, tracked.flow.conversation);
                tell(self, tracked.packet, &tracked.flow, tracked.chunks, tracked.n_chunks, self->went_back);
        } else {
                forget(self, tracked.flow.conversation);
        }
}

void timeline_add(Timeline *self, const Packet *packets, guint n)
{
        for (guint i = 0; i < n; i++) {
                flow_table_prefetch(tracker_get_flows(self->tracker), packets + i, n - i);
                add(self, &packets[i]);
        }
}

void timeline_finish(Timeline *self)
{
        FlowTable *flows = tracker_get_flows(self->tracker);

        flow_table_foreach(flows, settle, self);
        self->telling = TRANSPORT_TCP;
        flow_table_foreach(flows, tell_conversation, self);
        self->telling = TRANSPORT_UDP;
        flow_table_foreach(flows, tell_conversation, self);
}
