/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/quiz/question.h"

#include <math.h>

const char *quiz_shape_to_string(QuizShape shape)
{
        static const char *const names[] = {"choice", "number", "fields", "order"};

        return names[shape];
}

static void answer_free(gpointer data)
{
        QuizAnswer *answer = data;

        g_free(answer->text);
        g_free(answer->value);
        g_free(answer->why);
        g_free(answer);
}

static void field_free(gpointer data)
{
        QuizField *field = data;

        g_free(field->label);
        g_free(field->right);
        g_clear_pointer(&field->options, g_ptr_array_unref);
        g_free(field->why);
        g_free(field);
}

guint quiz_excerpt_count_rows(const QuizExcerpt *excerpt)
{
        return excerpt->cells->len / excerpt->columns->len;
}

QuizCell *quiz_excerpt_get(const QuizExcerpt *excerpt, guint row, guint column)
{
        return g_ptr_array_index(excerpt->cells, row * excerpt->columns->len + column);
}

static void excerpt_free(QuizExcerpt *excerpt)
{
        g_free(excerpt->caption);
        g_ptr_array_unref(excerpt->columns);
        g_ptr_array_unref(excerpt->cells);
        g_free(excerpt);
}

Question *question_new(const char *kind, guint level, QuizShape shape, char *text, char *ask)
{
        Question *self = g_new0(Question, 1);

        self->kind = kind;
        self->level = level;
        self->shape = shape;
        self->text = text;
        self->ask = ask;
        self->answers = g_ptr_array_new_with_free_func(answer_free);
        self->fields = g_ptr_array_new_with_free_func(field_free);
        self->frames = g_array_new(FALSE, FALSE, sizeof(guint64));
        return self;
}

void question_free(Question *self)
{
        if (!self)
                return;
        g_free(self->text);
        g_free(self->ask);
        g_clear_pointer(&self->excerpt, excerpt_free);
        g_ptr_array_unref(self->answers);
        g_ptr_array_unref(self->fields);
        g_free(self->why);
        g_array_unref(self->frames);
        g_free(self);
}

void question_add_topic(Question *self, Topic topic)
{
        for (guint i = 0; i < self->n_topics; i++)
                if (self->topics[i] == topic)
                        return;
        if (self->n_topics < QUIZ_MAX_TOPICS)
                self->topics[self->n_topics++] = topic;
}

void question_add_frame(Question *self, guint64 frame)
{
        for (guint i = 0; i < self->frames->len; i++)
                if (g_array_index(self->frames, guint64, i) == frame)
                        return;
        g_array_append_val(self->frames, frame);
}

void question_add_answer(Question *self, gboolean is_right, char *text, char *value, char *why)
{
        QuizAnswer *answer = g_new0(QuizAnswer, 1);

        *answer = (QuizAnswer){.text = text, .value = value, .why = why, .is_right = is_right};
        for (guint i = 0; i < self->answers->len; i++)
                if (g_str_equal(((const QuizAnswer *) g_ptr_array_index(self->answers, i))->text, text)) {
                        answer_free(answer);
                        return;
                }
        g_ptr_array_add(self->answers, answer);
}

static int compare_frames(gconstpointer a, gconstpointer b)
{
        guint64 one = g_ascii_strtoull((*(QuizAnswer *const *) a)->value, NULL, 10);
        guint64 other = g_ascii_strtoull((*(QuizAnswer *const *) b)->value, NULL, 10);

        return one < other ? -1 : one > other;
}

void question_sort_frames(Question *self)
{
        g_ptr_array_sort(self->answers, compare_frames);
}

void question_add_misreading(Question *self, double number, char *why)
{
        QuizAnswer *answer;

        for (guint i = 0; i < self->answers->len; i++) {
                const QuizAnswer *other = g_ptr_array_index(self->answers, i);

                if (fabs(other->number - number) <= 2 * self->tolerance) {
                        g_free(why);
                        return;
                }
        }
        /* Nobody would answer 0. */
        if (fabs(number) <= self->tolerance || fabs(number - self->number) <= 2 * self->tolerance) {
                g_free(why);
                return;
        }
        answer = g_new0(QuizAnswer, 1);
        answer->number = number;
        answer->text = question_format_number(self, number);
        answer->value = g_strdup(answer->text);
        answer->why = why;
        g_ptr_array_add(self->answers, answer);
}

QuizField *question_hide(Question *self, guint row, guint column, guint64 frame, const char *name)
{
        QuizCell *cell = quiz_excerpt_get(self->excerpt, row, column);
        QuizField *field = g_new0(QuizField, 1);

        cell->field = self->fields->len;
        field->frame = frame;
        field->column = name;
        field->right = g_strdup(cell->text);
        field->label = g_strdup_printf("%s, frame %" G_GUINT64_FORMAT,
                                       (const char *) g_ptr_array_index(self->excerpt->columns, column), frame);
        g_ptr_array_add(self->fields, field);
        question_add_frame(self, frame);
        return field;
}

void quiz_field_set_options(QuizField *field, const char *const *options)
{
        field->options = g_ptr_array_new_with_free_func(g_free);
        for (guint i = 0; options[i]; i++)
                g_ptr_array_add(field->options, g_strdup(options[i]));
}

char *question_format_number(const Question *self, double number)
{
        char format[] = "%.0f", buffer[G_ASCII_DTOSTR_BUF_SIZE];

        format[2] = (char) ('0' + MIN(self->decimals, 6));
        return g_strdup(g_ascii_formatd(buffer, sizeof buffer, format, number));
}
