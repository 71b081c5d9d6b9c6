/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An explanation: a list of points, each about one topic. The topic's paragraph (topics.c) says what is true in general
 * and is shown once; the point's own sentences say what is true of this packet or conversation. */
#pragma once

#include "analyzer/timeline/sentence.h"
#include "analyzer/timeline/topics.h"

G_BEGIN_DECLS

typedef struct {
        Topic topic;
        guint32 start, length; /* its own sentences, in Explanation.own; length 0: it has none */
} Point;

/* More points than any packet needs. Beyond them, sentences are added to the last point. */
#define EXPLANATION_MAX_POINTS 40

typedef struct {
        GString *own; /* the own sentences of all points. Any octets: writers escape them */
        guint n_points;
        Point points[EXPLANATION_MAX_POINTS];
} Explanation;

Explanation *explanation_new(void);
void explanation_free(Explanation *explanation);
void explanation_clear(Explanation *explanation);

/* Adds a sentence, from a template as for sentence_append(); template NULL: the topic's paragraph says everything. If
 * the last point has the same topic, the sentence is added to it; else there is a new point. */
void explanation_add(Explanation *explanation, Topic topic, const char *template, const SentenceValue *values);

/* Appends all points to text: of each its own sentences and, unless told holds its topic already, the topic's paragraph
 * with its source; the topic is then added to told. told NULL: shows each topic once in this explanation. Appends
 * nothing if there is nothing new. */
void explanation_append(const Explanation *explanation, TopicSet *told, GString *text);

/* The same for one point. told must not be NULL. */
void explanation_append_point(const Explanation *explanation, guint index, TopicSet *told, GString *text);

/* Sets ret_topics to the topics in the order of the points, each once, and returns how many they are. */
guint explanation_get_topics(const Explanation *explanation, Topic ret_topics[EXPLANATION_MAX_POINTS]);

G_END_DECLS
