/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/explanation-html.h"

#include "reports/markup.h"
#include "reports/prose.h"

char *topic_anchor(Topic topic)
{
        return g_strconcat("topic-", topic_get(topic)->name, NULL);
}

static void write_general(xmlTextWriterPtr xml, const TopicInfo *topic)
{
        markup_element(xml, "span", "general", topic->paragraph);
        markup_text(xml, " ");
        markup_element(xml, "span", "source", topic->source);
}

static void write_link(xmlTextWriterPtr xml, Topic topic)
{
        g_autofree char *anchor = topic_anchor(topic);

        markup_open(xml, "a", "topic");
        markup_attributef(xml, "href", "#%s", anchor);
        markup_text(xml, topic_get(topic)->title);
        markup_close(xml);
}

static void write_point(xmlTextWriterPtr xml, const Explanation *explanation, const Point *point, TopicSet *told)
{
        g_autoptr(GString) own = g_string_new(NULL);

        prose_append_wire(own, explanation->own->str + point->start, point->length, 0);
        g_strstrip(own->str);
        markup_open(xml, "p", NULL);
        if (*own->str) {
                markup_element(xml, "bdi", "own", own->str);
                markup_text(xml, " ");
        }
        if (topic_set_add(told, point->topic))
                write_general(xml, topic_get(point->topic));
        else
                write_link(xml, point->topic);
        markup_close(xml);
}

void explanation_write_html(xmlTextWriterPtr xml, const Record *record, TopicSet *told)
{
        for (guint i = 0; record->explanation && i < record->explanation->n_points; i++)
                write_point(xml, record->explanation, &record->explanation->points[i], told);
}
