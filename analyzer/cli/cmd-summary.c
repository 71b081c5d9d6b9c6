/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/cli.h"
#include "analyzer/summary/summary.h"

#include <errno.h>

static const RunFuncs funcs = {summary_builder_packet, summary_builder_record, summary_builder_conversation};

static gboolean write_summary(
        Writer *writer, OutputFile *output, Pager *pager, const Summary *summary, const char *file, GError **error)
{
        /* The commit reports a write that failed. */
        writer_summary(writer, summary, file);
        if (!pager)
                return output_file_commit(output, error);
        writer_flush(writer); /* fails if the reader has left the pager: they have seen enough */
        if (pager_close(pager))
                return TRUE;
        g_set_error_literal(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "the pager cannot be run");
        return FALSE;
}

int cmd_summary(int argc, char **argv)
{
        g_auto(Options) options = {0};
        g_autoptr(SummaryBuilder) builder = NULL;
        g_autoptr(Summary) summary = NULL;
        g_autoptr(GError) error = NULL, write_error = NULL;
        g_autofree char *file = NULL;
        g_autoptr(Pager) pager = NULL;
        g_autoptr(Writer) writer = NULL;
        g_auto(OutputFile) output = {0};
        TimelineCounts counts = {0};
        int status;

        if (!options_parse(
                    &options, "[FILE]",
                    "Sums up a capture: its packets grouped by type and phase, the hosts, the sessions with their\n"
                    "users, rooms and requests, and what is out of the ordinary.",
                    "FILE is a pcapng or pcap file, also compressed with gzip, xz, zstd or lz4; “-” is standard\n"
                    "input. Without FILE, -i IFACE captures live, until Ctrl-C, and then sums up.\n\n"
                    "Examples:\n"
                    "  chatsniff summary session.pcapng\n"
                    "  chatsniff summary --format json session.pcapng | jq '.findings[].text'\n\n"
                    "Exit status: 0 all done, 1 nothing to report on, 2 wrong usage, 3 the capture is damaged\n"
                    "(everything before the damage was counted).",
                    NULL, &argc, &argv) ||
            !run_check_arguments(&options, "summary"))
                return EXIT_USAGE;
        if (!output_file_open(&output, options.output, &error))
                return complain_about(error);
        /* A pager shows the summary of a file; that of a device or of standard input goes to the output. */
        if (!options.interface && !g_str_equal(options.arguments[0], "-"))
                pager = options_start_pager(&options);
        writer = options_new_writer(&options, output.file, pager);
        builder = summary_builder_new(options.telling_limit);
        if (options.interface)
                status = run_fold_live(&options, &funcs, builder, &counts, &error);
        else
                status = run_fold(&options, options.arguments[0], &funcs, builder, &counts, &error);
        /* A device or a pipe cannot be read again: what was seen of it is reported, whatever ended it. */
        if (status == EXIT_NOTHING && counts.frames == 0)
                return complain_about(error);
        summary = summary_builder_finish(builder, &counts);
        file = options.interface ? NULL : g_filename_display_basename(options.arguments[0]);
        if (!write_summary(writer, &output, pager, summary, file, &write_error))
                return complain_about(write_error);
        if (!options.format->is_for_people)
                say_shortcomings(&summary->counts);
        return error ? complain_about(error) : status;
}
