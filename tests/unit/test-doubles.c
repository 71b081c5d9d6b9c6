/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What makes a packet the one that was captured before: its octets, its time and its place. */
#include "analyzer/decode/decode-private.h"
#include "analyzer/flow/flow-private.h"

#include <string.h>

#define MILLISECOND 1000000
#define SEGMENT_LENGTH 400

typedef struct {
        Doubles *doubles;
        guint8 octets[SEGMENT_LENGTH];
        guint32 length;
        guint32 captured;
        guint16 id; /* of IPv4's header; 0: none */
        guint8 hop_limit;
        guint64 frame;
        Sighting now;
} Wire;

static void wire_init(Wire *wire)
{
        *wire = (Wire){
                .doubles = doubles_new(),
                .length = SEGMENT_LENGTH,
                .captured = SEGMENT_LENGTH,
                .id = 7,
                .hop_limit = 64,
        };
        for (guint i = 0; i < SEGMENT_LENGTH; i++)
                wire->octets[i] = (guint8) i;
}

static void wire_clear(Wire *wire)
{
        doubles_free(wire->doubles);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wire, wire_clear)

/* What is said of the segment at this time; it is remembered if it is new. */
static DoubleKind see(Wire *wire, gint64 time)
{
        const Endpoint source = {.address = {.family = 4, .octets = {10, 0, 0, 1}}, .port = 40001};
        const Endpoint destination = {.address = {.family = 4, .octets = {10, 0, 0, 2}}, .port = 8090};
        CaptureFrame frame = {.number = ++wire->frame, .time = time, .has_time = TRUE, .is_packet = TRUE};
        Packet packet = {
                .frame = &frame,
                .transport = TRANSPORT_TCP,
                .ip_protocol = 6,
                .source = source,
                .destination = destination,
                .fragment_id = wire->id,
                .hop_limit = wire->hop_limit,
                .segment = wire->octets,
                .segment_length = wire->length,
                .segment_captured = wire->captured,
        };
        Sighting *place;
        DoubleKind kind;

        packet_identify(&packet);
        kind = doubles_find(wire->doubles, &packet, &wire->now, &place);
        if (kind == DOUBLE_NONE)
                *place = wire->now;
        return kind;
}

static void test_time(void)
{
        g_auto(Wire) wire = {0};

        wire_init(&wire);
        g_assert_cmpint(see(&wire, 0), ==, DOUBLE_NONE);
        g_assert_cmpint(see(&wire, 0), ==, DOUBLE_CERTAIN);
        g_assert_cmpint(see(&wire, 10 * MILLISECOND - 1), ==, DOUBLE_CERTAIN);
        g_assert_cmpint(see(&wire, 1 - 10 * MILLISECOND), ==, DOUBLE_CERTAIN);
        g_assert_cmpint(see(&wire, 10 * MILLISECOND), ==, DOUBLE_NONE);
        g_assert_cmpint(see(&wire, 0), ==, DOUBLE_NONE);
}

/* Without an identification: at another place it is the same packet, at the same one perhaps, and only at once. */
static void test_place(void)
{
        g_auto(Wire) wire = {0};

        wire_init(&wire);
        wire.id = 0;
        g_assert_cmpint(see(&wire, 0), ==, DOUBLE_NONE);
        g_assert_cmpint(see(&wire, MILLISECOND - 1), ==, DOUBLE_POSSIBLE);
        wire.hop_limit--;
        g_assert_cmpint(see(&wire, 9 * MILLISECOND), ==, DOUBLE_CERTAIN);
        wire.hop_limit++;
        g_assert_cmpint(see(&wire, MILLISECOND), ==, DOUBLE_NONE);
}

/* All that is compared makes a difference; the checksum and the middle of a long segment are not. */
static void test_octets(void)
{
        static const guint32 lengths[] = {20, 24, 25, 31, 32, 100, 192, 193, SEGMENT_LENGTH};

        for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++)
                for (guint32 at = 0; at < lengths[i]; at++) {
                        gboolean is_middle = lengths[i] > 192 && at >= 128 && at < lengths[i] - 64;
                        gboolean is_ignored = at == 16 || at == 17 || is_middle;
                        g_auto(Wire) wire = {0};

                        wire_init(&wire);
                        wire.length = wire.captured = lengths[i];
                        g_assert_cmpint(see(&wire, 0), ==, DOUBLE_NONE);
                        wire.octets[at] ^= 0x55;
                        g_assert_cmpint(see(&wire, 0), ==, is_ignored ? DOUBLE_CERTAIN : DOUBLE_NONE);
                }
}

/* The octets behind a segment are not its own, nor those that the snapshot length took. */
static void test_end(void)
{
        g_auto(Wire) wire = {0};

        wire_init(&wire);
        wire.captured = 20;
        g_assert_cmpint(see(&wire, 0), ==, DOUBLE_NONE);
        wire.octets[20] ^= 1;
        g_assert_cmpint(see(&wire, 0), ==, DOUBLE_CERTAIN);
        wire.length--;
        g_assert_cmpint(see(&wire, 0), ==, DOUBLE_NONE);
}

/* Ports tell the streams of TCP and UDP apart; of what has none, both addresses count, to their last octet. */
static void test_addresses(void)
{
        static const guint8 octets[8] = {3, 4, 0, 0, 0, 0, 0, 0};
        CaptureFrame frame = {.number = 1, .has_time = TRUE, .is_packet = TRUE};
        Packet packet = {
                .frame = &frame,
                .transport = TRANSPORT_ICMP,
                .source.address.family = 6,
                .destination.address.family = 6,
                .segment = octets,
                .segment_length = sizeof octets,
                .segment_captured = sizeof octets,
        };
        guint64 identity;

        packet_identify(&packet);
        identity = packet.identity.hash;
        for (guint i = 0; i < 32; i++) {
                Packet other = packet;
                guint8 *changed = i < 16 ? other.source.address.octets : other.destination.address.octets;

                changed[i % 16] = 1;
                packet_identify(&other);
                g_assert_cmpuint(other.identity.hash, !=, identity);
        }
        packet_identify(&packet);
        g_assert_cmpuint(packet.identity.hash, ==, identity);
}

static void test_identification(void)
{
        g_auto(Wire) wire = {0};

        wire_init(&wire);
        g_assert_cmpint(see(&wire, 0), ==, DOUBLE_NONE);
        wire.id++;
        g_assert_cmpint(see(&wire, 0), ==, DOUBLE_NONE);
}

static guint64 identity_of_one(void)
{
        g_auto(Wire) wire = {0};

        wire_init(&wire);
        see(&wire, 0);
        return wire.now.identity;
}

/* Whoever sends packets cannot know what they are taken for: a child of this test takes the same one for another. */
static void test_seed(gconstpointer program)
{
        const char *const arguments[] = {program, "--identity", NULL};
        g_autofree char *output = NULL;
        g_autoptr(GError) error = NULL;
        int status;

        g_spawn_sync(NULL, (char **) arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL, &status, &error);
        g_assert_no_error(error);
        g_assert_cmpint(status, ==, 0);
        g_assert_cmpuint(strlen(output), >, 1);
        g_assert_cmpuint(g_ascii_strtoull(output, NULL, 10), !=, identity_of_one());
}

int main(int argc, char **argv)
{
        if (argc == 2 && g_str_equal(argv[1], "--identity")) {
                g_print("%" G_GUINT64_FORMAT "\n", identity_of_one());
                return 0;
        }
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/doubles/time", test_time);
        g_test_add_func("/doubles/place", test_place);
        g_test_add_func("/doubles/octets", test_octets);
        g_test_add_func("/doubles/end", test_end);
        g_test_add_func("/doubles/addresses", test_addresses);
        g_test_add_func("/doubles/identification", test_identification);
        g_test_add_data_func("/doubles/seed", argv[0], test_seed);
        return g_test_run();
}
