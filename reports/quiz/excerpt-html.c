/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of an excerpt as HTML. */
#include "reports/markup.h"
#include "reports/quiz/quiz-writer.h"

static const char *column_class(const QuizExcerpt *excerpt, guint column)
{
        static const char *const numbers[] = {"Frame", "Time (s)", "Seq", "Ack", "Len", "Bytes", NULL};

        return g_strv_contains(numbers, g_ptr_array_index(excerpt->columns, column)) ? "n" : NULL;
}

static void write_head(xmlTextWriterPtr xml, const QuizExcerpt *excerpt)
{
        markup_open(xml, "thead", NULL);
        markup_open(xml, "tr", NULL);
        for (guint i = 0; i < excerpt->columns->len; i++) {
                markup_open(xml, "th", column_class(excerpt, i));
                markup_attribute(xml, "scope", "col");
                markup_text(xml, g_ptr_array_index(excerpt->columns, i));
                markup_close(xml);
        }
        markup_close(xml);
        markup_close(xml);
}

void quiz_excerpt_write_html(xmlTextWriterPtr xml,
                             const Question *question,
                             const QuizExcerptStyle *style,
                             gpointer data)
{
        const QuizExcerpt *excerpt = question->excerpt;

        markup_open(xml, "table", style->class);
        markup_open(xml, "caption", NULL);
        style->text(xml, excerpt->caption);
        markup_close(xml);
        write_head(xml, excerpt);
        markup_open(xml, "tbody", NULL);
        for (guint row = 0; row < quiz_excerpt_count_rows(excerpt); row++) {
                markup_open(xml, "tr", NULL);
                for (guint column = 0; column < excerpt->columns->len; column++) {
                        const QuizCell *cell = quiz_excerpt_get(excerpt, row, column);

                        markup_open(xml, "td", column_class(excerpt, column));
                        if (cell->field == QUIZ_NOT_HIDDEN)
                                style->text(xml, cell->text);
                        else
                                style->field(xml, g_ptr_array_index(question->fields, cell->field), cell->field, data);
                        markup_close(xml);
                }
                markup_close(xml);
        }
        markup_close(xml);
        markup_close(xml);
}
