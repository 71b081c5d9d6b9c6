/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds a packet's conversation: a hash table with open addressing, whose 32-bit tags lie apart from the pointers,
 * so that a look-up touches one cache line of each and then the conversation. */
#include "analyzer/flow/flow-private.h"

#include <string.h>

typedef struct {
        Conversation public;
        guint32 tag;           /* its hash */
        bool is_current : 1; /* later packets of its endpoints belong to it */
        bool has_data_counted : 1;
} ConversationPrivate;

/* Allocated in one piece. */
typedef struct {
        ConversationPrivate conversation;
        TcpConnection tcp;
} TcpConversation;

struct FlowTable {
        FlowOptions options;
        guint64 seed[4];
        guint32 *tags; /* n_slots of each, a power of two; a slot is free where its pointer is NULL */
        ConversationPrivate **slots;
        guint n_slots, n_used;
        GPtrArray *conversations; /* ConversationPrivate, in the order in which they began */
        gsize memory;             /* of conversations and what was told of user data */
        gsize memory_limit;       /* for that */
        guint64 newest;           /* packets added: the table's clock */
        FlowCounts counts;
        ReassemblyPool pool;
};

#define FIRST_SLOTS 1024
/* What the allocator adds to each conversation, and its share of the table. */
#define CONVERSATION_OVERHEAD (16 + 2 * (sizeof(guint32) + sizeof(gpointer)) + sizeof(gpointer))

__extension__ typedef unsigned __int128 Product;

/* Both halves of a product, so that every bit of a and b counts. */
static inline guint64 fold(guint64 a, guint64 b)
{
        Product product = (Product) a * b;

        return (guint64) product ^ (guint64) (product >> 64);
}

static inline guint64 hash_endpoint(const FlowTable *self, const Endpoint *endpoint)
{
        guint64 words[2];

        memcpy(words, endpoint->address.octets, sizeof words);
        return fold(words[0] ^ self->seed[0], fold(words[1] ^ self->seed[1], endpoint->port ^ self->seed[2]));
}

/* The same for both directions. Keys come from the wire: whoever sends them must not be able to choose where they
 * hash to, so every run has a seed of its own. */
static guint32 hash(const FlowTable *self, Transport transport, const Endpoint *a, const Endpoint *b)
{
        guint64 sum = hash_endpoint(self, a) + hash_endpoint(self, b) + transport;

        return (guint32) (fold(sum, self->seed[3]) >> 16);
}

FlowTable *flow_table_new(const FlowOptions *options)
{
        FlowTable *self = g_new0(FlowTable, 1);

        if (options)
                self->options = *options;
        if (self->options.memory_limit == 0)
                self->options.memory_limit = FLOW_MEMORY_LIMIT;
        /* The rest is for octets that wait for their turn. */
        self->pool.limit = self->options.memory_limit / 8;
        self->memory_limit = self->options.memory_limit - self->pool.limit;
        for (gsize i = 0; i < G_N_ELEMENTS(self->seed); i++)
                self->seed[i] = (guint64) g_random_int() << 32 | g_random_int() | 1;
        self->n_slots = FIRST_SLOTS;
        self->tags = g_new(guint32, self->n_slots);
        self->slots = g_new0(ConversationPrivate *, self->n_slots);
        self->conversations = g_ptr_array_new();
        self->pool.chunks = g_array_new(FALSE, FALSE, sizeof(FlowChunk));
        self->pool.released = g_ptr_array_new_with_free_func(g_free);
        return self;
}

static gsize conversation_size(const FlowTable *self, const ConversationPrivate *conversation)
{
        return CONVERSATION_OVERHEAD + (conversation->public.tcp ? sizeof(TcpConversation) : sizeof *conversation) +
               (conversation->has_data_counted ? self->options.user_data_size : 0);
}

static void conversation_free(FlowTable *self, ConversationPrivate *conversation)
{
        self->memory -= conversation_size(self, conversation);
        if (conversation->public.tcp)
                tcp_clear(tcp_connection(&conversation->public), &self->pool);
        if (self->options.user_data_free && conversation->public.user_data)
                self->options.user_data_free(conversation->public.user_data);
        g_free(conversation);
}

void flow_table_free(FlowTable *self)
{
        if (!self)
                return;
        for (guint i = 0; i < self->conversations->len; i++)
                conversation_free(self, g_ptr_array_index(self->conversations, i));
        g_ptr_array_unref(self->conversations);
        g_free(self->tags);
        g_free(self->slots);
        g_array_unref(self->pool.chunks);
        g_ptr_array_unref(self->pool.released);
        g_free(self);
}

/* Puts a conversation whose endpoints are not in the table into the first free slot. */
static void insert(FlowTable *self, ConversationPrivate *conversation)
{
        guint slot = conversation->tag & (self->n_slots - 1);

        while (self->slots[slot])
                slot = (slot + 1) & (self->n_slots - 1);
        self->tags[slot] = conversation->tag;
        self->slots[slot] = conversation;
        self->n_used++;
}

static void rebuild(FlowTable *self, guint n_slots)
{
        g_free(self->tags);
        g_free(self->slots);
        self->tags = g_new(guint32, n_slots);
        self->slots = g_new0(ConversationPrivate *, n_slots);
        self->n_slots = n_slots;
        self->n_used = 0;
        for (guint i = 0; i < self->conversations->len; i++) {
                ConversationPrivate *conversation = g_ptr_array_index(self->conversations, i);

                if (conversation->is_current)
                        insert(self, conversation);
        }
}

static gboolean has_ended(const Conversation *conversation)
{
        return conversation->tcp && flow_conversation_ended(conversation, 0) && flow_conversation_ended(conversation, 1);
}

static int compare_numbers(gconstpointer a, gconstpointer b)
{
        const guint64 *one = a, *other = b;

        return *one < *other ? -1 : *one > *other;
}

/* When a conversation may go, compared with others: those that ended before all others, and of each the one whose
 * last packet is oldest. */
static guint64 worth(const ConversationPrivate *conversation)
{
        gboolean ended = !conversation->is_current || has_ended(&conversation->public);

        return conversation->public.last_packet | (ended ? 0 : (guint64) 1 << 63);
}

/* Memory is short: an eighth of all conversations goes at once, so that it happens seldom. */
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
                                self->options.evicted(&conversation->public, self->options.evicted_data);
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
        ConversationPrivate *conversation;

        if (transport == TRANSPORT_TCP) {
                TcpConversation *whole = g_new0(TcpConversation, 1);

                tcp_init(&whole->tcp);
                conversation = &whole->conversation;
                conversation->public.tcp = &whole->tcp.public;
        } else {
                conversation = g_new0(ConversationPrivate, 1);
        }
        conversation->tag = tag;
        conversation->is_current = TRUE;
        conversation->public.transport = (guint8) transport;
        conversation->public.stream = self->counts.streams[transport == TRANSPORT_UDP]++;
        conversation->public.endpoints[0] = *source;
        conversation->public.endpoints[1] = *destination;
        g_ptr_array_add(self->conversations, conversation);
        self->memory += conversation_size(self, conversation);
        return conversation;
}

/* The slot of the newest conversation between the two, or the free one where it belongs. Sets ret_side where there
 * is one. */
static guint find(const FlowTable *self,
                  Transport transport,
                  const Endpoint *source,
                  const Endpoint *destination,
                  guint32 tag,
                  FlowSide *ret_side)
{
        guint slot = tag & (self->n_slots - 1);

        for (; self->slots[slot]; slot = (slot + 1) & (self->n_slots - 1)) {
                const Conversation *conversation = &self->slots[slot]->public;

                if (self->tags[slot] != tag || conversation->transport != transport)
                        continue;
                for (FlowSide side = 0; side < 2; side++)
                        if (endpoint_equal(source, &conversation->endpoints[side]) &&
                            endpoint_equal(destination, &conversation->endpoints[!side])) {
                                *ret_side = side;
                                return slot;
                        }
        }
        return slot;
}

/* A SYN with another number than the one before it asks for a new connection. */
static gboolean reuses_ports(const Conversation *conversation, const Packet *packet, FlowSide side)
{
        const FlowTcpSide *own;

        if (packet->transport != TRANSPORT_TCP || (packet->tcp.flags & (TCP_SYN | TCP_ACK)) != TCP_SYN)
                return FALSE;
        own = &conversation->tcp->sides[side];
        return own->has_base && own->base != packet->tcp.sequence;
}

/* The conversation of a packet, made where there is none. */
static ConversationPrivate *obtain(FlowTable *self,
                                   Transport transport,
                                   const Endpoint *source,
                                   const Endpoint *destination,
                                   const Packet *packet,
                                   FlowPacket *flow,
                                   guint *analysis)
{
        guint32 tag = hash(self, transport, source, destination);
        guint slot = find(self, transport, source, destination, tag, &flow->side);
        ConversationPrivate *conversation = self->slots[slot];

        if (conversation && !reuses_ports(&conversation->public, packet, flow->side))
                return conversation;
        flow->is_new = TRUE;
        flow->side = 0;
        if (conversation) {
                *analysis |= TCP_ANALYSIS_REUSED_PORTS;
                conversation->is_current = FALSE;
                return self->slots[slot] = conversation_new(self, transport, source, destination, tag);
        }
        conversation = conversation_new(self, transport, source, destination, tag);
        if (self->n_used * 2 >= self->n_slots)
                rebuild(self, self->n_slots * 2);
        else
                insert(self, conversation);
        return conversation;
}

gboolean flow_table_add(FlowTable *self, const Packet *packet, FlowPacket *ret_flow)
{
        const IcmpHeader *icmp = &packet->icmp;
        gboolean is_error = packet->transport == TRANSPORT_ICMP && icmp->quoted_transport != TRANSPORT_NONE;
        Transport transport = is_error ? icmp->quoted_transport : packet->transport;
        FlowPacket flow = {.time_since_gap = G_MININT64, .time_since_ack = G_MININT64};
        ConversationPrivate *conversation;
        Conversation *public;
        guint analysis = 0;

        g_array_set_size(self->pool.chunks, 0);
        if (self->pool.released->len > 0)
                g_ptr_array_set_size(self->pool.released, 0);
        if (transport != TRANSPORT_TCP && transport != TRANSPORT_UDP)
                return FALSE;

        if (self->memory > self->memory_limit)
                evict(self);
        conversation = obtain(self, transport, is_error ? &icmp->quoted_source : &packet->source,
                              is_error ? &icmp->quoted_destination : &packet->destination, packet, &flow, &analysis);
        flow.conversation = public = &conversation->public;
        if (public->user_data && !conversation->has_data_counted) {
                conversation->has_data_counted = TRUE;
                self->memory += self->options.user_data_size;
        }
        public->last_packet = ++self->newest;
        if (!is_error) {
                if (public->packets++ == 0)
                        public->first_time = packet->frame->time;
                public->octets += packet->frame->original_length;
                public->last_time = packet->frame->time;
        }
        if (packet->transport == TRANSPORT_TCP)
                tcp_add(public, packet, &flow, analysis, &self->pool);
        *ret_flow = flow;
        return TRUE;
}

const FlowChunk *flow_table_get_chunks(const FlowTable *self, guint *ret_n)
{
        *ret_n = self->pool.chunks->len;
        return (const FlowChunk *) (gpointer) self->pool.chunks->data;
}

gboolean flow_conversation_ended(const Conversation *conversation, FlowSide side)
{
        const TcpConnection *tcp = tcp_connection(conversation);

        return tcp->public.sides[0].rst_frame != 0 || tcp->public.sides[1].rst_frame != 0 ||
               reassembly_is_ended(&tcp->reassembly[side]);
}

void flow_table_foreach(const FlowTable *self, void (*func)(Conversation *conversation, gpointer data), gpointer data)
{
        for (guint i = 0; i < self->conversations->len; i++)
                func(&((ConversationPrivate *) g_ptr_array_index(self->conversations, i))->public, data);
}

FlowCounts flow_table_get_counts(const FlowTable *self)
{
        return self->counts;
}
