/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/session/group-questions.h"

void group_questions_add(GroupQuestions *self, const GroupQuestion *question)
{
        self->ring[self->n++ % GROUP_QUESTIONS_MAX] = *question;
}

static gboolean is_given_up(const GroupQuestion *question, const CaptureFrame *frame)
{
        gint64 age;

        if (!question->has_time || !frame->has_time)
                return FALSE;
        return __builtin_sub_overflow(frame->time, question->time, &age) || age > REQUESTS_PATIENCE;
}

GroupQuestion *
group_questions_find(GroupQuestions *self, const Endpoint *asker, const ChatForm *answer, const CaptureFrame *frame)
{
        GroupQuestion *newest = NULL;

        for (guint i = 0; i < MIN(self->n, GROUP_QUESTIONS_MAX); i++) {
                GroupQuestion *question = &self->ring[i];

                if (question->frame != 0 && question->frame < frame->number &&
                    endpoint_equal(&question->asker, asker) && chat_form_answers(answer, question->form) &&
                    !is_given_up(question, frame) && (!newest || question->frame > newest->frame))
                        newest = question;
        }
        return newest;
}

void group_questions_forget(GroupQuestions *self, gconstpointer asked_in)
{
        for (guint i = 0; i < MIN(self->n, GROUP_QUESTIONS_MAX); i++)
                if (self->ring[i].asked_in == asked_in)
                        self->ring[i] = (GroupQuestion){0};
}
