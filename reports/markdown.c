/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/markdown.h"

#include "reports/prose.h"

/* Ranges in a list of frames; the frames beyond them are only counted. */
#define MAX_RANGES 12

typedef struct {
        Document visible;
        GString *text;
        gboolean in_table;
} MarkdownDocument;

static MarkdownDocument *markdown_of(Document *document)
{
        return (MarkdownDocument *) document;
}

/* Any ASCII punctuation mark can be escaped with a backslash, which makes it literal (CommonMark 0.31, section 2.4). An
 * escaped @ could still become a mail address, which GitHub's Markdown looks for in the finished text: an empty comment
 * before it prevents that. */
void markdown_append_escaped(GString *text, const char *string)
{
        for (const char *p = string; *p; p++) {
                if (*p == '@')
                        g_string_append(text, "<!-- -->");
                else if (strchr("\\`*_{}[]<>#|~&!$^", *p) || (*p == ':' && p[1] == '/') ||
                         (*p == '.' && p > string && p[-1] == 'w'))
                        g_string_append_c(text, '\\');
                if (strchr("+-=.)", *p) && *p && (text->len == 0 || text->str[text->len - 1] == '\n'))
                        g_string_append_c(text, '\\');
                g_string_append_c(text, *p == '\n' || *p == '\r' ? ' ' : *p);
        }
}

/* A code span shows its content as it is. The backticks around it must be one more than the longest run of them in it.
 * In a table, | must be escaped even here. */
static void append_code(GString *text, const char *string, gboolean in_table)
{
        guint longest = 0, run = 0;

        for (const char *p = string; *p; p++) {
                run = *p == '`' ? run + 1 : 0;
                longest = MAX(longest, run);
        }
        for (guint i = 0; i <= longest; i++)
                g_string_append_c(text, '`');
        if (longest > 0)
                g_string_append_c(text, ' ');
        for (const char *p = string; *p; p++) {
                if (*p == '|' && in_table)
                        g_string_append_c(text, '\\');
                g_string_append_c(text, *p);
        }
        if (longest > 0)
                g_string_append_c(text, ' ');
        for (guint i = 0; i <= longest; i++)
                g_string_append_c(text, '`');
}

static void append_heading(Document *document, guint level, const char *title)
{
        GString *text = markdown_of(document)->text;

        for (guint i = 0; i < level; i++)
                g_string_append_c(text, '#');
        g_string_append_c(text, ' ');
        markdown_append_escaped(text, title);
        g_string_append(text, "\n\n");
}

static void begin_section(Document *document, const char *id, const char *title, const char *bar)
{
        append_heading(document, 2, title);
}

static void do_nothing(Document *document)
{
}

static void heading(Document *document, const char *title)
{
        append_heading(document, 3, title);
}

static void question(Document *document, guint number, const char *title)
{
        g_autofree char *numbered = g_strdup_printf("%u. %s", number, title);

        append_heading(document, 3, numbered);
}

static void begin_paragraph(Document *document, ParagraphStyle style)
{
}

static void end_paragraph(Document *document)
{
        g_string_append(markdown_of(document)->text, "\n\n");
}

static void text(Document *document, TextStyle style, const char *string)
{
        MarkdownDocument *self = markdown_of(document);

        if (*string == '\0')
                return;
        if (style == TEXT_CODE) {
                append_code(self->text, string, self->in_table);
                return;
        }
        if (style == TEXT_STRONG)
                g_string_append(self->text, "**");
        markdown_append_escaped(self->text, string);
        if (style == TEXT_STRONG)
                g_string_append(self->text, "**");
}

static void frame(Document *document, guint64 number)
{
        g_string_append_printf(markdown_of(document)->text, "%" G_GUINT64_FORMAT, number);
}

static void frames(Document *document, const FrameSet *set)
{
        GString *text = markdown_of(document)->text;
        guint n = MIN(frame_set_get_n_ranges(set), MAX_RANGES);
        guint64 told = 0;

        for (guint i = 0; i < n; i++) {
                FrameRange range = frame_set_get_range(set, i);

                g_string_append(text, i > 0 ? ", " : "");
                frame(document, range.first);
                if (range.last != range.first)
                        g_string_append_printf(text, "%s%" G_GUINT64_FORMAT, range.last == range.first + 1 ? ", " : "–",
                                               range.last);
                told += range.last - range.first + 1;
        }
        if (told < set->packets) {
                g_string_append(text, " and ");
                prose_append_number(text, set->packets - told);
                g_string_append(text, " more");
        }
}

static void figure(Document *document, guint64 n, const FrameSet *set)
{
        prose_append_number(markdown_of(document)->text, n);
}

static void phase(Document *document, Phase which)
{
        g_string_append(markdown_of(document)->text, phase_to_string(which));
}

static void begin_table(Document *document, const char *name, const Column *columns, guint n_columns)
{
        MarkdownDocument *self = markdown_of(document);

        self->in_table = TRUE;
        for (guint i = 0; i < n_columns; i++) {
                g_string_append(self->text, i == 0 ? "| " : " | ");
                markdown_append_escaped(self->text, columns[i].title);
        }
        g_string_append(self->text, " |\n");
        for (guint i = 0; i < n_columns; i++)
                g_string_append(self->text, columns[i].kind == COLUMN_NUMBER ? "| ---: " : "| --- ");
        g_string_append(self->text, "|\n");
}

static void end_table(Document *document)
{
        markdown_of(document)->in_table = FALSE;
        g_string_append_c(markdown_of(document)->text, '\n');
}

static void begin_row(Document *document, RowStyle style)
{
        g_string_append_c(markdown_of(document)->text, '|');
}

static void end_row(Document *document)
{
        g_string_append_c(markdown_of(document)->text, '\n');
}

static void begin_cell(Document *document, const Column *column, guint rows)
{
        g_string_append(markdown_of(document)->text, rows == 0 ? "  |" : " ");
}

static void end_cell(Document *document)
{
        g_string_append(markdown_of(document)->text, " |");
}

static void filter(Document *document, const char *note, const char *expression, guint64 packets)
{
        MarkdownDocument *self = markdown_of(document);

        if (note) {
                markdown_append_escaped(self->text, note);
                g_string_append_c(self->text, ' ');
        }
        g_string_append(self->text, "Wireshark: ");
        append_code(self->text, expression, FALSE);
        g_string_append(self->text, "\n\n");
}

static xmlTextWriterPtr get_page(Document *document)
{
        return NULL;
}

static void markdown_free(Document *document)
{
        g_string_free(markdown_of(document)->text, TRUE);
        g_free(document);
}

static const DocumentBackend backend = {
        .begin_section = begin_section,
        .end_section = do_nothing,
        .heading = heading,
        .question = question,
        .begin_paragraph = begin_paragraph,
        .end_paragraph = end_paragraph,
        .text = text,
        .frames = frames,
        .frame = frame,
        .figure = figure,
        .phase = phase,
        .begin_table = begin_table,
        .end_table = end_table,
        .begin_row = begin_row,
        .end_row = end_row,
        .begin_cell = begin_cell,
        .end_cell = end_cell,
        .filter = filter,
        .get_page = get_page,
        .free = markdown_free,
};

Document *markdown_document_new(void)
{
        MarkdownDocument *self = g_new0(MarkdownDocument, 1);

        self->visible.backend = &backend;
        self->text = g_string_new(NULL);
        return &self->visible;
}

void markdown_document_title(Document *document, const char *title)
{
        append_heading(document, 1, title);
}

gboolean markdown_document_write(Document *document, FILE *file)
{
        const GString *text = markdown_of(document)->text;

        return fwrite(text->str, 1, text->len, file) == text->len;
}
