/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/class-page.h"

#include "reports/markup.h"
#include "reports/page.h"

typedef struct {
        const ClassResults *results;
        xmlTextWriterPtr xml;
        ClassLinkFunc link;
        gpointer data;
} ClassPage;

static void write_cell(xmlTextWriterPtr xml, const char *element, const char *class, const char *text)
{
        markup_open(xml, element, class);
        if (g_str_equal(element, "th"))
                markup_attribute(xml, "scope", class && g_str_equal(class, "title") ? "row" : "col");
        markup_text(xml, text);
        markup_close(xml);
}

static void begin_table(ClassPage *self, const char *const *titles, guint n, guint number)
{
        markup_open(self->xml, "table", "class");
        markup_open(self->xml, "thead", NULL);
        markup_open(self->xml, "tr", NULL);
        for (guint i = 0; i < n; i++)
                write_cell(self->xml, "th", i == number ? "n" : NULL, titles[i]);
        markup_close(self->xml);
        markup_close(self->xml);
        markup_open(self->xml, "tbody", NULL);
}

static void end_table(ClassPage *self)
{
        markup_close(self->xml);
        markup_close(self->xml);
}

static void begin_section(ClassPage *self, const char *id, const char *title)
{
        markup_open(self->xml, "section", NULL);
        markup_attribute(self->xml, "id", id);
        markup_attributef(self->xml, "aria-labelledby", "%s-title", id);
        markup_open(self->xml, "h2", NULL);
        markup_attributef(self->xml, "id", "%s-title", id);
        markup_text(self->xml, title);
        markup_close(self->xml);
}

static void write_head(ClassPage *self)
{
        const Rubric *rubric = self->results->rubric;
        g_autofree char *points = rubric_points_to_string(rubric->points);
        guint troubled, absent;

        class_count(self->results, &troubled, &absent);
        markup_open(self->xml, "div", "head");
        markup_element(self->xml, "h1", NULL, rubric->title);
        markup_open(self->xml, "p", NULL);
        markup_textf(self->xml, "%u students, %u captures, %u items worth %s points. ", self->results->students->len,
                     self->results->captures->len, rubric->items->len, points);
        if (absent > 0)
                markup_textf(self->xml, "%u handed in nothing. ", absent);
        if (troubled > 0)
                markup_textf(self->xml, "%u need%s a look: a capture is damaged, or could not be judged in full.",
                             troubled, troubled == 1 ? "s" : "");
        markup_close(self->xml);
        markup_close(self->xml);
}

static void write_name(ClassPage *self, const ClassStudent *student)
{
        markup_open(self->xml, "th", "title");
        markup_attribute(self->xml, "scope", "row");
        markup_text(self->xml, student->identifier);
        if (student->full_name) {
                markup_open(self->xml, "span", "muted");
                markup_textf(self->xml, " %s", student->full_name);
                markup_close(self->xml);
        }
        markup_close(self->xml);
}

static void write_grade(ClassPage *self, const ClassStudent *student, const ClassGrade *grade)
{
        g_autofree char *text = rubric_points_to_string(grade->grade);

        markup_open(self->xml, "td", "n");
        if (student->captures->len == 0)
                markup_text(self->xml, "–");
        else if (grade->is_graded)
                markup_text(self->xml, text);
        else
                markup_textf(self->xml, "at least %s", text);
        markup_close(self->xml);
}

static void write_remark(ClassPage *self, const char *remark)
{
        markup_open(self->xml, "p", "note");
        markup_text(self->xml, remark);
        markup_close(self->xml);
}

/* The names of the items that are missing; each shows under the pointer what it asks for. */
static void write_missing(ClassPage *self, const ClassStudent *student, const CaptureResult *result)
{
        const Rubric *rubric = self->results->rubric;
        gboolean is_first = TRUE;

        for (guint i = 0; i < result->items->len; i++) {
                const ItemResult *item = &g_array_index(result->items, ItemResult, i);
                const RubricItem *asked = g_ptr_array_index(rubric->items, i);
                g_autofree char *text = rubric_expand(rubric, asked->text, (const char *const *) student->values);

                if (item->verdict == VERDICT_FULFILLED)
                        continue;
                if (!is_first)
                        markup_text(self->xml, "; ");
                is_first = FALSE;
                markup_open(self->xml, "span", NULL);
                markup_attribute(self->xml, "title", text);
                markup_text(self->xml, asked->name);
                markup_close(self->xml);
                if (item->verdict == VERDICT_UNDECIDED)
                        markup_textf(self->xml, " (not decided: %s)",
                                     item->reason ? item->reason : "the filter failed");
        }
        if (is_first && result->items->len > 0)
                markup_element(self->xml, "span", "muted", "nothing");
}

static void write_state(ClassPage *self, const ClassStudent *student, const ClassGrade *grade)
{
        const CaptureResult *result = grade->capture ? grade->capture->result : NULL;

        markup_open(self->xml, "td", NULL);
        if (result)
                write_missing(self, student, result);
        if (!grade->capture)
                write_remark(self, "Nothing was handed in.");
        if (student->is_unknown)
                write_remark(self, "Not in the roster.");
        if (student->remark)
                write_remark(self, student->remark);
        if (student->captures->len > 1)
                write_remark(self, "There are several captures; the one with the most points counts.");
        if (result && result->remark)
                write_remark(self, result->remark);
        markup_close(self->xml);
}

static void write_captures(ClassPage *self, const ClassStudent *student)
{
        markup_open(self->xml, "td", NULL);
        for (guint i = 0; i < student->captures->len; i++) {
                const ClassCapture *capture =
                        g_ptr_array_index(self->results->captures, g_array_index(student->captures, guint, i));
                g_autofree char *link = self->link ? self->link(self->results, capture, self->data) : NULL;

                if (i > 0)
                        markup_text(self->xml, ", ");
                if (link) {
                        g_autofree char *escaped = g_uri_escape_string(link, "/", TRUE);

                        markup_open(self->xml, "a", NULL);
                        markup_attribute(self->xml, "href", escaped);
                        markup_text(self->xml, capture->name);
                        markup_close(self->xml);
                } else {
                        markup_text(self->xml, capture->name);
                }
        }
        markup_close(self->xml);
}

static void write_students(ClassPage *self)
{
        static const char *const titles[] = {"Student", "Grade", "Missing", "Capture"};

        begin_section(self, "students", "Who handed in what");
        begin_table(self, titles, G_N_ELEMENTS(titles), 1);
        for (guint i = 0; i < self->results->students->len; i++) {
                const ClassStudent *student = g_ptr_array_index(self->results->students, i);
                ClassGrade grade = class_grade(self->results, student);

                markup_open(self->xml, "tr", NULL);
                write_name(self, student);
                write_grade(self, student, &grade);
                write_state(self, student, &grade);
                write_captures(self, student);
                markup_close(self->xml);
        }
        end_table(self);
        markup_close(self->xml);
}

/* Counts the captures that are graded by their verdict on an item. */
static void count_item(const ClassResults *results, guint item, guint counts[3])
{
        for (guint i = 0; i < results->students->len; i++) {
                ClassGrade grade = class_grade(results, g_ptr_array_index(results->students, i));

                if (grade.capture && grade.capture->result && item < grade.capture->result->items->len)
                        counts[g_array_index(grade.capture->result->items, ItemResult, item).verdict]++;
        }
}

static void write_items(ClassPage *self)
{
        static const char *const titles[] = {"Item", "Points", "What is asked", "Have it", "Lack it"};
        const Rubric *rubric = self->results->rubric;

        begin_section(self, "items", "How each item went");
        begin_table(self, titles, G_N_ELEMENTS(titles), 1);
        for (guint i = 0; i < rubric->items->len; i++) {
                const RubricItem *item = g_ptr_array_index(rubric->items, i);
                g_autofree char *points = rubric_points_to_string(item->points);
                guint counts[3] = {0};

                count_item(self->results, i, counts);
                markup_open(self->xml, "tr", NULL);
                write_cell(self->xml, "th", "title", item->name);
                write_cell(self->xml, "td", "n", points);
                write_cell(self->xml, "td", NULL, item->text);
                markup_open(self->xml, "td", NULL);
                markup_textf(self->xml, "%u", counts[VERDICT_FULFILLED]);
                markup_close(self->xml);
                markup_open(self->xml, "td", NULL);
                markup_textf(self->xml, counts[VERDICT_UNDECIDED] > 0 ? "%u, not decided: %u" : "%u",
                             counts[VERDICT_MISSING], counts[VERDICT_UNDECIDED]);
                markup_close(self->xml);
                markup_close(self->xml);
        }
        end_table(self);
        markup_close(self->xml);
}

static const char *identifier_of(const ClassResults *results, const ClassCapture *capture)
{
        return ((const ClassStudent *) g_ptr_array_index(results->students, capture->student))->identifier;
}

static void write_copy(ClassPage *self, const ClassCapture *capture, const ClassCopy *copy)
{
        const ClassCapture *other = g_ptr_array_index(self->results->captures, copy->capture);
        g_autofree char *mine = class_ranges_to_string(copy->mine), *theirs = class_ranges_to_string(copy->theirs);

        markup_open(self->xml, "tr", NULL);
        write_cell(self->xml, "th", "title", identifier_of(self->results, capture));
        markup_open(self->xml, "td", NULL);
        markup_textf(self->xml, "%s, frames %s", capture->name, mine);
        markup_close(self->xml);
        write_cell(self->xml, "td", NULL, identifier_of(self->results, other));
        markup_open(self->xml, "td", NULL);
        markup_textf(self->xml, "%s, frames %s", other->name, theirs);
        markup_close(self->xml);
        markup_open(self->xml, "td", "n");
        markup_textf(self->xml, "%" G_GUINT64_FORMAT, copy->count);
        markup_close(self->xml);
        markup_close(self->xml);
}

/* Whether the other capture, which is listed earlier, has named this pair already. */
static gboolean is_told(const ClassResults *results, guint number, const ClassCopy *copy)
{
        const ClassCapture *other = g_ptr_array_index(results->captures, copy->capture);

        for (guint i = 0; copy->capture < number && i < other->copies->len; i++)
                if (((const ClassCopy *) g_ptr_array_index(other->copies, i))->capture == number)
                        return TRUE;
        return FALSE;
}

static void write_copies(ClassPage *self)
{
        static const char *const titles[] = {"Student", "Capture", "and student", "Capture", "Frames"};
        const GPtrArray *captures = self->results->captures;
        gboolean has_any = FALSE, has_more = FALSE;

        begin_section(self, "shared", "Frames that were handed in twice");
        markup_element(self->xml, "p", NULL,
                       "Two captures share a frame if it has the same bytes and the same time in both, to the "
                       "microsecond. Two hosts that capture the same packet note different times, so these frames were "
                       "captured once and then copied. The frames do not say why: students who worked together may "
                       "have handed in the same capture.");
        for (guint i = 0; i < captures->len; i++) {
                const ClassCapture *capture = g_ptr_array_index(captures, i);

                has_more |= capture->has_more_copies;
                for (guint j = 0; j < capture->copies->len; j++) {
                        const ClassCopy *copy = g_ptr_array_index(capture->copies, j);

                        if (is_told(self->results, i, copy))
                                continue;
                        if (!has_any)
                                begin_table(self, titles, G_N_ELEMENTS(titles), 4);
                        has_any = TRUE;
                        write_copy(self, capture, copy);
                }
        }
        if (has_any)
                end_table(self);
        else
                markup_element(self->xml, "p", NULL, "No two students share a frame.");
        if (has_more)
                write_remark(self, "Some captures also share frames with others that are not listed here.");
        markup_close(self->xml);
}

gboolean class_page_write(const ClassResults *results, ClassLinkFunc link, gpointer data, FILE *file)
{
        static const char *const styles[] = {"report.css", "class.css", NULL}, *const scripts[] = {"theme.js", NULL};
        static const PageButton buttons[] = {{"theme-button", "Dark"}, {NULL}};
        static const char *const bar_texts[] = {"students", "Students", "items", "Items", "shared", "Shared frames"};
        xmlBufferPtr body = xmlBufferCreate();
        ClassPage page = {results, xmlNewTextWriterMemory(body, 0), link, data};
        g_autoptr(GPtrArray) bar = g_ptr_array_new();
        const Page around = {
                .title = results->rubric->title, .styles = styles, .scripts = scripts, .buttons = buttons, .bar = bar};
        gboolean written;

        for (guint i = 0; i < G_N_ELEMENTS(bar_texts); i++)
                g_ptr_array_add(bar, (gpointer) bar_texts[i]);
        write_head(&page);
        write_students(&page);
        write_items(&page);
        write_copies(&page);
        xmlTextWriterFlush(page.xml);
        written = page_write(file, &around, (const char *) xmlBufferContent(body), (gsize) xmlBufferLength(body));
        xmlFreeTextWriter(page.xml);
        xmlBufferFree(body);
        return written;
}
