/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fragments put together by hand; whole captures are compared with tshark in tests/parity/test_fragments.py. */
#include "analyzer/decode/datagram.h"
#include "analyzer/decode/defragment.h"

#include <string.h>

/* A UDP datagram without checksum: eight octets of header and 56 of data, which count up from 'A'. */
#define DATAGRAM_LENGTH 64u

typedef struct {
        Defragmenter *defragmenter;
        CaptureFrame frame;
        GByteArray *octets; /* of the frame */
        Packet packet;
} Wire;

static void wire_init(Wire *wire, gsize limit)
{
        *wire = (Wire){
                .defragmenter = defragmenter_new(limit),
                .frame = {.is_packet = TRUE, .has_time = TRUE, .link_type = LINK_TYPE_RAW},
                .octets = g_byte_array_new(),
        };
}

static void wire_clear(Wire *wire)
{
        defragmenter_free(wire->defragmenter);
        g_byte_array_unref(wire->octets);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wire, wire_clear)

static void put(Wire *wire, const guint8 *octets, gsize length)
{
        g_byte_array_append(wire->octets, octets, (guint) length);
}

static void put16(Wire *wire, guint value)
{
        put(wire, (const guint8[]){(guint8) (value >> 8), (guint8) value}, 2);
}

static guint8 datagram_octet(guint32 at)
{
        static const guint8 header[8] = {0x9c, 0x41, 0x9c, 0x42, 0, DATAGRAM_LENGTH, 0, 0};

        return at < sizeof header ? header[at] : (guint8) ('A' + at - sizeof header);
}

typedef struct {
        guint version, offset, length;
        gboolean more;
        guint16 id;
        guint8 add; /* to each octet of data */
        guint8 ecn;
        guint cut; /* octets that the snapshot length took */
        gint64 seconds;
} Fragment;

static void deliver(Wire *wire, guint cut, gint64 seconds)
{
        wire->frame.number++;
        wire->frame.time = seconds * 1000000000;
        wire->frame.data = wire->octets->data;
        wire->frame.original_length = wire->octets->len;
        wire->frame.captured_length = wire->octets->len - cut;
        defragmenter_decode(wire->defragmenter, &wire->frame, &wire->packet);
}

static void make(Wire *wire, Fragment fragment)
{
        static const guint8 addresses[32] = {10, 0, 0, 1, 10, 0, 0, 2};

        g_byte_array_set_size(wire->octets, 0);
        if (fragment.version == 4) {
                put16(wire, 0x4500u | fragment.ecn);
                put16(wire, 20 + fragment.length);
                put16(wire, fragment.id);
                put16(wire, fragment.offset / 8 | (fragment.more ? 0x2000u : 0));
                put16(wire, 64 << 8 | 17);
                put16(wire, 0);
                put(wire, addresses, 8);
        } else {
                put16(wire, 0x6000u | (guint) fragment.ecn << 4);
                put16(wire, 0);
                put16(wire, 8 + fragment.length);
                put16(wire, 44 << 8 | 64);
                put(wire, addresses, 32);
                put16(wire, 17 << 8);
                put16(wire, fragment.offset | fragment.more);
                put16(wire, 0);
                put16(wire, fragment.id);
        }
        for (guint32 i = 0; i < fragment.length; i++) {
                guint8 octet = (guint8) (datagram_octet(fragment.offset + i) + fragment.add);

                put(wire, &octet, 1);
        }
}

static void send(Wire *wire, Fragment fragment)
{
        make(wire, fragment);
        deliver(wire, fragment.cut, fragment.seconds);
}

/* In a VXLAN tunnel whose own datagram comes in two fragments, too; id: of that datagram. */
static void send_in_tunnel(Wire *wire, Fragment fragment, guint16 id)
{
        static const guint8 vxlan[16] = {0xc0, 0, 0x12, 0xb5, 0, 0, 0, 0, 8}, ethernet[14] = {[12] = 8},
                            addresses[8] = {10, 9, 0, 1, 10, 9, 0, 2};
        GByteArray *whole;

        make(wire, fragment);
        whole = wire->octets;
        g_byte_array_prepend(whole, ethernet, sizeof ethernet);
        g_byte_array_prepend(whole, vxlan, sizeof vxlan);
        whole->data[5] = (guint8) whole->len;
        wire->octets = g_byte_array_new();
        for (guint i = 0; i < 2; i++) {
                guint offset = i * 32, length = i == 0 ? 32 : whole->len - 32;

                g_byte_array_set_size(wire->octets, 0);
                put16(wire, 0x4500);
                put16(wire, 20 + length);
                put16(wire, id);
                put16(wire, offset / 8 | (i == 0 ? 0x2000u : 0));
                put16(wire, 64 << 8 | 17);
                put16(wire, 0);
                put(wire, addresses, sizeof addresses);
                put(wire, whole->data + offset, length);
                deliver(wire, 0, 0);
        }
        g_byte_array_unref(whole);
}

#define assert_fragment(wire)                                                                                          \
        do {                                                                                                           \
                g_assert_true((wire)->packet.is_fragment);                                                             \
                g_assert_null((wire)->packet.datagram);                                                                \
                g_assert_cmpint((wire)->packet.transport, ==, TRANSPORT_NONE);                                         \
        } while (0)

#define assert_whole(wire, n)                                                                                          \
        do {                                                                                                           \
                g_assert_false((wire)->packet.is_fragment);                                                            \
                g_assert_nonnull((wire)->packet.datagram);                                                             \
                g_assert_cmpuint((wire)->packet.datagram->n_frames, ==, (n));                                          \
                g_assert_cmpint((wire)->packet.transport, ==, TRANSPORT_UDP);                                          \
                g_assert_cmpuint((wire)->packet.source.port, ==, 40001);                                               \
                g_assert_cmpuint((wire)->packet.payload_captured, ==, DATAGRAM_LENGTH - 8);                            \
        } while (0)

static void assert_octets(const Wire *wire)
{
        for (guint32 i = 8; i < DATAGRAM_LENGTH; i++)
                g_assert_cmpuint(wire->packet.payload[i - 8], ==, datagram_octet(i));
}

static void test_in_order(gconstpointer data)
{
        guint version = GPOINTER_TO_UINT(data);
        g_auto(Wire) wire;
        const Layer *layer;

        wire_init(&wire, DEFRAGMENTER_MEMORY);
        send(&wire, (Fragment){version, 0, 24, TRUE});
        assert_fragment(&wire);
        send(&wire, (Fragment){version, 24, 24, TRUE});
        assert_fragment(&wire);
        send(&wire, (Fragment){version, 48, 16, FALSE});
        assert_whole(&wire, 3);
        assert_octets(&wire);
        for (guint i = 0; i < 3; i++)
                g_assert_cmpuint(wire.packet.datagram->frames[i], ==, i + 1);
        layer = &wire.packet.layers[wire.packet.n_layers - 1];
        g_assert_cmpint(layer->kind, ==, LAYER_PAYLOAD);
        g_assert_cmpuint(layer->depth, ==, 1);
        g_assert_cmpuint(layer->offset, ==, 8);
        g_assert_cmpuint(wire.packet.layers[0].depth, ==, 0);
}

static void test_any_order(gconstpointer data)
{
        static const guint orders[][3] = {{0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
        static const guint offsets[] = {0, 24, 48}, lengths[] = {24, 24, 16};
        g_auto(Wire) wire;

        wire_init(&wire, DEFRAGMENTER_MEMORY);
        for (guint i = 0; i < G_N_ELEMENTS(orders); i++) {
                for (guint j = 0; j < 3; j++) {
                        guint at = orders[i][j];

                        send(&wire, (Fragment){GPOINTER_TO_UINT(data), offsets[at], lengths[at], at < 2, .id = 5});
                }
                assert_whole(&wire, 3);
                assert_octets(&wire);
        }
        g_assert_cmpuint(defragmenter_get_counts(wire.defragmenter).datagrams, ==, G_N_ELEMENTS(orders));
        g_assert_cmpuint(defragmenter_get_counts(wire.defragmenter).waiting, ==, 0);
}

static void test_repeated(gconstpointer data)
{
        guint version = GPOINTER_TO_UINT(data);
        g_auto(Wire) wire;

        wire_init(&wire, DEFRAGMENTER_MEMORY);
        send(&wire, (Fragment){version, 0, 24, TRUE});
        send(&wire, (Fragment){version, 0, 24, TRUE});
        assert_fragment(&wire);
        send(&wire, (Fragment){version, 24, 40, FALSE, .ecn = 3});
        assert_whole(&wire, 2);
        g_assert_cmpuint(wire.packet.datagram->frames[1], ==, 3);
        g_assert_cmpuint(wire.packet.ecn, ==, 3);
        g_assert_cmpuint(defragmenter_get_counts(wire.defragmenter).duplicates, ==, 1);
}

/* Octets that were there, and only now is it known that they are the last. */
static void test_repeated_end(gconstpointer data)
{
        guint version = GPOINTER_TO_UINT(data);
        g_auto(Wire) wire;

        wire_init(&wire, DEFRAGMENTER_MEMORY);
        send(&wire, (Fragment){version, 0, 24, TRUE});
        send(&wire, (Fragment){version, 24, 40, TRUE});
        send(&wire, (Fragment){version, 24, 40, TRUE});
        assert_fragment(&wire);
        send(&wire, (Fragment){version, 24, 40, FALSE});
        assert_whole(&wire, 3);
        g_assert_cmpuint(wire.packet.datagram->frames[2], ==, 4);
        send(&wire, (Fragment){version, 24, 40, TRUE});
        send(&wire, (Fragment){version, 24, 40, FALSE});
        assert_fragment(&wire);
        send(&wire, (Fragment){version, 24, 40, FALSE});
        assert_fragment(&wire);
        send(&wire, (Fragment){version, 0, 24, TRUE});
        assert_whole(&wire, 3);
        g_assert_cmpuint(wire.packet.datagram->frames[1], ==, 6);
        g_assert_cmpuint(defragmenter_get_counts(wire.defragmenter).duplicates, ==, 2);
        g_assert_cmpuint(defragmenter_count_unused(wire.defragmenter), ==, 0);
}

/* What came first stays in IPv4; IPv6 discards the datagram. */
static void test_overlapping(void)
{
        g_auto(Wire) four, six;

        wire_init(&four, DEFRAGMENTER_MEMORY);
        send(&four, (Fragment){4, 16, 16, TRUE});
        send(&four, (Fragment){4, 24, 40, FALSE, .add = 0});
        send(&four, (Fragment){4, 48, 16, FALSE, .add = 1}); /* all of it was there */
        assert_fragment(&four);
        send(&four, (Fragment){4, 8, 48, TRUE, .add = 2}); /* eight octets of it are new */
        assert_fragment(&four);
        send(&four, (Fragment){4, 0, 8, TRUE});
        assert_whole(&four, 4);
        for (guint32 i = 16; i < DATAGRAM_LENGTH; i++)
                g_assert_cmpuint(four.packet.payload[i - 8], ==, datagram_octet(i));
        g_assert_cmpuint(four.packet.payload[0], ==, datagram_octet(8) + 2);

        wire_init(&six, DEFRAGMENTER_MEMORY);
        send(&six, (Fragment){6, 0, 24, TRUE});
        send(&six, (Fragment){6, 16, 16, TRUE});
        send(&six, (Fragment){6, 24, 40, FALSE});
        assert_fragment(&six);
        send(&six, (Fragment){6, 0, 24, TRUE});
        assert_fragment(&six);
        g_assert_cmpuint(defragmenter_get_counts(six.defragmenter).contradictory, ==, 4);
        g_assert_cmpuint(defragmenter_get_counts(six.defragmenter).waiting, ==, 0);
        send(&six, (Fragment){6, 0, 24, TRUE, .add = 1, .id = 1});
        send(&six, (Fragment){6, 0, 24, TRUE, .id = 1}); /* as long, but not the same */
        send(&six, (Fragment){6, 24, 40, FALSE, .id = 1});
        assert_fragment(&six);
}

static void test_ends(gconstpointer data)
{
        guint version = GPOINTER_TO_UINT(data);
        g_auto(Wire) wire;

        wire_init(&wire, DEFRAGMENTER_MEMORY);
        send(&wire, (Fragment){version, 48, 8, FALSE, .id = 1});
        send(&wire, (Fragment){version, 48, 16, FALSE, .id = 1});
        send(&wire, (Fragment){version, 0, 48, TRUE, .id = 1});
        assert_fragment(&wire);
        send(&wire, (Fragment){version, 48, 16, TRUE, .id = 2});
        send(&wire, (Fragment){version, 24, 16, FALSE, .id = 2});
        send(&wire, (Fragment){version, 0, 24, TRUE, .id = 2});
        assert_fragment(&wire);
        send(&wire, (Fragment){version, 24, 16, FALSE, .id = 3});
        send(&wire, (Fragment){version, 48, 8, TRUE, .id = 3});
        assert_fragment(&wire);
        g_assert_cmpuint(defragmenter_get_counts(wire.defragmenter).contradictory, ==, 8);
}

static void test_malformed(gconstpointer data)
{
        guint version = GPOINTER_TO_UINT(data);
        g_auto(Wire) wire;

        wire_init(&wire, DEFRAGMENTER_MEMORY);
        send(&wire, (Fragment){version, 0, 0, TRUE});
        send(&wire, (Fragment){version, 8, 0, FALSE});
        send(&wire, (Fragment){version, 0, 20, TRUE});
        send(&wire, (Fragment){version, 65528, 16, FALSE});
        assert_fragment(&wire);
        g_assert_cmpuint(defragmenter_get_counts(wire.defragmenter).malformed, ==, 4);
        g_assert_cmpuint(defragmenter_count_unused(wire.defragmenter), ==, 4);
        send(&wire, (Fragment){version, 0, 24, TRUE});
        send(&wire, (Fragment){version, 24, 40, FALSE});
        assert_whole(&wire, 2);
}

static void test_time_out(gconstpointer data)
{
        guint version = GPOINTER_TO_UINT(data);
        g_auto(Wire) wire;

        wire_init(&wire, DEFRAGMENTER_MEMORY);
        send(&wire, (Fragment){version, 0, 24, TRUE, .seconds = 100});
        send(&wire, (Fragment){version, 24, 40, FALSE, .seconds = 160});
        assert_whole(&wire, 2);
        send(&wire, (Fragment){version, 0, 24, TRUE, .seconds = 200});
        send(&wire, (Fragment){version, 24, 40, FALSE, .seconds = 261});
        assert_fragment(&wire);
        g_assert_cmpuint(defragmenter_get_counts(wire.defragmenter).timed_out, ==, 1);
        send(&wire, (Fragment){version, 0, 24, TRUE, .seconds = 262});
        assert_whole(&wire, 2);
        /* Time that runs backwards times nothing out. */
        send(&wire, (Fragment){version, 0, 24, TRUE, .seconds = 500});
        send(&wire, (Fragment){version, 24, 40, FALSE, .seconds = 300});
        assert_whole(&wire, 2);
}

static void test_memory(void)
{
        DefragmenterCounts counts;
        g_auto(Wire) wire;

        wire_init(&wire, 10000);
        for (guint16 id = 0; id < 1000; id++)
                send(&wire, (Fragment){4, 0, 24, TRUE, .id = id});
        counts = defragmenter_get_counts(wire.defragmenter);
        g_assert_cmpuint(counts.given_up + counts.waiting, ==, 1000);
        g_assert_cmpuint(counts.waiting, >, 10);
        g_assert_cmpuint(counts.waiting, <, 50);
        send(&wire, (Fragment){4, 24, 40, FALSE, .id = 0});
        assert_fragment(&wire);
        send(&wire, (Fragment){4, 24, 40, FALSE, .id = 999});
        assert_whole(&wire, 2);
}

static void test_cut_off(void)
{
        g_auto(Wire) wire;

        wire_init(&wire, DEFRAGMENTER_MEMORY);
        send(&wire, (Fragment){4, 0, 24, TRUE, .cut = 4});
        g_assert_true(wire.packet.is_fragment);
        g_assert_cmpint(wire.packet.transport, ==, TRANSPORT_UDP);
        g_assert_cmpuint(wire.packet.payload_captured, ==, 12);
        g_assert_cmpuint(wire.packet.payload_length, ==, DATAGRAM_LENGTH - 8);
        send(&wire, (Fragment){4, 24, 40, FALSE});
        assert_fragment(&wire);
        send(&wire, (Fragment){6, 0, 24, TRUE, .cut = 4});
        assert_fragment(&wire);
        g_assert_cmpuint(defragmenter_get_counts(wire.defragmenter).cut_off, ==, 2);
}

/* RFC 6946: a fragment header, and all of the datagram behind it. */
static void test_atomic(void)
{
        g_auto(Wire) wire;

        wire_init(&wire, DEFRAGMENTER_MEMORY);
        send(&wire, (Fragment){6, 0, 24, TRUE});
        send(&wire, (Fragment){6, 0, DATAGRAM_LENGTH, FALSE});
        g_assert_null(wire.packet.datagram);
        g_assert_cmpint(wire.packet.transport, ==, TRANSPORT_UDP);
        assert_octets(&wire);
        send(&wire, (Fragment){6, 24, 40, FALSE});
        assert_whole(&wire, 2);
}

static void test_kept(void)
{
        g_auto(Wire) wire;
        Datagram *copy;
        Packet again;

        wire_init(&wire, DEFRAGMENTER_MEMORY);
        send(&wire, (Fragment){4, 24, 40, FALSE});
        send(&wire, (Fragment){4, 0, 24, TRUE});
        assert_whole(&wire, 2);
        copy = datagram_copy(wire.packet.datagram);
        g_assert_cmpint(packet_decode_again(&wire.frame, copy, &again), ==, DECODE_COMPLETE);
        g_assert_cmpuint(again.payload_captured, ==, wire.packet.payload_captured);
        g_assert_cmpmem(again.payload, again.payload_captured, wire.packet.payload, wire.packet.payload_captured);
        g_assert_cmpuint(again.n_layers, ==, wire.packet.n_layers);
        g_assert_cmpuint(datagram_get_cost(copy), >, DATAGRAM_LENGTH);
        datagram_free(copy);
        g_assert_null(datagram_copy(NULL));
        g_assert_cmpuint(datagram_get_cost(NULL), ==, 0);
        datagram_free(NULL);
}

/* Frames 1 and 2 carry the first half in a tunnel, 3 and 4 the second. */
static void test_in_fragmented_tunnel(void)
{
        static const LayerKind kinds[] = {LAYER_IPV4, LAYER_UDP, LAYER_VXLAN,  LAYER_ETHERNET,
                                          LAYER_IPV4, LAYER_UDP, LAYER_PAYLOAD};
        static const guint depths[] = {0, 1, 1, 1, 1, 2, 2};
        g_auto(Wire) wire;
        Datagram *copy;
        Packet again;

        wire_init(&wire, DEFRAGMENTER_MEMORY);
        send_in_tunnel(&wire, (Fragment){4, 0, 24, TRUE}, 1);
        g_assert_true(wire.packet.is_fragment);
        g_assert_cmpuint(wire.packet.n_tunnels, ==, 1);
        send_in_tunnel(&wire, (Fragment){4, 24, 40, FALSE}, 2);
        assert_whole(&wire, 2);
        copy = datagram_copy(wire.packet.datagram);
        g_assert_cmpuint(datagram_get_cost(copy), >, 2 * DATAGRAM_LENGTH);
        g_assert_cmpint(packet_decode_again(&wire.frame, copy, &again), ==, DECODE_COMPLETE);
        for (guint round = 0; round < 2; round++) {
                const Packet *packet = round == 0 ? &wire.packet : &again;

                g_assert_cmpuint(packet->datagram->frames[0], ==, 2);
                g_assert_cmpuint(packet->datagram->frames[1], ==, 4);
                g_assert_cmpuint(packet->datagram->outer->frames[0], ==, 3);
                g_assert_cmpuint(packet->datagram->outer->frames[1], ==, 4);
                g_assert_null(packet->datagram->outer->outer);
                g_assert_cmpuint(packet->n_tunnels, ==, 1);
                g_assert_cmpuint(packet->tunnels[0].destination.port, ==, 4789);
                g_assert_cmpuint(packet->tunnels[0].source.address.octets[1], ==, 9);
                g_assert_cmpuint(packet->n_layers, ==, G_N_ELEMENTS(kinds));
                for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
                        g_assert_cmpint(packet->layers[i].kind, ==, kinds[i]);
                        g_assert_cmpuint(packet->layers[i].depth, ==, depths[i]);
                }
                g_assert_cmpuint(packet_get_layer_octets(packet, &packet->layers[1])[2], ==, 0x12);
                g_assert_cmpuint(packet_get_layer_octets(packet, &packet->layers[5])[0], ==, 0x9c);
                g_assert_true(packet_get_layer_octets(packet, &packet->layers[6]) == packet->payload);
                g_assert_cmpmem(packet->payload, packet->payload_captured, wire.packet.payload, DATAGRAM_LENGTH - 8);
        }
        assert_octets(&wire);
        datagram_free(copy);
}

int main(int argc, char **argv)
{
        static const struct {
                const char *name;
                GTestDataFunc function;
        } both[] = {
                {"in-order", test_in_order},         {"any-order", test_any_order},
                {"repeated", test_repeated},         {"ends", test_ends},
                {"malformed", test_malformed},       {"time-out", test_time_out},
                {"repeated-end", test_repeated_end},
        };

        g_test_init(&argc, &argv, NULL);
        for (guint i = 0; i < G_N_ELEMENTS(both); i++)
                for (guint version = 4; version <= 6; version += 2) {
                        g_autofree char *path = g_strdup_printf("/defragment/ipv%u/%s", version, both[i].name);

                        g_test_add_data_func(path, GUINT_TO_POINTER(version), both[i].function);
                }
        g_test_add_func("/defragment/overlapping", test_overlapping);
        g_test_add_func("/defragment/memory", test_memory);
        g_test_add_func("/defragment/cut-off", test_cut_off);
        g_test_add_func("/defragment/atomic", test_atomic);
        g_test_add_func("/defragment/kept", test_kept);
        g_test_add_func("/defragment/in-fragmented-tunnel", test_in_fragmented_tunnel);
        return g_test_run();
}
