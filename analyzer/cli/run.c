/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/pcapng-writer.h"
#include "analyzer/cli/background-writer.h"
#include "analyzer/cli/interruption.h"
#include "analyzer/cli/messages.h"
#include "analyzer/cli/output-file.h"
#include "analyzer/cli/work.h"
#include "analyzer/decode/defragment.h"

#include <errno.h>

/* Where records go; a writer that fails is not called again. */
typedef struct {
        const RunTelling *telling;
        Writer *writer;
        BackgroundWriter *background; /* NULL: records are written at once */
        gboolean failed;
        int code; /* errno of the failure */
} Sink;

static void sink_note(Sink *sink, gboolean written)
{
        if (written)
                return;
        sink->failed = TRUE;
        sink->code = errno;
}

static void sink_record(const Record *record, gpointer user_data)
{
        Sink *sink = user_data;

        if (sink->background)
                background_writer_add(sink->background, record);
        else if (!sink->failed)
                sink_note(sink, sink->telling->record(sink->writer, record));
}

static void sink_conversation(const ConversationRecord *record, gpointer user_data)
{
        Sink *sink = user_data;

        if (!sink->failed)
                sink_note(sink, sink->telling->conversation(sink->writer, record));
}

/* Records are written in the background, while the packets that follow are analysed. */
static void sink_begin(PacketReader *reader, gpointer user_data)
{
        Sink *sink = user_data;

        sink->background = background_writer_new(sink->writer, sink->telling->record, reader);
}

static gboolean sink_take(const PacketBatch *batch, gpointer user_data)
{
        Sink *sink = user_data;

        return background_writer_end_batch(sink->background, batch);
}

static void sink_end(gpointer user_data)
{
        Sink *sink = user_data;

        sink->code = background_writer_finish(sink->background);
        sink->failed = sink->code != 0;
        g_clear_pointer(&sink->background, background_writer_free);
}

/* ARP has neither ports nor streams. Programs expect these in every record, so ARP is shown to people only. */
static RunFuncs funcs_of(const Options *options, const RunTelling *telling)
{
        return (RunFuncs){
                .record = telling->record ? sink_record : NULL,
                .conversation = telling->conversation ? sink_conversation : NULL,
                .takes_arp = telling->record && options->format->is_for_people,
        };
}

/* Ends the writing. Appends to apart what is to be said on standard error afterwards. */
static void finish(Work *work, Sink *sink, GString *apart)
{
        TimelineCounts counts = work_finish(work);

        if (!sink->failed)
                sink_note(sink, sink->telling->finish(sink->writer, &counts, apart));
}

/* Returns FALSE if something could not be written, which was said. With a pager nothing counts as lost: its reader
 * leaves when they have seen enough. */
static gboolean commit(Sink *sink, OutputFile *output, Pager *pager)
{
        g_autoptr(GError) error = NULL;

        if (pager)
                return TRUE;
        if (sink->failed)
                output->code = sink->code;
        if (output_file_commit(output, &error))
                return TRUE;
        complain_about(error);
        return FALSE;
}

static void say_counts(const Options *options, CaptureSource *source, const LiveOptions *live, guint64 frames)
{
        guint64 received, dropped;

        if (options->quiet || !options->interface)
                return;
        if (frames == 1)
                fputs("1 packet captured", stderr);
        else
                fprintf(stderr, "%" G_GUINT64_FORMAT " packets captured", frames);
        if (capture_source_get_statistics(source, &received, &dropped))
                fprintf(stderr, ", %" G_GUINT64_FORMAT " dropped by the kernel", dropped);
        if (live->write_path)
                fprintf(stderr, ", written to %s", live->write_path);
        fputs("\n", stderr);
}

static gboolean finish_capture(CaptureSource *source, CaptureWriter *pcapng, GError **error)
{
        guint64 received = G_MAXUINT64, dropped = G_MAXUINT64;

        if (!capture_source_get_statistics(source, &received, &dropped))
                received = dropped = G_MAXUINT64;
        return capture_writer_finish(pcapng, received, dropped, error);
}

static gboolean flush_live(gpointer data)
{
        Sink *sink = data;

        if (!sink->failed)
                sink_note(sink, writer_flush(sink->writer));
        return !sink->failed;
}

/* The loop of a live capture, which a signal, a limit, an error or the end of the pipe ends. flush (may be NULL) shows
 * what was written so far, before the loop waits for packets; if it returns FALSE, the capture ends, too. */
static gboolean capture_packets(const LiveOptions *live,
                                CaptureSource *source,
                                CaptureWriter *pcapng,
                                Work *work,
                                gboolean (*flush)(gpointer data),
                                guint64 *ret_frames,
                                GError **error)
{
        gint64 end = live->duration > 0 ? g_get_monotonic_time() + live->duration : G_MAXINT64;
        g_autoptr(Defragmenter) defragmenter = defragmenter_new(DEFRAGMENTER_MEMORY);
        guint64 frames = 0;
        CaptureFrame frame;
        Packet packet;
        gboolean good = TRUE, shown = TRUE;

        while (good && shown && (live->count == 0 || frames < live->count)) {
                CaptureNext next;

                /* Packets that came in time and still wait are reported, too. */
                if (g_get_monotonic_time() >= end) {
                        capture_source_stop(source);
                        end = G_MAXINT64;
                }
                next = capture_source_next(source, &frame, error);

                if (next == CAPTURE_NEXT_END)
                        break;
                good = next != CAPTURE_NEXT_ERROR;
                if (next == CAPTURE_NEXT_FRAME) {
                        frames++;
                        /* First the file, then the explanation: what is shown is saved. */
                        if (pcapng)
                                good = capture_writer_add_frame(pcapng, &frame, NULL, error);
                        defragmenter_decode(defragmenter, &frame, &packet);
                        work_add(work, &packet, 1);
                        shown = !flush || capture_source_has_more(source) || flush(work->data);
                }
        }
        work->incomplete = defragmenter_count_unused(defragmenter);
        *ret_frames = frames;
        return good;
}

/* Tells newcomers that a capture from a device goes on until they end it. */
static void say_beginning(const Options *options, const CaptureSource *source)
{
        if (options->interface && !options->quiet)
                fprintf(stderr, "%s; Ctrl-C ends it\n", capture_source_get_description(source));
}

/* Opens the file for the capture. Returns NULL with error set if it cannot be written, or if other output goes to it; a
 * file that was there is then unchanged. */
static CaptureWriter *begin_capture(const Options *options, CaptureSource *source, const char *path, GError **error)
{
        g_autoptr(CaptureWriter) pcapng = capture_writer_new(path, error);
        guint index;

        if (!pcapng)
                return NULL;
        if (!output_is_apart_from_capture(options->output, pcapng, error)) {
                capture_writer_abandon(pcapng);
                return NULL;
        }
        if (!capture_writer_begin(pcapng, "chatsniff " CHATSNIFF_VERSION, error) ||
            !capture_writer_add_interface(pcapng, capture_source_get_interface(source, 0), options->filter, &index,
                                          error))
                return NULL;
        return g_steal_pointer(&pcapng);
}

/* Reads a device or a pipe from its beginning to its end. Returns the exit status. */
static int run_source(const Options *options, CaptureSource *source, const LiveOptions *live, const RunTelling *telling)
{
        g_autoptr(GString) apart = g_string_new(NULL);
        g_autoptr(GError) error = NULL;
        g_autoptr(CaptureWriter) pcapng = NULL;
        g_autoptr(Writer) writer = NULL;
        g_auto(OutputFile) output = {0};
        g_auto(Work) work = {0};
        const RunFuncs funcs = funcs_of(options, telling);
        Sink sink = {.telling = telling};
        guint64 frames = 0;
        int status = EXIT_DONE;
        gboolean good;

        if (!output_is_apart(options->output, source, &error) || !output_file_open(&output, options->output, &error))
                return complain_about(error);
        output.keeps_parts = TRUE;
        if (live->write_path && !(pcapng = begin_capture(options, source, live->write_path, &error)))
                return complain_about(error);
        sink.writer = writer = options_new_writer(options, output.file, NULL);
        if (!options_enter_sandbox(options, NULL))
                return EXIT_NOTHING;
        if (!capture_source_begin(source, &error))
                return complain_about(error);
        work_init(&work, options, TRUE, &funcs, &sink);
        interruption_catch(source);
        say_beginning(options, source);

        good = capture_packets(live, source, pcapng, &work, flush_live, &frames, &error);
        if (good && pcapng)
                good = finish_capture(source, pcapng, &error);
        if (good || frames > 0)
                finish(&work, &sink, apart);
        interruption_release();
        /* A live capture cannot be repeated: what was written of it is kept, whatever ended it. */
        if (commit(&sink, &output, NULL))
                say_lines(apart);
        else
                status = EXIT_NOTHING;
        if (!good)
                status = complain_about(error);
        say_counts(options, source, live, frames);
        return status;
}

int run_live(const Options *options, const LiveOptions *live, const RunTelling *telling)
{
        g_autoptr(GError) error = NULL;
        g_autoptr(CaptureSource) source =
                capture_source_open_live(options->interface, options->filter, (guint) options->buffer_size, &error);

        return source ? run_source(options, source, live, telling) : complain_about(error);
}

int run_file(const Options *options, const char *path, const RunTelling *telling)
{
        static const WorkKeeper keeper = {sink_begin, sink_take, sink_end};
        g_autoptr(GString) apart = g_string_new(NULL);
        g_autoptr(GError) error = NULL;
        g_autoptr(CaptureSource) source = NULL;
        g_autoptr(Pager) pager = NULL;
        g_autoptr(Writer) writer = NULL;
        g_auto(OutputFile) output = {0};
        g_auto(Work) work = {0};
        const RunFuncs funcs = funcs_of(options, telling);
        Sink sink = {.telling = telling};
        int status;

        source = capture_source_prepare(path, options->filter, TRUE, &error);
        if (source && capture_source_is_live(source))
                return run_source(options, source, &(LiveOptions){0}, telling);
        if (!source || !output_is_apart(options->output, source, &error))
                return complain_about(error);
        if (options->output)
                interruption_catch(NULL);
        if (!output_file_open(&output, options->output, &error))
                return complain_about(error);
        pager = options_start_pager(options);
        sink.writer = writer = options_new_writer(options, output.file, pager);
        if (!options_enter_sandbox(options, NULL))
                return EXIT_NOTHING;
        if (!capture_source_begin(source, &error))
                return complain_about(error);
        work_init(&work, options, FALSE, &funcs, &sink);

        status = work_read_file(&work, source, work.funcs.record ? &keeper : NULL, &error);
        if (status == EXIT_NOTHING)
                writer_flush(writer);
        else
                finish(&work, &sink, apart);
        if (status != EXIT_NOTHING && !commit(&sink, &output, pager))
                return EXIT_NOTHING;
        if (pager && !pager_close(pager))
                return EXIT_NOTHING;
        say_lines(apart);
        return error ? complain_about(error) : status;
}

static gboolean enter_sandbox(const Options *options, const RunFuncs *funcs, GError **error)
{
        return options->no_sandbox || sandbox_enter(&funcs->needs, error);
}

/* Returns the exit status; sets ret_counts whatever it is. */
static int fold_source(const Options *options,
                       CaptureSource *source,
                       const RunFuncs *funcs,
                       gpointer data,
                       TimelineCounts *ret_counts,
                       GError **error)
{
        const LiveOptions live = {0};
        g_autoptr(GError) reason = NULL;
        g_auto(Work) work = {0};
        guint64 frames;
        int status = EXIT_DONE;

        if (!capture_source_begin(source, error))
                return EXIT_NOTHING;
        work_init(&work, options, TRUE, funcs, data);
        interruption_catch(source);
        say_beginning(options, source);
        if (!capture_packets(&live, source, NULL, &work, NULL, &frames, &reason))
                status = g_error_matches(reason, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED) ? EXIT_DAMAGED : EXIT_NOTHING;
        interruption_release();
        *ret_counts = work_finish(&work);
        say_counts(options, source, &live, frames);
        if (reason)
                g_propagate_error(error, g_steal_pointer(&reason));
        return status;
}

int run_fold(const Options *options,
             const char *path,
             const RunFuncs *funcs,
             gpointer data,
             TimelineCounts *ret_counts,
             GError **error)
{
        g_autoptr(CaptureSource) source = capture_source_prepare(path, options->filter, TRUE, error);
        g_auto(Work) work = {0};
        int status;

        if (!source || !output_is_apart(options->output, source, error) || !enter_sandbox(options, funcs, error))
                return EXIT_NOTHING;
        if (capture_source_is_live(source))
                return fold_source(options, source, funcs, data, ret_counts, error);
        if (!capture_source_begin(source, error))
                return EXIT_NOTHING;
        interruption_catch(NULL);
        work_init(&work, options, FALSE, funcs, data);
        status = work_read_file(&work, source, NULL, error);
        if (status != EXIT_NOTHING)
                *ret_counts = work_finish(&work);
        return status;
}

int run_fold_live(
        const Options *options, const RunFuncs *funcs, gpointer data, TimelineCounts *ret_counts, GError **error)
{
        g_autoptr(CaptureSource) source =
                capture_source_open_live(options->interface, options->filter, (guint) options->buffer_size, error);

        if (!source || !enter_sandbox(options, funcs, error))
                return EXIT_NOTHING;
        return fold_source(options, source, funcs, data, ret_counts, error);
}

gboolean run_check_arguments(const Options *options, const char *command)
{
        guint n = options->arguments ? g_strv_length(options->arguments) : 0;

        if (options->interface && n > 0)
                usage_error(command, "give either a file or -i, not both");
        else if (!options->interface && n == 0)
                usage_error(command, "no capture given: name a file, or use -i IFACE");
        else if (n > 1)
                usage_error(command, "only one file can be read: “%s” is one too many", options->arguments[1]);
        else if (!options->interface && options->output && is_same_file(options->output, options->arguments[0]))
                usage_error(command, "“%s” is the capture itself: give -o another name", options->output);
        else
                return TRUE;
        return FALSE;
}

int run_arguments(const Options *options, const char *command, const RunTelling *telling)
{
        if (!run_check_arguments(options, command))
                return EXIT_USAGE;
        if (options->interface)
                return run_live(options, &(LiveOptions){0}, telling);
        return run_file(options, options->arguments[0], telling);
}
