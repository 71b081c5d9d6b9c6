/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a large capture and the truth about it, for the benchmark and for tests/bench/check_truth.py.
 *
 * The same seed makes the same capture. Each conversation (or UDP chat session) is a script, planned as a
 * whole when it begins: which packets, when, and what must be said of each. A heap then plays thousands of
 * scripts at once in the order of time. Nothing here analyses anything: what a packet must be flagged with
 * follows from why it was put there, and the timing keeps clear of every threshold of the rules. */
#include "tests/bench/generator.h"

#include <errno.h>
#include <stdlib.h>

static void generate_mixed(Generator *self, guint64 n_packets)
{
        gint64 now = BEGIN_TIME;

        while (self->planned < n_packets) {
                guint32 n = between(self, 0, 99);
                Script *script;

                /* On average one every three milliseconds; they last some seconds. */
                now += between(self, 0, 6 * MILLISECOND);
                play_until(self, now);
                if (n < 68)
                        script = plan_tcp(self, now, TALK_CHAT);
                else if (n < 72)
                        script = plan_udp_chat(self, now);
                else if (n < 80)
                        script = plan_tcp(self, now, TALK_HTTP);
                else if (n < 87)
                        script = plan_tcp(self, now, TALK_TLS);
                else if (n < 92)
                        script = plan_tcp(self, now, TALK_SSH);
                else
                        script = plan_dns(self, now);
                heap_push(self->heap, script);
        }
        play_until(self, G_MAXINT64);
}

typedef enum { SHAPE_MIXED, SHAPE_HALF_OPEN, SHAPE_SEQUENTIAL, SHAPE_RANDOM, SHAPE_COLLIDING, N_SHAPES } Shape;

static const char *const shape_names[N_SHAPES] = {
        "mixed", "half-open", "syn-flood-sequential", "syn-flood-random", "syn-flood-colliding",
};

/* A SYN each, never answered; no two of the same endpoints. */
static void generate_syns(Generator *self, guint64 n_packets, Shape shape)
{
        Script script = {.is_tcp = TRUE, .has_scale = TRUE, .scale = 7, .has_sack = TRUE};
        Endpoint *client = &script.endpoints[CLIENT], *server = &script.endpoints[SERVER];
        gint64 now = BEGIN_TIME;

        for (guint32 i = 0; i < n_packets; i++) {
                guint32 bits = (guint32) chance(self);
                Planned packet = {.from = CLIENT, .to = SERVER, .flags = SYN, .window = 64240};

                put32(server->octets, 0xc0a80001);
                server->port = CHAT_PORT;
                client->port = (guint16) (1024 + bits % 64000);
                switch (shape) {
                case SHAPE_SEQUENTIAL:
                        put32(client->octets, 0x0a000000 + i / 60000);
                        client->port = (guint16) (1024 + i % 60000);
                        break;
                case SHAPE_COLLIDING: {
                        /* What one end gains the other loses, in bits that do not carry: every sum and every
                         * exclusive or of the addresses, of the ports, and of all four is the same. */
                        guint32 port = bits & 0x3fff;

                        put32(client->octets, 0x0a000000 | (i & 0xffffff));
                        put32(server->octets, 0x0bffffff & ~(i & 0xffffff));
                        client->port = (guint16) (0x8000 | port);
                        server->port = (guint16) (0x7fff & ~port);
                        break;
                }
                case SHAPE_HALF_OPEN:
                        put32(client->octets, 0x0a000000 | scatter(i));
                        put32(server->octets, 0xc0a80000 | between(self, 1, 2000));
                        server->port = choose_port(self, TALK_CHAT);
                        break;
                case SHAPE_RANDOM:
                case SHAPE_MIXED:
                case N_SHAPES:
                        put32(client->octets, 0x0a000000 | scatter(i));
                        break;
                }
                packet.sequence = (guint32) chance(self);
                packet.time = now;
                now += between(self, 1, 20);
                write_packet(self, &script, &packet);
        }
        self->truth.tcp_conversations = n_packets;
        self->truth.teardowns[TEARDOWN_NONE][NOBODY] = n_packets;
        self->truth.completeness[1] = n_packets;
        self->truth.kinds[KIND_SYN] = n_packets;
}

static int fail(const char *path)
{
        g_printerr("generate-capture: “%s” cannot be written: %s\n", path, g_strerror(errno));
        return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
        gint64 seed = 1, n_packets = 1000000;
        g_autofree char *shape_name = NULL, *truth_path = NULL;
        const GOptionEntry entries[] = {
                {"seed", 0, 0, G_OPTION_ARG_INT64, &seed, "The same N makes the same capture (default: 1)", "N"},
                {"packets", 0, 0, G_OPTION_ARG_INT64, &n_packets,
                 "Begin no further conversation once N packets are planned (default: 1000000)", "N"},
                {"shape", 0, 0, G_OPTION_ARG_STRING, &shape_name,
                 "mixed (default), half-open, syn-flood-sequential, syn-flood-random or syn-flood-colliding", "SHAPE"},
                {"truth", 0, 0, G_OPTION_ARG_FILENAME, &truth_path, "Write there, as JSON, what is in the capture",
                 "FILE"},
                {NULL},
        };
        g_autoptr(GOptionContext) context = g_option_context_new("OUT.pcap");
        g_autoptr(GError) error = NULL;
        const guint32 header[] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, 262144, 1};
        Generator self = {0};
        Shape shape = SHAPE_MIXED;

        g_option_context_add_main_entries(context, entries, NULL);
        g_option_context_set_summary(context,
                                     "Writes a large capture of chats and other traffic, and the truth about it.");
        if (!g_option_context_parse(context, &argc, &argv, &error)) {
                g_printerr("generate-capture: %s\n", error->message);
                return 2;
        }
        while (shape_name && shape < N_SHAPES && !g_str_equal(shape_name, shape_names[shape]))
                shape++;
        /* The clients' addresses have 24 bits. */
        if (argc != 2 || shape == N_SHAPES || n_packets < 0 || n_packets > 1 << 24) {
                g_printerr("generate-capture: “generate-capture --help” tells how it is used\n");
                return 2;
        }

        self.file = fopen(argv[1], "wb");
        if (!self.file)
                return fail(argv[1]);
        setvbuf(self.file, NULL, _IOFBF, 1 << 20);
        self.random = (guint64) seed;
        self.n_clients = 8; /* no host is 10.0.0.0 */
        self.heap = g_ptr_array_new();
        self.text = g_string_new(NULL);
        /* In this machine's byte order: the magic number says which. */
        fwrite(header, sizeof header, 1, self.file);
        if (shape == SHAPE_MIXED)
                generate_mixed(&self, (guint64) n_packets);
        else
                generate_syns(&self, (guint64) n_packets, shape);
        g_ptr_array_unref(self.heap);
        g_string_free(self.text, TRUE);
        if (ferror(self.file) | fclose(self.file))
                return fail(argv[1]);

        if (truth_path) {
                FILE *file = fopen(truth_path, "w");

                if (!file)
                        return fail(truth_path);
                print_truth(file, &self.truth, shape_names[shape], (guint64) seed);
                if (ferror(file) | fclose(file))
                        return fail(truth_path);
        }
        return EXIT_SUCCESS;
}
