/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/work.h"

#include "analyzer/cli/interruption.h"
#include "analyzer/cli/messages.h"
#include "analyzer/cli/progress.h"

#include <gio/gio.h>

static void say_selection(const Conversation *conversation, const SessionDecision *decision, gpointer user_data)
{
        g_autoptr(GString) line = g_string_new(NULL);

        selection_append(line, conversation, decision);
        fputs(line->str, stderr);
}

static TimelineOptions timeline_options(const Options *options, const RunFuncs *funcs)
{
        return (TimelineOptions){
                .protocols = options->protocols,
                .ports = (const guint16 *) (gpointer) options->ports->data,
                .n_ports = options->ports->len,
                .all = options->all,
                .arp = options->all && funcs->takes_arp,
                .explain = options->explain,
                .memory_limit = options->memory_limit,
                .held_limit = options->telling_limit,
                .selected = options->explain_selection ? say_selection : NULL,
        };
}

void work_init(Work *self, const Options *options, gboolean is_live, const RunFuncs *funcs, gpointer data)
{
        TimelineOptions shared = timeline_options(options, funcs);

        *self = (Work){.options = options, .funcs = *funcs, .data = data};
        /* A live capture cannot be read again, so a timeline holds back what it cannot decide yet. */
        if (funcs->record || is_live)
                self->timeline = timeline_new(&shared, funcs->record, funcs->conversation, data);
        else
                self->conversations = conversations_new(&shared, funcs->conversation, data);
}

void work_clear(Work *self)
{
        g_clear_pointer(&self->timeline, timeline_free);
        g_clear_pointer(&self->conversations, conversations_free);
}

static void work_scan(Work *self, const Packet *packets, guint n)
{
        timeline_scan(self->timeline, packets, n);
}

void work_add(Work *self, const Packet *packets, guint n)
{
        for (guint i = 0; self->funcs.packet && i < n; i++)
                if (!packet_is_left_out(&packets[i]))
                        self->funcs.packet(&packets[i], self->data);
        if (self->timeline)
                timeline_add(self->timeline, packets, n);
        else
                conversations_add(self->conversations, packets, n);
}

TimelineCounts work_finish(Work *self)
{
        TimelineCounts counts;

        if (self->timeline) {
                timeline_finish(self->timeline);
                counts = timeline_get_counts(self->timeline);
        } else {
                conversations_finish(self->conversations);
                counts = conversations_get_counts(self->conversations);
        }
        counts.incomplete = self->incomplete;
        return counts;
}

static int end_of_reading(const PacketBatch *batch, GError **error)
{
        if (batch->next == CAPTURE_NEXT_END)
                return EXIT_DONE;
        g_propagate_error(error, g_error_copy(batch->error));
        return g_error_matches(batch->error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED) ? EXIT_DAMAGED : EXIT_NOTHING;
}

/* Reads a file once. Returns the exit status so far. Damage ends every reading at the same packet. */
static int read_packets(Work *self,
                        PacketReader *reader,
                        Progress *progress,
                        void (*use)(Work *work, const Packet *packets, guint n),
                        const WorkKeeper *keeper,
                        GError **error)
{
        for (;;) {
                const PacketBatch *batch = packet_reader_next(reader);
                gboolean is_last = batch->next != CAPTURE_NEXT_FRAME;
                gboolean is_wanted = TRUE;
                int status = EXIT_DONE;

                use(self, batch->packets, batch->n);
                self->incomplete = batch->incomplete;
                if (is_last)
                        status = end_of_reading(batch, error);
                else
                        progress_update(progress, batch->done, batch->total);
                if (keeper)
                        is_wanted = keeper->take(batch, self->data);
                else
                        packet_reader_release(reader, batch);
                if (is_last || !is_wanted)
                        return status;
                if (interruption_happened()) {
                        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
                        return EXIT_NOTHING;
                }
        }
}

/* The first reading, for a timeline: it has to know from the start which conversations are chats. */
static int find_chats(Work *self, CaptureSource *source, Progress *progress, GError **error)
{
        g_autoptr(GError) damage = NULL;
        g_autoptr(PacketReader) reader = packet_reader_new(source);
        int status = read_packets(self, reader, progress, work_scan, NULL, &damage);

        /* The second reading meets the damage again, and reports it. */
        if (status == EXIT_NOTHING) {
                g_propagate_error(error, g_steal_pointer(&damage));
                return EXIT_NOTHING;
        }
        g_clear_pointer(&reader, packet_reader_free);
        if (!capture_source_rewind(source, error))
                return EXIT_NOTHING;
        timeline_begin(self->timeline);
        progress_next_pass(progress);
        return EXIT_DONE;
}

/* The reading that produces records, or conversations, or both. */
static int tell(Work *self, CaptureSource *source, Progress *progress, const WorkKeeper *keeper, GError **error)
{
        g_autoptr(PacketReader) reader = packet_reader_new(source);
        int status;

        if (keeper)
                keeper->begin(reader, self->data);
        status = read_packets(self, reader, progress, work_add, keeper, error);
        if (keeper)
                keeper->end(self->data);
        return status;
}

/* A chat was recognised late: reads the file again with a timeline, which then knows the chats from the start. */
static int count_again(Work *self, CaptureSource *source, Progress *progress, GError **error)
{
        TimelineOptions shared = timeline_options(self->options, &self->funcs);

        g_clear_error(error);
        if (!capture_source_rewind(source, error))
                return EXIT_NOTHING;
        self->timeline = timeline_new(&shared, NULL, self->funcs.conversation, self->data);
        timeline_begin_after(self->timeline, conversations_take_tracker(self->conversations));
        g_clear_pointer(&self->conversations, conversations_free);
        progress->n_passes = 2;
        progress_next_pass(progress);
        return tell(self, source, progress, NULL, error);
}

int work_read_file(Work *self, CaptureSource *source, const WorkKeeper *keeper, GError **error)
{
        Progress progress;
        int status = EXIT_DONE;

        progress_init(&progress, self->options->quiet || self->options->explain_selection, self->timeline ? 2 : 1);
        if (self->timeline)
                status = find_chats(self, source, &progress, error);
        if (status != EXIT_NOTHING)
                status = tell(self, source, &progress, keeper, error);
        if (status != EXIT_NOTHING && self->conversations && conversations_need_timeline(self->conversations))
                status = count_again(self, source, &progress, error);
        progress_clear(&progress);
        return status;
}
