/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/cast.h"

#include "reports/prose.h"

/* Longer names are cut: they head columns. */
#define MAX_TITLE 40

struct Cast {
        GPtrArray *hosts;
        GHashTable *by_address; /* IpAddress of a CastHost → it */
        GHashTable *sockets[2]; /* TCP, UDP: Endpoint of a CastSocket → it */
};

static guint hash_address(gconstpointer key)
{
        Endpoint endpoint = {.address = *(const IpAddress *) key}, none = {0};

        return endpoints_hash(&endpoint, &none);
}

static gboolean equal_addresses(gconstpointer a, gconstpointer b)
{
        return ip_address_equal(a, b);
}

static guint hash_endpoint(gconstpointer key)
{
        return endpoints_hash(key, &(Endpoint){0});
}

static gboolean equal_endpoints(gconstpointer a, gconstpointer b)
{
        return endpoint_equal(a, b);
}

static void socket_free(gpointer data)
{
        CastSocket *socket = data;

        g_free(socket->name);
        g_free(socket->title);
        g_free(socket);
}

static void host_free(gpointer data)
{
        CastHost *host = data;

        g_ptr_array_unref(host->sockets);
        g_free(host->title);
        g_free(host);
}

Cast *cast_new(void)
{
        Cast *self = g_new0(Cast, 1);

        self->hosts = g_ptr_array_new_with_free_func(host_free);
        self->by_address = g_hash_table_new(hash_address, equal_addresses);
        for (guint i = 0; i < 2; i++)
                self->sockets[i] = g_hash_table_new(hash_endpoint, equal_endpoints);
        return self;
}

void cast_free(Cast *self)
{
        if (!self)
                return;
        for (guint i = 0; i < 2; i++)
                g_hash_table_unref(self->sockets[i]);
        g_hash_table_unref(self->by_address);
        g_ptr_array_unref(self->hosts);
        g_free(self);
}

static CastHost *get_host(Cast *self, const IpAddress *address)
{
        CastHost *host = g_hash_table_lookup(self->by_address, address);

        if (host)
                return host;
        host = g_new0(CastHost, 1);
        host->address = *address;
        host->is_group = ip_address_is_multicast(address);
        host->sockets = g_ptr_array_new_with_free_func(socket_free);
        g_ptr_array_add(self->hosts, host);
        g_hash_table_insert(self->by_address, &host->address, host);
        return host;
}

static CastSocket *get_socket(Cast *self, const Endpoint *endpoint, Transport transport, guint64 frame)
{
        GHashTable *sockets = self->sockets[transport == TRANSPORT_UDP];
        CastSocket *socket = g_hash_table_lookup(sockets, endpoint);

        if (socket)
                return socket;
        socket = g_new0(CastSocket, 1);
        socket->endpoint = *endpoint;
        socket->transport = transport;
        socket->frame = frame;
        g_ptr_array_add(get_host(self, &endpoint->address)->sockets, socket);
        g_hash_table_insert(sockets, &socket->endpoint, socket);
        return socket;
}

static void note_mac(CastHost *host, const Packet *packet)
{
        const Layer *layer = &packet->layers[0];

        if (host->has_mac || packet->n_layers == 0 || layer->kind != LAYER_ETHERNET || layer->length < 12)
                return;
        memcpy(host->mac, packet_get_layer_octets(packet, layer) + 6, sizeof host->mac);
        host->has_mac = TRUE;
}

static void note_role(CastSocket *socket, const char *role, const char *name)
{
        socket->is_client |= g_str_equal(role, "client");
        socket->is_server |= g_str_equal(role, "server");
        socket->is_peer |= g_str_equal(role, "peer");
        if (!socket->name && name)
                socket->name = g_strdup(name);
}

void cast_add(Cast *self, const Record *record)
{
        const Packet *packet = record->packet;

        note_mac(get_host(self, &packet->source.address), packet);
        if (packet->transport != TRANSPORT_TCP && packet->transport != TRANSPORT_UDP)
                return;
        note_role(get_socket(self, &packet->source, packet->transport, packet->frame->number),
                  record_source_role(record), record->told->source_name);
        note_role(get_socket(self, &packet->destination, packet->transport, packet->frame->number),
                  record_destination_role(record), record->told->destination_name);
}

static char *plain_title(const char *name)
{
        GString *text = g_string_new(NULL);

        if (prose_append_wire(text, name, strlen(name), MAX_TITLE) > MAX_TITLE)
                g_string_append(text, "…");
        return g_string_free(text, FALSE);
}

/* The one chat name that all named sockets of the host share, or NULL; ret_several: there are more than one. */
static const char *common_name(const CastHost *host, gboolean *ret_several)
{
        const char *name = NULL;

        *ret_several = FALSE;
        for (guint i = 0; i < host->sockets->len; i++) {
                const CastSocket *socket = g_ptr_array_index(host->sockets, i);

                if (socket->name && name && !g_str_equal(socket->name, name))
                        *ret_several = TRUE;
                if (socket->name)
                        name = socket->name;
        }
        return name;
}

/* What a host without a chat name is, if it is only one thing. */
static const char *common_role(const CastHost *host)
{
        gboolean client = FALSE, server = FALSE;

        for (guint i = 0; i < host->sockets->len; i++) {
                const CastSocket *socket = g_ptr_array_index(host->sockets, i);

                client |= socket->is_client;
                server |= socket->is_server;
        }
        return client == server ? NULL : client ? "client" : "server";
}

static gboolean has_udp_server(const CastHost *host)
{
        for (guint i = 0; i < host->sockets->len; i++) {
                const CastSocket *socket = g_ptr_array_index(host->sockets, i);

                if (socket->transport == TRANSPORT_UDP && socket->is_server)
                        return TRUE;
        }
        return FALSE;
}

static void title_host(CastHost *host)
{
        char address[IP_ADDRESS_STRING_SIZE];
        gboolean several;
        const char *name = common_name(host, &several), *role = common_role(host);

        ip_address_to_string(&host->address, address);
        host->by_socket = several || (name && has_udp_server(host));
        if (host->is_group)
                host->title = g_strdup_printf("group %s", address);
        else if (has_udp_server(host))
                host->title = g_strdup("server");
        else if (name && !several)
                host->title = plain_title(name);
        else
                host->title = g_strdup(role ? role : address);
}

static void title_socket(const CastHost *host, CastSocket *socket)
{
        if (host->by_socket && socket->name)
                socket->title = plain_title(socket->name);
        else if (host->by_socket && !(socket->transport == TRANSPORT_UDP && socket->is_server))
                socket->title = g_strdup_printf("port %u", socket->endpoint.port);
        else
                socket->title = g_strdup(host->title);
}

/* A title that two hosts would have says nothing: then both are called by their addresses. */
static void make_unique(Cast *self)
{
        g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
        g_autoptr(GPtrArray) doubled = g_ptr_array_new();

        for (guint i = 0; i < self->hosts->len; i++) {
                CastHost *host = g_ptr_array_index(self->hosts, i), *other = g_hash_table_lookup(seen, host->title);

                if (other) {
                        g_ptr_array_add(doubled, host);
                        if (!g_ptr_array_find(doubled, other, NULL))
                                g_ptr_array_add(doubled, other);
                } else {
                        g_hash_table_insert(seen, host->title, host);
                }
        }
        g_hash_table_remove_all(seen);
        for (guint i = 0; i < doubled->len; i++) {
                CastHost *host = g_ptr_array_index(doubled, i);
                char address[IP_ADDRESS_STRING_SIZE];

                g_free(host->title);
                host->title = g_strdup(ip_address_to_string(&host->address, address));
        }
}

void cast_finish(Cast *self)
{
        for (guint i = 0; i < self->hosts->len; i++)
                title_host(g_ptr_array_index(self->hosts, i));
        make_unique(self);
        for (guint i = 0; i < self->hosts->len; i++) {
                const CastHost *host = g_ptr_array_index(self->hosts, i);

                for (guint j = 0; j < host->sockets->len; j++)
                        title_socket(host, g_ptr_array_index(host->sockets, j));
        }
}

const GPtrArray *cast_get_hosts(const Cast *self)
{
        return self->hosts;
}

const char *cast_get_title(const Cast *self, const Endpoint *endpoint, Transport transport)
{
        const CastSocket *socket = NULL;
        const CastHost *host;

        if (transport == TRANSPORT_TCP || transport == TRANSPORT_UDP)
                socket = g_hash_table_lookup(self->sockets[transport == TRANSPORT_UDP], endpoint);
        if (socket)
                return socket->title;
        host = g_hash_table_lookup(self->by_address, &endpoint->address);
        return host ? host->title : "another host";
}
