/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/cli.h"

/* Each packet's record, as soon as it is known. */
static const RunTelling telling = {.record = writer_record, .finish = writer_finish};

int cmd_timeline(int argc, char **argv)
{
        g_auto(Options) options = {0};

        if (!options_parse(
                    &options, "[FILE]", "Shows every packet of every chat in a capture, and says what each is for.",
                    "FILE is a pcapng or pcap file, also compressed with gzip, xz, zstd or lz4; “-” is standard\n"
                    "input, and a pipe is read as it comes. Without FILE, -i IFACE captures live, until Ctrl-C.\n"
                    "On a terminal the text of a file goes through $PAGER; elsewhere each packet is one line.\n\n"
                    "Examples:\n"
                    "  chatsniff timeline session.pcapng\n"
                    "  chatsniff timeline --explain session.pcapng\n"
                    "  chatsniff timeline session.pcapng | grep recovery\n"
                    "  chatsniff timeline --format json session.pcapng > session.json\n"
                    "  sudo chatsniff timeline -i eth0 -f 'port 8090'\n"
                    "  sudo tcpdump -U -w - | chatsniff timeline -\n\n"
                    "Exit status: 0 all done, 1 nothing to report on, 2 wrong usage, 3 the capture is damaged\n"
                    "(everything before the damage was shown).",
                    NULL, &argc, &argv))
                return EXIT_USAGE;

        return run_arguments(&options, "timeline", &telling);
}
