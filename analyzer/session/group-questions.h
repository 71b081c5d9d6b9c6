/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The newest questions that peers asked a multicast group ("who is there?"). Whoever is in the group answers straight
 * to the peer that asked, so that the answers are in conversations of their own. */
#pragma once

#include "analyzer/session/requests.h"

G_BEGIN_DECLS

typedef struct {
        guint64 frame; /* in which it was asked last; 0: there is none */
        gint64 time;   /* of that frame, and has_time: see CaptureFrame */
        gboolean has_time;
        const ChatForm *form;
        Endpoint asker;
        guint side;        /* FlowSide of the asker, in */
        gpointer asked_in; /* the conversation with the group */
        guint64 answered;  /* the request in it to which an answer was seen; 0: none */
} GroupQuestion;

/* So many are remembered, of all groups together. */
#define GROUP_QUESTIONS_MAX 64

typedef struct {
        GroupQuestion ring[GROUP_QUESTIONS_MAX];
        guint n; /* asked in all */
} GroupQuestions;

void group_questions_add(GroupQuestions *questions, const GroupQuestion *question);
/* The newest question of the endpoint that a message of this form answers, asked within REQUESTS_PATIENCE; NULL: none.
 */
GroupQuestion *group_questions_find(GroupQuestions *questions,
                                    const Endpoint *asker,
                                    const ChatForm *answer,
                                    const CaptureFrame *frame);
/* The conversation is freed. */
void group_questions_forget(GroupQuestions *questions, gconstpointer asked_in);

G_END_DECLS
