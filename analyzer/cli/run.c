/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/background-writer.h"
#include "analyzer/cli/cli.h"
#include "analyzer/cli/reader.h"
#include "analyzer/decode/defragment.h"

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

/* Where records go; a writer that fails is not called again. */
typedef struct {
        Writer *writer;
        BackgroundWriter *background; /* NULL: records are written at once */
        gboolean failed;
        int code; /* errno of the failure */
        TimelineCounts counts; /* at the end */
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
                sink_note(sink, writer_record(sink->writer, record));
}

static void sink_conversation(const ConversationRecord *record, gpointer user_data)
{
        Sink *sink = user_data;

        if (!sink->failed)
                sink_note(sink, writer_conversation(sink->writer, record));
}

static TimelineOptions timeline_options(const Options *options)
{
        return (TimelineOptions){
                .protocols = options->protocols,
                .ports = (const guint16 *) (gpointer) options->ports->data,
                .n_ports = options->ports->len,
                .all = options->all,
                .explain = options->explain,
                .memory_limit = options->memory_limit,
        };
}

/* What a command does with frames: one of the two. */
typedef struct {
        Timeline *timeline;
        Conversations *conversations;
        guint64 incomplete; /* fragments */
} Work;

static void work_init(Work *self, const Options *options, Task task, Sink *sink)
{
        TimelineOptions shared = timeline_options(options);

        *self = (Work){0};
        if (task == TASK_TIMELINE)
                self->timeline = timeline_new(&shared, sink_record, sink);
        else
                self->conversations = conversations_new(&shared, sink_conversation, sink);
}

static void work_clear(Work *self)
{
        g_clear_pointer(&self->timeline, timeline_free);
        g_clear_pointer(&self->conversations, conversations_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

static void work_scan(Work *self, const Packet *packets, guint n)
{
        timeline_scan(self->timeline, packets, n);
}

static void work_add(Work *self, const Packet *packets, guint n)
{
        if (self->timeline)
                timeline_add(self->timeline, packets, n);
        else
                conversations_add(self->conversations, packets, n);
}

static void work_finish(Work *self, Sink *sink)
{
        if (self->timeline) {
                timeline_finish(self->timeline);
                sink->counts = timeline_get_counts(self->timeline);
        } else {
                conversations_finish(self->conversations);
                sink->counts = conversations_get_counts(self->conversations);
        }
        sink->counts.incomplete = self->incomplete;
        if (!sink->failed)
                sink_note(sink, self->timeline ? writer_finish(sink->writer, &sink->counts) :
                                                 writer_finish_conversations(sink->writer, &sink->counts));
}

typedef struct {
        gboolean shown;
        gint64 next; /* monotonic time */
        guint pass, n_passes;
} Progress;

/* Several readings count an equal part each. Nothing appears in the first half second. */
static void progress_update(Progress *self, const PacketBatch *batch)
{
        gint64 now = g_get_monotonic_time();

        if (self->next == 0)
                self->next = now + 500000;
        if (now < self->next)
                return;
        if (batch->total > 0)
                fprintf(stderr, "\rreading: %3u %% ",
                        (guint) (((double) batch->done / (double) batch->total + self->pass) * 100 / self->n_passes));
        self->shown = TRUE;
        self->next = now + 200000;
}

static void progress_clear(Progress *self)
{
        if (self->shown)
                fputs("\r\033[K", stderr);
        self->shown = FALSE;
}

static int end_of_reading(const PacketBatch *batch, GError **error)
{
        if (batch->next == CAPTURE_NEXT_END)
                return EXIT_DONE;
        g_propagate_error(error, g_error_copy(batch->error));
        return g_error_matches(batch->error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED) ? EXIT_DAMAGED : EXIT_NOTHING;
}

/* One reading of a file. Returns the exit status so far; damage is said in the first reading and ends both alike. */
static int read_packets(const Options *options,
                        PacketReader *reader,
                        Work *work,
                        Progress *progress,
                        void (*take)(Work *work, const Packet *packets, guint n),
                        BackgroundWriter *background,
                        GError **error)
{
        gboolean show = !options->quiet && isatty(STDERR_FILENO);

        for (;;) {
                const PacketBatch *batch = packet_reader_next(reader);
                gboolean is_last = batch->next != CAPTURE_NEXT_FRAME;
                int status = EXIT_DONE;

                take(work, batch->packets, batch->n);
                work->incomplete = batch->incomplete;
                if (is_last)
                        status = end_of_reading(batch, error);
                else if (show)
                        progress_update(progress, batch);
                if (background)
                        background_writer_end_batch(background, batch);
                else
                        packet_reader_release(reader, batch);
                if (is_last)
                        return status;
                if (interrupted) {
                        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
                        return EXIT_NOTHING;
                }
        }
}

/* A timeline needs to know from the start which conversations are chats: a reading of its own. */
static int find_chats(const Options *options, CaptureSource *source, Work *work, Progress *progress, GError **error)
{
        g_autoptr(GError) damage = NULL;
        g_autoptr(PacketReader) reader = packet_reader_new(source);
        int status = read_packets(options, reader, work, progress, work_scan, NULL, &damage);

        /* Damage is met again, and then told. */
        if (status == EXIT_NOTHING) {
                g_propagate_error(error, g_steal_pointer(&damage));
                return EXIT_NOTHING;
        }
        g_clear_pointer(&reader, packet_reader_free);
        if (!capture_source_rewind(source, error))
                return EXIT_NOTHING;
        timeline_begin(work->timeline);
        progress->pass++;
        return EXIT_DONE;
}

/* The reading that tells. Records, which packets give, are written in the background. */
static int tell(const Options *options, CaptureSource *source, Work *work, Sink *sink, Progress *progress, GError **error)
{
        g_autoptr(PacketReader) reader = packet_reader_new(source);
        g_autoptr(BackgroundWriter) background = work->timeline ? background_writer_new(sink->writer, reader) : NULL;
        int status;

        sink->background = background;
        status = read_packets(options, reader, work, progress, work_add, background, error);
        sink->background = NULL;
        if (background) {
                sink->code = background_writer_finish(background);
                sink->failed = sink->code != 0;
        }
        return status;
}

/* What the text format says below its records, for those who read the others. */
static void say_shortcomings(const Options *options, const Sink *sink)
{
        g_autoptr(GString) text = g_string_new(NULL);
        g_auto(GStrv) lines = NULL;

        if (!options->json)
                return;
        shortcomings_append(text, &sink->counts);
        lines = g_strsplit(g_strchomp(text->str), "\n", -1);
        for (char **line = lines; *line && **line; line++)
                complain("%s", *line);
}

int run_file(const Options *options, const char *path, Task task)
{
        g_autoptr(GError) error = NULL, write_error = NULL;
        g_autoptr(CaptureSource) source = NULL;
        g_autoptr(Writer) writer = NULL;
        g_auto(OutputFile) output = {0};
        g_auto(Work) work = {0};
        Sink sink = {0};
        Progress progress = {.n_passes = task == TASK_TIMELINE ? 2 : 1};
        int status = EXIT_DONE;

        source = capture_source_open_file(path, options->filter, &error);
        if (!source || !output_file_open(&output, options->output, &error))
                return complain_about(error);
        if (options->output)
                catch_signals();
        sink.writer = writer = options_new_writer(options, output.file);
        work_init(&work, options, task, &sink);

        if (task == TASK_TIMELINE)
                status = find_chats(options, source, &work, &progress, &error);
        if (status != EXIT_NOTHING)
                status = tell(options, source, &work, &sink, &progress, &error);
        progress_clear(&progress);
        if (status == EXIT_NOTHING) {
                writer_flush(writer);
                return complain_about(error);
        }
        work_finish(&work, &sink);
        if (sink.failed)
                errno = sink.code;
        if (!output_file_commit(&output, &write_error))
                return complain_about(write_error);
        say_shortcomings(options, &sink);
        return error ? complain_about(error) : status;
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
                                Work *work,
                                Sink *sink,
                                guint64 *ret_frames,
                                GError **error)
{
        gint64 end = live->duration > 0 ? g_get_monotonic_time() + live->duration : G_MAXINT64;
        g_autoptr(Defragmenter) defragmenter = defragmenter_new(DEFRAGMENTER_MEMORY);
        guint64 frames = 0;
        CaptureFrame frame;
        Packet packet;
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
                        defragmenter_decode(defragmenter, &frame, &packet);
                        work_add(work, &packet, 1);
                        if (!sink->failed)
                                sink_note(sink, writer_flush(sink->writer));
                }
        }
        work->incomplete = defragmenter_count_unused(defragmenter);
        *ret_frames = frames;
        return good;
}

int run_live(const Options *options, const LiveOptions *live, Task task)
{
        g_autoptr(GError) error = NULL;
        g_autoptr(CaptureSource) source = NULL;
        g_autoptr(CaptureWriter) pcapng = NULL;
        g_autoptr(Writer) writer = NULL;
        g_auto(OutputFile) output = {0};
        g_auto(Work) work = {0};
        Sink sink = {0};
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
        sink.writer = writer = options_new_writer(options, output.file);
        work_init(&work, options, task, &sink);
        live_source = source;
        catch_signals();
        if (!options->quiet)
                fprintf(stderr, "%s; Ctrl-C ends it\n", capture_source_get_description(source));

        good = capture_packets(live, source, pcapng, &work, &sink, &frames, &error);
        if (good && pcapng)
                good = finish_capture(source, pcapng, &error);
        work_finish(&work, &sink);
        live_source = NULL;
        if (!good) {
                writer_flush(writer);
                return complain_about(error);
        }
        if (sink.failed)
                errno = sink.code;
        if (!output_file_commit(&output, &error))
                return complain_about(error);
        say_shortcomings(options, &sink);
        say_counts(options, source, live, frames);
        return EXIT_DONE;
}

int run_arguments(const Options *options, const char *command, Task task)
{
        guint n = options->arguments ? g_strv_length(options->arguments) : 0;

        if (options->interface && n > 0)
                return usage_error(command, "a file and -i exclude each other");
        if (options->interface)
                return run_live(options, &(LiveOptions){0}, task);
        if (n == 0)
                return usage_error(command, "which capture? Give a file, or -i IFACE");
        if (n > 1)
                return usage_error(command, "one file at a time, please: “%s” is one too many", options->arguments[1]);
        if (options->output && is_same_file(options->output, options->arguments[0]))
                return usage_error(command, "“%s” is the capture itself: give -o another name", options->output);
        return run_file(options, options->arguments[0], task);
}
