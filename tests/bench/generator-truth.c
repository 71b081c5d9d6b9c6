/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The truth about a capture, as JSON. */
#include "tests/bench/generator.h"

static const char *const flag_names[N_FLAGS] = {
        "duplicate_ack", "fast_retransmission", "keep_alive",        "keep_alive_ack",
        "lost_segment",  "out_of_order",        "retransmission",    "spurious_retransmission",
        "window_update", "zero_window",         "zero_window_probe", "zero_window_probe_ack",
};

static const char *const kind_names[N_KINDS] = {
        "rst", "syn_ack", "syn", "fin", "data", "handshake_ack", "teardown_ack", "ack",
};

static const char *const teardown_names[N_TEARDOWNS] = {
        "fin", "rst", "simultaneous", "half_closed", "refused", "none",
};

static const char *const form_names[N_FORMS] = {
        "register",     "registered",  "name-taken", "leave",       "left",         "list-users",   "user",
        "list-rooms",   "room",        "no-rooms",   "find-user",   "user-address", "no-such-user", "create-room",
        "room-created", "room-exists", "join-room",  "clear-peers", "room-peer",    "no-such-room", "leave-room",
        "room-left",    "who",         "here",       "message",     "unknown",
};

static void print_counts(FILE *file, const char *key, const char *const *names, const guint64 *counts, guint n)
{
        const char *separator = "";

        fprintf(file, "    \"%s\": {", key);
        for (guint i = 0; i < n; i++) {
                fprintf(file, "%s\"%s\": %" G_GUINT64_FORMAT, separator, names[i], counts[i]);
                separator = ", ";
        }
        fprintf(file, "},\n");
}

void print_truth(FILE *file, const Truth *truth, const char *shape, guint64 seed)
{
        static const char *const initiators[] = {"client", "server", "null"};
        const guint64(*ends)[3] = truth->teardowns;
        const char *separator = "";
        guint64 established_none = truth->handshakes;

        fprintf(file, "{\n  \"shape\": \"%s\",\n  \"seed\": %" G_GUINT64_FORMAT ",\n", shape, seed);
        fprintf(file, "  \"packets\": %" G_GUINT64_FORMAT ",\n  \"octets\": %" G_GUINT64_FORMAT ",\n", truth->packets,
                truth->octets);
        fprintf(file, "  \"chats\": {\"tcpchat\": %" G_GUINT64_FORMAT ", \"udpchat\": %" G_GUINT64_FORMAT "},\n",
                truth->tcp_chats, truth->udp_chats);

        fprintf(file,
                "  \"tcp\": {\n    \"packets\": %" G_GUINT64_FORMAT ",\n    \"conversations\": %" G_GUINT64_FORMAT
                ",\n    \"handshakes\": %" G_GUINT64_FORMAT ",\n",
                truth->tcp_packets, truth->tcp_conversations, truth->handshakes);
        /* "kind/initiator"; null also where the contract leaves open whom to name. */
        fprintf(file, "    \"teardown\": {");
        for (guint kind = 0; kind < N_TEARDOWNS; kind++)
                for (guint side = 0; side < 3; side++)
                        if (ends[kind][side] > 0) {
                                fprintf(file, "%s\"%s/%s\": %" G_GUINT64_FORMAT, separator, teardown_names[kind],
                                        initiators[side], ends[kind][side]);
                                separator = ", ";
                        }
        fprintf(file, "},\n");
        for (guint kind = 0; kind < N_TEARDOWNS; kind++)
                if (kind != TEARDOWN_NONE)
                        for (guint side = 0; side < 3; side++)
                                established_none -= kind == TEARDOWN_REFUSED ? 0 : ends[kind][side];
        fprintf(file,
                "    \"state\": {\"S0\": %" G_GUINT64_FORMAT ", \"S1\": %" G_GUINT64_FORMAT
                ", \"SF\": %" G_GUINT64_FORMAT ", \"REJ\": %" G_GUINT64_FORMAT ", \"S2\": %" G_GUINT64_FORMAT
                ", \"S3\": %" G_GUINT64_FORMAT ", \"RSTO\": %" G_GUINT64_FORMAT ", \"RSTR\": %" G_GUINT64_FORMAT "},\n",
                ends[TEARDOWN_NONE][NOBODY] - established_none, established_none,
                ends[TEARDOWN_FIN][CLIENT] + ends[TEARDOWN_FIN][SERVER] + ends[TEARDOWN_SIMULTANEOUS][NOBODY],
                ends[TEARDOWN_REFUSED][NOBODY], ends[TEARDOWN_HALF_CLOSED][CLIENT], ends[TEARDOWN_HALF_CLOSED][SERVER],
                ends[TEARDOWN_RST][CLIENT], ends[TEARDOWN_RST][SERVER]);
        fprintf(file, "    \"completeness\": {");
        separator = "";
        for (guint i = 0; i < G_N_ELEMENTS(truth->completeness); i++)
                if (truth->completeness[i] > 0) {
                        fprintf(file, "%s\"%u\": %" G_GUINT64_FORMAT, separator, i, truth->completeness[i]);
                        separator = ", ";
                }
        fprintf(file, "},\n");
        print_counts(file, "kinds", kind_names, truth->kinds, N_KINDS);
        print_counts(file, "analysis", flag_names, truth->flags, N_FLAGS);
        fprintf(file, "    \"lines\": {\"client\": %" G_GUINT64_FORMAT ", \"server\": %" G_GUINT64_FORMAT "}\n  },\n",
                truth->lines[CLIENT], truth->lines[SERVER]);

        fprintf(file,
                "  \"udp\": {\n    \"packets\": %" G_GUINT64_FORMAT ",\n    \"conversations\": %" G_GUINT64_FORMAT
                ",\n",
                truth->udp_packets, truth->udp_conversations);
        print_counts(file, "forms", form_names, truth->forms, N_FORMS);
        fprintf(file,
                "    \"requests\": {\"answered\": %" G_GUINT64_FORMAT ", \"unanswered\": %" G_GUINT64_FORMAT
                ", \"repeated\": %" G_GUINT64_FORMAT "}\n  }\n}\n",
                truth->answered, truth->requests - truth->answered, truth->repeated);
}
