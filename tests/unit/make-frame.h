/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames made from words, such as "ip4/17 udp/4789 inner4", for the tests of analyzer/decode. */
#pragma once

#include "analyzer/decode/packet.h"

static inline void prepend_hex(GByteArray *frame, const char *text)
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

static inline void G_GNUC_PRINTF(2, 3) prepend_format(GByteArray *frame, const char *format, ...)
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

/* Prepends what a word stands for: a header, with the length of what follows it if it has such a field, or a packet.
 * Any other word is hexadecimal octets. */
static inline void prepend_word(GByteArray *frame, const char *word)
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

/* Makes a frame of words, the outermost header first. */
static inline GByteArray *make_frame(const char *words)
{
        GByteArray *frame = g_byte_array_new();
        g_auto(GStrv) list = g_strsplit(words, " ", -1);

        for (guint i = g_strv_length(list); i > 0; i--)
                prepend_word(frame, list[i - 1]);
        return frame;
}

/* Decodes a frame of original octets, of which only the first were captured. Their copy ends where the memory ends, so
 * that sanitizers find a read beyond it; free frame->data. */
static inline DecodeStatus
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

#define HELLO "9c40270f000d000068656c6c6f" /* what inner4 and inner6 carry */

/* Checks that packet is inner4 or inner6: “hello” from port 40000 to 9999, between 192.168.0.1 and .2, or fd01::1 and
 * ::2. trailer: octets behind it. */
static inline void assert_inner(const Packet *packet, guint trailer)
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
