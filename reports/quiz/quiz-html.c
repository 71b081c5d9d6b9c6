/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A quiz as a single page that loads nothing else. With its script, it says at once whether an answer is right, and
 * why; without the script, and on paper, the questions are followed by the key. */
#include "reports/markup.h"
#include "reports/page.h"
#include "reports/quiz/quiz-writer.h"

/* Opens an element whose id is prefix and the number of the question. */
static void open_with_id(xmlTextWriterPtr xml, const char *element, const char *class, const char *prefix, guint number)
{
        markup_open(xml, element, class);
        markup_attributef(xml, "id", "%s%u", prefix, number);
}

static void write_number_input(xmlTextWriterPtr xml, const char *label, const char *name)
{
        markup_open(xml, "input", NULL);
        markup_attribute(xml, "type", "text");
        markup_attribute(xml, "inputmode", "decimal");
        markup_attribute(xml, "autocomplete", "off");
        markup_attribute(xml, "size", "10");
        markup_attribute(xml, "name", name);
        if (label)
                markup_attribute(xml, "aria-label", label);
        markup_close_void(xml);
}

static void write_option(xmlTextWriterPtr xml, const char *value, const char *text)
{
        markup_open(xml, "option", NULL);
        markup_attribute(xml, "value", value);
        markup_text(xml, text);
        markup_close(xml);
}

static void write_field(xmlTextWriterPtr xml, const QuizField *field, guint index)
{
        g_autofree char *name = g_strdup_printf("field%u", index), *blank = quiz_blank(index);
        g_autofree char *label = g_strdup_printf("%s %s", blank, field->label);

        markup_element(xml, "b", NULL, blank);
        markup_text(xml, " ");
        if (!field->options) {
                write_number_input(xml, label, name);
                return;
        }
        markup_open(xml, "select", NULL);
        markup_attribute(xml, "name", name);
        markup_attribute(xml, "aria-label", label);
        write_option(xml, "", "?");
        for (guint i = 0; i < field->options->len; i++)
                write_option(xml, g_ptr_array_index(field->options, i), g_ptr_array_index(field->options, i));
        markup_close(xml);
}

static void write_excerpt_text(xmlTextWriterPtr xml, const char *text)
{
        markup_element(xml, "bdi", NULL, text);
}

static void write_excerpt_field(xmlTextWriterPtr xml, const QuizField *field, guint index, gpointer data)
{
        write_field(xml, field, index);
}

static void write_excerpt(xmlTextWriterPtr xml, const Question *question, guint number)
{
        static const QuizExcerptStyle style = {.text = write_excerpt_text, .field = write_excerpt_field};

        markup_open(xml, "div", "quiz-excerpt");
        markup_attribute(xml, "tabindex", "0"); /* it scrolls by itself where it is too wide */
        markup_attribute(xml, "role", "region");
        markup_attributef(xml, "aria-label", "Excerpt for question %u", number);
        quiz_excerpt_write_html(xml, question, &style, NULL);
        markup_close(xml);
}

static gboolean have_same_options(const QuizField *a, const QuizField *b)
{
        if (!a->options || !b->options || a->options->len != b->options->len)
                return FALSE;
        for (guint i = 0; i < a->options->len; i++)
                if (!g_str_equal(g_ptr_array_index(a->options, i), g_ptr_array_index(b->options, i)))
                        return FALSE;
        return TRUE;
}

/* The options of the hidden cells, for paper, on which no list can be opened. */
static void write_options(xmlTextWriterPtr xml, const Question *question)
{
        for (guint i = 0; i < question->fields->len; i++) {
                const QuizField *field = g_ptr_array_index(question->fields, i);
                g_autoptr(GString) blanks = g_string_new(NULL);

                for (guint j = 0; j < question->fields->len; j++) {
                        g_autofree char *blank = quiz_blank(j);

                        if (!have_same_options(field, g_ptr_array_index(question->fields, j)))
                                continue;
                        if (j < i) /* listed already */
                                break;
                        g_string_append_printf(blanks, "%s%s", blanks->len > 0 ? ", " : "", blank);
                }
                if (blanks->len == 0)
                        continue;
                markup_open(xml, "p", "quiz-paper");
                markup_textf(xml, "%s: one of ", blanks->str);
                for (guint j = 0; j < field->options->len; j++)
                        markup_textf(xml, "%s%s", j > 0 ? " · " : "",
                                     (const char *) g_ptr_array_index(field->options, j));
                markup_close(xml);
        }
}

static void write_legend(xmlTextWriterPtr xml, const char *text)
{
        markup_open(xml, "fieldset", NULL);
        markup_element(xml, "legend", NULL, text);
}

static void write_letter(xmlTextWriterPtr xml, guint index)
{
        const char letter[] = {(char) ('A' + index), '\0'};

        markup_element(xml, "b", NULL, letter);
        markup_text(xml, " ");
}

static void write_choices(xmlTextWriterPtr xml, const Question *question)
{
        write_legend(xml, "One answer is right");
        for (guint i = 0; i < question->answers->len; i++) {
                const QuizAnswer *answer = g_ptr_array_index(question->answers, i);

                markup_open(xml, "label", NULL);
                markup_open(xml, "input", NULL);
                markup_attribute(xml, "type", "radio");
                markup_attribute(xml, "name", "choice");
                markup_attributef(xml, "value", "%u", i);
                markup_close_void(xml);
                markup_text(xml, " ");
                write_letter(xml, i);
                markup_element(xml, "bdi", NULL, answer->text);
                markup_close(xml);
        }
        markup_close(xml);
}

static void write_number(xmlTextWriterPtr xml, const Question *question)
{
        markup_open(xml, "p", "quiz-number");
        markup_open(xml, "label", NULL);
        markup_text(xml, "Your answer ");
        write_number_input(xml, NULL, "number");
        markup_textf(xml, " %s", question->unit);
        markup_close(xml);
        markup_close(xml);
}

static void write_steps(xmlTextWriterPtr xml, const Question *question)
{
        write_legend(xml, "Give each packet its place: 1 was sent first");
        for (guint i = 0; i < question->answers->len; i++) {
                const QuizAnswer *answer = g_ptr_array_index(question->answers, question->offered[i]);

                markup_open(xml, "label", NULL);
                markup_open(xml, "select", NULL);
                markup_attributef(xml, "name", "step%u", i);
                write_option(xml, "", "?");
                for (guint j = 0; j < question->answers->len; j++) {
                        g_autofree char *place = g_strdup_printf("%u", j + 1);

                        write_option(xml, place, place);
                }
                markup_close(xml);
                markup_text(xml, " ");
                write_letter(xml, i);
                markup_element(xml, "bdi", NULL, answer->text);
                markup_close(xml);
        }
        markup_close(xml);
}

/* The right answer for the script, as attributes of the form. */
static void write_right(xmlTextWriterPtr xml, const Question *question)
{
        g_autoptr(GString) right = g_string_new(NULL);
        char number[G_ASCII_DTOSTR_BUF_SIZE], tolerance[G_ASCII_DTOSTR_BUF_SIZE];

        for (guint i = 0; i < question->answers->len && question->shape != QUIZ_NUMBER; i++) {
                if (question->shape == QUIZ_ORDER)
                        g_string_append_printf(right, "%s%u", i > 0 ? "," : "", question->offered[i] + 1);
                else if (((const QuizAnswer *) g_ptr_array_index(question->answers, i))->is_right)
                        g_string_append_printf(right, "%u", i);
        }
        markup_attribute(xml, "data-shape", quiz_shape_to_string(question->shape));
        if (question->shape == QUIZ_NUMBER) {
                markup_attribute(xml, "data-right", g_ascii_formatd(number, sizeof number, "%.3f", question->number));
                markup_attribute(xml, "data-tolerance",
                                 g_ascii_formatd(tolerance, sizeof tolerance, "%g", MAX(question->tolerance, 0.0005)));
        } else if (question->shape != QUIZ_FIELDS) {
                markup_attribute(xml, "data-right", right->str);
        }
}

static void write_reason(xmlTextWriterPtr xml, const char *mark, const char *value, const char *head, const char *why)
{
        markup_open(xml, "li", NULL);
        markup_attribute(xml, mark, value);
        if (head) {
                markup_element(xml, "b", NULL, head);
                markup_text(xml, " ");
        }
        markup_element(xml, "bdi", NULL, why);
        markup_close(xml);
}

/* Why each answer is right or wrong. The script finds each reason by its attribute and shows it. */
static void write_reasons(xmlTextWriterPtr xml, const Question *question)
{
        markup_open(xml, "ul", NULL);
        for (guint i = 0; i < question->answers->len; i++) {
                const QuizAnswer *answer = g_ptr_array_index(question->answers, i);
                g_autofree char *index = g_strdup_printf("%u", i);
                char letter[] = {(char) ('A' + i), '\0'};

                if (question->shape == QUIZ_NUMBER)
                        write_reason(xml, "data-number", answer->value, answer->text, answer->why);
                else if (question->shape == QUIZ_CHOICE)
                        write_reason(xml, "data-choice", index, letter, answer->why);
                else
                        write_reason(xml, "data-step", index, NULL, answer->why);
        }
        for (guint i = 0; i < question->fields->len; i++) {
                const QuizField *field = g_ptr_array_index(question->fields, i);
                g_autofree char *blank = quiz_blank(i), *head = g_strdup_printf("%s %s.", blank, field->right);

                markup_open(xml, "li", NULL);
                markup_attributef(xml, "data-field", "%u", i);
                markup_attribute(xml, "data-right", field->right);
                markup_element(xml, "b", NULL, head);
                markup_text(xml, " ");
                markup_element(xml, "bdi", NULL, field->why);
                markup_close(xml);
        }
        markup_close(xml);
}

static void write_question(xmlTextWriterPtr xml, const Question *question, guint number)
{
        open_with_id(xml, "form", "quiz", "q", number);
        write_right(xml, question);
        open_with_id(xml, "h2", NULL, "title", number);
        markup_textf(xml, "%u. %s", number, question->title);
        markup_open(xml, "span", "muted");
        markup_textf(xml, " level %u", question->level);
        markup_close(xml);
        markup_close(xml);
        markup_element(xml, "p", "quiz-text", question->text);
        if (question->excerpt)
                write_excerpt(xml, question, number);
        write_options(xml, question);
        switch (question->shape) {
        case QUIZ_CHOICE:
                write_choices(xml, question);
                break;
        case QUIZ_NUMBER:
                write_number(xml, question);
                break;
        case QUIZ_ORDER:
                write_steps(xml, question);
                break;
        case QUIZ_FIELDS:
                break;
        }
        markup_open(xml, "p", "quiz-buttons");
        markup_attribute(xml, "hidden", "hidden");
        markup_open(xml, "button", NULL);
        markup_attribute(xml, "type", "submit");
        markup_textf(xml, "Check answer %u", number);
        markup_close(xml);
        markup_close(xml);
        markup_open(xml, "div", "quiz-result");
        markup_attribute(xml, "role", "status");
        markup_close(xml);
        markup_close(xml);
}

static void write_key(xmlTextWriterPtr xml, const Question *question, guint number)
{
        g_autofree char *key = quiz_key(question), *source = quiz_source(question);

        open_with_id(xml, "li", NULL, "k", number);
        markup_open(xml, "p", "key-right");
        markup_element(xml, "b", NULL, key);
        markup_close(xml);
        markup_open(xml, "p", "key-why");
        markup_element(xml, "bdi", NULL, question->why);
        markup_text(xml, " ");
        markup_element(xml, "span", "muted", source);
        markup_close(xml);
        write_reasons(xml, question);
        markup_close(xml);
}

static void write_body(xmlTextWriterPtr xml, const Quiz *quiz)
{
        markup_open(xml, "div", "head");
        markup_element(xml, "h1", NULL, "What does the capture show?");
        markup_open(xml, "p", NULL);
        markup_element(xml, "b", NULL, quiz->name);
        markup_textf(xml, " · %u %s · seed %" G_GUINT64_FORMAT " · frames are numbered as in Wireshark",
                     quiz->questions->len, quiz->questions->len == 1 ? "question" : "questions", quiz->options.seed);
        markup_close(xml);
        markup_close(xml);
        markup_open(xml, "div", "quizzes");
        markup_attribute(xml, "id", "questions");
        for (guint i = 0; i < quiz->questions->len; i++)
                write_question(xml, g_ptr_array_index(quiz->questions, i), i + 1);
        markup_close(xml);
        markup_open(xml, "section", NULL);
        markup_attribute(xml, "id", "key");
        markup_element(xml, "h2", NULL, "Key");
        markup_open(xml, "ol", NULL);
        for (guint i = 0; i < quiz->questions->len; i++)
                write_key(xml, g_ptr_array_index(quiz->questions, i), i + 1);
        markup_close(xml);
        markup_close(xml);
}

void quiz_write_html(const Quiz *quiz, FILE *file)
{
        static const char *const styles[] = {"report.css", "quiz.css", NULL}, *const scripts[] = {"theme.js", "quiz.js",
                                                                                                  NULL};
        static const PageButton buttons[] = {{"key-button", "Show the key"}, {"theme-button", "Dark"}, {NULL}};
        static const char *const sections[] = {"questions", "Questions"};
        xmlBufferPtr buffer = xmlBufferCreate();
        xmlTextWriterPtr xml = xmlNewTextWriterMemory(buffer, 0);
        g_autoptr(GPtrArray) bar = g_ptr_array_new();
        const Page page = {.title = "What does the capture show?",
                           .styles = styles,
                           .scripts = scripts,
                           .buttons = buttons,
                           .bar = bar};

        for (guint i = 0; i < G_N_ELEMENTS(sections); i++)
                g_ptr_array_add(bar, (gpointer) sections[i]);
        write_body(xml, quiz);
        xmlTextWriterFlush(xml);
        page_write(file, &page, (const char *) xmlBufferContent(buffer), (gsize) xmlBufferLength(buffer));
        xmlFreeTextWriter(xml);
        xmlBufferFree(buffer);
}
