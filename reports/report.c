/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/report.h"

#include "reports/html.h"
#include "reports/markdown.h"
#include "reports/markup.h"
#include "reports/pdf.h"
#include "reports/prose.h"
#include "reports/sections.h"

#include <stdlib.h>

gboolean report_format_from_path(const char *path, ReportFormat *ret_format)
{
        static const struct {
                const char *ending;
                ReportFormat format;
        } formats[] = {
                {".html", REPORT_HTML},
                {".htm", REPORT_HTML},
                {".md", REPORT_MARKDOWN},
                {".pdf", REPORT_PDF},
        };

        for (guint i = 0; i < G_N_ELEMENTS(formats); i++)
                if (g_str_has_suffix(path, formats[i].ending)) {
                        *ret_format = formats[i].format;
                        return TRUE;
                }
        return FALSE;
}

/* What the report is headed: "A TCP chat and two UDP chats". */
static char *make_title(const Story *story)
{
        g_autoptr(GString) title = g_string_new(NULL);

        guint n = 0;

        for (guint i = 0; i < story->types->len; i++)
                n += ((const StoryType *) g_ptr_array_index(story->types, i))->is_chat;
        for (guint i = 0; i < story->types->len; i++) { /* chats come before ICMP and IGMP */
                const StoryType *type = g_ptr_array_index(story->types, i);

                if (!type->is_chat)
                        continue;
                g_string_append(title, prose_separator(i, n));
                if (type->n_chats == 1) {
                        g_string_append_printf(title, "a %s", type->title);
                        continue;
                }
                prose_append_count(title, type->n_chats);
                g_string_append_printf(title, " %ss", type->title);
        }
        if (title->len == 0)
                g_string_append(title, "no chat");
        prose_capitalise(title);
        return g_strdup(title->str);
}

static void append_date(GString *text, gint64 time)
{
        g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time / G_GINT64_CONSTANT(1000000000));
        g_autofree char *formatted = date ? g_date_time_format(date, "%Y-%m-%d, %H:%M:%S UTC") : NULL;

        if (formatted)
                g_string_append_printf(text, " · %s", formatted);
}

static char *make_subtitle(const Story *story)
{
        g_autoptr(GString) text = g_string_new(" · ");

        prose_append_numbered(text, story->summary->packets, "packet");
        if (story->summary->has_time) {
                g_string_append(text, " in ");
                prose_append_duration(text, offset_between(story->summary->first_time, story->summary->last_time));
        }
        g_string_append(text, ", ");
        prose_append_number(text, story->summary->chat_packets);
        g_string_append(text, " of them of the chats · ");
        prose_append_counted(text, story->summary->hosts->len, "host");
        if (story->summary->has_time)
                append_date(text, story->summary->first_time);
        return g_strdup(text->str);
}

static void write_sections(Document *document, const Story *story)
{
        if (story->summary->chat_packets > 0)
                section_sheet(document, story);
        section_cast(document, story);
        section_diagrams(document, story);
        section_packets(document, story);
        section_compare(document, story);
        section_rooms(document, story);
        section_findings(document, story);
        section_misread(document, story);
        section_protocol(document, story);
        section_glossary(document, story);
        section_omitted(document, story);
}

static void write_page(const Story *story, gboolean for_print, FILE *file)
{
        g_autoptr(Document) document = html_document_new(story, for_print);
        g_autofree char *title = make_title(story), *subtitle = make_subtitle(story);
        xmlTextWriterPtr xml = document_get_page(document);

        markup_open(xml, "div", "head");
        markup_element(xml, "h1", NULL, title);
        markup_open(xml, "p", NULL);
        markup_element(xml, "b", NULL, story->name);
        markup_text(xml, subtitle);
        markup_close(xml);
        markup_close(xml);
        write_sections(document, story);
        html_document_write(document, title, file);
}

static void write_markdown(const Story *story, FILE *file)
{
        g_autoptr(Document) document = markdown_document_new();
        g_autofree char *title = make_title(story), *subtitle = make_subtitle(story);

        markdown_document_title(document, title);
        document_begin_paragraph(document, PARAGRAPH_TEXT);
        document_text(document, TEXT_STRONG, story->name);
        document_text(document, TEXT_PLAIN, subtitle);
        document_end_paragraph(document);
        write_sections(document, story);
        markdown_document_write(document, file);
}

static gboolean write_pdf(const Story *story, Deputy *printer, FILE *file, GError **error)
{
        g_autofree char *page = NULL;
        size_t length = 0;
        FILE *memory = open_memstream(&page, &length);
        gboolean written;

        write_page(story, TRUE, memory);
        fclose(memory);
        written = pdf_write(printer, page, file, error);
        free(g_steal_pointer(&page));
        return written;
}

gboolean report_write(const Story *story, ReportFormat format, Deputy *printer, FILE *file, GError **error)
{
        switch (format) {
        case REPORT_HTML:
                write_page(story, FALSE, file);
                break;
        case REPORT_MARKDOWN:
                write_markdown(story, file);
                break;
        case REPORT_PDF:
                return write_pdf(story, printer, file, error);
        }
        return TRUE;
}
