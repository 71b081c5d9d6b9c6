/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/naming.h"

#include "reports/prose.h"

/* Characters of a name, which has to fit over a column; longer names are cut. */
#define MAX_TITLE 40

typedef struct {
        const SummaryHost *host;
        char *title;
        gboolean by_socket; /* its sockets belong to different users or roles: each has its own title */
} NamedHost;

struct Naming {
        GPtrArray *hosts;           /* NamedHost */
        GHashTable *by_address;     /* IpAddress of a SummaryHost → NamedHost */
        GHashTable *sockets;        /* SummarySocket → its title, owned */
        GHashTable *by_endpoint[2]; /* for TCP and for UDP: Endpoint, owned → title in sockets */
        GHashTable *strangers;      /* hosts that the summary does not list: IpAddress → its text, both owned */
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

static void host_free(gpointer data)
{
        g_free(((NamedHost *) data)->title);
        g_free(data);
}

static const SummarySocket *get_socket(const SummaryHost *host, guint i)
{
        return &g_array_index(host->sockets, SummarySocket, i);
}

static char *plain_title(const char *name)
{
        GString *text = g_string_new(NULL);

        if (prose_append_wire(text, name, strlen(name), MAX_TITLE) > MAX_TITLE)
                g_string_append(text, "…");
        return g_string_free(text, FALSE);
}

/* A chat name of the host's sockets; NULL: none of them has one. ret_several: they have different names. */
static const char *common_name(const SummaryHost *host, gboolean *ret_several)
{
        const char *name = NULL;

        *ret_several = FALSE;
        for (guint i = 0; i < host->sockets->len; i++) {
                const char *other = get_socket(host, i)->name;

                if (other && name && !g_str_equal(other, name))
                        *ret_several = TRUE;
                if (other)
                        name = other;
        }
        return name;
}

/* The role of the host: NULL if its sockets have both roles, or none. */
static const char *common_part(const SummaryHost *host)
{
        gboolean client = FALSE, server = FALSE;

        for (guint i = 0; i < host->sockets->len; i++) {
                client |= get_socket(host, i)->part == CHAT_SENDER_CLIENT;
                server |= get_socket(host, i)->part == CHAT_SENDER_SERVER;
        }
        return client == server ? NULL : client ? "client" : "server";
}

static gboolean is_udp_server(const SummarySocket *socket)
{
        return socket->transport == TRANSPORT_UDP && socket->part == CHAT_SENDER_SERVER;
}

static gboolean has_udp_server(const SummaryHost *host)
{
        for (guint i = 0; i < host->sockets->len; i++)
                if (is_udp_server(get_socket(host, i)))
                        return TRUE;
        return FALSE;
}

static NamedHost *name_host(const SummaryHost *host)
{
        NamedHost *named = g_new0(NamedHost, 1);
        char address[IP_ADDRESS_STRING_SIZE];
        gboolean several;
        const char *name = common_name(host, &several), *part = common_part(host);

        named->host = host;
        named->by_socket = several || (name && has_udp_server(host));
        ip_address_to_string(&host->address, address);
        if (ip_address_is_multicast(&host->address))
                named->title = g_strdup_printf("group %s", address);
        else if (has_udp_server(host))
                named->title = g_strdup("server");
        else if (name && !several)
                named->title = plain_title(name);
        else
                named->title = g_strdup(part ? part : address);
        return named;
}

static char *name_socket(const NamedHost *named, const SummarySocket *socket)
{
        if (named->by_socket && socket->name)
                return plain_title(socket->name);
        if (named->by_socket && !is_udp_server(socket))
                return g_strdup_printf("port %u", socket->port);
        return g_strdup(named->title);
}

/* Hosts that would have the same title are named by their addresses instead. */
static void make_unique(Naming *self)
{
        g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
        g_autoptr(GHashTable) doubled = g_hash_table_new(NULL, NULL);
        GHashTableIter iter;
        gpointer key;

        for (guint i = 0; i < self->hosts->len; i++) {
                NamedHost *host = g_ptr_array_index(self->hosts, i), *other = g_hash_table_lookup(seen, host->title);

                if (other) {
                        g_hash_table_add(doubled, host);
                        g_hash_table_add(doubled, other);
                } else {
                        g_hash_table_insert(seen, host->title, host);
                }
        }
        g_hash_table_remove_all(seen);
        g_hash_table_iter_init(&iter, doubled);
        while (g_hash_table_iter_next(&iter, &key, NULL)) {
                NamedHost *host = key;
                char address[IP_ADDRESS_STRING_SIZE];

                g_free(host->title);
                host->title = g_strdup(ip_address_to_string(&host->host->address, address));
        }
}

static void name_sockets(Naming *self, const NamedHost *named)
{
        for (guint i = 0; i < named->host->sockets->len; i++) {
                const SummarySocket *socket = get_socket(named->host, i);
                Endpoint endpoint = {.address = named->host->address, .port = socket->port};
                char *title = name_socket(named, socket);

                g_hash_table_insert(self->sockets, (gpointer) socket, title);
                if (socket->transport == TRANSPORT_TCP || socket->transport == TRANSPORT_UDP)
                        g_hash_table_insert(self->by_endpoint[socket->transport == TRANSPORT_UDP],
                                            g_memdup2(&endpoint, sizeof endpoint), title);
        }
}

Naming *naming_new(const Summary *summary)
{
        Naming *self = g_new0(Naming, 1);

        self->hosts = g_ptr_array_new_with_free_func(host_free);
        self->by_address = g_hash_table_new(hash_address, equal_addresses);
        self->sockets = g_hash_table_new_full(NULL, NULL, NULL, g_free);
        self->strangers = g_hash_table_new_full(hash_address, equal_addresses, g_free, g_free);
        for (guint i = 0; i < 2; i++)
                self->by_endpoint[i] = g_hash_table_new_full(endpoint_hash, endpoint_equal_keys, g_free, NULL);
        for (guint i = 0; i < summary->hosts->len; i++) {
                const SummaryHost *host = g_ptr_array_index(summary->hosts, i);
                NamedHost *named = name_host(host);

                g_ptr_array_add(self->hosts, named);
                g_hash_table_insert(self->by_address, (gpointer) &host->address, named);
        }
        make_unique(self);
        for (guint i = 0; i < self->hosts->len; i++)
                name_sockets(self, g_ptr_array_index(self->hosts, i));
        return self;
}

void naming_free(Naming *self)
{
        if (!self)
                return;
        for (guint i = 0; i < 2; i++)
                g_hash_table_unref(self->by_endpoint[i]);
        g_hash_table_unref(self->strangers);
        g_hash_table_unref(self->sockets);
        g_hash_table_unref(self->by_address);
        g_ptr_array_unref(self->hosts);
        g_free(self);
}

const char *naming_get_host(const Naming *self, const SummaryHost *host)
{
        return ((const NamedHost *) g_hash_table_lookup(self->by_address, &host->address))->title;
}

const char *naming_get_socket(const Naming *self, const SummaryHost *host, const SummarySocket *socket)
{
        const NamedHost *named = g_hash_table_lookup(self->by_address, &host->address);

        return named->by_socket ? g_hash_table_lookup(self->sockets, socket) : NULL;
}

const char *naming_get_endpoint(Naming *self, const Endpoint *endpoint, Transport transport)
{
        const char *title = NULL;
        const NamedHost *named;
        char *text;

        if (transport == TRANSPORT_TCP || transport == TRANSPORT_UDP)
                title = g_hash_table_lookup(self->by_endpoint[transport == TRANSPORT_UDP], endpoint);
        if (title)
                return title;
        named = g_hash_table_lookup(self->by_address, &endpoint->address);
        if (named)
                return named->title;
        text = g_hash_table_lookup(self->strangers, &endpoint->address);
        if (!text) {
                text = g_malloc(IP_ADDRESS_STRING_SIZE);
                ip_address_to_string(&endpoint->address, text);
                g_hash_table_insert(self->strangers, g_memdup2(&endpoint->address, sizeof endpoint->address), text);
        }
        return text;
}
