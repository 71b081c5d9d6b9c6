/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts about a question that several writers need. */
#include "reports/prose.h"
#include "reports/quiz/quiz-writer.h"

char *quiz_blank(guint field)
{
        return g_strdup_printf("(%u)", field + 1);
}

static int compare_frames(gconstpointer a, gconstpointer b)
{
        guint64 one = *(const guint64 *) a, other = *(const guint64 *) b;

        return one < other ? -1 : one > other;
}

char *quiz_source(const Question *question)
{
        GString *text = g_string_new(NULL);
        const TopicInfo *topic = topic_get(question->topics[0]);
        g_autoptr(GArray) frames = g_array_copy(question->frames);

        g_string_append_printf(text, "Topic: %s (%s). ", topic->title, topic->source);
        g_string_append(text, question->frames->len == 1 ? "Frame " : "Frames ");
        g_array_sort(frames, compare_frames);
        for (guint i = 0; i < frames->len; i++)
                g_string_append_printf(text, "%s%" G_GUINT64_FORMAT, prose_separator(i, frames->len),
                                       g_array_index(frames, guint64, i));
        g_string_append_c(text, '.');
        return g_string_free(text, FALSE);
}

char *quiz_title(const Question *question, guint number)
{
        return g_strdup_printf("%03u %s", number, question->title);
}

static void append_fields(GString *text, const Question *question)
{
        for (guint i = 0; i < question->fields->len; i++) {
                g_autofree char *blank = quiz_blank(i);

                g_string_append_printf(text, "%s%s %s", i > 0 ? "; " : "", blank,
                                       ((const QuizField *) g_ptr_array_index(question->fields, i))->right);
        }
}

/* The right order of the steps, by the letters that they are shown with: "B, A, C". */
static void append_order(GString *text, const Question *question)
{
        for (guint i = 0; i < question->answers->len; i++)
                for (guint j = 0; j < question->answers->len; j++)
                        if (question->offered[j] == i)
                                g_string_append_printf(text, "%s%c", i > 0 ? ", " : "", (char) ('A' + j));
}

char *quiz_key(const Question *question)
{
        GString *text = g_string_new(NULL);

        switch (question->shape) {
        case QUIZ_CHOICE:
                for (guint i = 0; i < question->answers->len; i++) {
                        const QuizAnswer *answer = g_ptr_array_index(question->answers, i);

                        if (answer->is_right)
                                g_string_append_printf(text, "%c: %s", (char) ('A' + i), answer->text);
                }
                break;
        case QUIZ_NUMBER: {
                g_autofree char *number = question_format_number(question, question->number);

                g_string_append(text, number);
                if (*question->unit)
                        g_string_append_printf(text, " %s", question->unit);
                break;
        }
        case QUIZ_FIELDS:
                append_fields(text, question);
                break;
        case QUIZ_ORDER:
                append_order(text, question);
                break;
        }
        return g_string_free(text, FALSE);
}
