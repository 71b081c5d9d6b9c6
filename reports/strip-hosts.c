/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/strip-hosts.h"

#include "reports/ladder-lifelines.h"
#include "reports/ladder-order.h"

#include <string.h>

/* px between the lanes of a host, and between lanes that send packets to each other. */
#define LANE_SPACE 8
#define WIDE_LANE_SPACE 30
/* Further sockets share the last lane. */
#define MAX_LANES 6
#define MAX_NAME_LETTERS 40

typedef struct {
        guint n_lanes;
        gboolean talks_to_itself;
} StripHostBlock;

struct StripHosts {
        const LadderOptions *options;
        GArray *hosts;               /* StripHost */
        GPtrArray *uses;             /* StripUse */
        GHashTable *by_key;          /* set of StripUse, found by endpoint, transport and block */
        GHashTable *others;          /* set of Endpoint with port 0, owned: the hosts that share the last lane */
        StripHostBlock *host_blocks; /* [block * number of hosts + host] */
        guint n_blocks;
};

static guint hash_use(gconstpointer key)
{
        const StripUse *use = key;

        return endpoint_hash(&use->endpoint) ^ (use->block * 2 + (use->transport == TRANSPORT_TCP)) * 2654435761u;
}

static gboolean equal_uses(gconstpointer a, gconstpointer b)
{
        const StripUse *one = a, *other = b;

        return one->block == other->block && one->transport == other->transport &&
               endpoint_equal(&one->endpoint, &other->endpoint);
}

/* An ICMP error belongs to the conversation that it is about. */
static Transport transport_of(const Record *record)
{
        return (Transport) record->flow->conversation->transport;
}

static void host_clear(gpointer data)
{
        g_free(((StripHost *) data)->name);
}

/* The index of the host with an address; if there are too many hosts, that of the last one, which they share. */
static guint find_host(StripHosts *self, const IpAddress *address)
{
        guint max = self->options->width == LADDER_WIDE ? LIFELINES_MAX_WIDE : LIFELINES_MAX_NARROW;
        StripHost host = {.address = *address};

        for (guint i = 0; i < self->hosts->len; i++)
                if (ip_address_equal(&g_array_index(self->hosts, StripHost, i).address, address))
                        return i;
        if (self->hosts->len == max) {
                Endpoint key = {.address = *address};

                g_hash_table_add(self->others, g_memdup2(&key, sizeof key));
                g_array_index(self->hosts, StripHost, max - 1).n_others = g_hash_table_size(self->others);
                return max - 1;
        }
        g_array_append_val(self->hosts, host);
        return self->hosts->len - 1;
}

static void
note(StripHosts *self, const Endpoint *endpoint, Transport transport, guint block, guint column, const char *name)
{
        StripUse key = {.endpoint = *endpoint, .transport = transport, .block = block};
        StripUse *use = g_hash_table_lookup(self->by_key, &key);

        if (!use) {
                use = g_new0(StripUse, 1);
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

static const char *
name_end(const StripHosts *self, const Record *record, const Endpoint *endpoint, const char *name, const char *role)
{
        if (record->packet->transport != TRANSPORT_TCP && record->packet->transport != TRANSPORT_UDP)
                name = NULL;
        return lifeline_name(self->options, endpoint, record->packet->transport, name, role);
}

static void collect(StripHosts *self, const StripColumns *columns, const Record *const *records, guint n_records)
{
        for (guint i = 0, column = 0; i < n_records; i++) {
                const Record *record = records[i];
                Endpoint source, destination;

                while (g_array_index(columns->columns, StripColumn, column).last->packet->frame->number <
                       record->packet->frame->number)
                        column++;
                record_get_ends(record, &source, &destination);
                const StripColumn *own = &g_array_index(columns->columns, StripColumn, column);

                note(self, &source, transport_of(record), own->block, column,
                     name_end(self, record, &source, record->told->source_name, record_source_role(record)));
                note(self, &destination, transport_of(record), own->block, column,
                     name_end(self, record, &destination, record->told->destination_name,
                              record_destination_role(record)));
        }
}

static StripHostBlock *host_block(const StripHosts *self, guint block, guint host)
{
        return &self->host_blocks[(gsize) block * MAX(self->hosts->len, 1) + host];
}

static void order(StripHosts *self, const StripColumns *columns)
{
        LadderTraffic traffic = {{0}};
        guint place[LADDER_ORDER_MAX];
        g_autoptr(GArray) hosts = g_array_new(FALSE, TRUE, sizeof(StripHost));

        for (guint i = 0; i < columns->columns->len; i++) {
                const StripUse *source, *destination;

                strip_hosts_find(self, &g_array_index(columns->columns, StripColumn, i), &source, &destination);
                ladder_order_count(traffic, source->host, destination->host);
        }
        ladder_order_find(traffic, self->hosts->len, place);
        g_array_set_size(hosts, self->hosts->len);
        for (guint i = 0; i < self->hosts->len; i++)
                g_array_index(hosts, StripHost, place[i]) = g_array_index(self->hosts, StripHost, i);
        for (guint i = 0; i < self->hosts->len; i++)
                g_array_index(self->hosts, StripHost, i) = g_array_index(hosts, StripHost, i);
        for (guint i = 0; i < self->uses->len; i++) {
                StripUse *use = g_ptr_array_index(self->uses, i);

                use->host = place[use->host];
        }
}

static void find_lanes(StripHosts *self, const StripColumns *columns)
{
        self->host_blocks = g_new0(StripHostBlock, (gsize) self->n_blocks * MAX(self->hosts->len, 1));
        for (guint i = 0; i < self->uses->len; i++) {
                StripUse *use = g_ptr_array_index(self->uses, i);
                StripHostBlock *block = host_block(self, use->block, use->host);

                use->lane = g_array_index(self->hosts, StripHost, use->host).n_others > 0 ?
                                    0 :
                                    MIN(block->n_lanes, MAX_LANES - 1);
                block->n_lanes = use->lane + 1;
        }
        for (guint i = 0; i < columns->columns->len; i++) {
                const StripColumn *column = &g_array_index(columns->columns, StripColumn, i);
                const StripUse *source, *destination;

                strip_hosts_find(self, column, &source, &destination);
                host_block(self, column->block, source->host)->talks_to_itself |= source->host == destination->host;
        }
}

static gboolean is_role(const char *name)
{
        return g_str_equal(name, "client") || g_str_equal(name, "peer") || g_str_equal(name, "router");
}

/* Names the hosts: by the chat names of their users and "server"; by "client", "peer" or "router" only if there is
 * nothing better. */
static void name_hosts(StripHosts *self)
{
        for (guint pass = 0; pass < 2; pass++)
                for (guint i = 0; i < self->uses->len; i++) {
                        const StripUse *use = g_ptr_array_index(self->uses, i);
                        StripHost *host = &g_array_index(self->hosts, StripHost, use->host);
                        g_autofree char *name =
                                use->name ? ladder_text_harmless(use->name, strlen(use->name), MAX_NAME_LETTERS) : NULL;
                        g_auto(GStrv) known = g_strsplit(host->name ? host->name : "", ", ", -1);

                        if (!name || (is_role(name) && (pass == 0 || host->name)) || host->n_others > 0 ||
                            g_strv_contains((const char *const *) known, name) || g_strv_length(known) >= 3)
                                continue;
                        char *names = host->name ? g_strconcat(host->name, ", ", name, NULL) : g_strdup(name);

                        g_free(host->name);
                        host->name = names;
                }
        for (guint i = 0; i < self->hosts->len; i++) {
                StripHost *host = &g_array_index(self->hosts, StripHost, i);

                if (host->n_others > 0)
                        host->name = g_strdup("others");
                else if (!host->name)
                        host->name = g_strdup("host");
        }
}

StripHosts *strip_hosts_new(const StripColumns *columns,
                            const Record *const *records,
                            guint n_records,
                            const LadderOptions *options)
{
        StripHosts *self = g_new0(StripHosts, 1);

        self->options = options;
        self->n_blocks = columns->blocks->len;
        self->hosts = g_array_new(FALSE, TRUE, sizeof(StripHost));
        g_array_set_clear_func(self->hosts, host_clear);
        self->uses = g_ptr_array_new_with_free_func(g_free);
        self->by_key = g_hash_table_new(hash_use, equal_uses);
        self->others = g_hash_table_new_full(endpoint_hash, endpoint_equal_keys, g_free, NULL);
        collect(self, columns, records, n_records);
        order(self, columns);
        find_lanes(self, columns);
        name_hosts(self);
        return self;
}

void strip_hosts_free(StripHosts *self)
{
        if (!self)
                return;
        g_free(self->host_blocks);
        g_hash_table_unref(self->others);
        g_hash_table_unref(self->by_key);
        g_ptr_array_unref(self->uses);
        g_array_unref(self->hosts);
        g_free(self);
}

guint strip_hosts_get_length(const StripHosts *self)
{
        return self->hosts->len;
}

StripHost *strip_hosts_get(const StripHosts *self, guint index)
{
        return &g_array_index(self->hosts, StripHost, index);
}

guint strip_hosts_get_n_uses(const StripHosts *self)
{
        return self->uses->len;
}

const StripUse *strip_hosts_get_use(const StripHosts *self, guint index)
{
        return g_ptr_array_index(self->uses, index);
}

void strip_hosts_find(const StripHosts *self,
                      const StripColumn *column,
                      const StripUse **ret_source,
                      const StripUse **ret_destination)
{
        StripUse source = {.block = column->block, .transport = transport_of(column->first)}, destination = source;

        record_get_ends(column->first, &source.endpoint, &destination.endpoint);
        *ret_source = g_hash_table_lookup(self->by_key, &source);
        *ret_destination = g_hash_table_lookup(self->by_key, &destination);
}

static double lane_space(const StripHosts *self, guint block, guint host)
{
        return host_block(self, block, host)->talks_to_itself ? WIDE_LANE_SPACE : LANE_SPACE;
}

double strip_hosts_place(StripHosts *self, double start, double space)
{
        for (guint i = 0; i < self->hosts->len; i++) {
                StripHost *host = &g_array_index(self->hosts, StripHost, i);

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

double strip_hosts_get_lane(const StripHosts *self, const StripUse *use)
{
        guint n = host_block(self, use->block, use->host)->n_lanes;

        return g_array_index(self->hosts, StripHost, use->host).across +
               (use->lane - (n - 1) / 2.0) * lane_space(self, use->block, use->host);
}
