/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/rubric/csv.h"

#include <string.h>

static void row_free(gpointer data)
{
        CsvRow *self = data;

        g_ptr_array_unref(self->cells);
        g_free(self);
}

/* The separator that the first row uses most: it depends on the language of the spreadsheet program. */
static char find_separator(const char *text)
{
        gsize counts[3] = {0};
        static const char separators[] = ",;\t";
        gboolean is_quoted = FALSE;
        guint best = 0;

        for (; *text && (is_quoted || (*text != '\n' && *text != '\r')); text++) {
                const char *found = strchr(separators, *text);

                if (*text == '"')
                        is_quoted = !is_quoted;
                else if (found && !is_quoted)
                        counts[found - separators]++;
        }
        for (guint i = 1; i < G_N_ELEMENTS(counts); i++)
                if (counts[i] > counts[best])
                        best = i;
        return separators[best];
}

typedef struct {
        const char *at;
        char separator;
        guint line;
} Reader;

/* Reads one cell and stops at the separator or line end after it. FALSE: a quotation mark is not closed. */
static gboolean read_cell(Reader *self, GString *cell)
{
        gboolean is_quoted = *self->at == '"';

        g_string_truncate(cell, 0);
        if (is_quoted)
                self->at++;
        for (; *self->at; self->at++) {
                if (is_quoted && *self->at == '"') {
                        if (self->at[1] != '"') {
                                is_quoted = FALSE;
                                continue;
                        }
                        self->at++;
                } else if (!is_quoted && (*self->at == self->separator || *self->at == '\n' || *self->at == '\r')) {
                        return TRUE;
                }
                if (*self->at == '\n')
                        self->line++;
                g_string_append_c(cell, *self->at);
        }
        return !is_quoted;
}

static void skip_line_end(Reader *self)
{
        if (*self->at == '\r')
                self->at++;
        if (*self->at == '\n')
                self->at++;
        self->line++;
}

static gboolean is_blank(const CsvRow *row)
{
        return row->cells->len == 1 && *(const char *) g_ptr_array_index(row->cells, 0) == '\0';
}

GPtrArray *csv_parse(const char *text, guint *ret_line)
{
        g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(row_free);
        g_autoptr(GString) cell = g_string_new(NULL);
        Reader reader = {.line = 1};

        if (g_str_has_prefix(text, "\xef\xbb\xbf"))
                text += 3;
        reader.at = text;
        reader.separator = find_separator(text);
        while (*reader.at) {
                CsvRow *row = g_new(CsvRow, 1);

                row->line = reader.line;
                row->cells = g_ptr_array_new_with_free_func(g_free);
                g_ptr_array_add(rows, row);
                for (;;) {
                        guint line = reader.line;

                        if (!read_cell(&reader, cell)) {
                                *ret_line = line;
                                return NULL;
                        }
                        g_ptr_array_add(row->cells, g_strdup(cell->str));
                        if (*reader.at != reader.separator)
                                break;
                        reader.at++;
                }
                skip_line_end(&reader);
                if (is_blank(row))
                        g_ptr_array_remove_index(rows, rows->len - 1);
        }
        return g_steal_pointer(&rows);
}

gboolean csv_is_formula(const char *cell)
{
        return *cell && strchr("=+-@\t\r", *cell) != NULL;
}

void csv_append(GString *csv, gboolean is_first, const char *cell)
{
        gboolean is_formula = csv_is_formula(cell);

        if (!is_first)
                g_string_append_c(csv, ',');
        /* The other separators, too: some readers find out by counting which one a file uses, as csv_parse() does. */
        if (!is_formula && !strpbrk(cell, ",;\t\"\r\n")) {
                g_string_append(csv, cell);
                return;
        }
        g_string_append_c(csv, '"');
        if (is_formula)
                g_string_append_c(csv, '\'');
        for (; *cell; cell++) {
                if (*cell == '"')
                        g_string_append_c(csv, '"');
                g_string_append_c(csv, *cell);
        }
        g_string_append_c(csv, '"');
}

void csv_end_row(GString *csv)
{
        g_string_append(csv, "\r\n");
}
