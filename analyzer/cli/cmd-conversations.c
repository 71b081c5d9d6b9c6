/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/cli.h"

/* One record for each conversation, at the end. */
static const RunTelling telling = {.conversation = writer_conversation, .finish = writer_finish_conversations};

int cmd_conversations(int argc, char **argv)
{
        g_auto(Options) options = {0};

        if (!options_parse(
                    &options, "[FILE]", "Shows each chat in a capture as a whole: how it began, went and ended.",
                    "FILE is a pcapng or pcap file, also compressed with gzip, xz, zstd or lz4; “-” is standard\n"
                    "input. Without FILE, -i IFACE captures live, until Ctrl-C, and then shows them.\n\n"
                    "Examples:\n"
                    "  chatsniff conversations session.pcapng\n"
                    "  chatsniff conversations --all --format json session.pcapng > conversations.json\n"
                    "  chatsniff conversations --all --memory-limit 256M huge.pcap.zst\n\n"
                    "Exit status: 0 all done, 1 nothing to report on, 2 wrong usage, 3 the capture is damaged\n"
                    "(everything before the damage was shown).",
                    NULL, &argc, &argv))
                return EXIT_USAGE;
        return run_arguments(&options, "conversations", &telling);
}
