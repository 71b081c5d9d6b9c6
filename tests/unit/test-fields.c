/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/decode/fields.h"

/* A SYN with the options of Linux, behind a VLAN tag. */
static const guint8 syn[] = {
        0x02, 0,    0,    0,    0,    1,    0x02, 0,    0,    0,    0,    2,    0x81, 0x00, 0x60, 0x07,
        0x08, 0x00, 0x45, 0x02, 0x00, 0x3c, 0xfe, 0x5e, 0x40, 0x00, 0x40, 0x06, 0x28, 0x5b, 10,   0,
        0,    2,    10,   0,    0,    1,    0x8c, 0x3a, 0x1f, 0x9a, 0x52, 0x25, 0x9a, 0x81, 0,    0,
        0,    0,    0xa0, 0xc2, 0xfa, 0xf0, 0xca, 0x91, 0,    0,    0x02, 0x04, 0x05, 0xb4, 0x04, 0x02,
        0x08, 0x0a, 0xb2, 0xe6, 0x23, 0x16, 0,    0,    0,    0,    0x01, 0x03, 0x03, 0x0a,
};

static void append_field(const PacketField *field, gpointer user_data)
{
        g_string_append_printf(user_data, "%s@%u+%u=%s; ", field->name, field->offset, field->length, field->value);
}

static void decode(const guint8 *octets,
                   guint32 length,
                   guint32 original,
                   guint16 link_type,
                   CaptureFrame *ret_frame,
                   Packet *ret_packet)
{
        *ret_frame = (CaptureFrame){
                .number = 1,
                .is_packet = TRUE,
                .link_type = link_type,
                .captured_length = length,
                .original_length = original,
                .data = octets,
        };
        packet_decode(ret_frame, ret_packet);
}

static char *fields_of(const Packet *packet, guint layer)
{
        g_autoptr(GString) text = g_string_new(NULL);

        g_assert_cmpuint(layer, <, packet->n_layers);
        packet_foreach_field(packet, &packet->layers[layer], append_field, text);
        return g_strdup(text->str);
}

static void check(const Packet *packet, guint layer, const char *wanted)
{
        g_autofree char *got = fields_of(packet, layer);

        g_assert_cmpstr(got, ==, wanted);
}

static void test_syn(void)
{
        CaptureFrame frame;
        Packet packet;

        decode(syn, sizeof syn, sizeof syn, LINK_TYPE_ETHERNET, &frame, &packet);
        check(&packet, 0,
              "destination@0+6=02:00:00:00:00:01; source@6+6=02:00:00:00:00:02; type@12+2=802.1Q tag (0x8100); ");
        check(&packet, 1, "priority, VLAN@0+2=3, VLAN 7; type@2+2=IPv4 (0x0800); ");
        check(&packet, 2,
              "version, length@0+1=4, 20 bytes; DSCP, ECN@1+1=0, ECT(0); total length@2+2=60; id@4+2=0xfe5e; "
              "flags, offset@6+2=don't fragment; TTL@8+1=64; protocol@9+1=TCP (6); checksum@10+2=0x285b; "
              "source@12+4=10.0.0.2; destination@16+4=10.0.0.1; ");
        check(&packet, 3,
              "source port@0+2=35898; destination port@2+2=8090; sequence number@4+4=1378196097; "
              "acknowledgement@8+4=0; "
              "header length@12+1=40 bytes; flags@13+1=SYN, ECE, CWR; window@14+2=64240; checksum@16+2=0xca91; "
              "urgent pointer@18+2=0; option MSS@20+4=1460; option SACK permitted@24+2=yes; "
              "option timestamps@26+10=3001426710, echo 0; no operation@36+1=padding; option window scale@37+3=10 (× "
              "1024); ");
}

static void sum_lengths(const PacketField *field, gpointer user_data)
{
        g_assert_cmpuint(field->offset, ==, *(guint32 *) user_data);
        *(guint32 *) user_data += field->length;
}

/* Cut off anywhere, the fields of each layer that is left still cover it, and nothing beyond. */
static void test_cut_off(void)
{
        for (guint32 length = 0; length <= sizeof syn; length++) {
                g_autofree guint8 *exact = g_memdup2(syn, length);
                CaptureFrame frame;
                Packet packet;

                decode(exact, length, sizeof syn, LINK_TYPE_ETHERNET, &frame, &packet);
                for (guint i = 0; i < packet.n_layers; i++) {
                        guint32 sum = 0;

                        packet_foreach_field(&packet, &packet.layers[i], sum_lengths, &sum);
                        g_assert_cmpuint(sum, ==, packet.layers[i].length);
                }
        }
}

/* The rarer options, in the place of those of Linux: SACK with two blocks; Fast Open, one that is not known, the end.
 */
static void test_other_options(void)
{
        static const guint8 sack[20] = {5, 18, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 9, 0, 0, 1, 0, 1, 1};
        static const guint8 others[20] = {34, 6, 1, 2, 3, 4, 253, 4, 0xf9, 0x89, 3, 3, 15, 0, 7, 7, 7, 7, 7, 7};
        g_autofree guint8 *octets = g_memdup2(syn, sizeof syn);
        g_autofree char *with_sack = NULL, *with_others = NULL;
        CaptureFrame frame;
        Packet packet;

        memcpy(octets + 58, sack, sizeof sack);
        decode(octets, sizeof syn, sizeof syn, LINK_TYPE_ETHERNET, &frame, &packet);
        with_sack = fields_of(&packet, 3);
        g_assert_true(g_str_has_suffix(with_sack, "; option SACK@20+18=1–5, 9–256; no operation@38+1=padding; "
                                                  "no operation@39+1=padding; "));
        memcpy(octets + 58, others, sizeof others);
        decode(octets, sizeof syn, sizeof syn, LINK_TYPE_ETHERNET, &frame, &packet);
        with_others = fields_of(&packet, 3);
        g_assert_true(g_str_has_suffix(with_others, "; option Fast Open@20+6=cookie of 4 bytes; "
                                                    "option@26+4=kind 253, 4 bytes; option window scale@30+3=15 (× "
                                                    "16384); end of options@33+7=padding; "));
}

/* An option whose length is impossible: what follows has no names. */
static void test_bad_option(void)
{
        g_autofree guint8 *bad = g_memdup2(syn, sizeof syn);
        g_autofree char *text = NULL;
        CaptureFrame frame;
        Packet packet;

        bad[38 + 25] = 0;
        decode(bad, sizeof syn, sizeof syn, LINK_TYPE_ETHERNET, &frame, &packet);
        text = fields_of(&packet, 3);
        g_assert_true(g_str_has_suffix(text, "option MSS@20+4=1460; other bytes@24+16=16; "));
}

static void test_cooked(void)
{
        static const guint8 cooked[] = {
                0x00, 0x04, 0x00, 0x01, 0x00, 0x06, 2,  0, 0, 0, 0,  9, 0, 0, 0x08, 0x00, 0x45, 0,    0, 28, 0, 1,
                0x20, 0x00, 64,   17,   0,    0,    10, 0, 0, 1, 10, 0, 0, 2, 0x1f, 0x9a, 0x9c, 0x40, 0, 8,  0, 0,
        };
        g_autofree char *text = NULL;
        CaptureFrame frame;
        Packet packet;

        decode(cooked, sizeof cooked, sizeof cooked, LINK_TYPE_LINUX_SLL, &frame, &packet);
        check(&packet, 0,
              "packet type@0+2=sent by this host (4); device type@2+2=1; address length@4+2=6; "
              "sender's address@6+6=02:00:00:00:00:09; unused@12+2=-; protocol@14+2=IPv4 (0x0800); ");
        text = fields_of(&packet, 1);
        g_assert_nonnull(strstr(text, "flags, offset@6+2=more follow, from byte 0; "));
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/fields/syn", test_syn);
        g_test_add_func("/fields/cut-off", test_cut_off);
        g_test_add_func("/fields/other-options", test_other_options);
        g_test_add_func("/fields/bad-option", test_bad_option);
        g_test_add_func("/fields/cooked", test_cooked);
        return g_test_run();
}
