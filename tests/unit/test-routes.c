/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Source routes and home addresses: the endpoints that an IP header does not name. */
#include "tests/unit/make-frame.h"

#define STATION "fd000000000000000000000000000008"
#define END "fd000000000000000000000000000009"
#define V4_ROUTED                                                                                                      \
        "4700"                                                                                                         \
        "0029"                                                                                                         \
        "00010000"                                                                                                     \
        "40110000"                                                                                                     \
        "0a000001"                                                                                                     \
        "0a000002 "

static const struct {
        const char *name, *words, *source, *destination;
} routes[] = {
        {"type-0", "ip6/43 1104000200000000 " STATION END " " HELLO, "fd00::1", "fd00::9"},
        {"type-0-at-its-end", "ip6/43 1104000000000000 " STATION END " " HELLO, "fd00::1", "fd00::2"},
        {"type-0-odd", "ip6/43 1103000100000000 " END "fd00000000000000 " HELLO, "fd00::1", "fd00::9"},
        {"type-0-without-address", "ip6/43 1101000100000000 fd00000000000000 " HELLO, "fd00::1", "fd00::2"},
        {"type-2", "ip6/43 1102020100000000 " END " " HELLO, "fd00::1", "fd00::9"},
        {"type-2-without-address", "ip6/43 1100020100000000 " HELLO, "fd00::1", "fd00::2"},
        {"type-3-one-octet-each", "ip6/43 11010301ff600000 08 09 000000000000 " HELLO, "fd00::1", "fd00::9"},
        {"type-3-half-each", "ip6/43 1102030188000000 0000000000000008 0000000000000009 " HELLO, "fd00::1", "fd00::9"},
        {"type-3-without-address", "ip6/43 1100030100000000 " HELLO, "fd00::1", "fd00::2"},
        {"type-3-padding-too-long", "ip6/43 110103010ff00000 0000000000000009 " HELLO, "fd00::1", "fd00::2"},
        {"segments", "ip6/43 1104040101000000 " END STATION " " HELLO, "fd00::1", "fd00::9"},
        {"segments-at-their-end", "ip6/43 1104040001000000 " STATION END " " HELLO, "fd00::1", "fd00::2"},
        {"segments-too-many", "ip6/43 1102040101000000 " END " " HELLO, "fd00::1", "fd00::2"},
        {"routed-twice", "ip6/43 2b02000100000000 " STATION " 1102000100000000 " END " " HELLO, "fd00::1", "fd00::9"},
        {"type-unknown", "ip6/43 1102090100000000 " END " " HELLO, "fd00::1", "fd00::2"},
        {"home-address", "ip6/60 110201020000c910 " END " " HELLO, "fd00::9", "fd00::2"},
        {"home-address-in-hop-by-hop", "ip6/0 110201020000c910 " END " " HELLO, "fd00::1", "fd00::2"},
        {"home-address-too-short", "ip6/60 110201020000c90f " END " " HELLO, "fd00::1", "fd00::2"},
        {"home-address-too-long", "ip6/60 110201020000c911 " END " " HELLO, "fd00::1", "fd00::2"},
        {"home-address-option-cut", "ip6/60 11000103000000c9 " HELLO, "fd00::1", "fd00::2"},
        {"loose",
         V4_ROUTED "01830704"
                   "0a000009 " HELLO,
         "10.0.0.1", "10.0.0.9"},
        {"strict",
         V4_ROUTED "89070400"
                   "0a000900 " HELLO,
         "10.0.0.1", "0.10.0.9"},
        {"loose-used-up",
         V4_ROUTED "01830708"
                   "0a000009 " HELLO,
         "10.0.0.1", "10.0.0.2"},
        {"loose-pointer-too-small",
         V4_ROUTED "01830703"
                   "0a000009 " HELLO,
         "10.0.0.1", "10.0.0.2"},
        {"loose-pointer-odd",
         V4_ROUTED "01830705"
                   "0a000009 " HELLO,
         "10.0.0.1", "10.0.0.2"},
        {"loose-length-odd",
         V4_ROUTED "83080400"
                   "0a000009 " HELLO,
         "10.0.0.1", "10.0.0.2"},
        {"loose-too-long",
         V4_ROUTED "01830b04"
                   "0a000009 " HELLO,
         "10.0.0.1", "10.0.0.2"},
        {"loose-without-address",
         V4_ROUTED "83030401"
                   "01010101 " HELLO,
         "10.0.0.1", "10.0.0.2"},
        {"loose-behind-the-end",
         V4_ROUTED "00830704"
                   "0a000009 " HELLO,
         "10.0.0.1", "10.0.0.2"},
        {"option-length-zero",
         V4_ROUTED "44000000"
                   "0a000009 " HELLO,
         "10.0.0.1", "10.0.0.2"},
        {"option-cut",
         V4_ROUTED "01010101"
                   "01010183 " HELLO,
         "10.0.0.1", "10.0.0.2"},
};

static void test_route(gconstpointer data)
{
        guint index = GPOINTER_TO_UINT(data);
        g_autoptr(GByteArray) octets = make_frame(routes[index].words);
        char buffer[IP_ADDRESS_STRING_SIZE];
        CaptureFrame frame;
        Packet packet;

        decode(&frame, 101, octets, octets->len, octets->len, &packet);
        g_assert_cmpstr(ip_address_to_string(&packet.source.address, buffer), ==, routes[index].source);
        g_assert_cmpstr(ip_address_to_string(&packet.destination.address, buffer), ==, routes[index].destination);
        g_free((gpointer) frame.data);
        for (guint captured = 0; captured < octets->len; captured++) {
                decode(&frame, 101, octets, captured, octets->len, &packet);
                g_free((gpointer) frame.data);
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        for (guint i = 0; i < G_N_ELEMENTS(routes); i++) {
                g_autofree char *path = g_strdup_printf("/decode/route/%s", routes[i].name);

                g_test_add_data_func(path, GUINT_TO_POINTER(i), test_route);
        }
        return g_test_run();
}
