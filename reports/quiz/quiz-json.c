/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A quiz as JSON for other programs, with everything that is known about each question. The manual page lists the keys.
 */
#include "analyzer/output/json-append.h"
#include "reports/quiz/quiz-writer.h"

static void append_number(GString *json, double number)
{
        char buffer[G_ASCII_DTOSTR_BUF_SIZE];

        append_text(json, g_ascii_formatd(buffer, sizeof buffer, "%.6g", number));
}

/* Answers are rounded as a person would write them; this is the exact number. */
static void append_exact(GString *json, double number)
{
        char buffer[G_ASCII_DTOSTR_BUF_SIZE];

        append_text(json, g_ascii_formatd(buffer, sizeof buffer, "%.3f", number));
}

static void append_topics(GString *json, const Question *question)
{
        json_key(json, "topics");
        for (guint i = 0; i < question->n_topics; i++) {
                append_char(json, i > 0 ? ',' : '[');
                json_append_name(json, topic_get(question->topics[i])->name);
        }
        append_char(json, ']');
        json_key_string(json, "source", topic_get(question->topics[0])->source);
}

static void append_frames(GString *json, const Question *question)
{
        json_key(json, "frames");
        append_char(json, '[');
        for (guint i = 0; i < question->frames->len; i++) {
                if (i > 0)
                        append_char(json, ',');
                append_unsigned(json, g_array_index(question->frames, guint64, i));
        }
        append_char(json, ']');
}

/* A hidden cell has the index of its field instead of its text, which is in the field. */
static void append_excerpt(GString *json, const QuizExcerpt *excerpt)
{
        json_literal(json, ",\"excerpt\":{\"caption\":");
        json_append_string(json, excerpt->caption);
        json_literal(json, ",\"columns\":[");
        for (guint i = 0; i < excerpt->columns->len; i++) {
                if (i > 0)
                        append_char(json, ',');
                json_append_string(json, g_ptr_array_index(excerpt->columns, i));
        }
        json_literal(json, "],\"rows\":[");
        for (guint row = 0; row < quiz_excerpt_count_rows(excerpt); row++) {
                append_text(json, row > 0 ? ",[" : "[");
                for (guint column = 0; column < excerpt->columns->len; column++) {
                        const QuizCell *cell = quiz_excerpt_get(excerpt, row, column);

                        if (column > 0)
                                append_char(json, ',');
                        if (cell->field == QUIZ_NOT_HIDDEN) {
                                json_append_string(json, cell->text);
                        } else {
                                json_literal(json, "{\"field\":");
                                append_unsigned(json, cell->field);
                                append_char(json, '}');
                        }
                }
                append_char(json, ']');
        }
        json_literal(json, "]}");
}

static void append_answers(GString *json, const Question *question)
{
        json_key(json, "answers");
        append_char(json, '[');
        for (guint i = 0; i < question->answers->len; i++) {
                const QuizAnswer *answer = g_ptr_array_index(question->answers, i);

                if (i > 0)
                        append_char(json, ',');
                json_literal(json, "{\"text\":");
                json_append_string(json, answer->text);
                json_key(json, "value");
                append_text(json, answer->value);
                if (question->shape == QUIZ_CHOICE) {
                        json_key(json, "right");
                        append_text(json, answer->is_right ? "true" : "false");
                }
                json_key_string(json, "why", answer->why);
                append_char(json, '}');
        }
        append_char(json, ']');
}

static void append_fields(GString *json, const Question *question)
{
        json_key(json, "fields");
        append_char(json, '[');
        for (guint i = 0; i < question->fields->len; i++) {
                const QuizField *field = g_ptr_array_index(question->fields, i);

                if (i > 0)
                        append_char(json, ',');
                json_literal(json, "{\"frame\":");
                append_unsigned(json, field->frame);
                json_key_name(json, "column", field->column);
                json_key_string(json, "label", field->label);
                json_key(json, "right");
                if (!field->options)
                        append_text(json, field->right);
                else
                        json_append_string(json, field->right);
                for (guint j = 0; field->options && j < field->options->len; j++) {
                        append_text(json, j == 0 ? ",\"options\":[" : ",");
                        json_append_string(json, g_ptr_array_index(field->options, j));
                }
                if (field->options)
                        append_char(json, ']');
                json_key_string(json, "why", field->why);
                append_char(json, '}');
        }
        append_char(json, ']');
}

static void append_shape(GString *json, const Question *question)
{
        switch (question->shape) {
        case QUIZ_NUMBER:
                json_key(json, "number");
                append_exact(json, question->number);
                json_key(json, "tolerance");
                append_number(json, question->tolerance);
                json_key_string(json, "unit", question->unit);
                append_answers(json, question);
                break;
        case QUIZ_FIELDS:
                append_fields(json, question);
                break;
        case QUIZ_ORDER:
                json_key(json, "offered");
                for (guint i = 0; i < question->answers->len; i++) {
                        append_char(json, i > 0 ? ',' : '[');
                        append_unsigned(json, question->offered[i]);
                }
                append_char(json, ']');
                append_answers(json, question);
                break;
        case QUIZ_CHOICE:
                append_answers(json, question);
                break;
        }
}

static void append_question(GString *json, const Question *question)
{
        json_literal(json, "{\"kind\":");
        json_append_name(json, question->kind);
        json_key_number(json, "level", question->level);
        json_key_name(json, "shape", quiz_shape_to_string(question->shape));
        append_topics(json, question);
        append_frames(json, question);
        json_key_string(json, "text", question->text);
        json_key(json, "ask");
        append_text(json, question->ask);
        if (question->excerpt)
                append_excerpt(json, question->excerpt);
        append_shape(json, question);
        json_key_string(json, "why", question->why);
        append_char(json, '}');
}

void quiz_write_json(const Quiz *quiz, FILE *file)
{
        g_autoptr(GString) json = g_string_new("{\"capture\":");

        json_append_string(json, quiz->name);
        json_key_number(json, "packets", quiz->packets);
        json_key(json, "seed");
        append_unsigned(json, quiz->options.seed);
        json_literal(json, ",\"questions\":[");
        for (guint i = 0; i < quiz->questions->len; i++) {
                append_text(json, i > 0 ? ",\n" : "\n");
                append_question(json, g_ptr_array_index(quiz->questions, i));
        }
        json_literal(json, "\n]}\n");
        fwrite(json->str, 1, json->len, file);
}
