/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a table of conversations gives up, and when: reassembly that waits for what never comes, and memory. */
#include "analyzer/flow/flow.h"

#include <string.h>

/* As flow-private.h has them. */
#define WAITING_OCTETS (1024 * 1024)
#define WAITING_PIECES 1024

typedef struct {
        FlowTable *table;
        guint64 frame;
        guint64 streams[4096]; /* of the conversations that were forgotten, in that order */
        guint n_streams;
        guint64 gaps, delivered; /* octets that chunks told */
} Wire;

static void note_evicted(Conversation *conversation, gpointer data)
{
        Wire *wire = data;

        g_assert_cmpuint(wire->n_streams, <, G_N_ELEMENTS(wire->streams));
        wire->streams[wire->n_streams++] = conversation->stream;
}

static void wire_init(Wire *wire, gsize memory_limit)
{
        FlowOptions options = {.memory_limit = memory_limit, .evicted = note_evicted, .evicted_data = wire};

        *wire = (Wire){.table = flow_table_new(&options)};
}

/* A segment between 10.0.0.1:port and 10.0.0.2:8090, without acknowledgement. */
static void
add(Wire *wire, guint16 port, gboolean from_server, guint flags, guint32 seq, const guint8 *data, guint length)
{
        const Endpoint client = {.address = {.family = 4, .octets = {10, 0, 0, 1}}, .port = port};
        const Endpoint server = {.address = {.family = 4, .octets = {10, 0, 0, 2}}, .port = 8090};
        CaptureFrame frame = {
                .number = ++wire->frame,
                .time = (gint64) wire->frame * 1000000,
                .has_time = TRUE,
                .is_packet = TRUE,
                .original_length = 60,
        };
        Packet packet = {.frame = &frame, .status = DECODE_COMPLETE, .transport = TRANSPORT_TCP};
        const FlowChunk *chunks;
        FlowPacket flow;
        guint n;

        packet.source = from_server ? server : client;
        packet.destination = from_server ? client : server;
        packet.hash = endpoints_hash(&client, &server);
        packet.tcp.flags = (guint16) flags;
        packet.tcp.sequence = seq;
        packet.payload = length > 0 ? data : NULL;
        packet.payload_length = packet.payload_captured = length;
        g_assert_true(flow_table_add(wire->table, &packet, &flow));
        chunks = flow_table_get_chunks(wire->table, &n);
        for (guint i = 0; i < n; i++)
                *(chunks[i].is_gap ? &wire->gaps : &wire->delivered) += chunks[i].length;
}

/* Octets behind a gap wait for it, but not more than the limit: then the gap is told, and all of them. */
static void test_waiting_octets(void)
{
        enum { PIECE = 16 * 1024 };
        g_autofree guint8 *data = g_malloc0(PIECE);
        Wire wire;

        wire_init(&wire, 0);
        add(&wire, 5000, FALSE, TCP_SYN, 0, NULL, 0);
        for (guint32 i = 0; i < WAITING_OCTETS / PIECE; i++)
                add(&wire, 5000, FALSE, TCP_ACK, 2 + i * PIECE, data, PIECE);
        g_assert_cmpuint(wire.gaps + wire.delivered, ==, 0);
        add(&wire, 5000, FALSE, TCP_ACK, 2 + WAITING_OCTETS, data, 1);
        g_assert_cmpuint(wire.gaps, ==, 1);
        g_assert_cmpuint(wire.delivered, ==, WAITING_OCTETS + 1);
        flow_table_free(wire.table);
}

/* What was delivered waits no longer: a connection may lose a segment again and again, as long as each comes at last.
 */
static void test_waiting_again(void)
{
        enum { PIECE = 16 * 1024, TIMES = 3 * WAITING_OCTETS / PIECE };
        g_autofree guint8 *data = g_malloc0(PIECE);
        Wire wire;

        wire_init(&wire, 0);
        add(&wire, 5000, FALSE, TCP_SYN, 0, NULL, 0);
        add(&wire, 5000, FALSE, TCP_ACK, 1 + PIECE, data, PIECE);
        for (guint32 i = 0; i < TIMES; i++) {
                add(&wire, 5000, FALSE, TCP_ACK, 1 + (2 * i + 3) * PIECE, data, PIECE); /* waits for the next round */
                add(&wire, 5000, FALSE, TCP_ACK, 1 + 2 * i * PIECE, data, PIECE);
        }
        g_assert_cmpuint(wire.gaps, ==, 0);
        g_assert_cmpuint(wire.delivered, ==, 2 * TIMES * PIECE);
        flow_table_free(wire.table);
}

/* The same of small pieces, whose number is what counts. */
static void test_waiting_pieces(void)
{
        const guint8 octet = 'x';
        Wire wire;

        wire_init(&wire, 0);
        add(&wire, 5000, FALSE, TCP_SYN, 0, NULL, 0);
        for (guint32 i = 1; i <= WAITING_PIECES; i++)
                add(&wire, 5000, FALSE, TCP_ACK, 2 * i, &octet, 1);
        g_assert_cmpuint(wire.gaps + wire.delivered, ==, 0);
        add(&wire, 5000, FALSE, TCP_ACK, 2 * (WAITING_PIECES + 1), &octet, 1);
        g_assert_cmpuint(wire.gaps, ==, 1);
        g_assert_cmpuint(wire.delivered, ==, 1);
        flow_table_free(wire.table);
}

/* What all connections together keep waiting is a part of the memory limit. */
static void test_waiting_memory(void)
{
        enum { LIMIT = 1024 * 1024, PIECE = 8 * 1024, CONNECTIONS = 16 };
        g_autofree guint8 *data = g_malloc0(PIECE);
        Wire wire;

        wire_init(&wire, LIMIT);
        for (guint16 i = 0; i < CONNECTIONS; i++) {
                add(&wire, (guint16) (5000 + i), FALSE, TCP_SYN, 0, NULL, 0);
                add(&wire, (guint16) (5000 + i), FALSE, TCP_ACK, 2, data, PIECE);
                /* A sixteenth of the limit, less what the pieces cost beside their octets. */
                if (i < LIMIT / 16 / PIECE - 1)
                        g_assert_cmpuint(wire.gaps, ==, 0);
        }
        g_assert_cmpuint(wire.gaps, >, 0);
        g_assert_cmpuint(wire.gaps, <, CONNECTIONS);
        flow_table_free(wire.table);
}

static gboolean ends_early(guint64 stream)
{
        return stream % 10 == 5;
}

/* Connections that ended go before all others, and of the others those that were silent longest; an eighth at once. */
static void test_eviction(void)
{
        enum { LIMIT = 512 * 1024, FIRST_PORT = 1000 };
        guint n = 0, n_ended, n_first;
        Wire wire;

        wire_init(&wire, LIMIT);
        for (; wire.n_streams == 0; n++) {
                add(&wire, (guint16) (FIRST_PORT + n), FALSE, TCP_SYN, 0, NULL, 0);
                if (ends_early(n))
                        add(&wire, (guint16) (FIRST_PORT + n), TRUE, TCP_RST | TCP_ACK, 0, NULL, 0);
        }
        n--; /* the last came when the others had been looked at */
        n_ended = (n + 4) / 10;
        n_first = wire.n_streams;
        g_assert_cmpuint(n_first, ==, n / 8 + 1);
        g_assert_cmpuint(n_first, >, n_ended);
        g_assert_cmpuint(flow_table_get_counts(wire.table).evicted, ==, n_first);
        for (guint i = 0, open = 0; i < n_first; i++) {
                n_ended -= ends_early(wire.streams[i]);
                if (!ends_early(wire.streams[i])) {
                        g_assert_cmpuint(wire.streams[i], ==, open);
                        open += 1 + ends_early(open + 1);
                }
        }
        g_assert_cmpuint(n_ended, ==, 0);

        /* Who speaks again is not among the oldest any more. */
        for (guint stream = 20; stream < 30; stream++)
                add(&wire, (guint16) (FIRST_PORT + stream), FALSE, TCP_SYN, 0, NULL, 0);
        for (guint i = 0; wire.n_streams == n_first; i++)
                add(&wire, (guint16) (30000 + i), FALSE, TCP_SYN, 0, NULL, 0);
        for (guint i = n_first; i < wire.n_streams; i++)
                g_assert_false(wire.streams[i] >= 20 && wire.streams[i] < 30);
        flow_table_free(wire.table);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/flow/limits/waiting-octets", test_waiting_octets);
        g_test_add_func("/flow/limits/waiting-again", test_waiting_again);
        g_test_add_func("/flow/limits/waiting-pieces", test_waiting_pieces);
        g_test_add_func("/flow/limits/waiting-memory", test_waiting_memory);
        g_test_add_func("/flow/limits/eviction", test_eviction);
        return g_test_run();
}
