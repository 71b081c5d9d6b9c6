/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/rubric/gradebook.h"

#include "analyzer/output/json-append.h"

static void key_points(GString *json, const char *key, guint hundredths)
{
        g_autofree char *text = rubric_points_to_string(hundredths);

        g_string_append_printf(json, ",\"%s\":%s", key, text);
}

static void append_item(GString *json, const RubricItem *item, const ItemResult *result)
{
        static const char *const names[] = {"missing", "fulfilled", "undecided"};

        json_literal(json, "{\"item\":");
        json_append_string(json, item->name);
        key_points(json, "points", result->verdict == VERDICT_FULFILLED ? item->points : 0);
        key_points(json, "of", item->points);
        json_key_string(json, "verdict", names[result->verdict]);
        if (result->reason)
                json_key_string(json, "reason", result->reason);
        json_literal(json, "}");
}

static void append_ranges(GString *json, const GArray *ranges)
{
        json_literal(json, "[");
        for (guint i = 0; i < MIN(ranges->len, CLASS_MAX_RANGES); i++) {
                const ClassRange *range = &g_array_index(ranges, ClassRange, i);

                g_string_append_printf(json, "%s[%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT "]", i > 0 ? "," : "",
                                       range->first, range->last);
        }
        json_literal(json, "]");
}

static void append_copies(GString *json, const ClassResults *results, const ClassCapture *capture)
{
        json_literal(json, ",\"shared\":[");
        for (guint i = 0; i < capture->copies->len; i++) {
                const ClassCopy *copy = g_ptr_array_index(capture->copies, i);
                const ClassCapture *other = g_ptr_array_index(results->captures, copy->capture);
                const ClassStudent *student = g_ptr_array_index(results->students, other->student);

                if (i > 0)
                        json_literal(json, ",");
                json_literal(json, "{\"identifier\":");
                json_append_string(json, student->identifier);
                json_key_string(json, "file", other->name);
                json_key_number(json, "frames", copy->count);
                json_key(json, "mine");
                append_ranges(json, copy->mine);
                json_key(json, "theirs");
                append_ranges(json, copy->theirs);
                json_literal(json, "}");
        }
        json_literal(json, "]");
        if (capture->has_more_copies)
                json_literal(json, ",\"shared_with_more\":true");
}

static void append_capture(GString *json, const ClassResults *results, const ClassCapture *capture)
{
        const CaptureResult *result = capture->result;
        const GPtrArray *items = results->rubric->items;

        json_literal(json, "{\"file\":");
        json_append_string(json, capture->name);
        json_key_string(json, "outcome", outcome_to_string(result->outcome));
        if (result->remark)
                json_key_string(json, "remark", result->remark);
        json_key_number(json, "packets", result->packets);
        json_key_number(json, "chat_packets", result->chat_packets);
        json_literal(json, ",\"items\":[");
        for (guint i = 0; i < result->items->len; i++) {
                if (i > 0)
                        json_literal(json, ",");
                append_item(json, g_ptr_array_index(items, i), &g_array_index(result->items, ItemResult, i));
        }
        json_literal(json, "]");
        append_copies(json, results, capture);
        json_literal(json, "}");
}

static void append_student(GString *json, const ClassResults *results, const ClassStudent *student)
{
        ClassGrade grade = class_grade(results, student);

        json_literal(json, "{\"identifier\":");
        json_append_string(json, student->identifier);
        json_key_string(json, "full_name", student->full_name);
        if (student->is_unknown)
                json_literal(json, ",\"unknown\":true");
        if (student->remark)
                json_key_string(json, "remark", student->remark);
        if (grade.is_graded)
                key_points(json, "grade", grade.grade);
        else
                json_literal(json, ",\"grade\":null");
        key_points(json, "maximum", results->rubric->grade);
        json_key_string(json, "counts", grade.capture ? grade.capture->name : NULL);
        json_literal(json, ",\"captures\":[");
        for (guint i = 0; i < student->captures->len; i++) {
                if (i > 0)
                        json_literal(json, ",");
                append_capture(json, results,
                               g_ptr_array_index(results->captures, g_array_index(student->captures, guint, i)));
        }
        json_literal(json, "]}\n");
}

gboolean results_json_write(const ClassResults *results, FILE *file)
{
        g_autoptr(GString) json = g_string_new(NULL);

        for (guint i = 0; i < results->students->len; i++)
                append_student(json, results, g_ptr_array_index(results->students, i));
        return fwrite(json->str, 1, json->len, file) == json->len;
}
