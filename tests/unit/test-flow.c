/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Segments put together by hand; what real captures show is compared with tshark in tests/parity. */
#include "analyzer/flow/flow.h"

#include <string.h>

/* Raw sequence numbers start just below the wrap, so that every test passes it. */
#define ISN_A 0xfffffffau
#define ISN_B 0xfffffff0u

typedef struct {
        FlowTable *table;
        guint64 frame;
        FlowPacket flow;
        GString *stream; /* what was delivered; gaps as "<N>" */
} Wire;

static void wire_init(Wire *wire)
{
        *wire = (Wire){.table = flow_table_new(NULL), .stream = g_string_new(NULL)};
}

static void wire_clear(Wire *wire)
{
        flow_table_free(wire->table);
        g_string_free(wire->stream, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wire, wire_clear)

/* from: 'a' (the client) or 'b'; numbers relative; a millisecond between segments. captured: -1 for all. */
static const FlowPacket *
cut_segment(Wire *wire, char from, guint flags, guint32 seq, guint32 ack, const char *data, gssize captured)
{
        g_autofree guint8 *octets = g_memdup2(data, strlen(data));
        CaptureFrame frame = {
                .number = ++wire->frame,
                .time = (gint64) wire->frame * 1000000,
                .has_time = TRUE,
                .is_packet = TRUE,
                .original_length = 60,
        };
        Packet packet = {.frame = &frame, .status = DECODE_COMPLETE, .transport = TRANSPORT_TCP};
        const FlowChunk *chunks;
        guint n_chunks;

        packet.source.address.family = packet.destination.address.family = 4;
        packet.source.address.octets[3] = from == 'a' ? 1 : 2;
        packet.destination.address.octets[3] = from == 'a' ? 2 : 1;
        packet.source.port = from == 'a' ? 5000 : 8090;
        packet.destination.port = from == 'a' ? 8090 : 5000;
        packet.hash = endpoints_hash(&packet.source, &packet.destination);
        packet.tcp.flags = (guint16) flags;
        packet.tcp.sequence = seq + (from == 'a' ? ISN_A : ISN_B);
        packet.tcp.acknowledgement = ack + (from == 'a' ? ISN_B : ISN_A);
        packet.tcp.window = 1000;
        packet.payload_length = (guint32) strlen(data);
        packet.payload_captured = captured < 0 ? packet.payload_length : (guint32) captured;
        packet.payload = packet.payload_captured > 0 ? octets : NULL;
        g_assert_true(flow_table_add(wire->table, &packet, &wire->flow));
        chunks = flow_table_get_chunks(wire->table, &n_chunks);
        for (guint i = 0; i < n_chunks; i++) {
                if (chunks[i].is_gap)
                        g_string_append_printf(wire->stream, "<%" G_GSIZE_FORMAT ">", chunks[i].length);
                else
                        g_string_append_len(wire->stream, (const char *) chunks[i].octets, (gssize) chunks[i].length);
        }
        return &wire->flow;
}

static const FlowPacket *segment(Wire *wire, char from, guint flags, guint32 seq, guint32 ack, const char *data)
{
        return cut_segment(wire, from, flags, seq, ack, data, -1);
}

static void check(Wire *wire, TcpRole role, TcpState a, TcpState b)
{
        g_assert_cmpint(wire->flow.role, ==, role);
        g_assert_cmpstr(tcp_state_to_string(wire->flow.states[0]), ==, tcp_state_to_string(a));
        g_assert_cmpstr(tcp_state_to_string(wire->flow.states[1]), ==, tcp_state_to_string(b));
}

static void open_connection(Wire *wire)
{
        segment(wire, 'a', TCP_SYN, 0, 0, "");
        check(wire, TCP_ROLE_SYN, TCP_STATE_SYN_SENT, TCP_STATE_SYN_RECEIVED);
        segment(wire, 'b', TCP_SYN | TCP_ACK, 0, 1, "");
        check(wire, TCP_ROLE_SYN_ACK, TCP_STATE_ESTABLISHED, TCP_STATE_SYN_RECEIVED);
        segment(wire, 'a', TCP_ACK, 1, 1, "");
        check(wire, TCP_ROLE_HANDSHAKE_ACK, TCP_STATE_ESTABLISHED, TCP_STATE_ESTABLISHED);
        g_assert_cmpint(wire->flow.conversation->tcp->initial_rtt, ==, 2000000);
        g_assert_cmpuint(wire->flow.conversation->client, ==, 0);
}

static void test_orderly_close(void)
{
        g_auto(Wire) wire;

        wire_init(&wire);
        open_connection(&wire);
        segment(&wire, 'a', TCP_FIN | TCP_ACK, 1, 1, "");
        check(&wire, TCP_ROLE_FIN, TCP_STATE_FIN_WAIT_1, TCP_STATE_CLOSE_WAIT);
        segment(&wire, 'b', TCP_ACK, 1, 2, "");
        check(&wire, TCP_ROLE_TEARDOWN_ACK, TCP_STATE_FIN_WAIT_2, TCP_STATE_CLOSE_WAIT);
        segment(&wire, 'b', TCP_PSH | TCP_ACK, 1, 2, "half-closed");
        check(&wire, TCP_ROLE_DATA, TCP_STATE_FIN_WAIT_2, TCP_STATE_CLOSE_WAIT);
        segment(&wire, 'a', TCP_ACK, 2, 12, "");
        check(&wire, TCP_ROLE_ACK, TCP_STATE_FIN_WAIT_2, TCP_STATE_CLOSE_WAIT);
        segment(&wire, 'b', TCP_FIN | TCP_ACK, 12, 2, "");
        check(&wire, TCP_ROLE_FIN, TCP_STATE_TIME_WAIT, TCP_STATE_LAST_ACK);
        g_assert_true(wire.flow.stream_ended);
        segment(&wire, 'a', TCP_ACK, 2, 13, "");
        check(&wire, TCP_ROLE_TEARDOWN_ACK, TCP_STATE_TIME_WAIT, TCP_STATE_CLOSED);
        g_assert_cmpuint(wire.flow.conversation->tcp->fin_first, ==, 0);
}

static void test_simultaneous_close(void)
{
        g_auto(Wire) wire;

        wire_init(&wire);
        open_connection(&wire);
        segment(&wire, 'a', TCP_FIN | TCP_ACK, 1, 1, "");
        segment(&wire, 'b', TCP_FIN | TCP_ACK, 1, 1, "");
        check(&wire, TCP_ROLE_FIN, TCP_STATE_CLOSING, TCP_STATE_CLOSING);
        segment(&wire, 'a', TCP_ACK, 2, 2, "");
        check(&wire, TCP_ROLE_TEARDOWN_ACK, TCP_STATE_CLOSING, TCP_STATE_TIME_WAIT);
        segment(&wire, 'b', TCP_ACK, 2, 2, "");
        check(&wire, TCP_ROLE_TEARDOWN_ACK, TCP_STATE_TIME_WAIT, TCP_STATE_TIME_WAIT);
}

static void test_refused(void)
{
        g_auto(Wire) wire;

        wire_init(&wire);
        segment(&wire, 'a', TCP_SYN, 0, 0, "");
        segment(&wire, 'b', TCP_RST | TCP_ACK, 0, 1, "");
        check(&wire, TCP_ROLE_RST, TCP_STATE_CLOSED, TCP_STATE_CLOSED);
}

static void test_reused_ports(void)
{
        g_auto(Wire) wire;

        wire_init(&wire);
        open_connection(&wire);
        segment(&wire, 'a', TCP_SYN, 0, 0, "");
        g_assert_cmpuint(wire.flow.conversation->stream, ==, 0); /* the same number: the same connection */
        segment(&wire, 'a', TCP_SYN, 70000, 0, "");
        g_assert_cmpuint(wire.flow.conversation->stream, ==, 1);
        g_assert_cmpuint(wire.flow.analysis, ==, TCP_ANALYSIS_REUSED_PORTS);
        g_assert_cmpuint(wire.flow.relative_sequence, ==, 0);
}

static void test_retransmission(void)
{
        g_auto(Wire) wire;

        wire_init(&wire);
        open_connection(&wire);
        g_assert_cmpuint(segment(&wire, 'a', TCP_ACK, 1, 1, "hello\n")->new_octets, ==, 6);
        g_assert_cmpuint(segment(&wire, 'a', TCP_ACK, 1, 1, "hello\n")->new_octets, ==, 0);
        g_assert_cmpuint(wire.flow.analysis, ==, TCP_ANALYSIS_RETRANSMISSION);
        segment(&wire, 'b', TCP_ACK, 1, 7, "");
        segment(&wire, 'a', TCP_ACK, 1, 1, "hello\n");
        g_assert_cmpuint(wire.flow.analysis, ==, TCP_ANALYSIS_SPURIOUS_RETRANSMISSION);
        segment(&wire, 'a', TCP_ACK, 0, 1, "x");
        g_assert_cmpstr(wire.stream->str, ==, "hello\n");
}

static void test_reordering(void)
{
        g_auto(Wire) wire;

        wire_init(&wire);
        open_connection(&wire);
        segment(&wire, 'a', TCP_ACK, 7, 1, "ghi");
        segment(&wire, 'a', TCP_ACK, 4, 1, "def");
        g_assert_cmpstr(wire.stream->str, ==, "");
        /* Overlaps what waits on both sides; what came first counts. */
        g_assert_cmpuint(segment(&wire, 'a', TCP_ACK, 1, 1, "abcXXXXXXj")->new_octets, ==, 4);
        g_assert_cmpstr(wire.stream->str, ==, "abcdefghij");
}

static void test_gaps(void)
{
        g_auto(Wire) wire;

        wire_init(&wire);
        open_connection(&wire);
        segment(&wire, 'a', TCP_ACK, 1, 1, "abc");
        segment(&wire, 'a', TCP_ACK, 8, 1, "hij");
        g_assert_true(wire.flow.analysis & TCP_ANALYSIS_LOST_SEGMENT);
        g_assert_cmpstr(wire.stream->str, ==, "abc");
        segment(&wire, 'b', TCP_ACK, 1, 11, "");
        segment(&wire, 'a', TCP_ACK, 11, 1, "k");
        g_assert_cmpstr(wire.stream->str, ==, "abc<4>hijk");
        cut_segment(&wire, 'a', TCP_ACK, 12, 1, "lmnop", 2);
        g_assert_cmpstr(wire.stream->str, ==, "abc<4>hijklm<3>");
        segment(&wire, 'a', TCP_FIN | TCP_ACK, 17, 1, "");
        g_assert_true(wire.flow.stream_ended);
}

static void test_midstream(void)
{
        g_auto(Wire) wire;

        wire_init(&wire);
        segment(&wire, 'b', TCP_PSH | TCP_ACK, 500, 700, "later");
        g_assert_cmpuint(wire.flow.relative_sequence, ==, 1);
        g_assert_cmpuint(wire.flow.relative_acknowledgement, ==, 1);
        g_assert_false(wire.flow.conversation->client_known);
        segment(&wire, 'a', TCP_ACK, 700, 505, "");
        g_assert_cmpuint(wire.flow.relative_acknowledgement, ==, 6);
        check(&wire, TCP_ROLE_ACK, TCP_STATE_ESTABLISHED, TCP_STATE_ESTABLISHED);
        g_assert_cmpstr(wire.stream->str, ==, "later");
}

/* The numbers that decided, and the better reading; what is said of them is in tests/golden/test_situations.py. */
static void test_evidence(void)
{
        FlowOptions options = {.history = TRUE};
        g_auto(Wire) wire;
        const FlowPacket *flow;

        wire_init(&wire);
        flow_table_free(wire.table);
        wire.table = flow_table_new(&options);
        open_connection(&wire);
        g_assert_null(wire.flow.evidence);
        flow = segment(&wire, 'a', TCP_ACK, 1, 1, "hello\n"); /* frame 4 */
        g_assert_null(flow->evidence);
        flow = segment(&wire, 'a', TCP_ACK, 1, 1, "hello\n");
        g_assert_cmpuint(flow->evidence->since_gap, ==, 1000000);
        g_assert_cmpuint(flow->evidence->order_limit, ==, 2000000);
        g_assert_true(flow->evidence->repeats_newest);
        g_assert_cmpuint(flow->captured_twice, ==, 0); /* a millisecond is too long without an identification */
        g_assert_cmpuint(flow->evidence->same_frame, ==, 4);
        g_assert_cmpuint(flow->evidence->n_same, ==, 1);
        g_assert_null(segment(&wire, 'b', TCP_ACK, 1, 7, "")->evidence);
        flow = segment(&wire, 'b', TCP_ACK, 1, 7, "");
        g_assert_cmpuint(flow->evidence->duplicate_acks, ==, 1);
        g_assert_cmpuint(flow->evidence->same_frame, ==, 0);
        flow = segment(&wire, 'a', TCP_ACK, 1, 1, "hello\n");
        g_assert_cmpuint(flow->evidence->acknowledged, ==, 7);
        g_assert_cmpuint(flow->evidence->n_same, ==, 2);
        flow = segment(&wire, 'a', TCP_ACK, 9, 1, "world\n");
        g_assert_cmpuint(flow->evidence->expected, ==, 7);
        flow = segment(&wire, 'b', TCP_ACK, 1, 30, "");
        g_assert_cmpuint(flow->evidence->contiguous, ==, 7);
        /* A new connection, whose numbers nobody carried before. */
        flow = segment(&wire, 'a', TCP_SYN, 70000, 0, "");
        g_assert_cmpuint(flow->evidence->earlier_base, ==, ISN_A);
        g_assert_cmpuint(flow->evidence->earlier_stream, ==, 0);
        g_assert_cmpint(flow->evidence->earlier_teardown, ==, TCP_TEARDOWN_NONE);
        g_assert_cmpint(flow->evidence->since_earlier, ==, 1000000);
        g_assert_cmpuint(flow->evidence->same_frame, ==, 0);
        g_assert_null(segment(&wire, 'b', TCP_SYN | TCP_ACK, 0, 70001, "")->evidence);
}

static void test_crossed_syns(void)
{
        g_auto(Wire) wire;

        wire_init(&wire);
        g_assert_false(segment(&wire, 'a', TCP_SYN, 0, 0, "")->syns_crossed);
        g_assert_true(segment(&wire, 'b', TCP_SYN, 0, 0, "")->syns_crossed);
        g_assert_false(segment(&wire, 'a', TCP_SYN, 0, 0, "")->syns_crossed);
        g_assert_true(segment(&wire, 'a', TCP_SYN | TCP_ACK, 0, 1, "")->syns_crossed);
        g_assert_true(segment(&wire, 'b', TCP_SYN | TCP_ACK, 0, 1, "")->syns_crossed);
        g_assert_false(segment(&wire, 'b', TCP_SYN | TCP_ACK, 0, 1, "")->syns_crossed);
        check(&wire, TCP_ROLE_SYN_ACK, TCP_STATE_ESTABLISHED, TCP_STATE_ESTABLISHED);
}

static void test_ecn(void)
{
        static const struct {
                guint offer, answer;
                TcpEcn ecn;
        } cases[] = {
                {0, 0, TCP_ECN_NONE},
                {TCP_ECE | TCP_CWR, TCP_ECE, TCP_ECN_CLASSIC},
                {TCP_ECE | TCP_CWR, 0, TCP_ECN_NONE},
                {TCP_ECE | TCP_CWR, TCP_ECE | TCP_CWR, TCP_ECN_NONE},
                {TCP_AE | TCP_ECE | TCP_CWR, TCP_ECE, TCP_ECN_CLASSIC},
                {TCP_AE | TCP_ECE | TCP_CWR, TCP_CWR, TCP_ECN_ACCURATE},
                {TCP_AE | TCP_ECE | TCP_CWR, TCP_AE, TCP_ECN_ACCURATE},
                {TCP_AE | TCP_ECE | TCP_CWR, TCP_AE | TCP_CWR, TCP_ECN_ACCURATE},
                {TCP_AE | TCP_ECE | TCP_CWR, TCP_AE | TCP_ECE, TCP_ECN_UNKNOWN},
                {TCP_AE | TCP_ECE | TCP_CWR, TCP_AE | TCP_ECE | TCP_CWR, TCP_ECN_NONE},
        };

        for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_auto(Wire) wire;

                wire_init(&wire);
                segment(&wire, 'a', TCP_SYN | cases[i].offer, 0, 0, "");
                g_assert_cmpint(wire.flow.conversation->tcp->ecn, ==, TCP_ECN_UNKNOWN);
                segment(&wire, 'b', TCP_SYN | TCP_ACK | cases[i].answer, 0, 1, "");
                g_assert_cmpint(wire.flow.conversation->tcp->ecn, ==, cases[i].ecn);
        }
}

/* A tunnel's datagrams have their number before what is inside, whatever that is, and count. */
static void test_tunnels(void)
{
        FlowTable *table = flow_table_new(NULL);
        CaptureFrame frame = {.number = 1, .time = 1000, .has_time = TRUE, .is_packet = TRUE, .original_length = 60};
        Endpoint ends[4] = {0};
        Packet packet = {.frame = &frame, .transport = TRANSPORT_TCP, .tcp = {.flags = TCP_SYN}, .n_tunnels = 2};
        FlowPacket flow;

        for (guint i = 0; i < 4; i++) {
                ends[i].address = (IpAddress){.family = 4, .octets = {10, 0, 0, (guint8) i}};
                ends[i].port = 4789;
        }
        packet.source = ends[0];
        packet.destination = ends[1];
        packet.hash = endpoints_hash(&packet.source, &packet.destination);
        packet.tunnels[0] = (Tunnel){TRANSPORT_UDP, ends[0], ends[1]};
        packet.tunnels[1] = (Tunnel){TRANSPORT_UDP, ends[2], ends[3]};
        for (guint32 connection = 0; connection < 3; connection++) {
                packet.tcp.sequence = connection * 1000;
                g_assert_true(flow_table_add(table, &packet, &flow));
                g_assert_cmpuint(flow.conversation->stream, ==, connection);
        }
        packet.transport = TRANSPORT_NONE;
        g_assert_false(flow_table_add(table, &packet, &flow));

        packet.transport = TRANSPORT_UDP;
        packet.n_tunnels = 1;
        packet.source = ends[3];
        packet.destination = ends[2];
        packet.hash = endpoints_hash(&packet.source, &packet.destination);
        g_assert_true(flow_table_add(table, &packet, &flow));
        g_assert_cmpuint(flow.conversation->stream, ==, 1);
        g_assert_false(flow.is_new);
        g_assert_cmpint(flow.side, ==, 1);
        g_assert_cmpuint(flow.conversation->packets, ==, 5);
        g_assert_cmpuint(flow.conversation->octets, ==, 300);
        packet.source = ends[1];
        packet.destination = ends[2];
        packet.hash = endpoints_hash(&packet.source, &packet.destination);
        g_assert_true(flow_table_add(table, &packet, &flow));
        g_assert_cmpuint(flow.conversation->stream, ==, 2);
        flow_table_free(table);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/flow/orderly-close", test_orderly_close);
        g_test_add_func("/flow/simultaneous-close", test_simultaneous_close);
        g_test_add_func("/flow/refused", test_refused);
        g_test_add_func("/flow/reused-ports", test_reused_ports);
        g_test_add_func("/flow/retransmission", test_retransmission);
        g_test_add_func("/flow/reordering", test_reordering);
        g_test_add_func("/flow/evidence", test_evidence);
        g_test_add_func("/flow/crossed-syns", test_crossed_syns);
        g_test_add_func("/flow/ecn", test_ecn);
        g_test_add_func("/flow/gaps", test_gaps);
        g_test_add_func("/flow/midstream", test_midstream);
        g_test_add_func("/flow/tunnels", test_tunnels);
        return g_test_run();
}
