/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A question as a piece of HTML for Moodle. Moodle runs filters over such text: braces become fields, $$ and \( begin
 * formulas, [[ and @@ mean other things, and a chat may contain all of them. Such characters are therefore written as
 * character references, and classes tell the filters that work in the browser to leave the text alone. */
#include "reports/markup.h"
#include "reports/quiz/quiz-writer.h"

#define GUARDED "{}[]$\\@~#="

static void write_guarded(xmlTextWriterPtr xml, const char *text)
{
        while (*text) {
                gsize n = strcspn(text, GUARDED);
                g_autofree char *plain = g_strndup(text, n);

                if (n > 0)
                        markup_text(xml, plain);
                text += n;
                if (!*text)
                        return;
                xmlTextWriterWriteFormatRaw(xml, "&#%u;", (guint) (guint8) *text);
                text++;
        }
}

static char *finish(xmlTextWriterPtr xml, xmlBufferPtr buffer)
{
        char *html;

        xmlTextWriterFlush(xml);
        html = g_strdup((const char *) xmlBufferContent(buffer));
        xmlFreeTextWriter(xml);
        xmlBufferFree(buffer);
        return html;
}

char *quiz_text_html(const char *text)
{
        xmlBufferPtr buffer = xmlBufferCreate();
        xmlTextWriterPtr xml = xmlNewTextWriterMemory(buffer, 0);

        markup_open(xml, "span", "nolink tex2jax_ignore");
        write_guarded(xml, text);
        markup_close(xml);
        return finish(xml, buffer);
}

char *quiz_text_references(const char *text)
{
        xmlBufferPtr buffer = xmlBufferCreate();
        xmlTextWriterPtr xml = xmlNewTextWriterMemory(buffer, 0);

        write_guarded(xml, text);
        return finish(xml, buffer);
}

static void
write_cell(xmlTextWriterPtr xml, const Question *question, const QuizCell *cell, char *(*field)(const QuizField *field))
{
        g_autofree char *text = NULL;

        markup_open(xml, "td", NULL);
        if (cell->field == QUIZ_NOT_HIDDEN) {
                write_guarded(xml, cell->text);
        } else if (field) {
                text = field(g_ptr_array_index(question->fields, cell->field));
                xmlTextWriterWriteRaw(xml, (const xmlChar *) text);
        } else {
                text = quiz_blank(cell->field);
                markup_element(xml, "b", NULL, text);
        }
        markup_close(xml);
}

static void write_excerpt(xmlTextWriterPtr xml, const Question *question, char *(*field)(const QuizField *field))
{
        const QuizExcerpt *excerpt = question->excerpt;

        markup_open(xml, "table", "generaltable nolink tex2jax_ignore");
        markup_open(xml, "caption", NULL);
        write_guarded(xml, excerpt->caption);
        markup_close(xml);
        markup_open(xml, "thead", NULL);
        markup_open(xml, "tr", NULL);
        for (guint i = 0; i < excerpt->columns->len; i++) {
                markup_open(xml, "th", NULL);
                markup_attribute(xml, "scope", "col");
                markup_text(xml, g_ptr_array_index(excerpt->columns, i));
                markup_close(xml);
        }
        markup_close(xml);
        markup_close(xml);
        markup_open(xml, "tbody", NULL);
        for (guint row = 0; row < quiz_excerpt_count_rows(excerpt); row++) {
                markup_open(xml, "tr", NULL);
                for (guint column = 0; column < excerpt->columns->len; column++)
                        write_cell(xml, question, quiz_excerpt_get(excerpt, row, column), field);
                markup_close(xml);
        }
        markup_close(xml);
        markup_close(xml);
}

char *quiz_question_html(const Question *question, char *(*field)(const QuizField *field))
{
        xmlBufferPtr buffer = xmlBufferCreate();
        xmlTextWriterPtr xml = xmlNewTextWriterMemory(buffer, 0);

        markup_open(xml, "p", "nolink tex2jax_ignore");
        write_guarded(xml, question->text);
        markup_close(xml);
        if (question->excerpt)
                write_excerpt(xml, question, field);
        if (question->shape == QUIZ_NUMBER && *question->unit) {
                markup_open(xml, "p", NULL);
                markup_text(xml, "Unit: ");
                write_guarded(xml, question->unit);
                markup_close(xml);
        }
        if (question->shape == QUIZ_ORDER)
                markup_element(xml, "p", NULL, "Give each packet its place: 1 was sent first.");
        return finish(xml, buffer);
}
