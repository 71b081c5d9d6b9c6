/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole way: octets as a capture file, read twice as a file is, and once as if live, into every writer.
 * Whatever the octets are, each record is one line of JSON that any parser takes, the text holds nothing
 * that a terminal would act on, and frames come in their order. The first octets of the input are the file's
 * own: there is no header of ours, so that captures are inputs and inputs are captures. */
#include "analyzer/capture/source.h"
#include "analyzer/output/writer.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

typedef struct {
        Writer *json, *text;
        guint64 last_frame; /* of a file: frames increase */
        gboolean in_order;
} Outputs;

static void take_record(const Record *record, gpointer user_data)
{
        Outputs *outputs = user_data;
        guint64 frame = record->packet->frame->number;

        if (outputs->in_order)
                g_assert_cmpuint(frame, >, outputs->last_frame);
        outputs->last_frame = frame;
        g_assert_cmpuint(record->told->n_messages, <=,
                         record->packet->frame->original_length + 1u + 64 * 1024);
        g_assert_true(writer_record(outputs->json, record));
        g_assert_true(writer_record(outputs->text, record));
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

                g_assert_true(character == '\n' || (character >= 0x20 && character < 0x7f) ||
                              character >= 0xa0);
        }
}

/* ----------------------------------------------------------------------------------------------------- */

static gboolean read_all(const guint8 *data,
                         gsize size,
                         Timeline *timeline,
                         void (*take)(Timeline *, const CaptureFrame *),
                         guint64 *ret_frames)
{
        g_autoptr(GError) error = NULL;
        g_autoptr(CaptureSource) source = capture_source_open_memory(data, size, &error);
        CaptureFrame frame;
        CaptureNext next;

        *ret_frames = 0;
        if (!source) {
                g_assert_nonnull(error);
                return FALSE;
        }
        while ((next = capture_source_next(source, &frame, &error)) == CAPTURE_NEXT_FRAME) {
                g_assert_cmpuint(frame.number, ==, ++*ret_frames);
                take(timeline, &frame);
        }
        g_assert_true(next == CAPTURE_NEXT_END ||
                      g_error_matches(error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED));
        return TRUE;
}

static guint64 run(const guint8 *data, gsize size, const TimelineOptions *options, gboolean is_live)
{
        g_autofree char *json = NULL, *text = NULL;
        gsize json_length = 0, text_length = 0;
        FILE *json_file, *text_file;
        Outputs outputs = {.in_order = !is_live};
        Timeline *timeline;
        TimelineCounts counts;
        guint64 scanned, added;

        timeline = timeline_new(options, take_record, &outputs);
        if (!is_live) {
                if (!read_all(data, size, timeline, timeline_scan, &scanned)) {
                        timeline_free(timeline);
                        return 0;
                }
                timeline_begin(timeline);
        }
        json_file = open_memstream(&json, &json_length);
        text_file = open_memstream(&text, &text_length);
        outputs.json = writer_new_json(json_file);
        outputs.text = writer_new_text(text_file, FALSE, is_live ? 0 : 200);
        if (read_all(data, size, timeline, timeline_add, &added) && !is_live)
                g_assert_cmpuint(added, ==, scanned); /* both readings end alike */
        timeline_finish(timeline);
        counts = timeline_get_counts(timeline);
        g_assert_cmpuint(counts.frames, ==, added);
        g_assert_cmpuint(counts.told, <=, counts.frames);
        g_assert_true(writer_finish(outputs.json, &counts));
        g_assert_true(writer_finish(outputs.text, &counts));
        writer_free(outputs.json);
        writer_free(outputs.text);
        timeline_free(timeline);
        fclose(json_file);
        fclose(text_file);
        check_json(json, json_length);
        check_text(text, text_length);
        return counts.told;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
        static GPtrArray *protocols;
        guint64 chats;

        if (!protocols) {
                protocols = g_ptr_array_new();
                for (const char *const *name = chat_protocol_builtin_names(); *name; name++)
                        g_ptr_array_add(protocols, chat_protocol_new_builtin(*name));
        }
        chats = run(data, size, &(TimelineOptions){.protocols = protocols, .explain = TRUE}, TRUE);
        g_assert_cmpuint(run(data, size,
                             &(TimelineOptions){.protocols = protocols, .all = TRUE, .explain = TRUE},
                             FALSE),
                         >=, chats);
        return 0;
}
