/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/timeline/explanation.h"

#include "analyzer/timeline/append.h"

Explanation *explanation_new(void)
{
        Explanation *self = g_new0(Explanation, 1);

        self->own = g_string_new(NULL);
        return self;
}

void explanation_free(Explanation *self)
{
        if (!self)
                return;
        g_string_free(self->own, TRUE);
        g_free(self);
}

void explanation_clear(Explanation *self)
{
        g_string_truncate(self->own, 0);
        self->n_points = 0;
}

static Point *get_point(Explanation *self, Topic topic)
{
        Point *last = self->n_points > 0 ? &self->points[self->n_points - 1] : NULL;

        if (last && (last->topic == topic || self->n_points == EXPLANATION_MAX_POINTS))
                return last;
        last = &self->points[self->n_points++];
        *last = (Point){.topic = topic, .start = (guint32) self->own->len};
        return last;
}

void explanation_add(Explanation *self, Topic topic, const char *template, const SentenceValue *values)
{
        Point *point = get_point(self, topic);

        if (!template)
                return;
        if (point->length > 0)
                append_char(self->own, ' ');
        sentence_append(self->own, template, values);
        point->length = (guint32) self->own->len - point->start;
}

void explanation_append_point(const Explanation *self, guint index, TopicSet *told, GString *text)
{
        const Point *point = &self->points[index];

        append_len(text, self->own->str + point->start, point->length);
        if (topic_set_add(told, point->topic)) {
                const TopicInfo *topic = topic_get(point->topic);

                if (point->length > 0)
                        append_char(text, ' ');
                append_len(text, topic->paragraph, strlen(topic->paragraph) - 1);
                append_literal(text, " (");
                append_text(text, topic->source);
                append_literal(text, ").");
        }
        append_end(text);
}

void explanation_append(const Explanation *self, TopicSet *told, GString *text)
{
        TopicSet here = {0};
        gsize begin = text->len;

        for (guint i = 0; i < self->n_points; i++) {
                gsize before = text->len;

                explanation_append_point(self, i, told ? told : &here, text);
                if (before > begin && text->len > before)
                        g_string_insert_c(text, (gssize) before, ' ');
        }
        append_end(text);
}

guint explanation_get_topics(const Explanation *self, Topic ret_topics[EXPLANATION_MAX_POINTS])
{
        TopicSet seen = {0};
        guint n = 0;

        for (guint i = 0; i < self->n_points; i++)
                if (topic_set_add(&seen, self->points[i].topic))
                        ret_topics[n++] = self->points[i].topic;
        return n;
}
