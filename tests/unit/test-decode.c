/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Encapsulations: all that are read, cut off anywhere, and frames that are read only in part. */
#include "tests/unit/make-frame.h"

static char *layer_names(const Packet *packet)
{
        GString *names = g_string_new(NULL);

        for (guint i = 0; i < packet->n_layers; i++)
                g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", layer_kind_to_string(packet->layers[i].kind));
        return g_string_free(names, FALSE);
}

/* --- every encapsulation ---------------------------------------------------------------------------- */

#define INNER4 "IPv4, UDP, Data"
#define INNER6 "IPv6, UDP, Data"
#define ETHERNET_MPLS MACS "8847"
#define DATA_FRAME                                                                                                     \
        "08010000"                                                                                                     \
        "00000c000002"                                                                                                 \
        "00000c000001"                                                                                                 \
        "00000c000002"                                                                                                 \
        "1000"
#define DATA_FRAME_4                                                                                                   \
        "08030000"                                                                                                     \
        "00000c000002"                                                                                                 \
        "00000c000001"                                                                                                 \
        "00000c000002"                                                                                                 \
        "1000"                                                                                                         \
        "00000c000001"
#define QOS_FRAME                                                                                                      \
        "88010000"                                                                                                     \
        "00000c000002"                                                                                                 \
        "00000c000001"                                                                                                 \
        "00000c000002"                                                                                                 \
        "1000"
#define SNAP4 "aaaa030000000800"
#define SNAP6 "aaaa0300000086dd"

static const struct {
        const char *name;
        guint16 link_type;
        const char *words, *layers;
        guint n_tunnels;
        guint trailer; /* octets at the end that are not the packet's */
} encapsulations[] = {
        {"ethernet", 1, MACS "0800 inner4", "Ethernet II, " INNER4, 0, 0},
        {"vlan", 1, MACS "810000078100000886dd inner6", "Ethernet II, 802.1Q VLAN, 802.1Q VLAN, " INNER6, 0, 0},
        {"llc", 1, "length " SNAP4 " inner4", "Ethernet II, LLC, " INNER4, 0, 0},
        {"llc-information", 1, "length aaaa00000000000800 inner4", "Ethernet II, LLC, " INNER4, 0, 0},
        {"llc-802.1h", 1, "length aaaa030000f80800 inner4", "Ethernet II, LLC, " INNER4, 0, 0},
        {"llc-bridged", 1, "length aaaa030080c200070000 " MACS "0800 inner4", "Ethernet II, LLC, Ethernet II, " INNER4,
         0, 0},
        {"llc-ip", 1, "length 060603 inner4", "Ethernet II, LLC, " INNER4, 0, 0},
        {"llc-in-vlan", 1, MACS "810000070029 " SNAP4 " inner4", "Ethernet II, 802.1Q VLAN, LLC, " INNER4, 0, 0},
        {"mpls", 1, ETHERNET_MPLS "00010140 inner4", "Ethernet II, MPLS, " INNER4, 0, 0},
        {"mpls-stack", 1, ETHERNET_MPLS "0001004000011140 inner6", "Ethernet II, MPLS, MPLS, " INNER6, 0, 0},
        {"mpls-pseudowire", 1, ETHERNET_MPLS "00010140 00000000 " MACS "0800 inner4",
         "Ethernet II, MPLS, PW Ethernet control word, Ethernet II, " INNER4, 0, 0},
        {"mpls-pseudowire-bare", 1, ETHERNET_MPLS "00010140 " MACS "86dd inner6",
         "Ethernet II, MPLS, Ethernet II, " INNER6, 0, 0},
        {"mpls-channel", 1, ETHERNET_MPLS "0000d140 10000021 inner4",
         "Ethernet II, MPLS, PW associated channel header, " INNER4, 0, 0},
        {"pppoe", 1, MACS "8864 pppoe 0021 inner4", "Ethernet II, PPPoE, PPP, " INNER4, 0, 0},
        {"ppp", 9, "ff030057 inner6", "PPP, " INNER6, 0, 0},
        {"ppp-compressed", 50, "21 inner4", "PPP, " INNER4, 0, 0},
        {"ppp-mpls", 9, "0281 00010140 inner4", "PPP, MPLS, " INNER4, 0, 0},
        {"ppp-llc", 9, "ff03004b " SNAP4 " inner4", "PPP, LLC, " INNER4, 0, 0},
        {"ppp-direction", 204, "01 ff030021 inner4", "PPP, " INNER4, 0, 0},
        {"pppoe-alone", 51, "pppoe 0021 inner4", "PPPoE, PPP, " INNER4, 0, 0},
        {"cisco-hdlc", 104, "0f0086dd inner6", "Cisco HDLC, " INNER6, 0, 0},
        {"cisco-hdlc-for-ppp", 9, "8f000800 inner4", "Cisco HDLC, " INNER4, 0, 0},
        {"cooked-llc", 113, "00000001000600000c00000100000004 " SNAP4 " inner4", "Linux cooked capture, LLC, " INNER4,
         0, 0},
        {"cooked-ppp", 113, "00000200000000000000000000000007 ff030021 inner4", "Linux cooked capture, PPP, " INNER4, 0,
         0},
        {"cooked-gre", 113, "0000030a000000000000000000008847 00010140 inner4", "Linux cooked capture, MPLS, " INNER4,
         0, 0},
        {"cooked2-llc", 276, "0004000000000001000100060000000000000000 060603 inner4",
         "Linux cooked capture v2, LLC, " INNER4, 0, 0},
        {"ip-in-ip", 101, "ip4/4 inner4", "IPv4, " INNER4, 0, 0},
        {"ip-in-ip-in-ip", 101, "ip6/41 ip6/4 ip4/41 inner6", "IPv6, IPv6, IPv4, " INNER6, 0, 0},
        {"gre", 101, "ip4/47 00000800 inner4", "IPv4, GRE, " INNER4, 0, 0},
        {"gre-everything", 101, "ip6/47 b00086dd000000000000000000000000 inner6", "IPv6, GRE, " INNER6, 0, 0},
        {"gre-routing", 101,
         "ip4/47 4000080000000000"
         "0800000401020304"
         "00000000 inner4",
         "IPv4, GRE, " INNER4, 0, 0},
        {"gre-ethernet", 101, "ip4/47 00006558 " MACS "0800 inner4", "IPv4, GRE, Ethernet II, " INNER4, 0, 0},
        {"gre-mpls", 101, "ip4/47 00008847 00010140 inner4", "IPv4, GRE, MPLS, " INNER4, 0, 0},
        {"gre-wccp", 101, "ip4/47 0000883e00000000 inner4", "IPv4, GRE, " INNER4, 0, 0},
        {"pptp", 101,
         "ip4/47 3081880b00250005"
         "0000000100000007 ff030021 inner4",
         "IPv4, GRE, PPP, " INNER4, 0, 0},
        {"erspan-1", 101, "ip4/47 000088be " MACS "0800 inner4", "IPv4, GRE, Ethernet II, " INNER4, 0, 0},
        {"erspan-2", 101, "ip4/47 100088be00000001 1000000100000000 " MACS "0800 inner4",
         "IPv4, GRE, ERSPAN, Ethernet II, " INNER4, 0, 0},
        {"erspan-3", 101, "ip4/47 100022eb00000001 200000010000000000000001 0000000000000000 " MACS "0800 inner4",
         "IPv4, GRE, ERSPAN, Ethernet II, " INNER4, 0, 0},
        {"etherip", 101, "ip4/97 3000 " MACS "0800 inner4", "IPv4, EtherIP, Ethernet II, " INNER4, 0, 0},
        {"authentication-tunnel", 101,
         "ip4/51 0404000000000001"
         "00000001"
         "000102030405060708090a0b inner4",
         "IPv4, Authentication Header, " INNER4, 0, 0},
        {"authentication-twice", 101,
         "ip4/51 3301000000000001"
         "00000001"
         "29010000"
         "00000001"
         "00000002 inner6",
         "IPv4, Authentication Header, Authentication Header, " INNER6, 0, 0},
        {"mpls-in-ip", 101, "ip4/137 00010140 inner4", "IPv4, MPLS, " INNER4, 0, 0},
        {"ethernet-in-ip", 101, "ip6/143 " MACS "0800 inner4", "IPv6, Ethernet II, " INNER4, 0, 0},
        {"vxlan", 101, "ip4/17 udp/4789 0800000000002a00 " MACS "0800 inner4", "IPv4, UDP, VXLAN, Ethernet II, " INNER4,
         1, 0},
        {"vxlan-vlan-6", 101, "ip6/17 udp/4789 0800000000002a00 " MACS "8100000786dd inner6",
         "IPv6, UDP, VXLAN, Ethernet II, 802.1Q VLAN, " INNER6, 1, 0},
        {"geneve", 101, "ip4/17 udp/6081 0000080000002a00 inner4", "IPv4, UDP, Geneve, " INNER4, 1, 0},
        {"geneve-options", 101, "ip6/17 udp/6081 0200655800002a00 0000000100000000 " MACS "0800 inner4",
         "IPv6, UDP, Geneve, Ethernet II, " INNER4, 1, 0},
        {"vxlan-in-geneve", 101,
         "ip4/17 udp/6081 000086dd00002a00 ip6/17 udp/4789 0800000000002a00 " MACS "0800 inner4",
         "IPv4, UDP, Geneve, IPv6, UDP, VXLAN, Ethernet II, " INNER4, 2, 0},
        {"vxlan-gpe", 101, "ip4/17 udp/4790 0c00000100002a00 inner4", "IPv4, UDP, VXLAN-GPE, " INNER4, 1, 0},
        {"vxlan-gpe-6", 101, "ip4/17 udp/4790 0c00000200002a00 inner6", "IPv4, UDP, VXLAN-GPE, " INNER6, 1, 0},
        {"vxlan-gpe-ethernet", 101, "ip6/17 udp/4790 0c00000300002a00 " MACS "86dd inner6",
         "IPv6, UDP, VXLAN-GPE, Ethernet II, " INNER6, 1, 0},
        {"vxlan-gpe-mpls", 101, "ip4/17 udp/4790 0c00000500002a00 00010140 inner4",
         "IPv4, UDP, VXLAN-GPE, MPLS, " INNER4, 1, 0},
        {"gtp", 101, "ip4/17 udp/2152 30ff002100000001 inner4", "IPv4, UDP, GTP-U, " INNER4, 1, 0},
        {"gtp-sequence", 101, "ip6/17 udp/2152 32ff003900000001 00070000 inner6", "IPv6, UDP, GTP-U, " INNER6, 1, 0},
        {"gtp-extensions", 101, "ip4/17 udp/2152 34ff003100000001 00000085 01000140 0200000000000000 inner4",
         "IPv4, UDP, GTP-U, " INNER4, 1, 0},
        {"gtp-ethernet", 101, "ip4/17 udp/2152 30ff002f00000001 " MACS "0800 inner4",
         "IPv4, UDP, GTP-U, Ethernet II, " INNER4, 1, 0},
        {"teredo", 101, "ip4/17 udp/3544 inner6", "IPv4, UDP, Teredo, " INNER6, 1, 0},
        {"teredo-indications", 101, "ip4/17 udp/3544 0001020301020304050000000000000000 00 00001234deadbeef inner6",
         "IPv4, UDP, Teredo, " INNER6, 1, 0},
        {"l2tp", 101, "ip4/17 udp/1701 000200010001 ff030021 inner4", "IPv4, UDP, L2TP, PPP, " INNER4, 1, 0},
        {"l2tp-everything", 101, "ip4/17 udp/1701 4a02004900010001 00050006 0002ffff ff030057 inner6",
         "IPv4, UDP, L2TP, PPP, " INNER6, 1, 0},
        {"mpls-in-udp", 101, "ip4/17 udp/6635 00010140 inner4", "IPv4, UDP, MPLS, " INNER4, 1, 0},
        {"e-tag", 1, MACS "893f0000000700000800 inner4", "Ethernet II, 802.1BR E-tag, " INNER4, 0, 0},
        {"vn-tag", 1, MACS "89260000000786dd inner6", "Ethernet II, VN-tag, " INNER6, 0, 0},
        {"hsr", 1, MACS "892f0027000181000007 0800 inner4", "Ethernet II, HSR tag, 802.1Q VLAN, " INNER4, 0, 0},
        {"metadata", 1, MACS "8909010100010007 0800 inner4", "Ethernet II, Cisco MetaData, " INNER4, 0, 0},
        {"i-tag", 1, MACS "88a8000788e700000007 " MACS "0800 inner4",
         "Ethernet II, 802.1Q VLAN, 802.1ah I-tag, Ethernet II, " INNER4, 0, 0},
        {"shim6", 101, "ip6/140 2900800000000000 inner6", "IPv6, IPv6 extension header, " INNER6, 0, 0},
        {"enc", 109, "020000000000000100000000 inner4", "ENC, " INNER4, 0, 0},
        {"enc-6", 109, "000000180000000100000000 inner6", "ENC, " INNER6, 0, 0},
        {"pflog", 117,
         "3d0200000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
         "00000000000000000000000000000000 inner4",
         "PFLOG, " INNER4, 0, 0},
        {"pflog-short", 117,
         "141c0000000000000000000000000000"
         "00000000 inner6",
         "PFLOG, " INNER6, 0, 0},
        {"wireless", 105, DATA_FRAME " " SNAP4 " inner4", "IEEE 802.11, LLC, " INNER4, 0, 0},
        {"wireless-4", 105, DATA_FRAME_4 " " SNAP6 " inner6", "IEEE 802.11, LLC, " INNER6, 0, 0},
        {"wireless-qos", 105, QOS_FRAME "0500 " SNAP4 " inner4", "IEEE 802.11, LLC, " INNER4, 0, 0},
        {"wireless-ht", 105,
         "88810000"
         "00000c00000200000c00000100000c000002"
         "1000"
         "0000"
         "00000000 " SNAP4 " inner4",
         "IEEE 802.11, LLC, " INNER4, 0, 0},
        {"wireless-mesh", 105,
         "88030000"
         "00000c00000200000c00000100000c0000021000"
         "00000c000001"
         "0001"
         "001f00000001 " SNAP4 " inner4",
         "IEEE 802.11, LLC, " INNER4, 0, 0},
        {"wireless-mesh-3", 105,
         "08020000"
         "00000c00000200000c00000100000c0000021000"
         "021f00000001" MACS " " SNAP4 " inner4",
         "IEEE 802.11, LLC, " INNER4, 0, 0},
        {"wireless-ethernet", 105, DATA_FRAME " " MACS "0800 inner4", "IEEE 802.11, Ethernet II, " INNER4, 0, 0},
        {"wireless-ip-without-snap", 105, DATA_FRAME " 060603 inner4", "IEEE 802.11, LLC, " INNER4, 0, 0},
        {"wireless-zeros", 105, DATA_FRAME " 0000 " SNAP4 " inner4", "IEEE 802.11, LLC, " INNER4, 0, 0},
        {"amsdu", 105, QOS_FRAME "8000 amsdu " SNAP4 " inner4", "IEEE 802.11, A-MSDU subframe, LLC, " INNER4, 0, 0},
        {"radiotap", 127, "0000080000000000 " DATA_FRAME " " SNAP4 " inner4", "Radiotap, IEEE 802.11, LLC, " INNER4, 0,
         0},
        {"radiotap-fcs", 127,
         "0000190003000080"
         "0000000000000000"
         "0000000000000000"
         "10 " DATA_FRAME " " SNAP4 " inner4 01020304",
         "Radiotap, IEEE 802.11, LLC, " INNER4, 0, 4},
        {"radiotap-padding", 127, "000009000200000020 " QOS_FRAME "0000ffff " SNAP4 " inner4",
         "Radiotap, IEEE 802.11, LLC, " INNER4, 0, 0},
        {"prism", 119, "prism " DATA_FRAME " " SNAP4 " inner4", "Prism, IEEE 802.11, LLC, " INNER4, 0, 0},
        {"avs-for-prism", 119, "avs " DATA_FRAME " " SNAP4 " inner4", "AVS WLAN, IEEE 802.11, LLC, " INNER4, 0, 0},
        {"avs", 163, "avs " DATA_FRAME " " SNAP4 " inner4", "AVS WLAN, IEEE 802.11, LLC, " INNER4, 0, 0},
        {"ppi", 192, "0000080001000000 " MACS "0800 inner4", "PPI, Ethernet II, " INNER4, 0, 0},
        {"ppi-fcs", 192,
         "0001280069000000"
         "0500030000000000"
         "02001400"
         "0000000000000000"
         "010000000000000000000000 " DATA_FRAME " " SNAP4 " inner4 01020304",
         "PPI, IEEE 802.11, LLC, " INNER4, 0, 4},
};

static void test_encapsulation(gconstpointer data)
{
        guint index = GPOINTER_TO_UINT(data);
        g_autoptr(GByteArray) octets = make_frame(encapsulations[index].words);
        guint16 link_type = encapsulations[index].link_type;
        guint whole = octets->len, payload = whole - encapsulations[index].trailer - 5;
        CaptureFrame frame;
        Packet packet;
        g_autofree char *names = NULL;

        g_assert_cmpint(decode(&frame, link_type, octets, whole, whole, &packet), ==, DECODE_COMPLETE);
        names = layer_names(&packet);
        g_assert_cmpstr(names, ==, encapsulations[index].layers);
        g_assert_cmpuint(packet.n_tunnels, ==, encapsulations[index].n_tunnels);
        assert_inner(&packet, encapsulations[index].trailer);
        g_free((gpointer) frame.data);

        for (guint captured = 0; captured < whole; captured++) {
                DecodeStatus status = decode(&frame, link_type, octets, captured, whole, &packet);

                /* The snapshot length may cut off the payload, and then the headers are all there. */
                g_assert_cmpint(status, ==, captured < payload ? DECODE_TRUNCATED : DECODE_COMPLETE);
                g_assert_cmpuint(packet.payload_captured, <=, packet.payload_length);
                g_free((gpointer) frame.data);
        }
        for (guint length = 0; length < whole - encapsulations[index].trailer; length++) {
                DecodeStatus status = decode(&frame, link_type, octets, length, length, &packet);

                /* A datagram that is longer than its packet was cut before it was captured: its end is missing. */
                if (status == DECODE_COMPLETE)
                        g_assert_cmpuint(packet.payload_captured, <, packet.payload_length);
                if (encapsulations[index].n_tunnels == 0)
                        g_assert_cmpint(status, !=, DECODE_TRUNCATED);
                g_free((gpointer) frame.data);
        }
}

/* --- frames that are read only in part ---------------------------------------------------------------- */

static const struct {
        const char *name;
        guint16 link_type;
        const char *words;
        DecodeStatus status;
        const char *layers;
} others[] = {
        {"mpls-without-bottom", 1, ETHERNET_MPLS "0001004000011040", DECODE_MALFORMED, "Ethernet II, MPLS, MPLS"},
        {"mpls-with-nothing", 1, ETHERNET_MPLS "00010140", DECODE_MALFORMED, "Ethernet II, MPLS"},
        {"mpls-oam", 1, ETHERNET_MPLS "0000e140 inner4", DECODE_UNKNOWN, "Ethernet II, MPLS"},
        {"mpls-other", 1, ETHERNET_MPLS "00010140 c000", DECODE_UNKNOWN, "Ethernet II, MPLS"},
        {"mpls-channel-other", 1, ETHERNET_MPLS "00010140 10000007 20", DECODE_UNKNOWN,
         "Ethernet II, MPLS, PW associated channel header"},
        {"llc-test", 1, "length aaaae3 0000000800 inner4", DECODE_UNKNOWN, "Ethernet II, LLC"},
        {"llc-organization", 1, "length aaaa0300000c2000 00", DECODE_UNKNOWN, "Ethernet II, LLC"},
        {"llc-length-as-type", 1, "length aaaa030000000020 " SNAP4 " inner4", DECODE_UNKNOWN, "Ethernet II, LLC"},
        {"llc-other", 1, "length 424203 0000", DECODE_UNKNOWN, "Ethernet II, LLC"},
        {"length-too-short", 1, MACS "0007 " SNAP4 " inner4", DECODE_MALFORMED, "Ethernet II"},
        {"length-zero", 1, MACS "0000 inner4", DECODE_UNKNOWN, "Ethernet II"},
        {"length-no-type", 1, MACS "05dd inner4", DECODE_UNKNOWN, "Ethernet II"},
        {"pppoe-too-short", 1, MACS "8864110000010001 0021 inner4", DECODE_MALFORMED, "Ethernet II, PPPoE"},
        {"ppp-control", 9, "ff03c021 01", DECODE_UNKNOWN, "PPP"},
        {"cisco-hdlc-keep-alive", 104, "8f008035 00000000", DECODE_UNKNOWN, "Cisco HDLC"},
        {"cooked-can", 113, "0000011800000000000000000000000c 00000000", DECODE_UNKNOWN, "Linux cooked capture"},
        {"ipv4-as-ipv6", 101, "ip4/41 inner4", DECODE_MALFORMED, "IPv4"},
        {"authentication", 101,
         "ip4/51 11010000"
         "00000001"
         "00000001 " HELLO,
         DECODE_COMPLETE, "IPv4, Authentication Header, UDP, Data"},
        {"authentication-too-long", 101,
         "ip4/51 11ff0000"
         "00000001"
         "00000001 " HELLO,
         DECODE_MALFORMED, "IPv4"},
        {"authentication-without-end", 101, "ip4/51 33000000000000003300000000000000", DECODE_MALFORMED,
         "IPv4, Authentication Header, Authentication Header"},
        {"authentication-nothing", 101,
         "ip4/51 3b01000000000001"
         "00000001 " HELLO,
         DECODE_UNKNOWN, "IPv4, Authentication Header"},
        {"gre-keep-alive", 101, "ip4/47 00000000", DECODE_UNKNOWN, "IPv4, GRE"},
        {"gre-vlan", 101, "ip4/47 00008100 00070800 inner4", DECODE_UNKNOWN, "IPv4, GRE"},
        {"gre-routing-without-end", 101, "ip4/47 4000080000000000 080000ff01", DECODE_MALFORMED, "IPv4"},
        {"erspan-version", 101, "ip4/47 100022eb00000001 3000000100000000", DECODE_UNKNOWN, "IPv4, GRE"},
        {"erspan-ip", 101, "ip4/47 100022eb00000001 200000010000000000000800 inner4", DECODE_UNKNOWN,
         "IPv4, GRE, ERSPAN"},
        {"e-tag-other", 1, MACS "893f000000070000ffff inner4", DECODE_UNKNOWN, "Ethernet II, 802.1BR E-tag"},
        {"e-tag-without-end", 1, MACS "893f00000007000089", DECODE_MALFORMED, "Ethernet II"},
        {"metadata-other", 1, MACS "89090101000100070806 00", DECODE_UNKNOWN, "Ethernet II, Cisco MetaData"},
        {"i-tag-cut", 1, MACS "88e700000007 00000c", DECODE_MALFORMED, "Ethernet II, 802.1ah I-tag"},
        {"shim6-too-long", 101, "ip6/140 11ff800000000000 " HELLO, DECODE_MALFORMED, "IPv6"},
        {"mobility", 101, "ip6/135 3b00050000000000", DECODE_UNKNOWN, "IPv6"},
        {"enc-family", 109, "050000000000000100000000 inner4", DECODE_UNKNOWN, "ENC"},
        {"enc-contradiction", 109, "180000000000000100000000 inner4", DECODE_MALFORMED, "ENC"},
        {"pflog-length", 117,
         "13020000"
         "00000000000000000000000000000000 inner4",
         DECODE_MALFORMED, ""},
        {"pflog-too-long", 117,
         "ff020000"
         "00000000000000000000000000000000 inner4",
         DECODE_MALFORMED, ""},
        {"pflog-family", 117,
         "14050000"
         "00000000000000000000000000000000 inner4",
         DECODE_UNKNOWN, "PFLOG"},
        {"wireless-protected", 105,
         "08410000"
         "00000c00000200000c00000100000c0000021000 " SNAP4 " inner4",
         DECODE_UNKNOWN, "IEEE 802.11"},
        {"wireless-more-fragments", 105,
         "08050000"
         "00000c00000200000c00000100000c0000021000 " SNAP4 " inner4",
         DECODE_UNKNOWN, "IEEE 802.11"},
        {"wireless-last-fragment", 105,
         "08010000"
         "00000c00000200000c00000100000c0000021100 68656c6c6f",
         DECODE_UNKNOWN, "IEEE 802.11, LLC"},
        {"ipv6-of-ipv4", 1, MACS "86dd inner4", DECODE_MALFORMED, "Ethernet II"},
        {"gre-ppp-version-0", 101, "ip4/47 0080880b ff030021 inner4", DECODE_COMPLETE, "IPv4, GRE, PPP, " INNER4},
        {"prism-no-cookie", 119, "8021100000000040 inner4", DECODE_UNKNOWN, "IEEE 802.11"},
        {"wireless-no-data", 105,
         "48010000"
         "00000c00000200000c00000100000c0000021000",
         DECODE_UNKNOWN, "IEEE 802.11"},
        {"wireless-acknowledgement", 105,
         "d4000000"
         "00000c000002",
         DECODE_UNKNOWN, "IEEE 802.11"},
        {"wireless-version", 105,
         "09010000"
         "00000c00000200000c00000100000c0000021000 " SNAP4 " inner4",
         DECODE_UNKNOWN, "IEEE 802.11"},
        {"amsdu-length-too-long", 105, QOS_FRAME "8000 " MACS "0004 " SNAP4 " inner4", DECODE_MALFORMED,
         "IEEE 802.11, A-MSDU subframe"},
        {"radiotap-length", 127, "0000040000000000 " DATA_FRAME " " SNAP4 " inner4", DECODE_MALFORMED, ""},
        {"radiotap-words-without-end", 127, "0000080002000080 " DATA_FRAME " " SNAP4 " inner4", DECODE_COMPLETE,
         "Radiotap, IEEE 802.11, LLC, " INNER4},
        {"radiotap-only", 127, "000009000200000010 0102", DECODE_MALFORMED, "Radiotap"},
        {"avs-length", 163, "8021100100000004 " DATA_FRAME, DECODE_MALFORMED, ""},
        {"avs-beyond-the-end", 163, "8021100100000040 " DATA_FRAME, DECODE_MALFORMED, ""},
        {"ppi-length", 192, "0000070001000000 " MACS "0800 inner4", DECODE_MALFORMED, ""},
        {"ppi-field-too-long", 192,
         "00000c0069000000"
         "02000100 " DATA_FRAME " " SNAP4 " inner4",
         DECODE_MALFORMED, "PPI"},
        {"ppi-link-type", 192, "0000080001000100 " MACS "0800 inner4", DECODE_UNKNOWN, "PPI"},
};

static void test_other(gconstpointer data)
{
        guint index = GPOINTER_TO_UINT(data);
        g_autoptr(GByteArray) octets = make_frame(others[index].words);
        CaptureFrame frame;
        Packet packet;
        g_autofree char *names = NULL;

        g_assert_cmpint(decode(&frame, others[index].link_type, octets, octets->len, octets->len, &packet), ==,
                        others[index].status);
        names = layer_names(&packet);
        g_assert_cmpstr(names, ==, others[index].layers);
        g_assert_cmpuint(packet.n_tunnels, ==, 0);
        g_free((gpointer) frame.data);
        for (guint captured = 0; captured < octets->len; captured++) {
                decode(&frame, others[index].link_type, octets, captured, octets->len, &packet);
                g_free((gpointer) frame.data);
                decode(&frame, others[index].link_type, octets, captured, captured, &packet);
                g_free((gpointer) frame.data);
        }
}

/* --- the rest ----------------------------------------------------------------------------------------- */

/* Where only the frame tells how long the packet is, the frame check sequence is none of it. */
static void test_fcs_is_no_payload(void)
{
        g_autoptr(GByteArray) octets =
                make_frame("000009000200000010 " DATA_FRAME " " SNAP4 " 450000000001000040060000c0a80001c0a80002"
                           "9c40270f000000010000000050100000000000006869"
                           "01020304");
        CaptureFrame frame;
        Packet packet;

        g_assert_cmpint(decode(&frame, 127, octets, octets->len, octets->len, &packet), ==, DECODE_COMPLETE);
        g_assert_cmpint(packet.transport, ==, TRANSPORT_TCP);
        g_assert_cmpuint(packet.payload_length, ==, 2);
        g_free((gpointer) frame.data);
}

static void test_names(void)
{
        for (LayerKind kind = LAYER_ETHERNET; kind <= LAYER_PAYLOAD; kind++)
                g_assert_nonnull(layer_kind_to_string(kind));
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        for (guint i = 0; i < G_N_ELEMENTS(encapsulations); i++) {
                g_autofree char *path = g_strdup_printf("/decode/whole/%s", encapsulations[i].name);

                g_test_add_data_func(path, GUINT_TO_POINTER(i), test_encapsulation);
        }
        for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
                g_autofree char *path = g_strdup_printf("/decode/partly/%s", others[i].name);

                g_test_add_data_func(path, GUINT_TO_POINTER(i), test_other);
        }
        g_test_add_func("/decode/fcs", test_fcs_is_no_payload);
        g_test_add_func("/decode/names", test_names);
        return g_test_run();
}
