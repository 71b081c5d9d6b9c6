/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Explains one capture after another without a process for each: what a cut at every octet needs. It judges
 * nothing, test_damage.py does.
 *
 * Standard input: for each capture its length (32 bits, of this machine) and its octets. Standard output:
 * for each capture the exit status that the program would end with (32 bits), then five texts, each with
 * its length in front: what standard error would say, the records as JSON, and for a person, and the summary as JSON,
 * and for a person. */
#include "analyzer/capture/source.h"
#include "analyzer/decode/defragment.h"
#include "analyzer/output/writer-backend.h"
#include "analyzer/summary/summary.h"
#include "analyzer/timeline/record-batch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PATIENCE 20 /* seconds for one capture; then the alarm ends the program */

enum {
        STATUS_DONE = 0,
        STATUS_NOTHING = 1,
        STATUS_DAMAGED = 3,
};

typedef struct {
        Writer *json, *text;
        RecordBatch *copy; /* of the record at hand */
        SummaryBuilder *summary;
} Writers;

/* What is written of one capture. */
typedef struct {
        FILE *file;
        char *octets;
        size_t length;
} Text;

enum {
        TEXT_JSON,
        TEXT_PERSON,
        TEXT_SUMMARY_JSON,
        TEXT_SUMMARY_PERSON,
        N_TEXTS,
};

/* The program writes copies of records: here the text is that of the copy, and both make the same JSON. */
static void take_record(const Record *record, gpointer user_data)
{
        Writers *writers = user_data;
        GString *json = writers->json->buffer;
        gsize begin, end;

        summary_builder_record(record, writers->summary);
        record_batch_add(writers->copy, record);
        g_assert_cmpuint(record_batch_get_length(writers->copy), ==, 1);
        g_assert_true(writer_record(writers->text, record_batch_get(writers->copy, 0)));
        if (!record->flow) { /* ARP is for text alone */
                record_batch_clear(writers->copy);
                return;
        }
        begin = json->len;
        writers->json->backend->record(writers->json, record);
        end = json->len;
        writers->json->backend->record(writers->json, record_batch_get(writers->copy, 0));
        g_assert_cmpmem(json->str + begin, end - begin, json->str + end, json->len - end);
        g_string_truncate(json, begin);
        g_assert_true(writer_record(writers->json, record));
        record_batch_clear(writers->copy);
}

static void take_conversation(const ConversationRecord *record, gpointer user_data)
{
        summary_builder_conversation(record, ((const Writers *) user_data)->summary);
}

static int status_of(const GError *error)
{
        return g_error_matches(error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED) ? STATUS_DAMAGED : STATUS_NOTHING;
}

/* summary is NULL for the first reading. */
static int read_through(CaptureSource *source,
                        Timeline *timeline,
                        SummaryBuilder *summary,
                        void (*take)(Timeline *timeline, const Packet *packets, guint n),
                        guint64 *ret_incomplete,
                        GError **error)
{
        g_autoptr(Defragmenter) defragmenter = defragmenter_new(DEFRAGMENTER_MEMORY);
        CaptureFrame frame;
        CaptureNext next;
        Packet packet;

        while ((next = capture_source_next(source, &frame, error)) == CAPTURE_NEXT_FRAME) {
                defragmenter_decode(defragmenter, &frame, &packet);
                if (summary)
                        summary_builder_packet(&packet, summary);
                take(timeline, &packet, 1);
        }
        *ret_incomplete = defragmenter_count_unused(defragmenter);
        return next == CAPTURE_NEXT_END ? STATUS_DONE : status_of(*error);
}

static void write_summary(SummaryBuilder *builder, const TimelineCounts *counts, const Text texts[N_TEXTS])
{
        g_autoptr(Writer) json = writer_new_json(texts[TEXT_SUMMARY_JSON].file);
        g_autoptr(Writer) text =
                writer_new_text(texts[TEXT_SUMMARY_PERSON].file, &(TextStyle){.columns = 80, .quiet = TRUE});
        g_autoptr(Summary) summary = summary_builder_finish(builder, counts);

        g_assert_true(writer_summary(json, summary, "capture"));
        g_assert_true(writer_summary(text, summary, "capture"));
}

static int explain(const char *path, GPtrArray *protocols, const Text texts[N_TEXTS], GError **error)
{
        g_autoptr(CaptureSource) source = capture_source_open_file(path, NULL, error);
        g_autoptr(Writer) json_writer = writer_new_json(texts[TEXT_JSON].file);
        g_autoptr(Writer) text_writer =
                writer_new_text(texts[TEXT_PERSON].file, &(TextStyle){.columns = 80, .quiet = TRUE});
        g_autoptr(GString) apart = g_string_new(NULL);
        g_autoptr(Timeline) timeline = NULL;
        g_autoptr(GError) again = NULL;
        g_autoptr(RecordBatch) copy = record_batch_new();
        g_autoptr(SummaryBuilder) summary = summary_builder_new(0);
        Writers writers = {json_writer, text_writer, copy, summary};
        TimelineOptions options = {.protocols = protocols, .all = TRUE, .arp = TRUE, .explain = TRUE};
        TimelineCounts counts;
        guint64 incomplete;
        int status;

        if (!source)
                return status_of(*error);
        timeline = timeline_new(&options, take_record, take_conversation, &writers);
        status = read_through(source, timeline, NULL, timeline_scan, &incomplete, error);
        g_assert_true(capture_source_rewind(source, &again));
        timeline_begin(timeline);
        g_assert_cmpint(read_through(source, timeline, summary, timeline_add, &incomplete, &again), ==, status);
        g_assert_cmpstr(again ? again->message : NULL, ==, *error ? (*error)->message : NULL);
        timeline_finish(timeline);
        counts = timeline_get_counts(timeline);
        counts.incomplete = incomplete;
        g_assert_true(writer_finish(json_writer, &counts, apart));
        g_assert_true(writer_finish(text_writer, &counts, apart));
        write_summary(summary, &counts, texts);
        return status;
}

static void put(const void *octets, size_t length)
{
        if (fwrite(octets, 1, length, stdout) != length)
                exit(1);
}

static void put_text(const char *text, size_t length)
{
        guint32 n = (guint32) length;

        put(&n, sizeof n);
        put(text, length);
}

int main(void)
{
        g_autoptr(GPtrArray) protocols = g_ptr_array_new_with_free_func((GDestroyNotify) chat_protocol_unref);
        int fd = memfd_create("capture", 0);
        g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
        guint32 length;

        g_assert_cmpint(fd, >=, 0);
        for (const char *const *name = chat_protocol_builtin_names(); *name; name++)
                g_ptr_array_add(protocols, chat_protocol_new_builtin(*name));
        while (fread(&length, sizeof length, 1, stdin) == 1) {
                g_autofree char *octets = g_malloc(length);
                g_autoptr(GError) error = NULL;
                Text texts[N_TEXTS] = {0};
                int status;

                if (fread(octets, 1, length, stdin) != length)
                        return 1;
                g_assert_cmpint(ftruncate(fd, 0), ==, 0);
                g_assert_cmpint(pwrite(fd, octets, length, 0), ==, (gssize) length);
                for (guint i = 0; i < N_TEXTS; i++)
                        texts[i].file = open_memstream(&texts[i].octets, &texts[i].length);
                alarm(PATIENCE);
                status = explain(path, protocols, texts, &error);
                alarm(0);
                put(&status, sizeof status);
                put_text(error ? error->message : "", error ? strlen(error->message) : 0);
                for (guint i = 0; i < N_TEXTS; i++) {
                        fclose(texts[i].file);
                        put_text(texts[i].octets, texts[i].length);
                        free(texts[i].octets);
                }
                fflush(stdout);
        }
        close(fd);
        return 0;
}
