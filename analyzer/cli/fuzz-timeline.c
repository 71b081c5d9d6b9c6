/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole way: takes the input as a capture file, reads it twice as a file and once as if it were live, and gives the
 * records to every writer and to a summary. Whatever the input is,
 *  - each record is one line of JSON that a strict parser accepts;
 *  - the text holds nothing that a terminal would act on;
 *  - the frames of a file come in their order;
 *  - the records of TCP chats are the same live and from the file. (Those of UDP may differ: live, a name can be
 *    learned only after a packet was shown. If all conversations are shown, only the frames are compared: live, a
 *    handshake is shown before anybody can know whether it belongs to a chat.)
 *
 * The input has no header of ours, so that every capture is an input and every input a capture. */
#include "analyzer/capture/source.h"
#include "analyzer/decode/defragment.h"
#include "analyzer/output/writer.h"
#include "analyzer/summary/summary.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

typedef struct {
        Writer *json, *text;
        guint64 last_frame;
        guint n_arp;       /* records that only the text shows */
        gboolean in_order; /* a file: frame numbers increase */
        SummaryBuilder *summary;
} Outputs;

static void take_record(const Record *record, gpointer user_data)
{
        Outputs *outputs = user_data;
        guint64 frame = record->packet->frame->number;

        if (outputs->in_order)
                g_assert_cmpuint(frame, >, outputs->last_frame);
        outputs->last_frame = frame;
        summary_builder_record(record, outputs->summary);
        g_assert_true(writer_record(outputs->text, record));
        if (!record->flow) {
                outputs->n_arp++;
                return;
        }
        g_assert_cmpuint(record->told->n_messages, <=,
                         (guint64) record->packet->frame->original_length + 1 + 64 * 1024);
        g_assert_true(writer_record(outputs->json, record));
}

static void take_conversation(const ConversationRecord *record, gpointer user_data)
{
        summary_builder_conversation(record, ((const Outputs *) user_data)->summary);
}

/* --- a strict reader of JSON, RFC 8259, that keeps nothing ------------------------------------------- */

static const char *skip_value(const char *p, guint depth);

static const char *skip_string(const char *p)
{
        g_assert_cmpint(*p, ==, '"');
        for (p++; *p != '"'; p++) {
                g_assert_cmpuint((guint8) *p, >=, 0x20);
                if (*p != '\\')
                        continue;
                p++;
                if (*p == 'u')
                        for (guint i = 0; i < 4; i++)
                                g_assert_true(g_ascii_isxdigit(*++p));
                else
                        g_assert_true(*p && strchr("\"\\/bfnrt", *p));
        }
        return p + 1;
}

static const char *skip_digits(const char *p)
{
        g_assert_true(g_ascii_isdigit(*p));
        while (g_ascii_isdigit(*p))
                p++;
        return p;
}

static const char *skip_number(const char *p)
{
        p += *p == '-';
        g_assert_true(*p != '0' || !g_ascii_isdigit(p[1]));
        p = skip_digits(p);
        return *p == '.' ? skip_digits(p + 1) : p;
}

static const char *skip_members(const char *p, char end, guint depth)
{
        g_assert_cmpuint(depth, <, 8);
        if (*++p == end)
                return p + 1;
        for (;; p++) {
                if (end == '}') {
                        p = skip_string(p);
                        g_assert_cmpint(*p++, ==, ':');
                }
                p = skip_value(p, depth + 1);
                if (*p == end)
                        return p + 1;
                g_assert_cmpint(*p, ==, ',');
        }
}

static const char *skip_value(const char *p, guint depth)
{
        static const char *const words[] = {"null", "true", "false"};

        if (*p == '{' || *p == '[')
                return skip_members(p, *p == '{' ? '}' : ']', depth);
        if (*p == '"')
                return skip_string(p);
        for (guint i = 0; i < G_N_ELEMENTS(words); i++)
                if (g_str_has_prefix(p, words[i]))
                        return p + strlen(words[i]);
        return skip_number(p);
}

static void check_json(const char *text, gsize length)
{
        g_assert_true(g_utf8_validate_len(text, length, NULL));
        for (const char *p = text; p < text + length; p++) {
                g_assert_cmpint(*p, ==, '{');
                p = skip_value(p, 0);
                g_assert_cmpint(*p, ==, '\n');
        }
}

static void check_text(const char *text, gsize length)
{
        g_assert_true(g_utf8_validate_len(text, length, NULL));
        for (const char *p = text; p < text + length; p = g_utf8_next_char(p)) {
                gunichar character = g_utf8_get_char(p);

                g_assert_true(character == '\n' || (character >= 0x20 && character < 0x7f) || character >= 0xa0);
        }
}

/* ----------------------------------------------------------------------------------------------------- */

/* No packet is counted twice, and none is missed. */
static void check_summary(SummaryBuilder *builder, const TimelineCounts *counts)
{
        g_autofree char *json = NULL, *text = NULL;
        gsize json_length = 0, text_length = 0;
        FILE *json_file = open_memstream(&json, &json_length);
        FILE *text_file = open_memstream(&text, &text_length);
        Writer *json_writer = writer_new_json(json_file);
        Writer *text_writer = writer_new_text(text_file, &(TextStyle){.columns = 80});
        g_autoptr(Summary) summary = summary_builder_finish(builder, counts);
        guint64 packets = summary->chat_packets, chat_packets = 0;

        for (guint i = 0; i < summary->traffic->len; i++)
                packets += g_array_index(summary->traffic, SummaryTraffic, i).packets;
        for (guint i = 0; i < summary->phases->len; i++)
                chat_packets += ((const SummaryPhase *) g_ptr_array_index(summary->phases, i))->packets;
        g_assert_cmpuint(packets, ==, summary->packets);
        g_assert_cmpuint(chat_packets, ==, summary->chat_packets);
        g_assert_true(writer_summary(json_writer, summary, "capture"));
        g_assert_true(writer_summary(text_writer, summary, "capture"));
        writer_free(json_writer);
        writer_free(text_writer);
        fclose(json_file);
        fclose(text_file);
        check_json(json, json_length);
        check_text(text, text_length);
}

/* summary is NULL for the first reading of two. */
static void read_all(const guint8 *data,
                     gsize size,
                     Timeline *timeline,
                     SummaryBuilder *summary,
                     void (*take)(Timeline *timeline, const Packet *packets, guint n),
                     guint64 *ret_frames)
{
        g_autoptr(GError) error = NULL;
        g_autoptr(CaptureSource) source = capture_source_open_memory(data, size, &error);
        g_autoptr(Defragmenter) defragmenter = defragmenter_new(DEFRAGMENTER_MEMORY);
        CaptureFrame frame;
        Packet packet;
        CaptureNext next;

        *ret_frames = 0;
        if (!source) {
                g_assert_nonnull(error);
                return;
        }
        while ((next = capture_source_next(source, &frame, &error)) == CAPTURE_NEXT_FRAME) {
                g_assert_cmpuint(frame.number, ==, ++*ret_frames);
                defragmenter_decode(defragmenter, &frame, &packet);
                if (summary)
                        summary_builder_packet(&packet, summary);
                take(timeline, &packet, 1);
        }
        g_assert_true(next == CAPTURE_NEXT_END || g_error_matches(error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED));
}

static guint64 frame_of(const char *line)
{
        return g_ascii_strtoull(line + strlen("{\"frame\":"), NULL, 10);
}

static gint compare_lines(gconstpointer a, gconstpointer b)
{
        guint64 first = frame_of(*(const char *const *) a), second = frame_of(*(const char *const *) b);

        return first < second ? -1 : first > second;
}

/* The records as lines of JSON, by frame. */
static char **run(const guint8 *data, gsize size, const TimelineOptions *options, gboolean is_live)
{
        g_autofree char *json = NULL, *text = NULL;
        gsize json_length = 0, text_length = 0;
        FILE *json_file = open_memstream(&json, &json_length);
        FILE *text_file = open_memstream(&text, &text_length);
        g_autoptr(SummaryBuilder) summary = summary_builder_new(0);
        Outputs outputs = {
                .summary = summary,
                .json = writer_new_json(json_file),
                .text = writer_new_text(text_file, &(TextStyle){.columns = is_live ? 0 : 80}),
                .in_order = !is_live,
        };
        Timeline *timeline = timeline_new(options, take_record, take_conversation, &outputs);
        g_autoptr(GString) apart = g_string_new(NULL);
        guint64 scanned, added;
        TimelineCounts counts;
        char **lines;

        if (!is_live) {
                read_all(data, size, timeline, NULL, timeline_scan, &scanned);
                timeline_begin(timeline);
        }
        read_all(data, size, timeline, summary, timeline_add, &added);
        if (!is_live)
                g_assert_cmpuint(added, ==, scanned); /* both readings end alike */
        timeline_finish(timeline);
        counts = timeline_get_counts(timeline);
        g_assert_cmpuint(counts.frames, ==, added);
        g_assert_cmpuint(counts.told, <=, counts.frames);
        g_assert_true(writer_finish(outputs.json, &counts, apart));
        g_assert_true(writer_finish(outputs.text, &counts, apart));
        check_summary(summary, &counts);
        writer_free(outputs.json);
        writer_free(outputs.text);
        timeline_free(timeline);
        fclose(json_file);
        fclose(text_file);
        check_json(json, json_length);
        check_text(text, text_length);

        g_strchomp(json);
        lines = g_strsplit(json, "\n", -1);
        g_assert_cmpuint(g_strv_length(lines), ==, counts.told - outputs.n_arp);
        qsort(lines, counts.told - outputs.n_arp, sizeof *lines, compare_lines);
        /* An input is far too small for packets to be held too long. */
        g_assert_cmpuint(counts.given_up, ==, 0);
        return lines;
}

static guint next_of_tcp(char **lines, guint i)
{
        while (lines[i] && !strstr(lines[i], "\"transport\":\"tcp\""))
                i++;
        return i;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
        static GPtrArray *protocols;
        /* Which inputs are explained, and which show all conversations, does not matter: their size decides. */
        TimelineOptions options = {.explain = size % 4 == 0, .all = (size & 4) != 0, .arp = (size & 4) != 0};
        g_auto(GStrv) live = NULL, file = NULL;

        if (!protocols) {
                protocols = g_ptr_array_new();
                for (const char *const *name = chat_protocol_builtin_names(); *name; name++)
                        g_ptr_array_add(protocols, chat_protocol_new_builtin(*name));
        }
        options.protocols = protocols;
        live = run(data, size, &options, TRUE);
        file = run(data, size, &options, FALSE);
        for (guint i = 0, j = 0;; i++, j++) {
                i = next_of_tcp(live, i);
                j = next_of_tcp(file, j);
                g_assert_true((live[i] == NULL) == (file[j] == NULL));
                if (!live[i])
                        return 0;
                if (options.all)
                        g_assert_cmpuint(frame_of(live[i]), ==, frame_of(file[j]));
                else
                        g_assert_cmpstr(live[i], ==, file[j]);
        }
}
