/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What no capture of ours shows: the bounds of recognition, and streams with holes. */
#include "analyzer/session/session-private.h"

#include <string.h>

static ChatProtocol *tcp_chat, *udp_chat;

static Endpoint endpoint(const char *address, guint16 port)
{
        Endpoint self = {.port = port};

        g_assert_true(ip_address_from_string(address, strlen(address), &self.address));
        return self;
}

/* --- whole packets ----------------------------------------------------------------------------------- */

typedef struct {
        FlowTable *table;
        Session *session;
        GArray *chunks;
        guint64 frame;
        guint16 ports[2]; /* of a and b */
        const char *addresses[2];
        guint32 sequence[2]; /* what each sends next */
        FlowPacket flow;
        SessionPacket told;
        GByteArray *payload; /* of the last packet: slices may point into it */
} Wire;

static gsize wire_memory; /* of the session; 0: as it is by default */

static void wire_init(Wire *wire, guint16 port)
{
        g_autoptr(GPtrArray) protocols = g_ptr_array_new();
        Session *session;

        g_ptr_array_add(protocols, tcp_chat);
        g_ptr_array_add(protocols, udp_chat);
        session = session_new(protocols, NULL, 0, wire_memory);
        *wire = (Wire){
                .table = flow_table_new(&(FlowOptions){
                        .user_data_free = session_conversation_free,
                        .user_data_free_data = session,
                }),
                .session = session,
                .chunks = g_array_new(FALSE, FALSE, sizeof(FlowChunk)),
                .payload = g_byte_array_new(),
                .ports = {4000, port},
                .addresses = {"10.0.0.2", "10.0.0.1"},
                .sequence = {0xffffff00u, 77},
        };
}

static void wire_clear(Wire *wire)
{
        flow_table_free(wire->table);
        session_free(wire->session);
        g_array_unref(wire->chunks);
        g_byte_array_unref(wire->payload);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wire, wire_clear)

static SessionVerdict
send_packet(Wire *wire, Transport transport, char from, guint flags, const char *octets, gsize length)
{
        FlowSide side = from == 'b';
        CaptureFrame frame = {
                .number = ++wire->frame,
                .time = (gint64) wire->frame * 1000000,
                .has_time = TRUE,
                .is_packet = TRUE,
                .original_length = 60,
        };
        Packet packet = {.frame = &frame, .status = DECODE_COMPLETE, .transport = transport};
        SessionVerdict verdict;
        const FlowChunk *chunks;
        guint n_chunks;

        packet.source = endpoint(wire->addresses[side], wire->ports[side]);
        packet.destination = endpoint(wire->addresses[!side], wire->ports[!side]);
        packet.hash = endpoints_hash(&packet.source, &packet.destination);
        packet.tcp.flags = (guint16) flags;
        packet.tcp.sequence = wire->sequence[side];
        packet.tcp.acknowledgement = wire->sequence[!side];
        packet.tcp.window = 60000;
        g_byte_array_set_size(wire->payload, 0);
        g_byte_array_append(wire->payload, (const guint8 *) octets, (guint) length);
        packet.payload = length > 0 ? wire->payload->data : NULL;
        packet.payload_length = packet.payload_captured = (guint32) length;
        g_assert_true(flow_table_add(wire->table, &packet, &wire->flow));
        g_array_set_size(wire->chunks, 0);
        if (transport == TRANSPORT_TCP) {
                wire->sequence[side] += (guint32) length + (flags & (TCP_SYN | TCP_FIN) ? 1 : 0);
                chunks = flow_table_get_chunks(wire->table, &n_chunks);
                g_array_append_vals(wire->chunks, chunks, n_chunks);
        }
        verdict = session_judge(wire->session, &packet, &wire->flow, (const FlowChunk *) (gpointer) wire->chunks->data,
                                wire->chunks->len);
        session_tell(wire->session, &packet, &wire->flow, (const FlowChunk *) (gpointer) wire->chunks->data,
                     wire->chunks->len, &wire->told);
        return verdict;
}

static SessionVerdict data(Wire *wire, char from, const char *text)
{
        return send_packet(wire, TRANSPORT_TCP, from, TCP_PSH | TCP_ACK, text, strlen(text));
}

static SessionVerdict datagram(Wire *wire, char from, const char *text)
{
        return send_packet(wire, TRANSPORT_UDP, from, 0, text, strlen(text));
}

static void open_connection(Wire *wire)
{
        send_packet(wire, TRANSPORT_TCP, 'a', TCP_SYN, "", 0);
        send_packet(wire, TRANSPORT_TCP, 'b', TCP_SYN | TCP_ACK, "", 0);
        send_packet(wire, TRANSPORT_TCP, 'a', TCP_ACK, "", 0);
}

static void check_message(const Wire *wire, guint index, const char *octets, gboolean line_ended)
{
        const SessionMessage *message;

        g_assert_cmpuint(index, <, wire->told.n_messages);
        message = &wire->told.messages[index];
        g_assert_cmpmem(message->octets.start, message->octets.length, octets, strlen(octets));
        g_assert_cmpint(message->line_ended, ==, line_ended);
}

/* --- recognition ------------------------------------------------------------------------------------- */

static const GByteArray *held(const Wire *wire, FlowSide side)
{
        const SessionEvidence *evidence = ((const SessionConversation *) wire->flow.conversation->user_data)->evidence;

        return evidence ? evidence->head[side] : NULL;
}

static void test_first_line_too_long(void)
{
        for (guint hinted = 0; hinted < 2; hinted++) {
                g_autofree char *thousand = g_strnfill(1024, 'x');
                g_auto(Wire) wire;

                wire_init(&wire, hinted ? 8090 : 5555);
                open_connection(&wire);
                for (guint i = 0; i < SESSION_MAX_HEAD / 1024; i++)
                        g_assert_cmpint(data(&wire, 'a', thousand), ==, SESSION_UNDECIDED);
                g_assert_cmpuint(held(&wire, 0)->len, ==, SESSION_MAX_HEAD);
                g_assert_cmpint(data(&wire, 'a', "x"), ==, hinted ? SESSION_CHAT : SESSION_OTHER);
                g_assert_null(held(&wire, 0)); /* decided: nothing is kept any longer */
                g_assert_cmpint(data(&wire, 'b', "hello\n"), ==, hinted ? SESSION_CHAT : SESSION_OTHER);
        }
}

static void test_first_line_just_fits(void)
{
        g_autofree char *head = g_strnfill(SESSION_MAX_HEAD, 'x');
        g_auto(Wire) wire;

        wire_init(&wire, 5555);
        open_connection(&wire);
        g_assert_cmpint(data(&wire, 'a', head), ==, SESSION_UNDECIDED);
        g_assert_cmpint(data(&wire, 'b', "and the other side speaks"), ==, SESSION_UNDECIDED);
        g_assert_cmpint(data(&wire, 'a', "\n"), ==, SESSION_CHAT);
        g_assert_null(held(&wire, 1));
}

static void test_one_long_segment(void)
{
        g_autofree char *long_text = g_strnfill(60000, 'x');
        g_auto(Wire) wire;

        wire_init(&wire, 5555);
        open_connection(&wire);
        g_assert_cmpint(data(&wire, 'a', long_text), ==, SESSION_OTHER);
}

static void test_first_line_split(void)
{
        g_auto(Wire) wire;

        /* Within a character. */
        wire_init(&wire, 5555);
        open_connection(&wire);
        g_assert_cmpint(data(&wire, 'a', "gr\xc3"), ==, SESSION_UNDECIDED);
        g_assert_cmpint(data(&wire, 'a', "\xbc\xc3\x9f dich\n"), ==, SESSION_CHAT);
        wire_clear(&wire);

        /* The character does not go on: a single octet that is not UTF-8 does not speak against a chat. */
        wire_init(&wire, 5555);
        open_connection(&wire);
        g_assert_cmpint(data(&wire, 'a', "gr\xc3"), ==, SESSION_UNDECIDED);
        g_assert_cmpint(data(&wire, 'a', "x\n"), ==, SESSION_CHAT);
        wire_clear(&wire);

        /* Between carriage return and line feed: another protocol's line, on a chat's port too. */
        wire_init(&wire, 8090);
        open_connection(&wire);
        g_assert_cmpint(data(&wire, 'a', "HELO there\r"), ==, SESSION_UNDECIDED);
        g_assert_cmpint(data(&wire, 'a', "\n"), ==, SESSION_OTHER);
}

static void test_never_a_line(void)
{
        for (guint hinted = 0; hinted < 2; hinted++) {
                g_auto(Wire) wire;

                wire_init(&wire, hinted ? 8090 : 5555);
                open_connection(&wire);
                g_assert_cmpint(data(&wire, 'a', "no end"), ==, SESSION_UNDECIDED);
                g_assert_cmpint(session_judge_at_end(wire.session, wire.flow.conversation, NULL, 0), ==,
                                hinted ? SESSION_CHAT : SESSION_OTHER);
        }
}

static void test_misfits(void)
{
        g_auto(Wire) wire;

        wire_init(&wire, 5555);
        for (guint i = 0; i < 4; i++) {
                g_assert_cmpint(datagram(&wire, 'a', "is anybody there?"), ==, SESSION_UNDECIDED);
                g_assert_cmpint(datagram(&wire, 'a', ""), ==, SESSION_UNDECIDED);
        }
        g_assert_cmpint(datagram(&wire, 'a', "hi alpine"), ==, SESSION_UNDECIDED);
        g_assert_cmpint(datagram(&wire, 'b', "hi somebody-else"), ==, SESSION_UNDECIDED);
        g_assert_cmpint(datagram(&wire, 'a', "hi alpine"), ==, SESSION_UNDECIDED);
        g_assert_cmpint(datagram(&wire, 'b', "hi alpine"), ==, SESSION_CHAT);
        g_assert_cmpint(wire.told.sender, ==, CHAT_SENDER_SERVER);
        wire_clear(&wire);

        wire_init(&wire, 5555);
        for (guint i = 0; i < 4; i++)
                datagram(&wire, 'a', "is anybody there?");
        g_assert_cmpint(datagram(&wire, 'a', "no"), ==, SESSION_OTHER);
        g_assert_cmpint(datagram(&wire, 'a', "hi alpine"), ==, SESSION_OTHER);
        wire_clear(&wire);

        wire_init(&wire, 5555);
        g_assert_cmpint(datagram(&wire, 'a', "\x01\x02\xff"), ==, SESSION_OTHER);
}

static void test_empty_datagram(void)
{
        g_auto(Wire) wire;

        wire_init(&wire, 8090);
        datagram(&wire, 'a', "hi alpine");
        datagram(&wire, 'a', "");
        g_assert_cmpint(wire.told.kind, ==, SESSION_KIND_OTHER);
        check_message(&wire, 0, "", FALSE);
        g_assert_nonnull(wire.told.messages[0].octets.start);
        g_assert_cmpint(wire.told.messages[0].why, ==, CHAT_PARSE_EMPTY);
}

/* --- lines ------------------------------------------------------------------------------------------- */

static void test_lines(void)
{
        g_auto(Wire) wire;

        wire_init(&wire, 8090);
        open_connection(&wire);
        data(&wire, 'a', "one\ntwo\n\nthr");
        g_assert_cmpuint(wire.told.n_messages, ==, 3);
        check_message(&wire, 0, "one\n", TRUE);
        check_message(&wire, 1, "two\n", TRUE);
        check_message(&wire, 2, "\n", TRUE);
        g_assert_cmpuint(wire.told.messages[1].n_segments, ==, 1);
        g_assert_cmpmem(wire.told.pending_text.start, wire.told.pending, "thr", 3);
        /* The other direction has lines of its own. */
        data(&wire, 'b', "ans");
        g_assert_cmpuint(wire.told.n_messages, ==, 0);
        data(&wire, 'a', "e");
        g_assert_cmpuint(wire.told.pending, ==, 4);
        data(&wire, 'a', "e\n");
        g_assert_cmpuint(wire.told.n_messages, ==, 1);
        check_message(&wire, 0, "three\n", TRUE);
        g_assert_cmpuint(wire.told.messages[0].n_segments, ==, 3);
        g_assert_cmpuint(wire.told.pending, ==, 0);
        data(&wire, 'b', "wer\n");
        check_message(&wire, 0, "answer\n", TRUE);
}

static void test_lines_without_end(void)
{
        g_auto(Wire) wire;

        wire_init(&wire, 8090);
        open_connection(&wire);
        data(&wire, 'a', "hello\nthe rest");
        send_packet(&wire, TRANSPORT_TCP, 'a', TCP_FIN | TCP_ACK, " of it", 6);
        g_assert_cmpuint(wire.told.n_messages, ==, 1);
        check_message(&wire, 0, "the rest of it", FALSE);
        g_assert_cmpuint(wire.told.pending, ==, 0);
        /* The other direction goes on, and a reset ends it: the beginning of the line is told by whoever
         * sent it. */
        data(&wire, 'b', "half");
        g_assert_cmpuint(wire.told.n_messages, ==, 0);
        send_packet(&wire, TRANSPORT_TCP, 'b', TCP_RST | TCP_ACK, "", 0);
        g_assert_cmpuint(wire.told.n_messages, ==, 1);
        check_message(&wire, 0, "half", FALSE);
        send_packet(&wire, TRANSPORT_TCP, 'b', TCP_RST | TCP_ACK, "", 0);
        g_assert_cmpuint(wire.told.n_messages, ==, 0);
}

static void test_gap(void)
{
        g_auto(Wire) wire;

        wire_init(&wire, 8090);
        open_connection(&wire);
        data(&wire, 'a', "hello\nbefore ");
        wire.sequence[0] += 10; /* were never captured */
        data(&wire, 'a', " after\nnext\n");
        g_assert_cmpuint(wire.told.n_messages, ==, 0); /* it could still come */
        /* The other side acknowledges: it had them, we never will. */
        send_packet(&wire, TRANSPORT_TCP, 'b', TCP_ACK, "", 0);
        g_assert_cmpuint(wire.told.n_messages, ==, 0);
        g_assert_cmpuint(wire.told.n_released, ==, 2);
        g_assert_cmpuint(wire.told.released_gap, ==, 10);
        g_assert_cmpuint(wire.told.released[0].octets.length, ==, strlen("before  after\n"));
        g_assert_cmpuint(wire.told.released[0].missing, ==, 10);
        g_assert_cmpuint(wire.told.released[0].n_segments, ==, 2);
        g_assert_cmpuint(wire.told.released[1].missing, ==, 0);
        data(&wire, 'a', "last\n");
        g_assert_cmpuint(wire.told.n_released, ==, 0);
        g_assert_cmpuint(wire.told.n_messages, ==, 1);
        check_message(&wire, 0, "last\n", TRUE);
        /* A reset ends both directions. */
        data(&wire, 'a', "begun");
        data(&wire, 'b', "half");
        send_packet(&wire, TRANSPORT_TCP, 'b', TCP_RST | TCP_ACK, "", 0);
        g_assert_cmpuint(wire.told.n_messages, ==, 1);
        check_message(&wire, 0, "half", FALSE);
        g_assert_cmpuint(wire.told.n_released, ==, 1);
        g_assert_false(wire.told.released[0].line_ended);
}

static void test_very_long_line(void)
{
        g_autofree char *piece = g_strnfill(SESSION_MAX_LINE / 2, 'x');
        g_auto(Wire) wire;

        wire_init(&wire, 8090);
        open_connection(&wire);
        data(&wire, 'a', "hello\n");
        data(&wire, 'a', piece);
        g_assert_cmpuint(wire.told.pending, ==, SESSION_MAX_LINE / 2);
        /* As long as a line may be, its line feed included. */
        piece[SESSION_MAX_LINE / 2 - 1] = '\n';
        data(&wire, 'a', piece);
        g_assert_cmpuint(wire.told.n_messages, ==, 1);
        g_assert_cmpuint(wire.told.messages[0].octets.length, ==, SESSION_MAX_LINE);
        g_assert_true(wire.told.messages[0].line_ended);
        g_assert_cmpuint(wire.told.pending, ==, 0);

        /* One octet more: a piece without an end, and the end. */
        piece[SESSION_MAX_LINE / 2 - 1] = 'x';
        data(&wire, 'a', piece);
        data(&wire, 'a', piece);
        g_assert_cmpuint(wire.told.n_messages, ==, 1);
        g_assert_cmpuint(wire.told.messages[0].octets.length, ==, SESSION_MAX_LINE);
        g_assert_false(wire.told.messages[0].line_ended);
        g_assert_cmpuint(wire.told.pending, ==, 0);
        data(&wire, 'a', "\nshort\n");
        g_assert_cmpuint(wire.told.n_messages, ==, 2);
        check_message(&wire, 0, "\n", TRUE);
        check_message(&wire, 1, "short\n", TRUE);
}

/* Lines begun beyond the bound are told in pieces; that of the first to begin is still put together. */
static void test_short_lines(void)
{
        g_auto(Wire) wire;

        wire_memory = 4;
        wire_init(&wire, 8090);
        wire_memory = 0;
        open_connection(&wire);
        data(&wire, 'a', "hello\n");
        data(&wire, 'a', "begun");
        g_assert_cmpuint(wire.told.n_messages, ==, 0);
        data(&wire, 'b', "in two ");
        check_message(&wire, 0, "in two ", FALSE);
        data(&wire, 'b', "pieces\n");
        check_message(&wire, 0, "pieces\n", TRUE);
        data(&wire, 'a', " and ended\n");
        check_message(&wire, 0, "begun and ended\n", TRUE);
        g_assert_cmpuint(session_get_shortage(wire.session).split_lines, ==, 1);
        g_assert_cmpuint(wire.session->lines.held, ==, 0);
}

/* One packet that brings more lines than its bound: the rest is lost, and counted; the next one begins afresh. */
static void test_too_many_lines(void)
{
        g_auto(Wire) wire;

        wire_init(&wire, 8090);
        wire.session->max_lines = 3;
        open_connection(&wire);
        data(&wire, 'a', "1\n2\n3\n");
        g_assert_cmpuint(wire.told.n_messages, ==, 3);
        g_assert_cmpuint(session_get_shortage(wire.session).lines, ==, 0);
        data(&wire, 'a', "1\n2\n3\n4\n5\nbegun");
        g_assert_cmpuint(wire.told.n_messages, ==, 3);
        g_assert_cmpuint(session_get_shortage(wire.session).lines, ==, 2);
        data(&wire, 'a', " and ended\n");
        check_message(&wire, 0, "begun and ended\n", TRUE);
        g_assert_cmpuint(session_get_shortage(wire.session).lines, ==, 2);
}

/* Endpoints of datagrams and those of lines are forgotten each by themselves, and counted together. */
static void test_forgotten_endpoints(void)
{
        guint64 expected = 0;
        g_auto(Wire) wire;

        wire_memory = 64 * 1024;
        wire_init(&wire, 8090);
        wire_memory = 0;
        for (guint i = 0; i < 3000; i++) {
                Endpoint peer = endpoint("10.0.0.2", (guint16) (i + 1));

                directory_add_peer(wire.session->directory, &peer, udp_chat);
                if (i % 2 == 0)
                        directory_add_peer(wire.session->line_directory, &peer, tcp_chat);
        }
        expected += directory_count_forgotten(wire.session->directory);
        g_assert_cmpuint(expected, >, 0);
        expected += directory_count_forgotten(wire.session->line_directory);
        g_assert_cmpuint(expected, >, directory_count_forgotten(wire.session->directory));
        g_assert_cmpuint(session_get_shortage(wire.session).endpoints, ==, expected);
}

/* Beyond the bound a conversation is judged by what has come. */
static void test_short_heads(void)
{
        g_auto(Wire) wire;

        wire_memory = 4;
        wire_init(&wire, 5555);
        wire_memory = 0;
        open_connection(&wire);
        g_assert_cmpint(data(&wire, 'a', "not yet a line"), ==, SESSION_OTHER);
        g_assert_cmpuint(session_get_shortage(wire.session).early_verdicts, ==, 1);
        g_assert_cmpuint(wire.session->heads.held, ==, 0);
}

static void test_invalid_utf8(void)
{
        g_auto(Wire) wire;

        wire_init(&wire, 8090);
        open_connection(&wire);
        data(&wire, 'a', "hello\n");
        data(&wire, 'a', "\xff\xfe\nfine\n\xc3\n");
        g_assert_cmpuint(wire.told.n_messages, ==, 3);
        g_assert_cmpint(wire.told.messages[0].why, ==, CHAT_PARSE_NOT_UTF8);
        g_assert_null(wire.told.messages[0].form);
        check_message(&wire, 0, "\xff\xfe\n", TRUE);
        g_assert_cmpint(wire.told.messages[1].why, ==, CHAT_PARSE_OK);
        g_assert_cmpint(wire.told.messages[2].why, ==, CHAT_PARSE_NOT_UTF8);
        send_packet(&wire, TRANSPORT_TCP, 'a', TCP_ACK, "a\0b\n", 4);
        g_assert_cmpuint(wire.told.n_messages, ==, 1);
        g_assert_cmpint(wire.told.messages[0].why, ==, CHAT_PARSE_CONTROL);
        g_assert_cmpuint(wire.told.messages[0].octets.length, ==, 4);
}

/* --- both families ----------------------------------------------------------------------------------- */

static void test_both_families(void)
{
        g_auto(Wire) wire;

        /* A server of IPv4 knows a client of IPv6 whose first octets are the address of another. */
        wire_init(&wire, 8090);
        datagram(&wire, 'a', "hi alpine");
        datagram(&wire, 'b', "hi alpine");
        g_assert_cmpstr(wire.told.destination_name, ==, "alpine");
        datagram(&wire, 'a', "ar debian");
        datagram(&wire, 'b', "ar a00:2:: 4000");
        g_assert_cmpint(wire.told.kind, ==, SESSION_KIND_REPLY);
        g_assert_cmpuint(wire.told.request, ==, 3);
        g_assert_cmpint(wire.told.latency, ==, 1000000);

        wire.addresses[0] = "a00:2::";
        wire.addresses[1] = "a00:1::";
        wire.ports[1] = 4001;
        g_assert_cmpint(datagram(&wire, 'b', "msg fedora> hello\n"), ==, SESSION_CHAT);
        g_assert_cmpuint(flow_table_get_counts(wire.table).streams[1], ==, 2);
        g_assert_cmpint(wire.told.sender, ==, CHAT_SENDER_PEER);
        g_assert_cmpstr(wire.told.source_name, ==, "fedora");
        g_assert_cmpstr(wire.told.destination_name, ==, "debian");

        wire.addresses[0] = "10.0.0.2";
        wire.addresses[1] = "10.0.0.1";
        wire.ports[1] = 8090;
        datagram(&wire, 'a', "by");
        g_assert_cmpstr(wire.told.source_name, ==, "alpine");
        datagram(&wire, 'b', "by");
        g_assert_null(wire.told.destination_name);
        /* The other one keeps its name. */
        wire.addresses[0] = "a00:2::";
        wire.addresses[1] = "a00:1::";
        wire.ports[1] = 4001;
        datagram(&wire, 'a', "msg debian> bye\n");
        g_assert_cmpstr(wire.told.source_name, ==, "debian");
}

int main(int argc, char **argv)
{
        int status;

        g_test_init(&argc, &argv, NULL);
        tcp_chat = chat_protocol_new_builtin("tcpchat");
        udp_chat = chat_protocol_new_builtin("udpchat");
        g_test_add_func("/session/first-line-too-long", test_first_line_too_long);
        g_test_add_func("/session/first-line-just-fits", test_first_line_just_fits);
        g_test_add_func("/session/one-long-segment", test_one_long_segment);
        g_test_add_func("/session/first-line-split", test_first_line_split);
        g_test_add_func("/session/never-a-line", test_never_a_line);
        g_test_add_func("/session/misfits", test_misfits);
        g_test_add_func("/session/empty-datagram", test_empty_datagram);
        g_test_add_func("/session/lines", test_lines);
        g_test_add_func("/session/lines-without-end", test_lines_without_end);
        g_test_add_func("/session/gap", test_gap);
        g_test_add_func("/session/very-long-line", test_very_long_line);
        g_test_add_func("/session/short-of-memory/lines", test_short_lines);
        g_test_add_func("/session/too-many-lines", test_too_many_lines);
        g_test_add_func("/session/short-of-memory/first-lines", test_short_heads);
        g_test_add_func("/session/short-of-memory/endpoints", test_forgotten_endpoints);
        g_test_add_func("/session/invalid-utf8", test_invalid_utf8);
        g_test_add_func("/session/both-families", test_both_families);
        status = g_test_run();
        chat_protocol_unref(tcp_chat);
        chat_protocol_unref(udp_chat);
        return status;
}
