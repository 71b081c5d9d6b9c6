/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/cli.h"

int cmd_timeline(int argc, char **argv)
{
        g_auto(Options) options = {0};
        guint n;

        if (!options_parse(&options, "[FILE]",
                           "Shows every packet of every chat in a capture, and says what each is for.",
                           "FILE is a pcapng or pcap file, also compressed with gzip, xz, zstd or lz4; “-” is standard\n"
                           "input. Without FILE, -i IFACE captures live, until Ctrl-C.\n\n"
                           "Examples:\n"
                           "  chatsniff timeline session.pcapng\n"
                           "  chatsniff timeline --explain session.pcapng | less -R\n"
                           "  chatsniff timeline --format json session.pcapng > session.json\n"
                           "  sudo chatsniff timeline -i eth0 -f 'port 8090'\n\n"
                           "Exit status: 0 all done, 1 nothing to report on, 2 wrong usage, 3 the capture is damaged\n"
                           "(everything before the damage was shown).",
                           NULL, &argc, &argv))
                return EXIT_USAGE;

        n = options.arguments ? g_strv_length(options.arguments) : 0;
        if (options.interface && n > 0)
                return usage_error("timeline", "a file and -i exclude each other");
        if (options.interface)
                return run_live(&options, &(LiveOptions){0});
        if (n == 0)
                return usage_error("timeline", "which capture? Give a file, or -i IFACE");
        if (n > 1)
                return usage_error("timeline", "one file at a time, please: “%s” is one too many", options.arguments[1]);
        if (options.output && is_same_file(options.output, options.arguments[0]))
                return usage_error("timeline", "“%s” is the capture itself: give -o another name", options.output);
        return run_file(&options, options.arguments[0]);
}
