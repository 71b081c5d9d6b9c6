/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tunnels over UDP. */
#include "tests/unit/make-frame.h"

#define VXLAN "ip4/17 udp/4789 0800000000002a00 "

static void test_tunnel_endpoints(void)
{
        g_autoptr(GByteArray) octets = make_frame("ip6/17 udp/6081 0000080000002a00 " VXLAN MACS "0800 inner4");
        static const char *const sources[] = {"fd00::1", "10.0.0.1"}, *const destinations[] = {"fd00::2", "10.0.0.2"};
        static const guint16 ports[] = {6081, 4789};
        char buffer[IP_ADDRESS_STRING_SIZE];
        CaptureFrame frame;
        Packet packet;

        g_assert_cmpint(decode(&frame, 101, octets, octets->len, octets->len, &packet), ==, DECODE_COMPLETE);
        g_assert_cmpuint(packet.n_tunnels, ==, 2);
        for (guint i = 0; i < 2; i++) {
                const Tunnel *tunnel = &packet.tunnels[i];

                g_assert_cmpint(tunnel->transport, ==, TRANSPORT_UDP);
                g_assert_cmpstr(ip_address_to_string(&tunnel->source.address, buffer), ==, sources[i]);
                g_assert_cmpstr(ip_address_to_string(&tunnel->destination.address, buffer), ==, destinations[i]);
                g_assert_cmpuint(tunnel->source.port, ==, 49152);
                g_assert_cmpuint(tunnel->destination.port, ==, ports[i]);
        }
        assert_inner(&packet, 0);
        g_free((gpointer) frame.data);
}

/* Without an IP header inside, the datagram around it is the packet, and its payload is whole. */
static void test_tunnel_without_packet(void)
{
        static const struct {
                const char *words;
                DecodeStatus status;
                guint payload_length;
        } cases[] = {
                {VXLAN MACS "0806 0001", DECODE_UNKNOWN, 24},
                {VXLAN MACS "0800 05", DECODE_MALFORMED, 23},
                {VXLAN "00000c", DECODE_MALFORMED, 11},
                {"ip4/17 udp/4789 68656c6c6f", DECODE_MALFORMED, 5},
                {"ip4/17 udp/4789", DECODE_MALFORMED, 0},
                {"ip4/17 udp/6081 0000002000000000 00", DECODE_UNKNOWN, 9},
                {"ip4/17 udp/6081 3f00080000000000 inner4", DECODE_MALFORMED, 41},
                {"ip4/17 udp/4790 0c00000400002a00 inner4", DECODE_UNKNOWN, 41},
                {"ip4/17 udp/4790 0c00000200002a00 inner4", DECODE_MALFORMED, 41},
                {"ip4/17 udp/4790 0c0000", DECODE_MALFORMED, 3},
                {"ip4/17 udp/2152 30ff000500000001 inner4", DECODE_MALFORMED, 41}, /* five octets */
                {"ip4/17 udp/2152 3001002100000001 inner4", DECODE_UNKNOWN, 41},   /* an echo request */
                {"ip4/17 udp/2152 20ff002100000001 inner4", DECODE_UNKNOWN, 41},   /* not GTP, but GTP' */
                {"ip4/17 udp/2152 34ff002900000001 00000085 00000000 inner4", DECODE_MALFORMED, 49},
                {"ip4/17 udp/2152 34ff002900000001 00000085 ff000000 inner4", DECODE_MALFORMED, 49},
                {"ip4/17 udp/2152 34ff000400000001 00000085", DECODE_MALFORMED, 12},
                {"ip4/17 udp/2152 30ff000000000001", DECODE_MALFORMED, 8},
                {"ip4/17 udp/2152 30ff001c00000001 " MACS "0806 0000000000000000000000000000", DECODE_UNKNOWN, 36},
                {"ip4/17 udp/3544 inner4", DECODE_MALFORMED, 33},
                {"ip4/17 udp/3544 0001ffff0000", DECODE_MALFORMED, 6},
                {"ip4/17 udp/3544 00", DECODE_MALFORMED, 1},
                {"ip4/17 udp/1701 c802000c00000000 00000000", DECODE_UNKNOWN, 12},          /* control */
                {"ip4/17 udp/1701 000300000001 ff030021 inner4", DECODE_UNKNOWN, 43},       /* version 3 */
                {"ip4/17 udp/1701 4002000800010001 ff030021 inner4", DECODE_MALFORMED, 45}, /* nothing in it */
                {"ip4/17 udp/1701 020200010001ffff ff030021 inner4", DECODE_MALFORMED, 45},
                {"ip4/17 udp/6635 00010040 inner4", DECODE_MALFORMED, 37},
        };

        for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autoptr(GByteArray) octets = make_frame(cases[i].words);
                char buffer[IP_ADDRESS_STRING_SIZE];
                CaptureFrame frame;
                Packet packet;

                g_assert_cmpint(decode(&frame, 101, octets, octets->len, octets->len, &packet), ==, cases[i].status);
                g_assert_cmpuint(packet.n_tunnels, ==, 0);
                g_assert_cmpint(packet.transport, ==, TRANSPORT_UDP);
                g_assert_cmpstr(ip_address_to_string(&packet.source.address, buffer), ==, "10.0.0.1");
                g_assert_cmpuint(packet.source.port, ==, 49152);
                g_assert_cmpuint(packet.payload_length, ==, cases[i].payload_length);
                g_assert_cmpuint(packet.payload_captured, ==, cases[i].payload_length);
                g_free((gpointer) frame.data);
        }
}

/* With a packet inside that has no ports, there are none of the tunnel's. */
static void test_tunnel_with_icmp(void)
{
        g_autoptr(GByteArray) octets = make_frame(VXLAN MACS "0800 ip4/1 0800000000000000");
        CaptureFrame frame;
        Packet packet;

        g_assert_cmpint(decode(&frame, 101, octets, octets->len, octets->len, &packet), ==, DECODE_COMPLETE);
        g_assert_cmpint(packet.transport, ==, TRANSPORT_ICMP);
        g_assert_cmpuint(packet.n_tunnels, ==, 1);
        g_assert_cmpuint(packet.source.port, ==, 0);
        g_assert_cmpuint(packet.destination.port, ==, 0);
        g_assert_null(packet.payload);
        g_assert_cmpuint(packet.payload_length, ==, 0);
        g_free((gpointer) frame.data);
}

static void test_too_many(void)
{
        g_autoptr(GString) words = g_string_new(NULL);
        g_autoptr(GByteArray) octets = NULL, tags = NULL, headers = NULL;
        CaptureFrame frame;
        Packet packet;

        for (guint i = 0; i <= PACKET_MAX_TUNNELS; i++)
                g_string_append(words, VXLAN MACS "0800 ");
        g_string_append(words, "inner4");
        octets = make_frame(words->str);
        decode(&frame, 101, octets, octets->len, octets->len, &packet);
        g_assert_cmpuint(packet.n_tunnels, ==, PACKET_MAX_TUNNELS);
        g_assert_cmpint(packet.transport, ==, TRANSPORT_UDP);
        g_assert_cmpuint(packet.destination.port, ==, 4789);
        g_free((gpointer) frame.data);

        g_string_assign(words, MACS);
        for (guint i = 0; i < 1000; i++)
                g_string_append(words, "81000007");
        tags = make_frame(words->str);
        g_assert_cmpint(decode(&frame, 1, tags, tags->len, tags->len, &packet), ==, DECODE_MALFORMED);
        g_assert_cmpuint(packet.n_layers, ==, PACKET_MAX_LAYERS);
        g_free((gpointer) frame.data);

        g_string_assign(words, "inner4");
        for (guint i = 0; i < 1000; i++)
                g_string_prepend(words, "ip4/4 ");
        headers = make_frame(words->str);
        g_assert_cmpint(decode(&frame, 101, headers, headers->len, headers->len, &packet), ==, DECODE_MALFORMED);
        g_assert_cmpuint(packet.n_layers, ==, PACKET_MAX_LAYERS);
        g_free((gpointer) frame.data);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/decode/tunnel/endpoints", test_tunnel_endpoints);
        g_test_add_func("/decode/tunnel/without-packet", test_tunnel_without_packet);
        g_test_add_func("/decode/tunnel/icmp", test_tunnel_with_icmp);
        g_test_add_func("/decode/too-many", test_too_many);
        return g_test_run();
}
