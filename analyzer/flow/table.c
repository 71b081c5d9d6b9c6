/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/flow/flow-private.h"

#include <string.h>

struct FlowTable {
        GHashTable *current;   /* FlowKey → the newest ConversationPrivate of that pair */
        GPtrArray *streams[2]; /* ConversationPrivate by stream number: TCP, UDP */
        GDestroyNotify user_data_free;
        GArray *chunks;       /* FlowChunk of the packet just added */
        guint next_chunk;
        GPtrArray *released; /* what those chunks point to */
};

/* Keys come from the wire: whoever sends them must not be able to choose where they hash to. */
static guint64 hash_seed;

static guint key_hash(gconstpointer data)
{
        const FlowKey *key = data;
        guint64 hash = hash_seed ^ key->transport;

        for (guint i = 0; i < 2; i++) {
                guint64 words[2];

                memcpy(words, key->address[i].octets, sizeof words);
                hash = (hash ^ words[0]) * 0x9e3779b97f4a7c15u;
                hash = (hash ^ hash >> 32 ^ words[1]) * 0xff51afd7ed558ccdu;
                hash = (hash ^ hash >> 29 ^ key->port[i]) * 0xc4ceb9fe1a85ec53u;
        }
        return (guint) (hash ^ hash >> 32);
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
        const FlowKey *one = a, *other = b;

        return one->transport == other->transport && one->port[0] == other->port[0] && one->port[1] == other->port[1] &&
               ip_address_equal(&one->address[0], &other->address[0]) &&
               ip_address_equal(&one->address[1], &other->address[1]);
}

/* The same for both directions. */
static FlowKey key_new(Transport transport, const Endpoint *a, const Endpoint *b)
{
        int order = memcmp(a->address.octets, b->address.octets, sizeof a->address.octets);
        gboolean swap = order > 0 || (order == 0 && a->port > b->port);
        const Endpoint *low = swap ? b : a, *high = swap ? a : b;

        return (FlowKey){
                .address = {low->address, high->address},
                .port = {low->port, high->port},
                .transport = (guint8) transport,
        };
}

FlowTable *flow_table_new(GDestroyNotify user_data_free)
{
        FlowTable *self = g_new0(FlowTable, 1);

        if (hash_seed == 0)
                hash_seed = (guint64) g_random_int() << 32 | g_random_int() | 1;
        self->current = g_hash_table_new(key_hash, key_equal);
        for (guint i = 0; i < 2; i++)
                self->streams[i] = g_ptr_array_new();
        self->user_data_free = user_data_free;
        self->chunks = g_array_new(FALSE, FALSE, sizeof(FlowChunk));
        self->released = g_ptr_array_new_with_free_func(g_free);
        return self;
}

void flow_table_free(FlowTable *self)
{
        if (!self)
                return;
        g_hash_table_unref(self->current);
        for (guint i = 0; i < 2; i++) {
                for (guint stream = 0; stream < self->streams[i]->len; stream++) {
                        ConversationPrivate *conversation = g_ptr_array_index(self->streams[i], stream);

                        reassembly_clear(&conversation->reassembly[0]);
                        reassembly_clear(&conversation->reassembly[1]);
                        if (self->user_data_free && conversation->public.user_data)
                                self->user_data_free(conversation->public.user_data);
                        g_free(conversation);
                }
                g_ptr_array_unref(self->streams[i]);
        }
        g_array_unref(self->chunks);
        g_ptr_array_unref(self->released);
        g_free(self);
}

static ConversationPrivate *
conversation_new(FlowTable *self, const FlowKey *key, const Endpoint *source, const Endpoint *destination)
{
        GPtrArray *streams = self->streams[key->transport == TRANSPORT_UDP];
        ConversationPrivate *conversation = g_new0(ConversationPrivate, 1);

        conversation->key = *key;
        conversation->public.transport = key->transport;
        conversation->public.stream = streams->len;
        conversation->public.endpoints[0] = *source;
        conversation->public.endpoints[1] = *destination;
        for (guint i = 0; i < 2; i++)
                conversation->analysis[i].window_scale = -1;
        g_ptr_array_add(streams, conversation);
        g_hash_table_replace(self->current, &conversation->key, conversation);
        return conversation;
}

static ConversationPrivate *
find(FlowTable *self, Transport transport, const Endpoint *source, const Endpoint *destination, gboolean *ret_new)
{
        FlowKey key = key_new(transport, source, destination);
        ConversationPrivate *conversation = g_hash_table_lookup(self->current, &key);

        *ret_new = !conversation;
        return conversation ? conversation : conversation_new(self, &key, source, destination);
}

static FlowSide side_of(const ConversationPrivate *conversation, const Endpoint *source)
{
        return endpoint_equal(source, &conversation->public.endpoints[0]) ? 0 : 1;
}

static void note_options(ConversationPrivate *self, FlowSide side, const TcpHeader *tcp)
{
        FlowTcpSide *public = &self->public.tcp[side];
        AnalysisSide *own = &self->analysis[side], *peer = &self->analysis[!side];
        gboolean is_syn_ack = (tcp->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);

        if (!(tcp->flags & TCP_SYN))
                return;
        /* Without the option in both SYNs neither side scales (RFC 7323 section 2.2). */
        if (tcp->has_window_scale)
                own->window_scale = (gint8) MIN(tcp->window_scale, 14);
        else if (own->window_scale == -1)
                own->window_scale = peer->window_scale = -2;
        if (is_syn_ack && peer->window_scale == -2)
                own->window_scale = -2;
        public->has_window_scale = tcp->has_window_scale;
        public->window_scale = tcp->window_scale;
        if (tcp->has_mss)
                public->mss = tcp->mss;
}

/* Where relative numbers start: at the SYN; in a capture that begins later, one before the first octet seen. */
static guint note_base(ConversationPrivate *self, FlowSide side, const TcpHeader *tcp)
{
        FlowTcpSide *own = &self->public.tcp[side], *peer = &self->public.tcp[!side];
        guint flags = 0;

        if (!own->has_base) {
                own->has_base = TRUE;
                own->base = tcp->flags & TCP_SYN ? tcp->sequence : tcp->sequence - 1;
        } else if ((tcp->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK) && tcp->sequence != own->base) {
                own->base = tcp->sequence;
                flags = TCP_ANALYSIS_REUSED_PORTS;
                reassembly_clear(&self->reassembly[side]);
        }
        if (!peer->has_base && (tcp->flags & TCP_ACK)) {
                peer->has_base = TRUE;
                peer->base = tcp->acknowledgement - 1;
        }
        return flags;
}

static void note_initial_rtt(ConversationPrivate *self, const Segment *segment)
{
        if ((segment->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN) {
                self->has_latest_syn = TRUE;
                self->latest_syn_time = segment->time;
        } else if (self->has_latest_syn && !self->public.has_initial_rtt && !(segment->flags & TCP_SYN) &&
                   (segment->flags & TCP_ACK)) {
                self->public.initial_rtt = segment->time - self->latest_syn_time;
                /* No time at all tells nothing: the next acknowledgement may. */
                self->public.has_initial_rtt = self->public.initial_rtt != 0;
        }
}

static void add_tcp(FlowTable *self, ConversationPrivate *conversation, const Packet *packet, FlowPacket *flow, guint analysis)
{
        const TcpHeader *tcp = &packet->tcp;
        FlowSide side = flow->side;
        FlowTcpSide *own = &conversation->public.tcp[side], *peer = &conversation->public.tcp[!side];
        FlowMark mark = {packet->frame->number, packet->frame->time};
        Segment segment, wire;

        analysis |= note_base(conversation, side, tcp);
        note_options(conversation, side, tcp);
        segment = (Segment){
                .sequence = tcp->sequence - own->base,
                .acknowledgement = tcp->flags & TCP_ACK ? tcp->acknowledgement - peer->base : 0,
                .length = packet->payload_length,
                .flags = tcp->flags,
                .window = tcp->window,
                .time = packet->frame->time,
        };
        wire = segment;
        wire.sequence = tcp->sequence;
        wire.acknowledgement = tcp->acknowledgement;
        if ((segment.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && segment.sequence == 0)
                conversation->analysis[side].next = conversation->analysis[side].contiguous;

        flow->scaled_window = tcp->flags & TCP_SYN ?
                                      tcp->window :
                                      (guint32) tcp->window << tcp_analysis_window_shift(conversation, side);
        analysis |= tcp_analysis_add(conversation, side, &wire, flow);
        note_initial_rtt(conversation, &segment);
        flow->role = tcp_state_add(conversation, side, &segment, &mark, analysis);
        flow->analysis = analysis;
        flow->relative_sequence = segment.sequence;
        flow->relative_acknowledgement = segment.acknowledgement;
        flow->payload_length = segment.length;
        if (tcp->flags & TCP_ACK)
                reassembly_acknowledge(&conversation->reassembly[!side], segment.acknowledgement);
        /* A keep-alive's octet is none of the stream's, and what comes with an RST is a note to people
         * (RFC 9293 section 3.5.3). */
        if (!(analysis & TCP_ANALYSIS_KEEP_ALIVE) && !(tcp->flags & TCP_RST))
                flow->new_octets = reassembly_add(&conversation->reassembly[side], &segment, packet->payload,
                                                  packet->payload_captured, packet->frame->number, self->chunks,
                                                  self->released);
        flow->stream_ended = reassembly_is_ended(&conversation->reassembly[side]);
        flow->states[0] = conversation->public.tcp[0].state;
        flow->states[1] = conversation->public.tcp[1].state;
}

gboolean flow_table_add(FlowTable *self, const Packet *packet, FlowPacket *ret_flow)
{
        const IcmpHeader *icmp = &packet->icmp;
        gboolean is_error = packet->transport == TRANSPORT_ICMP && icmp->quoted_transport != TRANSPORT_NONE;
        Transport transport = is_error ? icmp->quoted_transport : packet->transport;
        const Endpoint *source = is_error ? &icmp->quoted_source : &packet->source;
        const Endpoint *destination = is_error ? &icmp->quoted_destination : &packet->destination;
        FlowPacket flow = {.time_since_gap = G_MININT64, .time_since_ack = G_MININT64};
        ConversationPrivate *conversation;
        Conversation *public;
        guint analysis = 0;

        g_array_set_size(self->chunks, 0);
        g_ptr_array_set_size(self->released, 0);
        self->next_chunk = 0;
        if (transport != TRANSPORT_TCP && transport != TRANSPORT_UDP)
                return FALSE;

        conversation = find(self, transport, source, destination, &flow.is_new);
        flow.side = side_of(conversation, source);
        if (packet->transport == TRANSPORT_TCP && (packet->tcp.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN &&
            conversation->public.tcp[flow.side].has_base &&
            conversation->public.tcp[flow.side].base != packet->tcp.sequence) {
                FlowKey key = conversation->key;

                conversation = conversation_new(self, &key, source, destination);
                flow.side = 0;
                flow.is_new = TRUE;
                analysis = TCP_ANALYSIS_REUSED_PORTS;
        }
        public = &conversation->public;
        flow.conversation = public;
        if (!is_error) {
                if (public->packets++ == 0)
                        public->first_time = packet->frame->time;
                public->octets += packet->frame->original_length;
                public->last_time = packet->frame->time;
        }
        if (packet->transport == TRANSPORT_TCP)
                add_tcp(self, conversation, packet, &flow, analysis);
        *ret_flow = flow;
        return TRUE;
}

gboolean flow_table_next_chunk(FlowTable *self, FlowChunk *ret_chunk)
{
        if (self->next_chunk >= self->chunks->len)
                return FALSE;
        *ret_chunk = g_array_index(self->chunks, FlowChunk, self->next_chunk++);
        return TRUE;
}

gboolean flow_conversation_ended(const Conversation *conversation, FlowSide side)
{
        const ConversationPrivate *self = (const ConversationPrivate *) conversation;

        return conversation->tcp[0].rst.number != 0 || conversation->tcp[1].rst.number != 0 ||
               reassembly_is_ended(&self->reassembly[side]);
}

Conversation *flow_table_get(const FlowTable *self, Transport transport, guint32 stream)
{
        const GPtrArray *streams = self->streams[transport == TRANSPORT_UDP];

        return stream < streams->len ? &((ConversationPrivate *) g_ptr_array_index(streams, stream))->public : NULL;
}

guint32 flow_table_get_n_streams(const FlowTable *self, Transport transport)
{
        return self->streams[transport == TRANSPORT_UDP]->len;
}
