/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/strip-hosts.h"

#include "reports/ladder-lifelines.h"
#include "reports/ladder-order.h"

#include <string.h>

/* px between lanes of a host; more where packets go from one to the other. */
#define LANE_SPACE 8
#define WIDE_LANE_SPACE 30
/* Further sockets share the last lane. */
#define MAX_LANES 6
#define MAX_NAME_LETTERS 40

typedef struct {
        guint n_lanes;
        gboolean talks_to_itself;
} HostBlock;

struct Hosts {
        const LadderOptions *options;
        GArray *hosts;           /* Host */
        GPtrArray *uses;         /* Use */
        GHashTable *by_key;      /* Use, as a key by endpoint and block → itself */
        HostBlock *host_blocks;  /* [block * number of hosts + host] */
        guint n_blocks;
};

static guint hash_use(gconstpointer key)
{
        static const Endpoint none;
        const Use *use = key;

        return endpoints_hash(&use->endpoint, &none) ^ (use->block * 2 + (use->transport == TRANSPORT_TCP)) * 2654435761u;
}

static gboolean equal_uses(gconstpointer a, gconstpointer b)
{
        const Use *one = a, *other = b;

        return one->block == other->block && one->transport == other->transport &&
               endpoint_equal(&one->endpoint, &other->endpoint);
}

/* An ICMP error is told with the conversation that it is about. */
static Transport transport_of(const Record *record)
{
        return (Transport) record->flow->conversation->transport;
}

static void host_clear(gpointer data)
{
        g_free(((Host *) data)->name);
}

/* The host of an address; beyond the most there may be, the last. */
static guint find_host(Hosts *self, const IpAddress *address)
{
        guint max = self->options->width == LADDER_WIDE ? LIFELINES_MAX_WIDE : LIFELINES_MAX_NARROW;
        Host host = {.address = *address};

        for (guint i = 0; i < self->hosts->len; i++)
                if (ip_address_equal(&g_array_index(self->hosts, Host, i).address, address))
                        return i;
        if (self->hosts->len == max) {
                g_array_index(self->hosts, Host, max - 1).n_others++;
                return max - 1;
        }
        g_array_append_val(self->hosts, host);
        return self->hosts->len - 1;
}

static void note(Hosts *self, const Endpoint *endpoint, Transport transport, guint block, guint column, const char *name)
{
        Use key = {.endpoint = *endpoint, .transport = transport, .block = block};
        Use *use = g_hash_table_lookup(self->by_key, &key);

        if (!use) {
                use = g_new0(Use, 1);
                *use = key;
                use->host = find_host(self, &endpoint->address);
                use->first = column;
                g_ptr_array_add(self->uses, use);
                g_hash_table_add(self->by_key, use);
        }
        use->last = column;
        if (name && (!use->name || g_str_equal(use->name, "client") || g_str_equal(use->name, "peer")))
                use->name = name;
}

static const char *name_end(const Hosts *self, const Record *record, const Endpoint *endpoint, const char *name, const char *role)
{
        const char *given = self->options->name_of ?
                                    self->options->name_of(endpoint, record->packet->transport, self->options->name_of_data) :
                                    NULL;

        if (record->packet->transport != TRANSPORT_TCP && record->packet->transport != TRANSPORT_UDP)
                name = NULL;
        return given ? given : name ? name : role;
}

static void collect(Hosts *self, const Columns *columns, const Record *const *records, guint n_records)
{
        for (guint i = 0, column = 0; i < n_records; i++) {
                const Record *record = records[i];
                Endpoint source, destination;

                while (g_array_index(columns->columns, Column, column).last->packet->frame->number <
                       record->packet->frame->number)
                        column++;
                record_get_ends(record, &source, &destination);
                const Column *own = &g_array_index(columns->columns, Column, column);

                note(self, &source, transport_of(record), own->block, column,
                     name_end(self, record, &source, record->told->source_name, record_source_role(record)));
                note(self, &destination, transport_of(record), own->block, column,
                     name_end(self, record, &destination, record->told->destination_name, record_destination_role(record)));
        }
}

static HostBlock *host_block(const Hosts *self, guint block, guint host)
{
        return &self->host_blocks[(gsize) block * MAX(self->hosts->len, 1) + host];
}

static void order(Hosts *self, const Columns *columns)
{
        OrderTraffic traffic = {{0}};
        guint place[ORDER_MAX];
        g_autoptr(GArray) hosts = g_array_new(FALSE, TRUE, sizeof(Host));

        for (guint i = 0; i < columns->columns->len; i++) {
                const Use *source, *destination;

                hosts_find(self, &g_array_index(columns->columns, Column, i), &source, &destination);
                order_count(traffic, source->host, destination->host);
        }
        order_find(traffic, self->hosts->len, place);
        g_array_set_size(hosts, self->hosts->len);
        for (guint i = 0; i < self->hosts->len; i++)
                g_array_index(hosts, Host, place[i]) = g_array_index(self->hosts, Host, i);
        for (guint i = 0; i < self->hosts->len; i++)
                g_array_index(self->hosts, Host, i) = g_array_index(hosts, Host, i);
        for (guint i = 0; i < self->uses->len; i++) {
                Use *use = g_ptr_array_index(self->uses, i);

                use->host = place[use->host];
        }
}

static void find_lanes(Hosts *self, const Columns *columns)
{
        self->host_blocks = g_new0(HostBlock, (gsize) self->n_blocks * MAX(self->hosts->len, 1));
        for (guint i = 0; i < self->uses->len; i++) {
                Use *use = g_ptr_array_index(self->uses, i);
                HostBlock *block = host_block(self, use->block, use->host);

                use->lane = g_array_index(self->hosts, Host, use->host).n_others > 0 ? 0 : MIN(block->n_lanes, MAX_LANES - 1);
                block->n_lanes = use->lane + 1;
        }
        for (guint i = 0; i < columns->columns->len; i++) {
                const Column *column = &g_array_index(columns->columns, Column, i);
                const Use *source, *destination;

                hosts_find(self, column, &source, &destination);
                host_block(self, column->block, source->host)->talks_to_itself |= source->host == destination->host;
        }
}

static gboolean is_role(const char *name)
{
        return g_str_equal(name, "client") || g_str_equal(name, "peer") || g_str_equal(name, "router");
}

/* Says who is on a host: its chat names, and whether it is a server; a client or a peer it is only if there is no more to
 * say. */
static void name_hosts(Hosts *self)
{
        for (guint pass = 0; pass < 2; pass++)
                for (guint i = 0; i < self->uses->len; i++) {
                        const Use *use = g_ptr_array_index(self->uses, i);
                        Host *host = &g_array_index(self->hosts, Host, use->host);
                        g_autofree char *name = use->name ? ladder_text_harmless(use->name, strlen(use->name), MAX_NAME_LETTERS) :
                                                            NULL;
                        g_auto(GStrv) known = g_strsplit(host->name ? host->name : "", ", ", -1);

                        if (!name || (is_role(name) && (pass == 0 || host->name)) || host->n_others > 0 ||
                            g_strv_contains((const char *const *) known, name) || g_strv_length(known) >= 3)
                                continue;
                        char *names = host->name ? g_strconcat(host->name, ", ", name, NULL) : g_strdup(name);

                        g_free(host->name);
                        host->name = names;
                }
        for (guint i = 0; i < self->hosts->len; i++) {
                Host *host = &g_array_index(self->hosts, Host, i);

                if (host->n_others > 0)
                        host->name = g_strdup("others");
                else if (!host->name)
                        host->name = g_strdup("host");
        }
}

Hosts *hosts_new(const Columns *columns, const Record *const *records, guint n_records, const LadderOptions *options)
{
        Hosts *self = g_new0(Hosts, 1);

        self->options = options;
        self->n_blocks = columns->blocks->len;
        self->hosts = g_array_new(FALSE, TRUE, sizeof(Host));
        g_array_set_clear_func(self->hosts, host_clear);
        self->uses = g_ptr_array_new_with_free_func(g_free);
        self->by_key = g_hash_table_new(hash_use, equal_uses);
        collect(self, columns, records, n_records);
        order(self, columns);
        find_lanes(self, columns);
        name_hosts(self);
        return self;
}

void hosts_free(Hosts *self)
{
        if (!self)
                return;
        g_free(self->host_blocks);
        g_hash_table_unref(self->by_key);
        g_ptr_array_unref(self->uses);
        g_array_unref(self->hosts);
        g_free(self);
}

guint hosts_get_length(const Hosts *self)
{
        return self->hosts->len;
}

Host *hosts_get(const Hosts *self, guint index)
{
        return &g_array_index(self->hosts, Host, index);
}

guint hosts_get_n_uses(const Hosts *self)
{
        return self->uses->len;
}

const Use *hosts_get_use(const Hosts *self, guint index)
{
        return g_ptr_array_index(self->uses, index);
}

void hosts_find(const Hosts *self, const Column *column, const Use **ret_source, const Use **ret_destination)
{
        Use source = {.block = column->block, .transport = transport_of(column->first)}, destination = source;

        record_get_ends(column->first, &source.endpoint, &destination.endpoint);
        *ret_source = g_hash_table_lookup(self->by_key, &source);
        *ret_destination = g_hash_table_lookup(self->by_key, &destination);
}

static double lane_space(const Hosts *self, guint block, guint host)
{
        return host_block(self, block, host)->talks_to_itself ? WIDE_LANE_SPACE : LANE_SPACE;
}

double hosts_place(Hosts *self, double start, double space)
{
        for (guint i = 0; i < self->hosts->len; i++) {
                Host *host = &g_array_index(self->hosts, Host, i);

                host->extent = 0;
                for (guint block = 0; block < self->n_blocks; block++) {
                        guint n = host_block(self, block, i)->n_lanes;

                        host->extent = MAX(host->extent, (MAX(n, 1) - 1) * lane_space(self, block, i));
                }
                start += i > 0 ? space : 0;
                host->across = start + host->extent / 2;
                start += host->extent;
        }
        return start;
}

double hosts_get_lane(const Hosts *self, const Use *use)
{
        guint n = host_block(self, use->block, use->host)->n_lanes;

        return g_array_index(self->hosts, Host, use->host).across +
               (use->lane - (n - 1) / 2.0) * lane_space(self, use->block, use->host);
}
