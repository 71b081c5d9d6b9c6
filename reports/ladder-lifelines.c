/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/ladder-lifelines.h"

#include "reports/ladder-order.h"

#include <string.h>

/* In wide diagrams, the first lifeline, with states beside it or without; left of it are the columns. px */
#define FIRST_WITH_STATES 338
#define FIRST 300
#define COLUMNS_END 222
#define WIDE_TWO 880
#define NARROW 358
#define NAME_LETTERS 22

typedef struct {
        guint index; /* its lifeline's */
        guint64 packets;
        Endpoint endpoint;
        Transport transport;
        const char *name, *role;
        guint position; /* in sockets */
} Socket;

struct Lifelines {
        const LadderOptions *options;
        GPtrArray *sockets;      /* Socket, in the order in which they appear */
        GHashTable *by_endpoint; /* Endpoint → its Socket */
        GArray *lifelines;       /* Lifeline */
        gboolean has_states;
        double width, head;
};

static void lifeline_clear(gpointer data)
{
        Lifeline *lifeline = data;

        g_free(lifeline->name);
        g_clear_pointer(&lifeline->address, g_ptr_array_unref);
}

void record_get_ends(const Record *record, Endpoint *ret_source, Endpoint *ret_destination)
{
        const Packet *packet = record->packet;
        const IcmpHeader *icmp = &packet->icmp;

        *ret_source = packet->source;
        *ret_destination = packet->destination;
        /* A report is drawn from the client on whose behalf the host sent it, to the group that it is about. */
        if (record_is_membership(record) && record->told->group_changes[0].change != MEMBERSHIP_QUERY) {
                *ret_source = record->flow->conversation->endpoints[record->flow->side];
                *ret_destination = record->told->group_changes[0].group;
        }
        if (packet->transport != TRANSPORT_ICMP || icmp->quoted_transport == TRANSPORT_NONE)
                return;
        if (ip_address_equal(&packet->source.address, &icmp->quoted_destination.address))
                *ret_source = icmp->quoted_destination;
        if (ip_address_equal(&packet->destination.address, &icmp->quoted_source.address))
                *ret_destination = icmp->quoted_source;
}

static Socket *
note_socket(Lifelines *self, const Endpoint *endpoint, const Record *record, const char *role, const char *name)
{
        Socket *socket = g_hash_table_lookup(self->by_endpoint, endpoint);

        if (!socket) {
                socket = g_new0(Socket, 1);
                socket->endpoint = *endpoint;
                socket->transport = record->packet->transport;
                socket->role = role;
                socket->position = self->sockets->len;
                g_ptr_array_add(self->sockets, socket);
                g_hash_table_insert(self->by_endpoint, &socket->endpoint, socket);
        }
        if (!socket->name && name)
                socket->name = name;
        /* A peer that also talks to a server is a client of that server. */
        if (g_str_equal(socket->role, "peer"))
                socket->role = role;
        socket->packets++;
        return socket;
}

static void note_ends(Lifelines *self, const Record *record)
{
        gboolean has_ports = record->packet->transport == TRANSPORT_TCP || record->packet->transport == TRANSPORT_UDP;
        const char *roles[2] = {record_source_role(record), record_destination_role(record)};
        const char *names[2] = {record->told->source_name, record->told->destination_name};
        /* A client is left of its server, even if a packet of the server comes first. */
        guint first = g_str_equal(roles[0], "server");
        Endpoint ends[2];

        record_get_ends(record, &ends[0], &ends[1]);
        for (guint i = 0; i < 2; i++) {
                guint end = i ^ first;

                note_socket(self, &ends[end], record, roles[end], has_ports ? names[end] : NULL);
        }
}

static void collect(Lifelines *self, const Record *const *records, guint n_records)
{
        for (guint i = 0; i < n_records; i++) {
                note_ends(self, records[i]);
                self->has_states |= records[i]->packet->transport == TRANSPORT_TCP;
        }
}

static gint compare_packets(gconstpointer a, gconstpointer b)
{
        const Socket *one = *(Socket *const *) a, *other = *(Socket *const *) b;

        if (one->packets != other->packets)
                return one->packets > other->packets ? -1 : 1;
        return one->position < other->position ? -1 : 1;
}

static gint compare_positions(gconstpointer a, gconstpointer b)
{
        const Socket *one = *(Socket *const *) a, *other = *(Socket *const *) b;

        return one->position < other->position ? -1 : one->position > other->position;
}

/* Gives each socket the index of its lifeline, in the order in which they appear, and returns the number of lifelines.
 */
static guint choose(Lifelines *self)
{
        guint max = self->options->width == LADDER_WIDE ? LIFELINES_MAX_WIDE : LIFELINES_MAX_NARROW;
        g_autoptr(GPtrArray) chosen = g_ptr_array_new();
        guint n = self->sockets->len;

        for (guint i = 0; i < n; i++)
                g_ptr_array_add(chosen, g_ptr_array_index(self->sockets, i));
        if (n > max) {
                g_ptr_array_sort(chosen, compare_packets);
                for (guint i = max - 1; i < n; i++)
                        ((Socket *) g_ptr_array_index(chosen, i))->index = max - 1;
                g_ptr_array_set_size(chosen, (gint) max - 1);
                g_ptr_array_sort(chosen, compare_positions);
        }
        for (guint i = 0; i < chosen->len; i++)
                ((Socket *) g_ptr_array_index(chosen, i))->index = i;
        return MIN(n, max);
}

static const Socket *find_socket(const Lifelines *self, const Endpoint *endpoint)
{
        return g_hash_table_lookup(self->by_endpoint, endpoint);
}

static void order(Lifelines *self, const Record *const *records, guint n_records, guint n)
{
        guint place[LADDER_ORDER_MAX];
        LadderTraffic traffic = {{0}};

        for (guint i = 0; i < n_records; i++) {
                Endpoint source, destination;

                record_get_ends(records[i], &source, &destination);
                ladder_order_count(traffic, find_socket(self, &source)->index, find_socket(self, &destination)->index);
        }
        ladder_order_find(traffic, n, place);
        for (guint i = 0; i < self->sockets->len; i++) {
                Socket *socket = g_ptr_array_index(self->sockets, i);

                socket->index = place[socket->index];
        }
}

/* A name that is only the address is not used, because the address stands below it anyway. */
const char *lifeline_name(const LadderOptions *options,
                          const Endpoint *endpoint,
                          Transport transport,
                          const char *chat_name,
                          const char *role)
{
        char address[IP_ADDRESS_STRING_SIZE];
        const char *name = options->name_of ? options->name_of(endpoint, transport, options->name_of_data) : NULL;

        if (name && !g_str_equal(name, ip_address_to_string(&endpoint->address, address)))
                return name;
        return chat_name ? chat_name : role;
}

static void add_lifelines(Lifelines *self, guint n)
{
        g_array_set_size(self->lifelines, n);
        for (guint i = 0; i < self->sockets->len; i++) {
                const Socket *socket = g_ptr_array_index(self->sockets, i);
                Lifeline *lifeline = &g_array_index(self->lifelines, Lifeline, socket->index);

                if (lifeline->packets > 0)
                        lifeline->n_others++;
                else
                        lifeline->endpoint = socket->endpoint;
                lifeline->transport = socket->transport;
                lifeline->packets += socket->packets;
                g_free(lifeline->name);
                lifeline->name = g_strdup(
                        lifeline_name(self->options, &socket->endpoint, socket->transport, socket->name, socket->role));
        }
}

static void place_lifelines(Lifelines *self)
{
        gboolean is_wide = self->options->width == LADDER_WIDE;
        guint n = self->lifelines->len;
        double first = 10, step = n > 1 ? (NARROW - 20.0) / (n - 1) : 0;

        self->width = NARROW;
        if (is_wide) {
                first = self->has_states ? FIRST_WITH_STATES : FIRST;
                step = n == 3 ? 348 : n > 3 ? 300 : self->has_states ? 412 : 520;
                self->width = MAX(first + (MAX(n, 1) - 1) * step + (self->has_states ? 130 : 60), WIDE_TWO);
        }
        for (guint i = 0; i < n; i++)
                g_array_index(self->lifelines, Lifeline, i).x = first + i * step;
}

/* The space for the head of a lifeline, from left to right. */
static void get_room(const Lifelines *self, guint index, double *ret_left, double *ret_right)
{
        const Lifeline *lifelines = (const Lifeline *) (gpointer) self->lifelines->data;
        gboolean is_wide = self->options->width == LADDER_WIDE;
        double left = is_wide ? COLUMNS_END : 0, right = self->width - (is_wide ? 8 : 0);

        if (index > 0)
                left = (lifelines[index - 1].x + lifelines[index].x) / 2 + 5;
        if (index + 1 < self->lifelines->len)
                right = (lifelines[index].x + lifelines[index + 1].x) / 2 - 5;
        *ret_left = left;
        *ret_right = right;
}

static gboolean fits(const char *text, double room)
{
        return text_kind_width(TEXT_KIND_ADDRESS, text) <= room;
}

#define MAX_ADDRESS_LINES 3

/* Breaks an address after dots and colons into lines that are as long as possible. FALSE: it needs too many lines. */
static gboolean break_address(GPtrArray *lines, const char *text, double room)
{
        while (*text && lines->len < MAX_ADDRESS_LINES) {
                gsize length = strlen(text), part = length;

                for (; part > 0; part--) {
                        g_autofree char *line = g_strndup(text, part);

                        if ((part == length || strchr(".:", text[part - 1])) && fits(line, room))
                                break;
                }
                if (part == 0)
                        return FALSE;
                g_ptr_array_add(lines, g_strndup(text, part));
                text += part;
        }
        return *text == '\0';
}

static void shorten_address(GPtrArray *lines, const char *text, double room)
{
        g_ptr_array_add(lines,
                        ladder_text_shorten(text, LADDER_FONT_MONO, text_kind_size(TEXT_KIND_ADDRESS), room, 64));
}

/* An address on as few lines as possible: in one; address and port; broken after dots and colons; or with the middle
 * left out. */
static GPtrArray *address_lines(const Endpoint *endpoint, double room)
{
        GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
        char address[IP_ADDRESS_STRING_SIZE];
        g_autofree char *port = endpoint->port > 0 ? g_strdup_printf(":%u", endpoint->port) : g_strdup("");
        gboolean is_quoted = endpoint->address.family == 6 && *port;
        g_autofree char *host = NULL, *whole = NULL;

        ip_address_to_string(&endpoint->address, address);
        host = g_strdup_printf(is_quoted ? "[%s]" : "%s", address);
        whole = g_strconcat(host, port, NULL);
        if (fits(whole, room)) {
                g_ptr_array_add(lines, g_steal_pointer(&whole));
        } else if (fits(host, room)) {
                g_ptr_array_add(lines, g_steal_pointer(&host));
                g_ptr_array_add(lines, g_steal_pointer(&port));
        } else if (!break_address(lines, whole, room)) {
                g_ptr_array_set_size(lines, 0);
                shorten_address(lines, host, room);
                shorten_address(lines, port, room);
        }
        return lines;
}

static void head_lifelines(Lifelines *self)
{
        guint n_lines = 1;

        for (guint i = 0; i < self->lifelines->len; i++) {
                Lifeline *lifeline = &g_array_index(self->lifelines, Lifeline, i);
                g_autofree char *raw = g_steal_pointer(&lifeline->name);
                g_autofree char *harmless = ladder_text_harmless(raw, strlen(raw), 100);
                double left, right;

                get_room(self, i, &left, &right);
                lifeline->address = lifeline->n_others > 0 ? g_ptr_array_new_with_free_func(g_free) :
                                                             address_lines(&lifeline->endpoint, right - left);
                lifeline->name = lifeline->n_others > 0 ?
                                         g_strdup_printf("%u others", lifeline->n_others + 1) :
                                         ladder_text_shorten(harmless, LADDER_FONT_BOLD, text_kind_size(TEXT_KIND_NAME),
                                                             right - left, NAME_LETTERS);
                n_lines = MAX(n_lines, lifeline->address->len);
        }
        self->head = 54 + 14 * (n_lines - 1);
}

Lifelines *lifelines_new(const Record *const *records, guint n_records, const LadderOptions *options)
{
        Lifelines *self = g_new0(Lifelines, 1);
        guint n;

        self->options = options;
        self->sockets = g_ptr_array_new_with_free_func(g_free);
        self->by_endpoint = g_hash_table_new(endpoint_hash, endpoint_equal_keys);
        self->lifelines = g_array_new(FALSE, TRUE, sizeof(Lifeline));
        g_array_set_clear_func(self->lifelines, lifeline_clear);
        collect(self, records, n_records);
        n = choose(self);
        order(self, records, n_records, n);
        add_lifelines(self, n);
        place_lifelines(self);
        head_lifelines(self);
        return self;
}

void lifelines_free(Lifelines *self)
{
        if (!self)
                return;
        g_array_unref(self->lifelines);
        g_hash_table_unref(self->by_endpoint);
        g_ptr_array_unref(self->sockets);
        g_free(self);
}

guint lifelines_get_length(const Lifelines *self)
{
        return self->lifelines->len;
}

const Lifeline *lifelines_get(const Lifelines *self, guint index)
{
        return &g_array_index(self->lifelines, Lifeline, index);
}

void lifelines_find(const Lifelines *self, const Record *record, guint *ret_source, guint *ret_destination)
{
        Endpoint source, destination;

        record_get_ends(record, &source, &destination);
        *ret_source = find_socket(self, &source)->index;
        *ret_destination = find_socket(self, &destination)->index;
}

double lifelines_get_width(const Lifelines *self)
{
        return self->width;
}

double lifelines_get_head(const Lifelines *self)
{
        return self->head;
}

/* Centres a text over its lifeline, or as near to that as the space allows. */
static void
draw_head_line(const Lifelines *self, Drawing *drawing, guint index, TextKind kind, double y, const char *text)
{
        double x = g_array_index(self->lifelines, Lifeline, index).x, half = text_kind_width(kind, text) / 2, left,
               right;

        get_room(self, index, &left, &right);
        if (x - half < left)
                drawing_text(drawing, kind, left, y, ANCHOR_START, NULL, text);
        else if (x + half > right)
                drawing_text(drawing, kind, right, y, ANCHOR_END, NULL, text);
        else
                drawing_text(drawing, kind, x, y, ANCHOR_MIDDLE, NULL, text);
}

void lifelines_draw_heads(const Lifelines *self, Drawing *drawing)
{
        for (guint i = 0; i < self->lifelines->len; i++) {
                const Lifeline *lifeline = &g_array_index(self->lifelines, Lifeline, i);

                draw_head_line(self, drawing, i, TEXT_KIND_NAME, 18, lifeline->name);
                for (guint j = 0; j < lifeline->address->len; j++)
                        draw_head_line(self, drawing, i, TEXT_KIND_ADDRESS, 36 + 14 * j, lifeline->address->pdata[j]);
        }
        if (self->options->width == LADDER_NARROW)
                return;
        drawing_text(drawing, TEXT_KIND_ADDRESS, 14, 36, ANCHOR_START, NULL, "phase");
        drawing_text(drawing, TEXT_KIND_ADDRESS, 116, 36, ANCHOR_END, NULL, "frame");
        drawing_text(drawing, TEXT_KIND_ADDRESS, 210, 36, ANCHOR_END, NULL, "seconds");
}
