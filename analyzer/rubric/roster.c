/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/rubric/roster.h"

#include "analyzer/rubric/csv.h"
#include "analyzer/rubric/rubric-private.h"

#include <string.h>

static void student_free(gpointer data)
{
        RosterStudent *self = data;

        g_free(self->identifier);
        g_free(self->full_name);
        g_free(self->submission);
        g_free(self->modified);
        g_strfreev(self->values);
        g_free(self);
}

void roster_free(Roster *self)
{
        if (!self)
                return;
        g_ptr_array_unref(self->students);
        g_free(self);
}

char **roster_default_values(const Rubric *rubric)
{
        char **values = g_new0(char *, rubric->parameters->len + 1);

        for (guint i = 0; i < rubric->parameters->len; i++) {
                const RubricParameter *parameter = g_ptr_array_index(rubric->parameters, i);

                values[i] = g_strdup(parameter->value ? parameter->value : "");
        }
        return values;
}

const char *roster_find_needed(const Rubric *rubric)
{
        for (guint i = 0; i < rubric->parameters->len; i++) {
                const RubricParameter *parameter = g_ptr_array_index(rubric->parameters, i);

                if (!parameter->value)
                        return parameter->name;
        }
        return NULL;
}

/* The name of a column as rubrics spell it: "Full name" becomes full_name. */
static char *column_name(const char *title)
{
        g_autofree char *plain = g_ascii_strdown(title, -1);

        g_strstrip(plain);
        return g_strdup(g_strdelimit(plain, " -", '_'));
}

/* The index of the column with that name; -1: there is none. */
static int find_column(const GPtrArray *names, const char *name)
{
        for (guint i = 0; i < names->len; i++)
                if (g_str_equal(g_ptr_array_index(names, i), name))
                        return (int) i;
        return -1;
}

typedef struct {
        const char *filename;
        const Rubric *rubric;
        GPtrArray *names; /* of the columns */
        GString *mistakes;
        GHashTable *identifiers;                         /* of the rows read so far */
        int identifier, full_name, submission, modified; /* columns; -1: there is none */
        int *parameters;                                 /* the columns of the rubric's parameters; -1: there is none */
} Loader;

/* The stripped value of a column in a row; NULL: there is no such column, or it is empty. Transfer: full. */
static char *take(const CsvRow *row, int column)
{
        g_autofree char *value = NULL;

        if (column < 0 || (guint) column >= row->cells->len)
                return NULL;
        value = g_strstrip(g_strdup(g_ptr_array_index(row->cells, (guint) column)));
        return *value ? g_steal_pointer(&value) : NULL;
}

static void find_columns(Loader *self, const CsvRow *head)
{
        self->names = g_ptr_array_new_with_free_func(g_free);
        for (guint i = 0; i < head->cells->len; i++) {
                g_autofree char *name = column_name(g_ptr_array_index(head->cells, i));

                if (*name && find_column(self->names, name) >= 0)
                        rubric_add_mistake(self->mistakes, self->filename, head->line,
                                           "there are two columns of the name “%s”", name);
                g_ptr_array_add(self->names, g_steal_pointer(&name));
        }
        self->identifier = find_column(self->names, "identifier");
        self->full_name = find_column(self->names, "full_name");
        self->submission = find_column(self->names, "submission");
        self->modified = find_column(self->names, "last_modified_(grade)");
        if (self->identifier < 0)
                rubric_add_mistake(self->mistakes, self->filename, head->line,
                                   "there is no column “identifier”, which says how the gradebook knows a student");
        self->parameters = g_new(int, self->rubric->parameters->len + 1);
        for (guint i = 0; i < self->rubric->parameters->len; i++) {
                const RubricParameter *parameter = g_ptr_array_index(self->rubric->parameters, i);

                self->parameters[i] = find_column(self->names, parameter->name);
                if (self->parameters[i] < 0 && !parameter->value)
                        rubric_add_mistake(self->mistakes, self->filename, head->line,
                                           "there is no column “%s”, which the rubric needs (%s:%u)", parameter->name,
                                           self->rubric->filename, parameter->line);
        }
}

static RosterStudent *load_student(Loader *self, const CsvRow *row)
{
        RosterStudent *student = g_new0(RosterStudent, 1);

        student->identifier = take(row, self->identifier);
        student->full_name = take(row, self->full_name);
        student->submission = take(row, self->submission);
        student->modified = take(row, self->modified);
        student->values = roster_default_values(self->rubric);
        if (!student->identifier)
                rubric_add_mistake(self->mistakes, self->filename, row->line, "the identifier is missing");
        else if (csv_is_formula(student->identifier))
                rubric_add_mistake(self->mistakes, self->filename, row->line,
                                   "“%s” begins like a formula: a spreadsheet would compute it", student->identifier);
        else if (!g_hash_table_add(self->identifiers, student->identifier))
                rubric_add_mistake(self->mistakes, self->filename, row->line, "“%s” is in an earlier row already",
                                   student->identifier);
        for (guint i = 0; i < self->rubric->parameters->len; i++) {
                const RubricParameter *parameter = g_ptr_array_index(self->rubric->parameters, i);
                char *value = take(row, self->parameters[i]);

                if (value) {
                        g_free(student->values[i]);
                        student->values[i] = value;
                } else if (!parameter->value && self->parameters[i] >= 0) {
                        rubric_add_mistake(self->mistakes, self->filename, row->line, "the value of “%s” is missing",
                                           parameter->name);
                }
        }
        return student;
}

static GPtrArray *parse(GBytes *bytes, const char *filename, GString *mistakes)
{
        gsize length;
        const char *data = g_bytes_get_data(bytes, &length);
        g_autofree char *text = g_strndup(data ? data : "", length);
        GPtrArray *rows;
        guint line = 1;

        if (strlen(text) != length || !g_utf8_validate(text, -1, NULL)) {
                rubric_add_mistake(mistakes, filename, 1, "this is not a text in UTF-8");
                return NULL;
        }
        rows = csv_parse(text, &line);
        if (!rows)
                rubric_add_mistake(mistakes, filename, line, "a quotation mark is not closed");
        else if (rows->len == 0)
                rubric_add_mistake(mistakes, filename, 1, "the table is empty");
        return rows;
}

Roster *roster_new_from_bytes(GBytes *bytes, const char *filename, const Rubric *rubric, GError **error)
{
        g_autoptr(Roster) self = g_new0(Roster, 1);
        g_autoptr(GString) mistakes = g_string_new(NULL);
        g_autoptr(GHashTable) identifiers = g_hash_table_new(g_str_hash, g_str_equal);
        g_autoptr(GPtrArray) rows = parse(bytes, filename, mistakes), names = NULL;
        g_autofree int *parameters = NULL;
        Loader loader = {.filename = filename, .rubric = rubric, .mistakes = mistakes, .identifiers = identifiers};
        gboolean has_columns;

        self->students = g_ptr_array_new_with_free_func(student_free);
        if (mistakes->len == 0)
                find_columns(&loader, g_ptr_array_index(rows, 0));
        names = loader.names;
        parameters = loader.parameters;
        has_columns = mistakes->len == 0;
        for (guint i = 1; has_columns && i < rows->len; i++)
                g_ptr_array_add(self->students, load_student(&loader, g_ptr_array_index(rows, i)));
        if (mistakes->len == 0)
                return g_steal_pointer(&self);
        g_set_error_literal(error, RUBRIC_ERROR, RUBRIC_ERROR_SYNTAX, mistakes->str);
        return NULL;
}
