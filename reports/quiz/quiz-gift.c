/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GIFT, a text format that Moodle and other learning platforms read. It knows neither hidden cells nor ordering; both
 * become matching questions. Texts are HTML. A question is a block without empty lines. */
#include "reports/quiz/quiz-writer.h"

/* Writes text with a backslash before the characters that are special in GIFT. */
static void write_escaped(FILE *file, const char *text)
{
        for (const char *p = text; *p; p++) {
                if (strchr("~=#{}:\\", *p))
                        fputc('\\', file);
                fputc(*p == '\n' || *p == '\r' ? ' ' : *p, file);
        }
}

static void write_text(FILE *file, const char *text)
{
        g_autofree char *html = quiz_text_html(text);

        write_escaped(file, html);
}

static void write_choices(FILE *file, const Question *question)
{
        for (guint i = 0; i < question->answers->len; i++) {
                const QuizAnswer *answer = g_ptr_array_index(question->answers, i);

                fputs(answer->is_right ? "=" : "~", file);
                write_text(file, answer->text);
                fputs("#", file);
                write_text(file, answer->why);
                fputs("\n", file);
        }
}

static void write_number(FILE *file, const Question *question, double number, const char *weight, const char *why)
{
        g_autofree char *text = question_format_number(question, number);
        char tolerance[G_ASCII_DTOSTR_BUF_SIZE];

        fprintf(file, "=%s%s:%s#", weight, text,
                g_ascii_formatd(tolerance, sizeof tolerance, "%g", question->tolerance));
        write_text(file, why);
        fputs("\n", file);
}

static void write_numbers(FILE *file, const Question *question)
{
        fputs("#\n", file);
        write_number(file, question, question->number, "", question->why);
        for (guint i = 0; i < question->answers->len; i++) {
                const QuizAnswer *answer = g_ptr_array_index(question->answers, i);

                write_number(file, question, answer->number, "%0%", answer->why);
        }
}

static void write_steps(FILE *file, const Question *question)
{
        for (guint i = 0; i < question->answers->len; i++) {
                guint step = question->offered[i];

                fputs("=", file);
                write_text(file, ((const QuizAnswer *) g_ptr_array_index(question->answers, step))->text);
                fprintf(file, " -> %u\n", step + 1);
        }
}

/* Writes the wrong answers that are offered: the other options of all fields, each once. */
static void write_others(FILE *file, const Question *question)
{
        g_autoptr(GPtrArray) written = g_ptr_array_new();

        for (guint i = 0; i < question->fields->len; i++)
                g_ptr_array_add(written, ((const QuizField *) g_ptr_array_index(question->fields, i))->right);
        for (guint i = 0; i < question->fields->len; i++) {
                const QuizField *field = g_ptr_array_index(question->fields, i);

                for (guint j = 0; field->options && j < field->options->len; j++) {
                        const char *option = g_ptr_array_index(field->options, j);

                        if (g_ptr_array_find_with_equal_func(written, option, g_str_equal, NULL))
                                continue;
                        g_ptr_array_add(written, (gpointer) option);
                        fputs("= -> ", file);
                        write_escaped(file, option);
                        fputs("\n", file);
                }
        }
}

static void write_fields(FILE *file, const Question *question)
{
        for (guint i = 0; i < question->fields->len; i++) {
                const QuizField *field = g_ptr_array_index(question->fields, i);
                g_autofree char *blank = quiz_blank(i);
                g_autofree char *text = g_strdup_printf("%s %s", blank, field->label);

                fputs("=", file);
                write_text(file, text);
                fputs(" -> ", file);
                write_escaped(file, field->right);
                fputs("\n", file);
        }
        write_others(file, question);
}

static void write_question(FILE *file, const Question *question, guint number)
{
        g_autofree char *title = quiz_title(question, number), *source = quiz_source(question);
        g_autofree char *html = quiz_question_html(question, NULL);
        g_autofree char *reason = g_strdup_printf("%s %s", question->why, source);

        fputs("\n::", file);
        write_escaped(file, title);
        fputs("::[html]", file);
        write_escaped(file, html);
        fputs("{", file);
        switch (question->shape) {
        case QUIZ_CHOICE:
                fputs("\n", file);
                write_choices(file, question);
                break;
        case QUIZ_NUMBER:
                write_numbers(file, question);
                break;
        case QUIZ_FIELDS:
                fputs("\n", file);
                write_fields(file, question);
                break;
        case QUIZ_ORDER:
                fputs("\n", file);
                write_steps(file, question);
                break;
        }
        fputs("####", file);
        write_text(file, reason);
        fputs("\n}\n", file);
}

void quiz_write_gift(const Quiz *quiz, FILE *file)
{
        g_auto(GStrv) lines = g_strsplit_set(quiz->name, "\r\n", -1);
        g_auto(GStrv) parts = NULL;
        g_autofree char *line = g_strjoinv(" ", lines), *name = NULL;

        parts = g_strsplit(line, "/", -1);
        name = g_strjoinv("//", parts);
        fprintf(file,
                "// %u questions, made by chatsniff with seed %" G_GUINT64_FORMAT
                "\n\n$CATEGORY: $course$/top/chatsniff/",
                quiz->questions->len, quiz->options.seed);
        write_escaped(file, name);
        fputs("\n", file);
        for (guint i = 0; i < quiz->questions->len; i++)
                write_question(file, g_ptr_array_index(quiz->questions, i), i + 1);
}
