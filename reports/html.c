/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/html.h"

#include "reports/markup.h"
#include "reports/page.h"
#include "reports/prose.h"

/* Ranges in a list of frames; the frames beyond them are only counted. */
#define MAX_RANGES 12

typedef struct {
        Document visible;
        const Story *story;
        xmlBufferPtr body;
        xmlTextWriterPtr xml; /* writes to body */
        GPtrArray *bar;       /* id, title, id, title, … of the sections in the bar; static strings */
} HtmlDocument;

static HtmlDocument *html_of(Document *document)
{
        return (HtmlDocument *) document;
}

static xmlTextWriterPtr xml_of(Document *document)
{
        return html_of(document)->xml;
}

static void begin_section(Document *document, const char *id, const char *title, const char *bar)
{
        xmlTextWriterPtr xml = xml_of(document);

        if (bar) {
                g_ptr_array_add(html_of(document)->bar, (gpointer) id);
                g_ptr_array_add(html_of(document)->bar, (gpointer) bar);
        }
        markup_open(xml, "section", NULL);
        markup_attribute(xml, "id", id);
        markup_attributef(xml, "aria-labelledby", "%s-title", id);
        markup_open(xml, "h2", NULL);
        markup_attributef(xml, "id", "%s-title", id);
        markup_text(xml, title);
        markup_close(xml);
}

static void close_element(Document *document)
{
        markup_close(xml_of(document));
}

static void end_section(Document *document)
{
        close_element(document);
        markup_text(xml_of(document), "\n");
}

static void heading(Document *document, const char *title)
{
        markup_element(xml_of(document), "h3", NULL, title);
}

static void question(Document *document, guint number, const char *title)
{
        xmlTextWriterPtr xml = xml_of(document);

        markup_open(xml, "h3", "question");
        markup_open(xml, "span", "number");
        markup_textf(xml, "%u", number);
        markup_close(xml);
        markup_text(xml, " ");
        markup_text(xml, title);
        markup_close(xml);
}

static void begin_paragraph(Document *document, ParagraphStyle style)
{
        markup_open(xml_of(document), "p", style == PARAGRAPH_NOTE ? "note" : NULL);
}

static void text(Document *document, TextStyle style, const char *string)
{
        static const struct {
                const char *element, *class;
        } looks[] = {
                [TEXT_PLAIN] = {NULL, NULL},      [TEXT_STRONG] = {"b", NULL}, [TEXT_CODE] = {"code", NULL},
                [TEXT_MUTED] = {"span", "muted"}, [TEXT_WIRE] = {"bdi", NULL},
        };

        if (looks[style].element)
                markup_element(xml_of(document), looks[style].element, looks[style].class, string);
        else
                markup_text(xml_of(document), string);
}

/* A link to the frame's row, if it has one. */
static void begin_link(HtmlDocument *self, guint64 frame, const char *class)
{
        gboolean shown = story_shows(self->story, frame);

        markup_open(self->xml, shown ? "a" : "span", class);
        if (shown)
                markup_attributef(self->xml, "href", "#f%" G_GUINT64_FORMAT, frame);
}

static void frame_link(Document *document, guint64 frame)
{
        HtmlDocument *self = html_of(document);

        begin_link(self, frame, "frame");
        markup_textf(self->xml, "%" G_GUINT64_FORMAT, frame);
        markup_close(self->xml);
}

static void write_link(HtmlDocument *self, guint64 first, guint64 last)
{
        begin_link(self, first, "frame");
        markup_textf(self->xml, "%" G_GUINT64_FORMAT, first);
        if (last != first)
                markup_textf(self->xml, "–%" G_GUINT64_FORMAT, last);
        markup_close(self->xml);
}

static void frames(Document *document, const FrameSet *set)
{
        HtmlDocument *self = html_of(document);
        guint n = MIN(frame_set_get_n_ranges(set), MAX_RANGES);
        guint64 told = 0;

        markup_open(self->xml, "span", "frames");
        for (guint i = 0; i < n; i++) {
                FrameRange range = frame_set_get_range(set, i);

                if (i > 0)
                        markup_text(self->xml, " ");
                if (range.last == range.first + 1) { /* two frames are shown as two numbers, not as a range */
                        write_link(self, range.first, range.first);
                        markup_text(self->xml, " ");
                        range.first++;
                        told++;
                }
                write_link(self, range.first, range.last);
                told += range.last - range.first + 1;
        }
        if (told < set->packets) {
                g_autoptr(GString) rest = g_string_new(" and ");

                prose_append_number(rest, set->packets - told);
                markup_text(self->xml, rest->str);
                markup_text(self->xml, " more");
        }
        markup_close(self->xml);
}

static void figure(Document *document, guint64 n, const FrameSet *set)
{
        HtmlDocument *self = html_of(document);
        g_autoptr(GString) number = g_string_new(NULL);

        prose_append_number(number, n);
        if (frame_set_get_n_ranges(set) == 0) {
                markup_text(self->xml, number->str);
                return;
        }
        begin_link(self, frame_set_get_range(set, 0).first, "frame");
        markup_text(self->xml, number->str);
        markup_close(self->xml);
}

static void phase(Document *document, Phase which)
{
        page_write_phase(xml_of(document), which);
}

static const char *column_class(ColumnKind kind)
{
        static const char *const classes[] = {
                [COLUMN_TEXT] = NULL,    [COLUMN_TITLE] = "title", [COLUMN_NUMBER] = "n",
                [COLUMN_FRAMES] = "in",  [COLUMN_PHASE] = "p",     [COLUMN_LAYER_1] = "l1",
                [COLUMN_LAYER_2] = "l2", [COLUMN_LAYER_3] = "l3",  [COLUMN_LAYER_4] = "l4",
        };

        return classes[kind];
}

static void begin_table(Document *document, const char *name, const Column *columns, guint n_columns)
{
        xmlTextWriterPtr xml = xml_of(document);

        markup_open(xml, "table", name);
        markup_open(xml, "thead", NULL);
        markup_open(xml, "tr", NULL);
        for (guint i = 0; i < n_columns; i++) {
                if (*columns[i].title == '\0') { /* an empty <th> would confuse screen readers */
                        markup_open(xml, "td", NULL);
                        markup_close(xml);
                        continue;
                }
                markup_open(xml, "th", column_class(columns[i].kind));
                markup_attribute(xml, "scope", "col");
                markup_text(xml, columns[i].title);
                markup_close(xml);
        }
        markup_close(xml);
        markup_close(xml);
        markup_open(xml, "tbody", NULL);
}

static void end_table(Document *document)
{
        close_element(document);
        close_element(document);
        markup_text(xml_of(document), "\n");
}

static void begin_row(Document *document, RowStyle style)
{
        static const char *const classes[] = {
                [ROW_PLAIN] = NULL,
                [ROW_GROUP] = "group",
                [ROW_SUM] = "sum",
                [ROW_NONE] = "none",
        };

        markup_open(xml_of(document), "tr", classes[style]);
}

static void begin_cell(Document *document, const Column *column, guint rows)
{
        xmlTextWriterPtr xml = xml_of(document);
        gboolean is_title = column->kind == COLUMN_TITLE;

        if (rows == 0)
                return;
        markup_open(xml, is_title ? "th" : "td", column_class(column->kind));
        if (is_title)
                markup_attribute(xml, "scope", rows > 1 ? "rowgroup" : "row");
        if (column->unit)
                markup_attribute(xml, "data-unit", column->unit);
        if (rows > 1)
                markup_attributef(xml, "rowspan", "%u", rows);
}

static void filter(Document *document, const char *note, const char *expression, guint64 packets)
{
        xmlTextWriterPtr xml = xml_of(document);

        markup_open(xml, "p", "filter");
        if (note)
                markup_element(xml, "span", "note", note);
        markup_open(xml, "span", "wireshark");
        markup_text(xml, "Wireshark ");
        markup_open(xml, "code", NULL);
        if (packets > 0)
                markup_attributef(xml, "data-packets", "%" G_GUINT64_FORMAT, packets);
        markup_text(xml, expression);
        markup_close(xml);
        markup_close(xml);
        markup_close(xml);
}

static void html_free(Document *document)
{
        HtmlDocument *self = html_of(document);

        xmlFreeTextWriter(self->xml);
        xmlBufferFree(self->body);
        g_ptr_array_unref(self->bar);
        g_free(self);
}

static const DocumentBackend backend = {
        .begin_section = begin_section,
        .end_section = end_section,
        .heading = heading,
        .question = question,
        .begin_paragraph = begin_paragraph,
        .end_paragraph = close_element,
        .text = text,
        .frames = frames,
        .frame = frame_link,
        .figure = figure,
        .phase = phase,
        .begin_table = begin_table,
        .end_table = end_table,
        .begin_row = begin_row,
        .end_row = close_element,
        .begin_cell = begin_cell,
        .end_cell = close_element,
        .filter = filter,
        .get_page = xml_of,
        .free = html_free,
};

Document *html_document_new(const Story *story, gboolean for_print)
{
        HtmlDocument *self = g_new0(HtmlDocument, 1);

        self->visible.backend = &backend;
        self->story = story;
        self->visible.for_print = for_print;
        self->bar = g_ptr_array_new();
        self->body = xmlBufferCreate();
        self->xml = xmlNewTextWriterMemory(self->body, 0);
        return &self->visible;
}

gboolean html_document_write(Document *document, const char *title, FILE *file)
{
        static const char *const styles[] = {"report.css", NULL}, *const scripts[] = {"theme.js", "report.js",
                                                                                      "lecture.js", NULL};
        static const PageButton buttons[] = {{"lecture-button", "Lecture"}, {"theme-button", "Dark"}, {NULL}};
        HtmlDocument *self = html_of(document);
        const Page page = {.title = title,
                           .for_print = document->for_print,
                           .styles = styles,
                           .scripts = scripts,
                           .buttons = buttons,
                           .bar = self->bar};

        xmlTextWriterFlush(self->xml);
        return page_write(file, &page, (const char *) xmlBufferContent(self->body),
                          (gsize) xmlBufferLength(self->body));
}
