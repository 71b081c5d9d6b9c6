/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/cli.h"
#include "analyzer/cli/run-story.h"
#include "reports/report.h"

#include <errno.h>

typedef struct {
        char **conversations;
        int limit;
} ReportOptions;

static void report_options_clear(ReportOptions *self)
{
        g_strfreev(self->conversations);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReportOptions, report_options_clear)

static int report(const Options *options, const ReportOptions *own, ReportFormat format)
{
        const char *path = options->interface ? options->interface : options->arguments[0];
        g_autofree char *name = g_path_get_basename(path);
        StoryOptions shown = {.conversations = own->conversations,
                              .limit = (guint) own->limit,
                              .memory_limit = options->telling_limit};
        g_autoptr(Story) story = story_new(g_str_equal(path, "-") ? "standard input" : name, &shown);
        g_autoptr(GError) error = NULL, write_error = NULL;
        g_autoptr(Deputy) printer = format == REPORT_PDF ? pdf_printer_new(&write_error) : NULL;
        g_auto(OutputFile) output = {0};
        TimelineCounts counts = {0};
        int status;

        if (write_error || !output_file_open(&output, options->output, &write_error))
                return complain_about(write_error);
        if (options->interface)
                status = run_fold_live(options, &run_story_funcs, story, &counts, &error);
        else
                status = run_fold(options, path, &run_story_funcs, story, &counts, &error);
        /* A device or a pipe cannot be read again: what was seen of it is reported, whatever ended it. */
        if (status == EXIT_NOTHING && counts.frames == 0)
                return complain_about(error);
        story_finish(story, &counts);
        if (!report_write(story, format, printer, output.file, &write_error) ||
            !output_file_commit(&output, &write_error))
                return complain_about(write_error);
        say_shortcomings(&story->summary->counts);
        return error ? complain_about(error) : status;
}

int cmd_report(int argc, char **argv)
{
        g_auto(Options) options = {0};
        g_auto(ReportOptions) own = {.limit = STORY_DEFAULT_LIMIT};
        const GOptionEntry entries[] = {
                {"conversation", 0, 0, G_OPTION_ARG_STRING_ARRAY, &own.conversations,
                 "Show the packets of this conversation, by its number in Wireshark (repeatable): tcp:0, udp:1",
                 "WHICH"},
                {"limit", 0, 0, G_OPTION_ARG_INT, &own.limit, "Show at most N packets one by one (default: 500)", "N"},
                {NULL},
        };
        ReportFormat format = REPORT_HTML;

        if (!options_parse(
                    &options, "FILE",
                    "Writes a report of the chats in a capture: a page to read, to project and to hand in.",
                    "FILE is a capture, as for “chatsniff timeline”. The name that -o gives decides what is written:\n"
                    ".html (one file that needs nothing else), .md (Markdown) or .pdf.\n\n"
                    "Every packet is counted. The packets of the first chats are shown one by one; --conversation and\n"
                    "--limit choose others or more, and the report says what it leaves out.\n\n"
                    "Examples:\n"
                    "  chatsniff report session.pcapng -o session.html\n"
                    "  chatsniff report session.pcapng -o session.pdf\n"
                    "  chatsniff report --conversation tcp:7 --limit 2000 huge.pcap.zst -o one.html\n\n"
                    "Exit status: 0 all done, 1 nothing to report on, 2 wrong usage, 3 the capture is damaged\n"
                    "(everything before the damage is in the report).",
                    entries, &argc, &argv))
                return EXIT_USAGE;
        if (!run_check_arguments(&options, "report"))
                return EXIT_USAGE;
        if (own.limit < 0)
                return usage_error("report", "--limit is a number of packets, and not negative");
        if (!options.output)
                return usage_error("report", "where to? Give -o FILE.html, FILE.md or FILE.pdf");
        if (!report_format_from_path(options.output, &format))
                return usage_error("report", "“%s” does not say what to write: it should end in .html, .md or .pdf",
                                   options.output);
        for (guint i = 0; own.conversations && own.conversations[i]; i++)
                if (!story_is_conversation_name(own.conversations[i]))
                        return usage_error("report", "“%s” is not a conversation, such as tcp:0 or udp:1",
                                           own.conversations[i]);
        options.explain = TRUE;
        return report(&options, &own, format);
}
