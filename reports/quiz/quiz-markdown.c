/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A quiz as Markdown: first the questions, then the key. */
#include "reports/markdown.h"
#include "reports/quiz/quiz-writer.h"

static void write_row_start(FILE *file)
{
        fputs("|", file);
}

static void write_text(FILE *file, const char *text)
{
        g_autoptr(GString) escaped = g_string_new(NULL);

        markdown_append_escaped(escaped, text);
        fputs(escaped->str, file);
}

static void write_excerpt(FILE *file, const QuizExcerpt *excerpt)
{
        fputs("\n", file);
        write_text(file, excerpt->caption);
        fputs("\n\n", file);
        write_row_start(file);
        for (guint i = 0; i < excerpt->columns->len; i++)
                fprintf(file, " %s |", (const char *) g_ptr_array_index(excerpt->columns, i));
        fputs("\n", file);
        write_row_start(file);
        for (guint i = 0; i < excerpt->columns->len; i++)
                fputs("---|", file);
        fputs("\n", file);
        for (guint row = 0; row < quiz_excerpt_count_rows(excerpt); row++) {
                write_row_start(file);
                for (guint column = 0; column < excerpt->columns->len; column++) {
                        const QuizCell *cell = quiz_excerpt_get(excerpt, row, column);

                        fputs(" ", file);
                        if (cell->field == QUIZ_NOT_HIDDEN) {
                                write_text(file, cell->text);
                        } else {
                                g_autofree char *blank = quiz_blank(cell->field);

                                fprintf(file, "**%s** \\_\\_\\_\\_", blank);
                        }
                        fputs(" |", file);
                }
                fputs("\n", file);
        }
}

static void write_choices(FILE *file, const Question *question)
{
        fputs("\n", file);
        for (guint i = 0; i < question->answers->len; i++) {
                guint index = question->shape == QUIZ_ORDER ? question->offered[i] : i;

                fprintf(file, "- **%c** ", (char) ('A' + i));
                write_text(file, ((const QuizAnswer *) g_ptr_array_index(question->answers, index))->text);
                fputs("\n", file);
        }
}

static void write_fields(FILE *file, const Question *question)
{
        fputs("\n", file);
        for (guint i = 0; i < question->fields->len; i++) {
                const QuizField *field = g_ptr_array_index(question->fields, i);
                g_autofree char *blank = quiz_blank(i);

                fprintf(file, "- **%s** ", blank);
                write_text(file, field->label);
                fputs(field->options ? ": one of " : ": a number", file);
                for (guint j = 0; field->options && j < field->options->len; j++) {
                        fputs(j > 0 ? " · " : "", file);
                        write_text(file, g_ptr_array_index(field->options, j));
                }
                fputs("\n", file);
        }
}

static void write_question(FILE *file, const Question *question, guint number)
{
        fprintf(file, "\n### %u. %s\n\n", number, question->title);
        write_text(file, question->text);
        fputs("\n", file);
        if (question->excerpt)
                write_excerpt(file, question->excerpt);
        switch (question->shape) {
        case QUIZ_CHOICE:
        case QUIZ_ORDER:
                write_choices(file, question);
                break;
        case QUIZ_NUMBER:
                fprintf(file, "\nAnswer: \\_\\_\\_\\_\\_\\_ %s\n", question->unit);
                break;
        case QUIZ_FIELDS:
                write_fields(file, question);
                break;
        }
}

static void write_reasons(FILE *file, const Question *question)
{
        for (guint i = 0; i < question->answers->len; i++) {
                const QuizAnswer *answer = g_ptr_array_index(question->answers, i);

                if (question->shape == QUIZ_NUMBER)
                        fputs("- ", file);
                else
                        fprintf(file, "- %c: ", (char) ('A' + i));
                if (question->shape == QUIZ_NUMBER) {
                        write_text(file, answer->text);
                        fputs(" is wrong. ", file);
                } else {
                        fputs(answer->is_right ? "the right answer. " : "not the right answer. ", file);
                }
                write_text(file, answer->why);
                fputs("\n", file);
        }
        for (guint i = 0; i < question->fields->len; i++) {
                const QuizField *field = g_ptr_array_index(question->fields, i);
                g_autofree char *blank = quiz_blank(i);

                fprintf(file, "- %s ", blank);
                write_text(file, field->why);
                fputs("\n", file);
        }
}

static void write_key(FILE *file, const Question *question, guint number)
{
        g_autofree char *key = quiz_key(question), *source = quiz_source(question);

        fprintf(file, "\n**%u.** ", number);
        write_text(file, key);
        fputs("\n\n", file);
        write_text(file, question->why);
        fputs(" ", file);
        write_text(file, source);
        fputs("\n\n", file);
        if (question->shape != QUIZ_ORDER)
                write_reasons(file, question);
}

void quiz_write_markdown(const Quiz *quiz, FILE *file)
{
        fputs("# Questions about ", file);
        write_text(file, quiz->name);
        fprintf(file, "\n\n%u %s, made with seed %" G_GUINT64_FORMAT ". Frames are numbered as in Wireshark.\n",
                quiz->questions->len, quiz->questions->len == 1 ? "question" : "questions", quiz->options.seed);
        for (guint i = 0; i < quiz->questions->len; i++)
                write_question(file, g_ptr_array_index(quiz->questions, i), i + 1);
        fputs("\n## Key\n", file);
        for (guint i = 0; i < quiz->questions->len; i++)
                write_key(file, g_ptr_array_index(quiz->questions, i), i + 1);
}
