/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/rewriter.h"
#include "analyzer/cli/cli.h"
#include "analyzer/cli/interruption.h"
#include "analyzer/cli/work.h"
#include "analyzer/output/comment.h"

#include <unistd.h>

#define BUFFER (256 * 1024) /* octets written at once */

/* The copy being made, in step with the reading that produces the records. */
typedef struct {
        CaptureRewriter *rewriter;
        PacketReader *reader;
        CommentContent content;
        GString *comment;
        GError *error; /* the first one: nothing is copied after it */
} Annotation;

static void annotation_clear(Annotation *self)
{
        g_clear_pointer(&self->rewriter, capture_rewriter_free);
        g_clear_error(&self->error);
        if (self->comment)
                g_string_free(self->comment, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Annotation, annotation_clear)

static void annotate_packet(const Record *record, gpointer data)
{
        Annotation *self = data;

        if (self->error)
                return;
        g_string_truncate(self->comment, 0);
        comment_append(self->comment, record, self->content, CAPTURE_REWRITER_MAX_COMMENT);
        capture_rewriter_comment(self->rewriter, record->packet->frame->number, self->comment->str, &self->error);
}

static void begin_copying(PacketReader *reader, gpointer data)
{
        Annotation *self = data;

        self->reader = reader;
}

static gboolean copy_batch(const PacketBatch *batch, gpointer data)
{
        Annotation *self = data;

        if (!self->error && batch->n > 0)
                capture_rewriter_copy(self->rewriter, batch->packets[batch->n - 1].frame->number, &self->error);
        packet_reader_release(self->reader, batch);
        return !self->error;
}

static void end_copying(gpointer data)
{
}

static void say_counts(const Options *options, const CaptureRewriterCounts *counts, const char *name)
{
        if (counts->uncommentable > 0)
                complain("%" G_GUINT64_FORMAT " packet%s copied without a comment: a Simple Packet Block has no "
                         "room for one",
                         counts->uncommentable, counts->uncommentable == 1 ? " was" : "s were");
        if (options->quiet)
                return;
        if (counts->commented + counts->uncommentable == 0)
                fprintf(stderr, "nothing to comment on, %s is a plain copy%s\n", name,
                        options->all ? "" : "; --all comments on every TCP and UDP conversation, not only chats");
        else
                fprintf(stderr, "%" G_GUINT64_FORMAT " packet%s commented in %s\n", counts->commented,
                        counts->commented == 1 ? "" : "s", name);
}

/* A file that is damaged from its first block on leaves no copy: that is EXIT_NOTHING, not EXIT_DAMAGED. */
static int fail(const GError *error)
{
        int status = complain_about(error);

        return status == EXIT_DAMAGED ? EXIT_NOTHING : status;
}

/* The output knows its name, and how much of the copy was written. */
static int fail_to_copy(const GError *reason, OutputFile *output)
{
        g_autoptr(GError) error = NULL;

        if (output->code != 0 && !output_file_commit(output, &error))
                return complain_about(error);
        return complain_about(reason);
}

/* Completes the copy, which ends where the capture is damaged, if it is. Returns the exit status. */
static int
finish(const Options *options, Annotation *self, OutputFile *output, const TimelineCounts *counts, GError *damage)
{
        const char *name = output->path ? output->path : "standard output";
        g_autoptr(GError) error = NULL;
        CaptureRewriterCounts copied;

        if (self->error)
                return fail_to_copy(self->error, output);
        /* Both readers meet the same damage; it is reported once. */
        if (!capture_rewriter_finish(self->rewriter, &copied, &self->error) &&
            !g_error_matches(self->error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED))
                return fail_to_copy(self->error, output);
        if (copied.octets == 0)
                return fail(self->error);
        if (!output_file_commit(output, &error))
                return complain_about(error);
        say_shortcomings(counts);
        say_counts(options, &copied, name);
        if (!damage)
                damage = self->error;
        return damage ? complain_about(damage) : EXIT_DONE;
}

static int annotate(const Options *options, CommentContent content, const char *in, const char *out)
{
        static const RunFuncs funcs = {.record = annotate_packet};
        static const WorkKeeper keeper = {begin_copying, copy_batch, end_copying};
        g_auto(Annotation) self = {.content = content, .comment = g_string_new(NULL)};
        g_autoptr(GError) error = NULL;
        g_autoptr(CaptureSource) source = NULL;
        g_auto(OutputFile) output = {0};
        g_auto(Work) work = {0};
        TimelineCounts counts;

        source = capture_source_prepare(in, options->filter, FALSE, &error);
        if (!source || !output_is_apart(out, source, &error) || !output_file_open(&output, out, &error))
                return fail(error);
        setvbuf(output.file, NULL, _IOFBF, BUFFER);
        interruption_catch(NULL);
        self.rewriter = capture_rewriter_new(source, output.file, out, &error);
        if (!self.rewriter)
                return fail(error);
        if (!options_enter_sandbox(options, NULL))
                return EXIT_NOTHING;
        if (!capture_source_begin(source, &error) ||
            !capture_rewriter_begin(self.rewriter, "chatsniff " CHATSNIFF_VERSION, &error))
                return fail(error);
        work_init(&work, options, FALSE, &funcs, &self);
        if (work_read_file(&work, source, &keeper, &error) == EXIT_NOTHING)
                return complain_about(error);
        counts = work_finish(&work);
        return finish(options, &self, &output, &counts, error);
}

/* Returns the arguments, or says what is wrong with them and returns FALSE. */
static gboolean check_arguments(const Options *options, const char **ret_in, const char **ret_out)
{
        guint n = options->arguments ? g_strv_length(options->arguments) : 0;
        const char *in = n > 0 ? options->arguments[0] : NULL;
        const char *out = n > 1 ? options->arguments[1] : options->output;

        if (options->interface)
                usage_error("annotate", "comments are added to a file, not to a live capture: leave -i out");
        else if (!options->format->is_for_people)
                usage_error("annotate", "what is written is always pcapng: leave --format out");
        else if (!in)
                usage_error("annotate", "no capture given: name a file to read, and one to write");
        else if (!out)
                usage_error("annotate", "no file to write given: name it after the capture");
        else if (n > 2 || (n > 1 && options->output))
                usage_error("annotate", "one file is read and one is written: “%s” is one too many",
                            n > 2 ? options->arguments[2] : options->output);
        else if (g_str_equal(out, "-") && isatty(STDOUT_FILENO))
                usage_error("annotate", "a terminal cannot show a capture: name a file to write");
        else if (is_same_file(g_str_equal(in, "-") ? "/dev/stdin" : in, g_str_equal(out, "-") ? "/dev/stdout" : out))
                usage_error("annotate", "“%s” is the capture itself: name another file to write", out);
        else {
                *ret_in = in;
                *ret_out = out;
                return TRUE;
        }
        return FALSE;
}

static const char description[] =
        "The label that “chatsniff timeline” shows becomes a comment of the packet. Wireshark shows it at\n"
        "the top of the packet's details; frame.comment makes a column of it. Nothing else changes: the\n"
        "packets of other traffic, names, interfaces and earlier comments are copied as they are. IN may be\n"
        "pcapng or pcap, also compressed, or “-” for standard input. OUT is plain pcapng; it appears when it\n"
        "is whole.\n\n"
        "Examples:\n"
        "  chatsniff annotate session.pcapng annotated.pcapng && wireshark annotated.pcapng\n"
        "  chatsniff annotate --explain session.pcapng explained.pcapng\n"
        "  chatsniff annotate session.pcap.gz - | wireshark -k -i -\n\n"
        "Exit status: 0 all done, 1 nothing was written, 2 wrong usage, 3 the capture is damaged\n"
        "(everything before the damage was copied).";

int cmd_annotate(int argc, char **argv)
{
        g_auto(Options) options = {0};
        gboolean phase = FALSE;
        const GOptionEntry own[] = {
                {"phase", 0, 0, G_OPTION_ARG_NONE, &phase, "Write only the phase as a comment: setup, …", NULL},
                {NULL},
        };
        CommentContent content = COMMENT_LABEL;
        const char *in, *out;

        if (!options_parse(&options, "IN OUT",
                           "Copies a capture to a pcapng file in which each packet of a chat says what it does.",
                           description, own, &argc, &argv))
                return EXIT_USAGE;
        if (phase && options.explain)
                return usage_error("annotate", "--phase and --explain exclude each other");
        if (!check_arguments(&options, &in, &out))
                return EXIT_USAGE;
        if (phase || options.explain)
                content = phase ? COMMENT_PHASE : COMMENT_EXPLANATION;
        return annotate(&options, content, in, out);
}
