/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/decode/packet.h"

#include <string.h>

/* --- frames from what they are made of ---------------------------------------------------------------- */

static void prepend_hex(GByteArray *frame, const char *text)
{
        g_autoptr(GByteArray) octets = g_byte_array_new();

        for (; text[0] && text[1]; text += 2) {
                guint8 octet = (guint8) (g_ascii_xdigit_value(text[0]) << 4 | g_ascii_xdigit_value(text[1]));

                g_assert_cmpint(g_ascii_xdigit_value(text[0]), >=, 0);
                g_assert_cmpint(g_ascii_xdigit_value(text[1]), >=, 0);
                g_byte_array_append(octets, &octet, 1);
        }
        g_byte_array_prepend(frame, octets->data, octets->len);
}

static void prepend_format(GByteArray *frame, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void prepend_format(GByteArray *frame, const char *format, ...)
{
        g_autofree char *text = NULL;
        va_list arguments;

        va_start(arguments, format);
        text = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        prepend_hex(frame, text);
}

#define MACS                                                                                                           \
        "00000c000002"                                                                                                 \
        "00000c000001"

/* One word: a header before what is there already, with its length where it has one. Others are hexadecimal. */
static void prepend_word(GByteArray *frame, const char *word)
{
        guint number = (guint) g_ascii_strtoull(strchr(word, '/') ? strchr(word, '/') + 1 : "0", NULL, 10);

        if (g_str_has_prefix(word, "ip4/"))
                prepend_format(frame,
                               "4500%04x00010000"
                               "40%02x0000"
                               "0a000001"
                               "0a000002",
                               frame->len + 20, number);
        else if (g_str_has_prefix(word, "ip6/"))
                prepend_format(frame,
                               "60000000%04x%02x40"
                               "fd000000000000000000000000000001"
                               "fd000000000000000000000000000002",
                               frame->len, number);
        else if (g_str_has_prefix(word, "udp/"))
                prepend_format(frame, "c000%04x%04x0000", number, frame->len + 8);
        else if (g_str_equal(word, "inner4"))
                prepend_hex(frame, "450000210001000040110000c0a80001c0a80002"
                                   "9c40270f000d0000"
                                   "68656c6c6f");
        else if (g_str_equal(word, "inner6"))
                prepend_hex(frame, "60000000000d1140"
                                   "fd010000000000000000000000000001"
                                   "fd010000000000000000000000000002"
                                   "9c40270f000d0000"
                                   "68656c6c6f");
        else if (g_str_equal(word, "length"))
                prepend_format(frame, MACS "%04x", frame->len);
        else if (g_str_equal(word, "amsdu"))
                prepend_format(frame, MACS "%04x", frame->len);
        else if (g_str_equal(word, "pppoe"))
                prepend_format(frame, "11000001%04x", frame->len);
        else if (g_str_equal(word, "prism"))
                prepend_format(frame, "4400000090000000%0272d", 0);
        else if (g_str_equal(word, "avs"))
                prepend_format(frame, "8021100100000040%0112d", 0);
        else
                prepend_hex(frame, word);
}

/* The words are from the outside in. */
static GByteArray *make_frame(const char *words)
{
        GByteArray *frame = g_byte_array_new();
        g_auto(GStrv) list = g_strsplit(words, " ", -1);

        for (guint i = g_strv_length(list); i > 0; i--)
                prepend_word(frame, list[i - 1]);
        return frame;
}

/* Decodes the first captured octets, alone in memory, of original ones. The frame must be freed. */
static DecodeStatus
decode(CaptureFrame *frame, guint16 link_type, const GByteArray *octets, guint captured, guint original, Packet *packet)
{
        *frame = (CaptureFrame){
                .number = 1,
                .is_packet = TRUE,
                .link_type = link_type,
                .captured_length = captured,
                .original_length = original,
                .data = g_memdup2(octets->data, captured),
        };
        return packet_decode(frame, packet);
}

static char *layer_names(const Packet *packet)
{
        GString *names = g_string_new(NULL);

        for (guint i = 0; i < packet->n_layers; i++)
                g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", layer_kind_to_string(packet->layers[i].kind));
        return g_string_free(names, FALSE);
}

/* --- every encapsulation ---------------------------------------------------------------------------- */

#define HELLO "9c40270f000d000068656c6c6f" /* what inner4 and inner6 carry */
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
        {"l2tp-everything", 101, "ip4/17 udp/1701 4a02004700010001 00050006 0002ffff 0057 inner6",
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

/* What every encapsulation carries: "hello" from port 40000 to 9999, of the third octet 168 or, in IPv6, of fd01::. */
static void assert_inner(const Packet *packet, guint trailer)
{
        char buffer[IP_ADDRESS_STRING_SIZE];
        gboolean six = packet->source.address.family == 6;
        const guint8 *end = packet->frame->data + packet->frame->captured_length - trailer;

        g_assert_cmpstr(ip_address_to_string(&packet->source.address, buffer), ==, six ? "fd01::1" : "192.168.0.1");
        g_assert_cmpstr(ip_address_to_string(&packet->destination.address, buffer), ==,
                        six ? "fd01::2" : "192.168.0.2");
        g_assert_cmpint(packet->transport, ==, TRANSPORT_UDP);
        g_assert_cmpuint(packet->source.port, ==, 40000);
        g_assert_cmpuint(packet->destination.port, ==, 9999);
        g_assert_cmpuint(packet->ip_protocol, ==, 17);
        g_assert_cmpuint(packet->payload_length, ==, 5);
        g_assert_cmpuint(packet->payload_captured, ==, 5);
        g_assert_true(packet->payload + 5 == end);
}

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

/* --- frames that are read so far only ------------------------------------------------------------------ */

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

/* --- tunnels over UDP ------------------------------------------------------------------------------------- */

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

/* --- source routes ------------------------------------------------------------------------------------------ */

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
        for (guint i = 0; i < G_N_ELEMENTS(routes); i++) {
                g_autofree char *path = g_strdup_printf("/decode/route/%s", routes[i].name);

                g_test_add_data_func(path, GUINT_TO_POINTER(i), test_route);
        }
        g_test_add_func("/decode/tunnel/endpoints", test_tunnel_endpoints);
        g_test_add_func("/decode/tunnel/without-packet", test_tunnel_without_packet);
        g_test_add_func("/decode/tunnel/icmp", test_tunnel_with_icmp);
        g_test_add_func("/decode/too-many", test_too_many);
        g_test_add_func("/decode/fcs", test_fcs_is_no_payload);
        g_test_add_func("/decode/names", test_names);
        return g_test_run();
}
