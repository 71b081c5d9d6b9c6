/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/cli.h"

#define FOREVER 1e9 /* seconds, about 32 years: stands for no limit */

/* What is shown while the file is written: the timeline. */
static const RunTelling telling = {.record = writer_record, .finish = writer_finish};

int cmd_capture(int argc, char **argv)
{
        g_auto(Options) options = {0};
        g_autofree char *path = NULL;
        double duration = FOREVER;
        gint64 count = G_MAXINT64;
        const GOptionEntry own[] = {
                {"write", 'w', 0, G_OPTION_ARG_FILENAME, &path, "The pcapng file to write", "OUT"},
                {"duration", 0, 0, G_OPTION_ARG_DOUBLE, &duration, "End after SECONDS", "SECONDS"},
                {"count", 0, 0, G_OPTION_ARG_INT64, &count, "End after N packets", "N"},
                {NULL},
        };
        LiveOptions live = {0};

        if (!options_parse(&options, NULL, "Captures to a pcapng file and explains the chats in it as they happen.",
                           "Example:\n"
                           "  sudo chatsniff capture -i eth0 -w session.pcapng\n\n"
                           "Ctrl-C ends it. Each packet is in the file before it is shown, so even a killed capture\n"
                           "leaves a readable file. Every packet is saved, not only those of chats; -f narrows it.",
                           own, &argc, &argv))
                return EXIT_USAGE;
        if (options.arguments)
                return usage_error("capture", "“%s” is one argument too many", options.arguments[0]);
        if (!options.interface)
                return usage_error("capture", "no interface given: use -i IFACE (“ip link” lists them)");
        if (!path)
                return usage_error("capture", "no file given to write: use -w OUT");
        if (g_str_equal(path, "-"))
                return usage_error("capture", "a capture is written to a file, not to standard output");
        if (options.output && is_same_file(options.output, path))
                return usage_error("capture", "-w and -o cannot be the same file");
        if (!(duration > 0) || count <= 0)
                return usage_error("capture", "--duration and --count have to be more than 0");
        live.write_path = path;
        if (duration < FOREVER)
                live.duration = MAX((gint64) (duration * G_USEC_PER_SEC), 1);
        live.count = (guint64) count;
        return run_live(&options, &live, &telling);
}
