/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the conversation of a packet. The hash table uses open addressing and has eight octets an entry, so a look-up
 * touches one cache line of the table and those of the conversation. */
#include "analyzer/flow/flow-private.h"
#include "analyzer/flow/pool.h"

#include <string.h>

typedef struct {
        Conversation visible;
        guint32 tag;         /* hash of its endpoints; the lowest bit is set for UDP */
        guint32 index;       /* in the pool of its transport */
        bool is_current : 1; /* later packets of its endpoints belong to it; FALSE once a new SYN reused the ports */
} ConversationPrivate;

/* A TCP conversation and its connection, allocated as one object. */
typedef struct {
        ConversationPrivate conversation;
        TcpConnection tcp;
} TcpConversation;

struct FlowTable {
        FlowOptions options;
        guint64 *slots; /* n_slots entries: the tag in the upper half, the index plus one in the lower; 0: free */
        guint n_slots, n_used;
        Pool pools[2];            /* of TcpConversation, and for UDP of ConversationPrivate */
        GPtrArray *conversations; /* ConversationPrivate, in the order in which they began */
        gsize memory;             /* octets: conversations, with what other rooms may keep for each */
        gsize memory_limit;       /* octets, for that */
        guint64 newest;           /* how many packets were added: the table's clock */
        FlowCounts counts;
        ReassemblyPool pool;
        Doubles *doubles;
        History *history;     /* NULL: not wanted */
        TcpEvidence evidence; /* of the packet just added; all zero unless has_evidence */
        gboolean has_evidence;
};

#define FIRST_SLOTS 1024
/* Octets that each conversation takes besides itself: its share of the hash table, at most four entries; its share of
 * the list, at most two; and the counts of flags that some TCP connections have. */
#define CONVERSATION_OVERHEAD (4 * sizeof(guint64) + 2 * sizeof(gpointer) + TCP_ANALYSIS_COUNT * sizeof(guint32))

static inline guint32 tag_of(Transport transport, guint32 hash)
{
        return (hash & ~(guint32) 1) | (transport == TRANSPORT_UDP);
}

static guint64 entry_of(const ConversationPrivate *conversation)
{
        return (guint64) conversation->tag << 32 | (conversation->index + 1);
}

static inline ConversationPrivate *conversation_at(const FlowTable *self, guint slot)
{
        guint64 entry = self->slots[slot];

        return entry != 0 ? pool_get(&self->pools[entry >> 32 & 1], (guint32) entry - 1) : NULL;
}

static inline guint first_slot(const FlowTable *self, guint32 tag)
{
        return (tag >> 1) & (self->n_slots - 1);
}

static inline guint next_slot(const FlowTable *self, guint slot)
{
        return (slot + 1) & (self->n_slots - 1);
}

FlowTable *flow_table_new(const FlowOptions *options)
{
        FlowTable *self = g_new0(FlowTable, 1);

        if (options)
                self->options = *options;
        if (self->options.memory_limit == 0)
                self->options.memory_limit = FLOW_MEMORY_LIMIT;
        /* Octets that wait for missing ones get a sixteenth of the memory, conversations the rest. */
        self->pool.limit = self->options.memory_limit / 16;
        self->memory_limit = self->options.memory_limit - self->pool.limit;
        self->n_slots = FIRST_SLOTS;
        self->slots = g_new0(guint64, self->n_slots);
        pool_init(&self->pools[0], sizeof(TcpConversation));
        pool_init(&self->pools[1], sizeof(ConversationPrivate));
        self->conversations = g_ptr_array_new();
        self->doubles = doubles_new();
        self->history = self->options.history ? history_new() : NULL;
        self->pool.chunks = g_array_new(FALSE, FALSE, sizeof(FlowChunk));
        self->pool.released = g_ptr_array_new_with_free_func(g_free);
        return self;
}

/* All conversations of a transport cost the same, whatever they really keep. A file is read twice, and the second
 * reading keeps other things; both must forget the same conversations. */
static gsize conversation_size(const FlowTable *self, const ConversationPrivate *conversation)
{
        return CONVERSATION_OVERHEAD + self->pools[!conversation->visible.tcp].size + self->options.user_data_size;
}

static void conversation_free(FlowTable *self, ConversationPrivate *conversation)
{
        self->memory -= conversation_size(self, conversation);
        if (conversation->visible.tcp)
                tcp_clear(tcp_connection(&conversation->visible), &self->pool);
        if (self->options.user_data_free && conversation->visible.user_data)
                self->options.user_data_free(conversation->visible.user_data, self->options.user_data_free_data);
        pool_give(&self->pools[!conversation->visible.tcp], conversation->index);
}

void flow_table_free(FlowTable *self)
{
        if (!self)
                return;
        for (guint i = 0; i < self->conversations->len; i++)
                conversation_free(self, g_ptr_array_index(self->conversations, i));
        g_ptr_array_unref(self->conversations);
        for (guint i = 0; i < 2; i++)
                pool_clear(&self->pools[i]);
        g_free(self->slots);
        g_array_unref(self->pool.chunks);
        g_ptr_array_unref(self->pool.released);
        doubles_free(self->doubles);
        history_free(self->history);
        g_free(self);
}

/* Puts a conversation whose endpoints are not in the table into the first free slot. */
static void insert(FlowTable *self, ConversationPrivate *conversation)
{
        guint slot = first_slot(self, conversation->tag);

        while (self->slots[slot] != 0)
                slot = next_slot(self, slot);
        self->slots[slot] = entry_of(conversation);
        self->n_used++;
}

static void rebuild(FlowTable *self, guint n_slots)
{
        g_free(self->slots);
        self->slots = g_new0(guint64, n_slots);
        self->n_slots = n_slots;
        self->n_used = 0;
        for (guint i = 0; i < self->conversations->len; i++) {
                ConversationPrivate *conversation = g_ptr_array_index(self->conversations, i);

                if (conversation->is_current)
                        insert(self, conversation);
        }
}

/* Whether the flags of the packets show the end of a connection. They are examined even if a conversation is settled;
 * flow_conversation_ended() is stricter and wants all octets before the FIN. */
static gboolean shows_an_end(const Conversation *conversation)
{
        const FlowTcpSide *sides = conversation->tcp ? conversation->tcp->sides : NULL;

        return sides && ((conversation->tcp->completeness & TCP_COMPLETENESS_RST) ||
                         (sides[0].fin_frame != 0 && sides[1].fin_frame != 0));
}

static int compare_numbers(gconstpointer a, gconstpointer b)
{
        const guint64 *one = a, *other = b;

        return *one < *other ? -1 : *one > *other;
}

/* Conversations with the lowest worth are forgotten first: those that have ended before the others, and among each of
 * these the ones that have been idle for longest. */
static guint64 worth(const ConversationPrivate *conversation)
{
        gboolean ended = !conversation->is_current || shows_an_end(&conversation->visible);

        return conversation->visible.last_packet | (ended ? 0 : (guint64) 1 << 63);
}

static inline void forget_chunks(FlowTable *self)
{
        if (self->pool.chunks->len > 0)
                g_array_set_size(self->pool.chunks, 0);
        if (self->pool.released->len > 0)
                g_ptr_array_set_size(self->pool.released, 0);
}

/* Memory is short: forgets an eighth of all conversations at once, so that this happens rarely. */
static void evict(FlowTable *self)
{
        g_autoptr(GArray) values = g_array_sized_new(FALSE, FALSE, sizeof(guint64), self->conversations->len);
        guint kept = 0;
        guint64 limit;

        for (guint i = 0; i < self->conversations->len; i++) {
                guint64 value = worth(g_ptr_array_index(self->conversations, i));

                g_array_append_val(values, value);
        }
        g_array_sort(values, compare_numbers);
        limit = g_array_index(values, guint64, values->len / 8);
        for (guint i = 0; i < self->conversations->len; i++) {
                ConversationPrivate *conversation = g_ptr_array_index(self->conversations, i);

                if (worth(conversation) <= limit) {
                        if (self->options.evicted)
                                self->options.evicted(&conversation->visible, self->options.evicted_data);
                        forget_chunks(self);
                        conversation_free(self, conversation);
                        self->counts.evicted++;
                } else {
                        self->conversations->pdata[kept++] = conversation;
                }
        }
        g_ptr_array_set_size(self->conversations, (gint) kept);
        rebuild(self, self->n_slots);
}

static ConversationPrivate *
conversation_new(FlowTable *self, Transport transport, const Endpoint *source, const Endpoint *destination, guint32 tag)
{
        Pool *pool = &self->pools[transport == TRANSPORT_UDP];
        guint32 index = pool_take(pool);
        ConversationPrivate *conversation = pool_get(pool, index);

        if (transport == TRANSPORT_TCP) {
                TcpConversation *whole = (TcpConversation *) conversation;

                tcp_init(&whole->tcp);
                conversation->visible.tcp = &whole->tcp.visible;
        }
        conversation->index = index;
        conversation->tag = tag;
        conversation->is_current = TRUE;
        conversation->visible.transport = (guint8) transport;
        conversation->visible.stream = self->counts.streams[transport == TRANSPORT_UDP]++;
        conversation->visible.endpoints[0] = *source;
        conversation->visible.endpoints[1] = *destination;
        g_ptr_array_add(self->conversations, conversation);
        self->memory += conversation_size(self, conversation);
        return conversation;
}

/* Fetches all cache lines of a conversation at once, instead of one after the other as they are needed. */
static inline void prefetch(const Conversation *conversation, gsize size)
{
        for (gsize offset = 0; offset < size; offset += 64)
                __builtin_prefetch((const guint8 *) conversation + offset, 1);
}

/* The slot of the newest conversation between the two endpoints, with ret_side set to the side of source; or the free
 * slot where a new one belongs. */
static inline __attribute__((always_inline)) guint
find(const FlowTable *self, const Endpoint *source, const Endpoint *destination, guint32 tag, FlowSide *ret_side)
{
        guint slot = first_slot(self, tag);

        for (; self->slots[slot] != 0; slot = next_slot(self, slot)) {
                const Conversation *conversation;

                if (self->slots[slot] >> 32 != tag)
                        continue;
                conversation = &conversation_at(self, slot)->visible;
                for (FlowSide side = 0; side < 2; side++)
                        if (endpoint_equal(source, &conversation->endpoints[side]) &&
                            endpoint_equal(destination, &conversation->endpoints[!side])) {
                                *ret_side = side;
                                return slot;
                        }
        }
        return slot;
}

/* A SYN with another initial sequence number asks for a new connection. */
static gboolean reuses_ports(const Conversation *conversation, const Packet *packet, FlowSide side)
{
        const FlowTcpSide *own;
        const TcpHeader *tcp = &packet->tcp;

        if (!conversation->tcp)
                return FALSE;
        own = &conversation->tcp->sides[side];
        if (G_UNLIKELY(packet->transport == TRANSPORT_ICMP))
                return packet->icmp.has_quoted_tcp && (packet->icmp.quoted_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN &&
                       own->has_base && own->base != packet->icmp.quoted_sequence;
        return (packet->transport == TRANSPORT_TCP || packet->cut_transport == TRANSPORT_TCP) &&
               (tcp->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && own->has_base && own->base != tcp->sequence;
}

static void note_earlier(FlowTable *self, const Conversation *earlier, FlowSide side, const Packet *packet)
{
        FlowSide initiator;

        self->has_evidence = TRUE;
        self->evidence.earlier_base = earlier->tcp->sides[side].base;
        self->evidence.earlier_stream = earlier->stream;
        self->evidence.earlier_teardown = flow_conversation_get_teardown(earlier, &initiator);
        self->evidence.has_since_earlier =
                earlier->has_time && packet->frame->has_time && packet->frame->time >= earlier->last_time;
        self->evidence.since_earlier =
                self->evidence.has_since_earlier ? time_between(earlier->last_time, packet->frame->time) : 0;
}

/* The conversation of a packet. Creates it if there is none, or if the packet opens a new connection between the same
 * ports. */
static ConversationPrivate *obtain(FlowTable *self,
                                   Transport transport,
                                   const Endpoint *source,
                                   const Endpoint *destination,
                                   guint32 hash,
                                   const Packet *packet,
                                   FlowPacket *flow,
                                   guint *analysis)
{
        guint32 tag = tag_of(transport, hash);
        guint slot = find(self, source, destination, tag, &flow->side);
        ConversationPrivate *conversation = conversation_at(self, slot);

        if (conversation && !reuses_ports(&conversation->visible, packet, flow->side))
                return conversation;
        flow->is_new = TRUE;
        if (conversation) {
                *analysis |= TCP_ANALYSIS_REUSED_PORTS;
                if (packet->transport == TRANSPORT_TCP)
                        note_earlier(self, &conversation->visible, flow->side, packet);
                conversation->is_current = FALSE;
                conversation = conversation_new(self, transport, source, destination, tag);
                self->slots[slot] = entry_of(conversation);
                flow->side = 0;
                return conversation;
        }
        flow->side = 0;
        conversation = conversation_new(self, transport, source, destination, tag);
        if (self->n_used * 2 >= self->n_slots)
                rebuild(self, self->n_slots * 2);
        else
                insert(self, conversation);
        return conversation;
}

static inline void count_packet(Conversation *conversation, const Packet *packet)
{
        gint64 time = packet->frame->time;

        conversation->packets++;
        conversation->octets += packet->frame->original_length;
        if (G_UNLIKELY(!packet->frame->has_time))
                return;
        if (!conversation->has_time) {
                conversation->has_time = TRUE;
                conversation->first_time = conversation->last_time = time;
        } else if (G_LIKELY(time > conversation->last_time)) {
                conversation->last_time = time;
        } else if (time < conversation->first_time) {
                conversation->first_time = time;
        }
}

/* Counts a packet of which only the endpoints are useful. */
static void count_only(
        FlowTable *self, Transport transport, const Endpoint *source, const Endpoint *destination, const Packet *packet)
{
        FlowPacket flow = {0};
        guint analysis = 0;
        Conversation *conversation;

        if (self->memory > self->memory_limit)
                evict(self);
        conversation = &obtain(self, transport, source, destination, endpoints_hash(source, destination), packet, &flow,
                               &analysis)
                                ->visible;
        conversation->last_packet = ++self->newest;
        count_packet(conversation, packet);
}

/* How many packets ahead a slot of the table is fetched, and then the conversation. */
#define AHEAD_SLOT 16
#define AHEAD_CONVERSATION 8

static inline gboolean has_hash(const Packet *packet)
{
        return packet->transport == TRANSPORT_TCP || packet->transport == TRANSPORT_UDP;
}

void flow_table_prefetch(const FlowTable *self, const Packet *packets, guint n)
{
        const Packet *packet;
        guint32 tag;
        guint slot;

        if (n > AHEAD_SLOT && has_hash(packet = &packets[AHEAD_SLOT])) {
                __builtin_prefetch(&self->slots[first_slot(self, tag_of(packet->transport, packet->hash))]);
                doubles_prefetch(self->doubles, packet);
        }
        if (n <= AHEAD_CONVERSATION || !has_hash(packet = &packets[AHEAD_CONVERSATION]))
                return;
        tag = tag_of(packet->transport, packet->hash);
        for (slot = first_slot(self, tag); self->slots[slot] != 0; slot = next_slot(self, slot))
                if (self->slots[slot] >> 32 == tag) {
                        prefetch(&conversation_at(self, slot)->visible, self->pools[tag & 1].size);
                        break;
                }
}

/* Whether the packet belongs to a settled conversation, and neither begins nor ends anything. */
static gboolean is_of_no_use(const Conversation *conversation, const Packet *packet)
{
        const FlowTcp *tcp = conversation->tcp;

        return conversation->settled && (!tcp || (!(packet->tcp.flags & (TCP_SYN | TCP_FIN | TCP_RST)) &&
                                                  tcp->sides[0].has_base && tcp->sides[1].has_base));
}

/* Whether the quoted conversation exists. An ICMP error that quotes too little of a TCP header does not begin one. */
G_GNUC_NO_INLINE static gboolean knows_quoted(const FlowTable *self, const IcmpHeader *icmp)
{
        FlowSide side;
        guint32 tag = tag_of(TRANSPORT_TCP, endpoints_hash(&icmp->quoted_source, &icmp->quoted_destination));

        return self->slots[find(self, &icmp->quoted_source, &icmp->quoted_destination, tag, &side)] != 0;
}

/* Looks for an earlier capture of the same packet, and notes it in flow, whose conversation is set. Otherwise the
 * caller stores ret_now at ret_place, unless that is NULL, once the packet is added. */
static void
find_double(FlowTable *self, const Packet *packet, FlowPacket *flow, Sighting *ret_now, Sighting **ret_place)
{
        DoubleKind kind;

        *ret_place = NULL;
        if (G_UNLIKELY(!packet->segment || !packet->frame->has_time) || is_of_no_use(flow->conversation, packet))
                return;
        kind = doubles_find(self->doubles, packet, ret_now, ret_place);
        if (G_LIKELY(kind == DOUBLE_NONE) ||
            (kind == DOUBLE_POSSIBLE &&
             (packet->transport != TRANSPORT_TCP || !tcp_repeats_last(flow->conversation, flow->side, packet))))
                return;
        flow->captured_twice = (*ret_place)->frame;
        flow->since_first = time_between((*ret_place)->time, packet->frame->time);
        flow->role = (*ret_place)->role;
        *ret_place = NULL;
}

gboolean flow_table_add(FlowTable *self, const Packet *packet, FlowPacket *ret_flow)
{
        const IcmpHeader *icmp = &packet->icmp;
        gboolean is_error = packet->transport == TRANSPORT_ICMP && icmp->quoted_transport != TRANSPORT_NONE;
        Transport transport = is_error ? icmp->quoted_transport : packet->transport;
        ConversationPrivate *conversation;
        Conversation *visible;
        Sighting now, *place;
        guint analysis = 0;

        forget_chunks(self);
        /* A tunnel is a conversation of its own, and is numbered before what it carries. */
        for (guint i = 0; i < packet->n_tunnels; i++)
                count_only(self, packet->tunnels[i].transport, &packet->tunnels[i].source,
                           &packet->tunnels[i].destination, packet);
        if (transport == TRANSPORT_NONE && packet->cut_transport != TRANSPORT_NONE)
                count_only(self, packet->cut_transport, &packet->source, &packet->destination, packet);
        if (transport != TRANSPORT_TCP && transport != TRANSPORT_UDP)
                return FALSE;
        if (G_UNLIKELY(is_error) && transport == TRANSPORT_TCP && !icmp->has_quoted_tcp && !knows_quoted(self, icmp))
                return FALSE;
        if (self->memory > self->memory_limit)
                evict(self);

        *ret_flow = (FlowPacket){0};
        if (self->has_evidence) {
                self->has_evidence = FALSE;
                self->evidence = (TcpEvidence){0};
        }
        conversation = obtain(self, transport, is_error ? &icmp->quoted_source : &packet->source,
                              is_error ? &icmp->quoted_destination : &packet->destination,
                              is_error ? endpoints_hash(&icmp->quoted_source, &icmp->quoted_destination) : packet->hash,
                              packet, ret_flow, &analysis);
        ret_flow->conversation = visible = &conversation->visible;
        visible->last_packet = ++self->newest;
        if (!is_error)
                count_packet(visible, packet);
        if (G_UNLIKELY(is_error) && visible->error_frame == 0)
                visible->error_frame = packet->frame->number;
        find_double(self, packet, ret_flow, &now, &place);
        if (G_UNLIKELY(is_error) && icmp->has_quoted_tcp)
                tcp_quote(visible, ret_flow->side, packet);
        if (packet->transport == TRANSPORT_TCP && !is_of_no_use(visible, packet))
                tcp_add(visible, packet, ret_flow, analysis, &self->pool, self->history, &self->evidence);
        if (ret_flow->evidence)
                self->has_evidence = TRUE;
        if (place) {
                now.role = (guint8) ret_flow->role;
                *place = now;
        }
        return TRUE;
}

gboolean flow_table_attach(
        FlowTable *self, const Packet *packet, const Endpoint *side, const Endpoint *other, FlowPacket *ret_flow)
{
        FlowPacket flow = {0};
        guint slot = find(self, side, other, tag_of(TRANSPORT_UDP, endpoints_hash(side, other)), &flow.side);
        const ConversationPrivate *conversation = conversation_at(self, slot);
        Sighting now, *place;

        if (!conversation)
                return FALSE;
        flow.conversation = (Conversation *) &conversation->visible;
        find_double(self, packet, &flow, &now, &place);
        if (place)
                *place = now;
        *ret_flow = flow;
        return TRUE;
}

const FlowChunk *flow_table_get_chunks(const FlowTable *self, guint *ret_n)
{
        *ret_n = self->pool.chunks->len;
        return (const FlowChunk *) (gpointer) self->pool.chunks->data;
}

const FlowChunk *flow_table_flush(FlowTable *self, Conversation *conversation, guint *ret_n)
{
        forget_chunks(self);
        if (conversation->tcp)
                tcp_flush(tcp_connection(conversation), &self->pool);
        return flow_table_get_chunks(self, ret_n);
}

gboolean flow_conversation_ended(const Conversation *conversation, FlowSide side)
{
        const TcpConnection *tcp = tcp_connection(conversation);

        return tcp->visible.sides[0].rst_frame != 0 || tcp->visible.sides[1].rst_frame != 0 ||
               reassembly_is_ended(&tcp->reassembly[side]);
}

void flow_table_foreach(const FlowTable *self, void (*func)(Conversation *conversation, gpointer data), gpointer data)
{
        for (guint i = 0; i < self->conversations->len; i++)
                func(&((ConversationPrivate *) g_ptr_array_index(self->conversations, i))->visible, data);
}

FlowCounts flow_table_get_counts(const FlowTable *self)
{
        return self->counts;
}
