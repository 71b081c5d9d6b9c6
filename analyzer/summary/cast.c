/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hosts that take part in chats, their sockets, and whether each is a client's, a server's or a peer's. */
#include "analyzer/summary/summary-private.h"

#include <string.h>

typedef struct {
        SummaryHost *host;
        guint8 link_address[6];
        gboolean has_link_address, has_several;
} Actor;

typedef struct {
        Transport transport;
        Endpoint endpoint;
} SocketKey;

struct Cast {
        MemoryBudget *memory;
        GHashTable *actors;  /* Endpoint with port 0 → Actor */
        GHashTable *sockets; /* SocketKey → its index in its host's list, plus 1 */
        GPtrArray *in_order; /* Actor */
};

static guint socket_hash(gconstpointer key)
{
        const SocketKey *self = key;

        return endpoint_hash(&self->endpoint) ^ self->transport;
}

static gboolean socket_equal(gconstpointer a, gconstpointer b)
{
        const SocketKey *one = a, *other = b;

        return one->transport == other->transport && endpoint_equal(&one->endpoint, &other->endpoint);
}

static void socket_clear(gpointer data)
{
        g_free(((SummarySocket *) data)->name);
}

static void host_free(gpointer data)
{
        SummaryHost *host = data;

        g_array_unref(host->sockets);
        g_free(host->link_address);
        g_free(host);
}

static void actor_free(gpointer data)
{
        Actor *actor = data;

        if (actor->host)
                host_free(actor->host);
        g_free(actor);
}

Cast *cast_new(MemoryBudget *memory)
{
        Cast *self = g_new0(Cast, 1);

        self->memory = memory;
        self->actors = g_hash_table_new_full(endpoint_hash, endpoint_equal_keys, g_free, NULL);
        self->sockets = g_hash_table_new_full(socket_hash, socket_equal, g_free, NULL);
        self->in_order = g_ptr_array_new_with_free_func(actor_free);
        return self;
}

void cast_free(Cast *self)
{
        if (!self)
                return;
        g_hash_table_unref(self->actors);
        g_hash_table_unref(self->sockets);
        g_ptr_array_unref(self->in_order);
        g_free(self);
}

static Actor *find_actor(Cast *self, const IpAddress *address)
{
        const Endpoint key = {.address = *address};
        Actor *actor = g_hash_table_lookup(self->actors, &key);

        if (actor || self->in_order->len >= SUMMARY_MAX_HOSTS ||
            !memory_budget_take(self->memory, sizeof *actor + sizeof *actor->host + 2 * ENTRY_COST))
                return actor;
        actor = g_new0(Actor, 1);
        actor->host = g_new0(SummaryHost, 1);
        actor->host->address = *address;
        actor->host->sockets = g_array_new(FALSE, FALSE, sizeof(SummarySocket));
        g_array_set_clear_func(actor->host->sockets, socket_clear);
        g_hash_table_insert(self->actors, g_memdup2(&key, sizeof key), actor);
        g_ptr_array_add(self->in_order, actor);
        return actor;
}

static void
note_socket(Cast *self, Actor *actor, const Record *record, const Endpoint *endpoint, ChatSender part, const char *name)
{
        const SocketKey key = {.transport = record->packet->transport, .endpoint = *endpoint};
        guint index = GPOINTER_TO_UINT(g_hash_table_lookup(self->sockets, &key));
        SummarySocket *known;

        if (index == 0) {
                SummarySocket socket = {
                        .transport = key.transport,
                        .port = endpoint->port,
                        .part = part,
                        .first_frame = record->packet->frame->number,
                };

                if (g_hash_table_size(self->sockets) >= SUMMARY_MAX_SOCKETS ||
                    !memory_budget_take(self->memory, 2 * sizeof socket + sizeof key + ENTRY_COST))
                        return;
                g_array_append_val(actor->host->sockets, socket);
                index = actor->host->sockets->len;
                g_hash_table_insert(self->sockets, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(index));
        }
        known = &g_array_index(actor->host->sockets, SummarySocket, index - 1);
        /* A socket that talks both to the server and to peers is a client's. */
        if (known->part == CHAT_SENDER_PEER)
                known->part = part;
        if (name && g_strcmp0(known->name, name) != 0 && memory_budget_take(self->memory, summary_text_cost(name))) {
                self->memory->held -= summary_text_cost(known->name);
                g_free(known->name);
                known->name = g_strdup(name);
        }
}

/* The frame's source address: that of the host, or of the router that it is behind. */
static void note_link_address(Actor *actor, const Packet *packet)
{
        const Layer *layer = &packet->layers[0];
        const guint8 *octets;

        if (packet->n_layers == 0 || layer->kind != LAYER_ETHERNET || layer->length < 12)
                return;
        octets = packet_get_layer_octets(packet, layer);
        if (!actor->has_link_address) {
                memcpy(actor->link_address, octets + 6, 6);
                actor->has_link_address = TRUE;
        } else if (memcmp(actor->link_address, octets + 6, 6) != 0) {
                actor->has_several = TRUE;
        }
}

static ChatSender opposite(ChatSender sender)
{
        return sender == CHAT_SENDER_CLIENT ? CHAT_SENDER_SERVER :
               sender == CHAT_SENDER_SERVER ? CHAT_SENDER_CLIENT :
                                              CHAT_SENDER_PEER;
}

void cast_add(Cast *self, const Record *record)
{
        const Packet *packet = record->packet;
        const SessionPacket *told = record->told;
        Actor *actor;

        if (packet->transport != TRANSPORT_TCP && packet->transport != TRANSPORT_UDP)
                return;
        actor = find_actor(self, &packet->source.address);
        if (actor) {
                note_socket(self, actor, record, &packet->source, told->sender, told->source_name);
                note_link_address(actor, packet);
        }
        if (ip_address_is_multicast(&packet->destination.address))
                return;
        actor = find_actor(self, &packet->destination.address);
        if (actor)
                note_socket(self, actor, record, &packet->destination, opposite(told->sender), told->destination_name);
}

void cast_finish(Cast *self, Summary *summary)
{
        summary->hosts = g_ptr_array_new_with_free_func(host_free);
        for (guint i = 0; i < self->in_order->len; i++) {
                Actor *actor = g_ptr_array_index(self->in_order, i);
                const guint8 *octets = actor->link_address;

                if (actor->has_link_address && !actor->has_several)
                        actor->host->link_address =
                                g_strdup_printf("%02x:%02x:%02x:%02x:%02x:%02x", octets[0], octets[1], octets[2],
                                                octets[3], octets[4], octets[5]);
                g_ptr_array_add(summary->hosts, g_steal_pointer(&actor->host));
        }
}
