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

/* The caller's function for hidden cells. */
typedef struct {
        char *(*html)(const QuizField *field);
} FieldWriter;

static void write_field(xmlTextWriterPtr xml, const QuizField *field, guint index, gpointer data)
{
        const FieldWriter *writer = data;
        g_autofree char *text = writer->html ? writer->html(field) : quiz_blank(index);

        if (writer->html)
                xmlTextWriterWriteRaw(xml, (const xmlChar *) text);
        else
                markup_element(xml, "b", NULL, text);
}

char *quiz_question_html(const Question *question, char *(*field)(const QuizField *field))
{
        static const QuizExcerptStyle style = {
                .class = "generaltable nolink tex2jax_ignore", .text = write_guarded, .field = write_field};
        FieldWriter writer = {field};
        xmlBufferPtr buffer = xmlBufferCreate();
        xmlTextWriterPtr xml = xmlNewTextWriterMemory(buffer, 0);

        markup_open(xml, "p", "nolink tex2jax_ignore");
        write_guarded(xml, question->text);
        markup_close(xml);
        if (question->excerpt)
                quiz_excerpt_write_html(xml, question, &style, &writer);
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
