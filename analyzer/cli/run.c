/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/cli.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

/* What a signal may touch: a flag, and the source that waits for packets. */
static volatile sig_atomic_t interrupted;
static CaptureSource *live_source;

static void on_signal(int number)
{
        interrupted = 1;
        if (live_source)
                capture_source_stop(live_source);
}

static void catch_signals(void)
{
        struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESETHAND};

        sigemptyset(&action.sa_mask);
        sigaction(SIGINT, &action, NULL);
        sigaction(SIGTERM, &action, NULL);
}

typedef struct {
        Writer *writer;
        gboolean failed;
        int code; /* errno of the failure */
} Sink;

static void sink_record(const Record *record, gpointer user_data)
{
        Sink *sink = user_data;

        if (!sink->failed && !writer_record(sink->writer, record)) {
                sink->failed = TRUE;
                sink->code = errno;
        }
}

static Timeline *options_new_timeline(const Options *options, Sink *sink)
{
        TimelineOptions timeline = {
                .protocols = options->protocols,
                .ports = (const guint16 *) (gpointer) options->ports->data,
                .n_ports = options->ports->len,
                .all = options->all,
                .explain = options->explain,
        };

        return timeline_new(&timeline, sink_record, sink);
}

typedef struct {
        gboolean shown;
        gint64 next; /* monotonic time */
        guint pass;
} Progress;

/* Both readings count half each. Nothing appears in the first half second. */
static void progress_update(Progress *self, const CaptureSource *source)
{
        gint64 now = g_get_monotonic_time();
        guint64 done, total;

        if (self->next == 0)
                self->next = now + 500000;
        if (now < self->next)
                return;
        capture_source_get_progress(source, &done, &total);
        if (total > 0)
                fprintf(stderr, "\rreading: %3u %% ",
                        (guint) ((double) done / (double) total * 50) + self->pass * 50);
        self->shown = TRUE;
        self->next = now + 200000;
}

static void progress_clear(Progress *self)
{
        if (self->shown)
                fputs("\r\033[K", stderr);
        self->shown = FALSE;
}

/* One reading of a file. Returns the exit status so far; damage is said in the first reading and ends both alike. */
static int read_through(const Options *options,
                        CaptureSource *source,
                        Timeline *timeline,
                        Progress *progress,
                        void (*take)(Timeline *, const CaptureFrame *),
                        GError **error)
{
        gboolean show = !options->quiet && isatty(STDERR_FILENO);
        CaptureFrame frame;
        guint n = 0;

        for (;;) {
                switch (capture_source_next(source, &frame, error)) {
                case CAPTURE_NEXT_FRAME:
                        take(timeline, &frame);
                        break;
                case CAPTURE_NEXT_IDLE:
                        break;
                case CAPTURE_NEXT_END:
                        return EXIT_DONE;
                case CAPTURE_NEXT_ERROR:
                        return g_error_matches(*error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED) ? EXIT_DAMAGED :
                                                                                               EXIT_NOTHING;
                }
                if (interrupted) {
                        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
                        return EXIT_NOTHING;
                }
                if (show && (++n & 0xfff) == 0)
                        progress_update(progress, source);
        }
}

int run_file(const Options *options, const char *path)
{
        g_autoptr(GError) error = NULL, again = NULL;
        g_autoptr(CaptureSource) source = NULL;
        g_autoptr(Timeline) timeline = NULL;
        g_autoptr(Writer) writer = NULL;
        g_auto(OutputFile) output = {0};
        Sink sink = {0};
        Progress progress = {0};
        TimelineCounts counts;
        int status;

        source = capture_source_open_file(path, options->filter, &error);
        if (!source || !output_file_open(&output, options->output, &error))
                return complain_about(error);
        if (options->output)
                catch_signals();
        writer = options_new_writer(options, output.file);
        sink.writer = writer;
        timeline = options_new_timeline(options, &sink);

        status = read_through(options, source, timeline, &progress, timeline_scan, &error);
        if (status == EXIT_NOTHING || !capture_source_rewind(source, error ? &again : &error)) {
                progress_clear(&progress);
                return complain_about(again ? again : error);
        }
        timeline_begin(timeline);
        progress.pass = 1;
        if (read_through(options, source, timeline, &progress, timeline_add, &again) == EXIT_NOTHING) {
                progress_clear(&progress);
                return complain_about(again);
        }
        progress_clear(&progress);
        timeline_finish(timeline);
        counts = timeline_get_counts(timeline);
        writer_finish(writer, &counts);
        if (sink.failed)
                errno = sink.code;
        g_clear_error(&again);
        if (!output_file_commit(&output, &again))
                return complain_about(again);
        if (error)
                return complain_about(error);
        return status;
}

static void say_counts(const Options *options, CaptureSource *source, const LiveOptions *live, guint64 frames)
{
        guint64 received, dropped;

        if (options->quiet)
                return;
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

/* The loop of a live capture, until a signal, a limit or an error ends it. */
static gboolean capture_packets(const LiveOptions *live,
                                CaptureSource *source,
                                CaptureWriter *pcapng,
                                Timeline *timeline,
                                FILE *file,
                                const Sink *sink,
                                guint64 *ret_frames,
                                GError **error)
{
        gint64 end = live->duration > 0 ? g_get_monotonic_time() + live->duration : G_MAXINT64;
        guint64 frames = 0;
        CaptureFrame frame;
        gboolean good = TRUE;

        while (good && !sink->failed && g_get_monotonic_time() < end && (live->count == 0 || frames < live->count)) {
                CaptureNext next = capture_source_next(source, &frame, error);

                if (next == CAPTURE_NEXT_END)
                        break;
                good = next != CAPTURE_NEXT_ERROR;
                if (next == CAPTURE_NEXT_FRAME) {
                        frames++;
                        /* First the file, then the explanation: what is shown is saved. */
                        if (pcapng)
                                good = capture_writer_add_frame(pcapng, &frame, NULL, error);
                        timeline_add(timeline, &frame);
                        fflush(file);
                }
        }
        *ret_frames = frames;
        return good;
}

int run_live(const Options *options, const LiveOptions *live)
{
        g_autoptr(GError) error = NULL;
        g_autoptr(CaptureSource) source = NULL;
        g_autoptr(CaptureWriter) pcapng = NULL;
        g_autoptr(Timeline) timeline = NULL;
        g_autoptr(Writer) writer = NULL;
        g_auto(OutputFile) output = {0};
        Sink sink = {0};
        TimelineCounts counts;
        guint64 frames = 0;
        gboolean good;

        source = capture_source_open_live(options->interface, options->filter, &error);
        if (!source || !output_file_open(&output, options->output, &error))
                return complain_about(error);
        if (live->write_path) {
                guint index;

                pcapng = capture_writer_new(live->write_path, "chatsniff " CHATSNIFF_VERSION, &error);
                if (!pcapng || !capture_writer_add_interface(pcapng, capture_source_get_interface(source, 0),
                                                             options->filter, &index, &error))
                        return complain_about(error);
        }
        writer = options_new_writer(options, output.file);
        sink.writer = writer;
        timeline = options_new_timeline(options, &sink);
        live_source = source;
        catch_signals();
        if (!options->quiet)
                fprintf(stderr, "%s; Ctrl-C ends it\n", capture_source_get_description(source));

        good = capture_packets(live, source, pcapng, timeline, output.file, &sink, &frames, &error);
        if (good && pcapng)
                good = finish_capture(source, pcapng, &error);
        timeline_finish(timeline);
        counts = timeline_get_counts(timeline);
        writer_finish(writer, &counts);
        live_source = NULL;
        if (!good) {
                fflush(output.file);
                return complain_about(error);
        }
        if (sink.failed)
                errno = sink.code;
        if (!output_file_commit(&output, &error))
                return complain_about(error);
        say_counts(options, source, live, frames);
        return EXIT_DONE;
}
