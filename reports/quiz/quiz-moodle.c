/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The XML format of Moodle's question bank. Choices are multichoice questions, numbers numerical ones, hidden cells
 * cloze ones, and orders matching ones, because not every Moodle has the type "ordering". Texts are HTML, which is
 * escaped once more in the XML. */
#include "reports/markup.h"
#include "reports/quiz/quiz-writer.h"

#define PENALTY "0.3333333"

static void write_html(xmlTextWriterPtr xml, const char *element, const char *html)
{
        markup_open(xml, element, NULL);
        markup_attribute(xml, "format", "html");
        markup_element(xml, "text", NULL, html);
        markup_close(xml);
        markup_text(xml, "\n");
}

static void write_html_of_text(xmlTextWriterPtr xml, const char *element, const char *text)
{
        g_autofree char *html = quiz_text_html(text);

        write_html(xml, element, html);
}

static void write_element(xmlTextWriterPtr xml, const char *element, const char *text)
{
        markup_element(xml, element, NULL, text);
        markup_text(xml, "\n");
}

static void write_answer_head(xmlTextWriterPtr xml, gboolean is_right, const char *format)
{
        markup_open(xml, "answer", NULL);
        markup_attribute(xml, "fraction", is_right ? "100" : "0");
        markup_attribute(xml, "format", format);
}

static void write_choices(xmlTextWriterPtr xml, const Question *question)
{
        write_element(xml, "single", "true");
        write_element(xml, "shuffleanswers", "true");
        write_element(xml, "answernumbering", "ABCD");
        for (guint i = 0; i < question->answers->len; i++) {
                const QuizAnswer *answer = g_ptr_array_index(question->answers, i);
                g_autofree char *html = quiz_text_html(answer->text);

                write_answer_head(xml, answer->is_right, "html");
                markup_element(xml, "text", NULL, html);
                write_html_of_text(xml, "feedback", answer->why);
                markup_close(xml);
                markup_text(xml, "\n");
        }
}

static void
write_number(xmlTextWriterPtr xml, const Question *question, double number, gboolean is_right, const char *why)
{
        g_autofree char *text = question_format_number(question, number);
        char tolerance[G_ASCII_DTOSTR_BUF_SIZE];

        write_answer_head(xml, is_right, "moodle_auto_format");
        markup_element(xml, "text", NULL, text);
        write_html_of_text(xml, "feedback", why);
        markup_element(xml, "tolerance", NULL, g_ascii_formatd(tolerance, sizeof tolerance, "%g", question->tolerance));
        markup_close(xml);
        markup_text(xml, "\n");
}

static void write_numbers(xmlTextWriterPtr xml, const Question *question)
{
        write_number(xml, question, question->number, TRUE, question->why);
        for (guint i = 0; i < question->answers->len; i++) {
                const QuizAnswer *answer = g_ptr_array_index(question->answers, i);

                write_number(xml, question, answer->number, FALSE, answer->why);
        }
        write_element(xml, "unitgradingtype", "0");
        write_element(xml, "unitpenalty", "0");
        write_element(xml, "showunits", "3");
        write_element(xml, "unitsleft", "0");
}

static void write_steps(xmlTextWriterPtr xml, const Question *question)
{
        write_element(xml, "shuffleanswers", "true");
        for (guint i = 0; i < question->answers->len; i++) {
                guint step = question->offered[i];
                const QuizAnswer *answer = g_ptr_array_index(question->answers, step);
                g_autofree char *html = quiz_text_html(answer->text);

                markup_open(xml, "subquestion", NULL);
                markup_attribute(xml, "format", "html");
                markup_element(xml, "text", NULL, html);
                markup_open(xml, "answer", NULL);
                {
                        g_autofree char *place = g_strdup_printf("%u", step + 1);

                        markup_element(xml, "text", NULL, place);
                }
                markup_close(xml);
                markup_close(xml);
                markup_text(xml, "\n");
        }
}

/* A field of a cloze question: {1:NUMERICAL:=7:0#why}. In the texts, the characters that would end an answer or the
 * field are character references. */
static char *cloze_field(const QuizField *field)
{
        GString *text = g_string_new("{1:");
        g_autofree char *why = quiz_text_references(field->why);

        if (!field->options) {
                g_string_append_printf(text, "NUMERICAL:=%s:0#%s}", field->right, why);
                return g_string_free(text, FALSE);
        }
        g_string_append(text, "MULTICHOICE:");
        for (guint i = 0; i < field->options->len; i++) {
                const char *option = g_ptr_array_index(field->options, i);
                g_autofree char *html = quiz_text_references(option);

                g_string_append_printf(text, "%s%s%s#%s", i > 0 ? "~" : "",
                                       g_str_equal(option, field->right) ? "=" : "", html, why);
        }
        g_string_append_c(text, '}');
        return g_string_free(text, FALSE);
}

static void write_tag(xmlTextWriterPtr xml, const char *text)
{
        markup_open(xml, "tag", NULL);
        markup_element(xml, "text", NULL, text);
        markup_close(xml);
}

static void write_tags(xmlTextWriterPtr xml, const Question *question)
{
        g_autofree char *level = g_strdup_printf("level %u", question->level);

        markup_open(xml, "tags", NULL);
        write_tag(xml, question->kind);
        write_tag(xml, level);
        for (guint i = 0; i < question->n_topics; i++)
                write_tag(xml, topic_get(question->topics[i])->name);
        markup_close(xml);
        markup_text(xml, "\n");
}

static void write_question(xmlTextWriterPtr xml, const Question *question, guint number)
{
        static const char *const types[] = {[QUIZ_CHOICE] = "multichoice",
                                            [QUIZ_NUMBER] = "numerical",
                                            [QUIZ_FIELDS] = "cloze",
                                            [QUIZ_ORDER] = "matching"};
        g_autofree char *title = quiz_title(question, number), *source = quiz_source(question);
        g_autofree char *html = quiz_question_html(question, question->shape == QUIZ_FIELDS ? cloze_field : NULL);
        g_autofree char *reason = g_strdup_printf("%s %s", question->why, source);
        g_autofree char *grade = g_strdup_printf("%u", MAX(question->fields->len, 1));

        markup_open(xml, "question", NULL);
        markup_attribute(xml, "type", types[question->shape]);
        markup_open(xml, "name", NULL);
        markup_element(xml, "text", NULL, title);
        markup_close(xml);
        markup_text(xml, "\n");
        write_html(xml, "questiontext", html);
        write_html_of_text(xml, "generalfeedback", reason);
        if (question->shape != QUIZ_FIELDS) /* each field of a cloze question has its own weight */
                write_element(xml, "defaultgrade", grade);
        write_element(xml, "penalty", PENALTY);
        write_element(xml, "hidden", "0");
        switch (question->shape) {
        case QUIZ_CHOICE:
                write_choices(xml, question);
                break;
        case QUIZ_NUMBER:
                write_numbers(xml, question);
                break;
        case QUIZ_ORDER:
                write_steps(xml, question);
                break;
        case QUIZ_FIELDS:
                break;
        }
        write_tags(xml, question);
        markup_close(xml);
        markup_text(xml, "\n");
}

/* Puts the questions into a category with the capture's name, in which a slash must be doubled. */
static void write_category(xmlTextWriterPtr xml, const Quiz *quiz)
{
        g_auto(GStrv) parts = g_strsplit(quiz->name, "/", -1);
        g_autofree char *name = g_strjoinv("//", parts);
        g_autofree char *path = g_strconcat("$course$/top/chatsniff/", name, NULL);

        markup_open(xml, "question", NULL);
        markup_attribute(xml, "type", "category");
        markup_open(xml, "category", NULL);
        markup_element(xml, "text", NULL, path);
        markup_close(xml);
        markup_close(xml);
        markup_text(xml, "\n");
}

void quiz_write_moodle(const Quiz *quiz, FILE *file)
{
        xmlBufferPtr buffer = xmlBufferCreate();
        xmlTextWriterPtr xml = xmlNewTextWriterMemory(buffer, 0);

        xmlTextWriterStartDocument(xml, "1.0", "UTF-8", NULL);
        markup_open(xml, "quiz", NULL);
        markup_text(xml, "\n");
        write_category(xml, quiz);
        for (guint i = 0; i < quiz->questions->len; i++)
                write_question(xml, g_ptr_array_index(quiz->questions, i), i + 1);
        markup_close(xml);
        xmlTextWriterEndDocument(xml);
        xmlTextWriterFlush(xml);
        fwrite(xmlBufferContent(buffer), 1, (gsize) xmlBufferLength(buffer), file);
        xmlFreeTextWriter(xml);
        xmlBufferFree(buffer);
}
