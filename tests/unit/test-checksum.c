/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sums of packets put together by hand; whole captures are compared with tshark in tests/parity/test_checksums.py. */
#include "analyzer/decode/checksum.h"

static guint32 add(guint32 sum, const guint8 *octets, guint length)
{
        for (guint i = 0; i < length; i++)
                sum += i % 2 ? octets[i] : (guint32) octets[i] << 8;
        return sum;
}

static guint16 finish(guint32 sum)
{
        while (sum >> 16)
                sum = (sum & 0xffff) + (sum >> 16);
        return (guint16) ~sum;
}

static void put16(guint8 *octets, guint16 value)
{
        octets[0] = (guint8) (value >> 8);
        octets[1] = (guint8) value;
}

/* IPv6 with a routing header of so many segments left, and a UDP datagram of four octets. */
static CaptureFrame routed(guint8 octets[76], guint8 segments_left)
{
        static const guint8 udp[12] = {0x9c, 0x41, 0x1f, 0x9a, 0, 12, 0, 0, 't', 'e', 'x', 't'};

        memset(octets, 0, 76);
        octets[0] = 0x60;
        octets[5] = 36;
        octets[6] = 43;
        octets[7] = 64;
        octets[23] = 1;
        octets[39] = 2;
        octets[40] = 17;
        octets[41] = 2; /* 24 octets: one address */
        octets[43] = segments_left;
        octets[63] = 3;
        memcpy(octets + 64, udp, sizeof udp);
        put16(octets + 70, finish(add(add(12 + 17, octets + 8, 32), udp, sizeof udp)));
        return (CaptureFrame){
                .number = 1,
                .is_packet = TRUE,
                .link_type = LINK_TYPE_IPV6,
                .captured_length = 76,
                .original_length = 76,
                .data = octets,
        };
}

static void test_routing_header(void)
{
        guint8 octets[76];
        CaptureFrame frame = routed(octets, 0);
        Packet packet;

        packet_decode(&frame, &packet);
        g_assert_cmpint(packet.transport, ==, TRANSPORT_UDP);
        g_assert_cmpint(packet_verify_checksum(&packet), ==, CHECKSUM_GOOD);
        g_assert_cmpint(packet_verify_header_checksum(&packet), ==, CHECKSUM_NOT_CHECKED);
        octets[75] ^= 1;
        g_assert_cmpint(packet_verify_checksum(&packet), ==, CHECKSUM_BAD);
        /* On its way the destination in the header is not yet the last one, which the sum is made with. */
        frame = routed(octets, 1);
        packet_decode(&frame, &packet);
        g_assert_cmpuint(packet.destination.address.octets[15], ==, 3);
        g_assert_cmpint(packet_verify_checksum(&packet), ==, CHECKSUM_BAD);
        put16(octets + 70,
              finish(add(add(add(12 + 17, octets + 8, 16), octets + 48, 16), octets + 64, 6) + 0x7465 + 0x7874));
        packet_decode(&frame, &packet);
        g_assert_cmpint(packet_verify_checksum(&packet), ==, CHECKSUM_GOOD);
        octets[42] = 9;
        packet_decode(&frame, &packet);
        g_assert_cmpuint(packet.destination.address.octets[15], ==, 2);
        g_assert_cmpint(packet_verify_checksum(&packet), ==, CHECKSUM_NOT_CHECKED);
}

/* The routing header of an unknown type comes after destination options, whose header names it. */
static void test_routing_header_after_options(void)
{
        guint8 octets[84], plain[76];
        CaptureFrame frame = routed(plain, 1);
        Packet packet;

        memcpy(octets, plain, 40);
        memset(octets + 40, 0, 8);
        octets[40] = 43;
        octets[42] = 1; /* PadN, RFC 8200 section 4.2 */
        octets[43] = 4;
        memcpy(octets + 48, plain + 40, 36);
        octets[5] = 44;
        octets[6] = 60;
        octets[50] = 9;
        frame.data = octets;
        frame.captured_length = frame.original_length = sizeof octets;
        packet_decode(&frame, &packet);
        g_assert_cmpint(packet.transport, ==, TRANSPORT_UDP);
        g_assert_cmpint(packet_verify_checksum(&packet), ==, CHECKSUM_NOT_CHECKED);
        /* It has arrived. */
        octets[51] = 0;
        packet_decode(&frame, &packet);
        g_assert_cmpint(packet_verify_checksum(&packet), ==, CHECKSUM_GOOD);
}

/* RFC 3376 and RFC 792 have no pseudo-header, RFC 4443 has one. */
static void test_control(void)
{
        guint8 octets[28] = {0x45, 0, 0,   28, 0, 0,  0,    0, 1, 2, 0,   0, 10, 0,
                             0,    1, 224, 0,  0, 22, 0x16, 0, 0, 0, 224, 0, 0,  22};
        CaptureFrame frame = {
                .number = 1,
                .is_packet = TRUE,
                .link_type = LINK_TYPE_IPV4,
                .captured_length = 28,
                .original_length = 28,
                .data = octets,
        };
        Packet packet;

        put16(octets + 10, finish(add(0, octets, 20)));
        put16(octets + 22, finish(add(0, octets + 20, 8)));
        packet_decode(&frame, &packet);
        g_assert_cmpint(packet.transport, ==, TRANSPORT_IGMP);
        g_assert_cmpint(packet_verify_checksum(&packet), ==, CHECKSUM_GOOD);
        g_assert_cmpint(packet_verify_header_checksum(&packet), ==, CHECKSUM_GOOD);
        octets[9] = 1;
        octets[20] = 8;
        put16(octets + 22, 0);
        packet_decode(&frame, &packet);
        g_assert_cmpint(packet.transport, ==, TRANSPORT_ICMP);
        g_assert_cmpint(packet_verify_checksum(&packet), ==, CHECKSUM_BAD);
        g_assert_cmpint(packet_verify_header_checksum(&packet), ==, CHECKSUM_BAD);
        put16(octets + 22, finish(add(0, octets + 20, 8)));
        g_assert_cmpint(packet_verify_checksum(&packet), ==, CHECKSUM_GOOD);
        put16(octets + 10, 0);
        g_assert_cmpint(packet_verify_header_checksum(&packet), ==, CHECKSUM_OFFLOADED);
        /* One octet is not there. */
        frame.captured_length = 27;
        frame.original_length = 28;
        packet_decode(&frame, &packet);
        g_assert_cmpint(packet_verify_checksum(&packet), ==, CHECKSUM_NOT_CHECKED);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/checksum/routing-header", test_routing_header);
        g_test_add_func("/checksum/routing-header-after-options", test_routing_header_after_options);
        g_test_add_func("/checksum/control", test_control);
        return g_test_run();
}
