/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An explanation: a list of points, each about one topic. What a topic says in general stands in topics.c and
 * is told once; a point adds what is so in this packet, or in this conversation. */
#pragma once

#include "analyzer/timeline/sentence.h"
#include "analyzer/timeline/topics.h"

G_BEGIN_DECLS

typedef struct {
        Topic topic;
        guint32 start, length; /* its own sentences, in Explanation.own; 0 long: it has none */
} Point;

/* More than any packet has; further sentences are added to the last point. */
#define EXPLANATION_MAX_POINTS 40

typedef struct {
        GString *own; /* of all points, one after the other. Any octets: writers escape them */
        guint n_points;
        Point points[EXPLANATION_MAX_POINTS];
} Explanation;

Explanation *explanation_new(void);
void explanation_free(Explanation *explanation);
void explanation_clear(Explanation *explanation);

/* Adds a sentence of the packet's own, from a template as for sentence_append(); NULL where what is general is
 * all. A topic that the point before has as well makes no new point. */
void explanation_add(Explanation *explanation, Topic topic, const char *template, const SentenceValue *values);

/* Appends all points: of each what is its own, then, where the topic is not in told, what is general with its
 * source, by which the topic comes into told. NULL: each topic once in this explanation. Nothing where nothing
 * is new. */
void explanation_append(const Explanation *explanation, TopicSet *told, GString *text);

/* The same of one point. */
void explanation_append_point(const Explanation *explanation, guint index, TopicSet *told, GString *text);

/* Sets ret_topics to the topics in the order of the points, each once. Returns their number. */
guint explanation_get_topics(const Explanation *explanation, Topic ret_topics[EXPLANATION_MAX_POINTS]);

G_END_DECLS
