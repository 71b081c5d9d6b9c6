/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/background-writer.h"

#include "analyzer/capture/thread-order.h"
#include "analyzer/timeline/record-batch.h"

#include <errno.h>

#define JOBS 3 /* one being filled, one being written, one between them */

/* A job with more octets of records than this is handed to the thread before the end of its batch. */
#define JOB_OCTETS (2 * 1024 * 1024)

typedef struct {
        RecordBatch *records;
        const PacketBatch *packets; /* to be released after the records; NULL while further records need them */
        gboolean is_last;           /* no job comes after this one */
} Job;

struct BackgroundWriter {
        Writer *writer;
        gboolean (*record)(Writer *writer, const Record *record);
        PacketReader *reader;
        GThread *thread;
        GAsyncQueue *empty, *full; /* Job */
        Job *current;              /* being filled */
        int code;                  /* belongs to the thread until it is joined */
        gint failed;               /* atomic */
};

static Job *job_new(void)
{
        Job *self = g_new0(Job, 1);

        self->records = record_batch_new();
        return self;
}

static void job_free(gpointer data)
{
        Job *self = data;

        record_batch_free(self->records);
        g_free(self);
}

static void write_records(BackgroundWriter *self, const RecordBatch *records)
{
        guint n = record_batch_get_length(records);

        for (guint i = 0; i < n && self->code == 0; i++)
                if (!self->record(self->writer, record_batch_get(records, i))) {
                        self->code = errno;
                        g_atomic_int_set(&self->failed, TRUE);
                }
}

static gpointer run(gpointer data)
{
        BackgroundWriter *self = data;

        for (;;) {
                Job *job = queue_pop(self->full);
                gboolean is_last = job->is_last;

                write_records(self, job->records);
                record_batch_clear(job->records);
                if (job->packets)
                        packet_reader_release(self->reader, g_steal_pointer(&job->packets));
                queue_push(self->empty, job);
                if (is_last)
                        return NULL;
        }
}

BackgroundWriter *
background_writer_new(Writer *writer, gboolean (*record)(Writer *writer, const Record *record), PacketReader *reader)
{
        BackgroundWriter *self = g_new0(BackgroundWriter, 1);

        self->writer = writer;
        self->record = record;
        self->reader = reader;
        self->empty = g_async_queue_new_full(job_free);
        self->full = g_async_queue_new_full(job_free);
        for (guint i = 1; i < JOBS; i++)
                queue_push(self->empty, job_new());
        self->current = job_new();
        self->thread = g_thread_new("writer", run, self);
        return self;
}

void background_writer_free(BackgroundWriter *self)
{
        if (!self)
                return;
        background_writer_finish(self);
        g_async_queue_unref(self->empty);
        g_async_queue_unref(self->full);
        g_free(self);
}

static void hand_over(BackgroundWriter *self, const PacketBatch *packets)
{
        self->current->packets = packets;
        queue_push(self->full, self->current);
        self->current = queue_pop(self->empty);
}

void background_writer_add(BackgroundWriter *self, const Record *record)
{
        record_batch_add(self->current->records, record);
        if (record_batch_get_octets(self->current->records) > JOB_OCTETS)
                hand_over(self, NULL);
}

gboolean background_writer_end_batch(BackgroundWriter *self, const PacketBatch *packets)
{
        hand_over(self, packets);
        return !g_atomic_int_get(&self->failed);
}

int background_writer_finish(BackgroundWriter *self)
{
        if (self->thread) {
                self->current->is_last = TRUE;
                queue_push(self->full, g_steal_pointer(&self->current));
                g_thread_join(g_steal_pointer(&self->thread));
        }
        return self->code;
}
