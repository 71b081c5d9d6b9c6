/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first octet chooses what the rest is: a rubric, a roster for a rubric with two parameters, a table, or a result
 * as state files hold it. Filters are left to jq's own tests. */
#include "analyzer/rubric/csv.h"
#include "analyzer/rubric/result.h"
#include "analyzer/rubric/roster.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* What is refused sets an error, in UTF-8 and with the file's name. */
static void check_refusal(gboolean is_refused, const GError *error)
{
        g_assert_true(is_refused == (error != NULL));
        if (error) {
                g_assert_true(g_utf8_validate(error->message, -1, NULL));
                g_assert_true(g_str_has_prefix(error->message, "fuzz:"));
        }
}

static void try_rubric(GBytes *bytes)
{
        g_autoptr(GError) error = NULL;
        g_autoptr(Rubric) rubric = rubric_new_from_bytes(bytes, "fuzz", &error);
        guint points = 0;

        check_refusal(!rubric, error);
        if (!rubric)
                return;
        for (guint i = 0; i < rubric->items->len; i++) {
                const RubricItem *item = g_ptr_array_index(rubric->items, i);
                g_auto(GStrv) values = roster_default_values(rubric);
                g_autofree char *text = rubric_expand(rubric, item->text, (const char *const *) values);

                g_assert_true(item->points > 0 && item->line > 0 && *item->when);
                g_assert_true(g_utf8_validate(text, -1, NULL));
                points += item->points;
        }
        g_assert_cmpuint(points, ==, rubric->points);
        g_assert_cmpuint(rubric->grade, >, 0);
}

static void try_roster(GBytes *bytes)
{
        static const char text[] = "[parameters]\nport = 8090\nname =\n[item a]\npoints = 1\ntext = t\nwhen = true\n";
        g_autoptr(GBytes) asked = g_bytes_new_static(text, strlen(text));
        g_autoptr(Rubric) rubric = rubric_new_from_bytes(asked, "rubric", NULL);
        g_autoptr(GError) error = NULL;
        g_autoptr(Roster) roster = roster_new_from_bytes(bytes, "fuzz", rubric, &error);

        check_refusal(!roster, error);
        for (guint i = 0; roster && i < roster->students->len; i++) {
                const RosterStudent *student = g_ptr_array_index(roster->students, i);

                g_assert_true(*student->identifier && !csv_is_formula(student->identifier));
                g_assert_cmpuint(g_strv_length(student->values), ==, 2);
                g_assert_true(*student->values[1]);
        }
}

/* What csv_append() writes can be read again. */
static void try_table(const char *text)
{
        g_autoptr(GPtrArray) rows = NULL, again = NULL;
        g_autoptr(GString) written = g_string_new(NULL);
        guint line = 0;

        rows = csv_parse(text, &line);
        if (!rows)
                return;
        for (guint i = 0; i < rows->len; i++) {
                const CsvRow *row = g_ptr_array_index(rows, i);

                for (guint j = 0; j < row->cells->len; j++)
                        csv_append(written, j == 0, g_ptr_array_index(row->cells, j));
                csv_end_row(written);
        }
        again = csv_parse(written->str, &line);
        g_assert_nonnull(again);
}

static void try_result(GBytes *bytes)
{
        g_autoptr(CaptureResult) result = capture_result_new_from_bytes(bytes, 2, NULL);
        g_autoptr(GBytes) written = NULL;
        g_autoptr(CaptureResult) again = NULL;

        if (!result)
                return;
        g_assert_true(result->items->len == 0 || result->items->len == 2);
        written = capture_result_to_bytes(result);
        again = capture_result_new_from_bytes(written, 2, NULL);
        g_assert_nonnull(again);
        g_assert_cmpuint(again->fingerprints.items->len, ==, result->fingerprints.items->len);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
        g_autoptr(GBytes) bytes = NULL;

        if (size == 0)
                return 0;
        bytes = g_bytes_new(data + 1, size - 1);
        switch (data[0] % 4) {
        case 0:
                try_rubric(bytes);
                break;
        case 1:
                try_roster(bytes);
                break;
        case 2: {
                g_autofree char *text = g_strndup((const char *) data + 1, size - 1);

                try_table(text);
                break;
        }
        default:
                try_result(bytes);
        }
        return 0;
}
