/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The newest questions that peers asked a multicast group ("who is there?"). Each member answers directly to the peer
 * that asked, so the answers are in other conversations than the question. */
#pragma once

#include "analyzer/session/requests.h"

G_BEGIN_DECLS

typedef struct {
        guint64 frame; /* in which it was asked; 0: this entry is unused */
        gint64 time;   /* of that frame; time and has_time as in CaptureFrame */
        gboolean has_time;
        const ChatForm *form;
        Endpoint asker;
        gpointer asked_in; /* the SessionConversation with the group; owned by its conversation */
        guint side;        /* FlowSide of the asker in it */
        guint64 answered;  /* equal to frame once an answer has been captured; else 0 */
} GroupQuestion;

/* How many are remembered, for all groups together. */
#define GROUP_QUESTIONS_MAX 64

typedef struct {
        GroupQuestion ring[GROUP_QUESTIONS_MAX];
        guint n; /* how many were added in all */
} GroupQuestions;

void group_questions_add(GroupQuestions *questions, const GroupQuestion *question);
/* The newest question by asker that a message of the form `answer` answers, asked at most REQUESTS_PATIENCE before
 * frame; NULL: there is none. Valid until a question is added or forgotten. */
GroupQuestion *group_questions_find(GroupQuestions *questions,
                                    const Endpoint *asker,
                                    const ChatForm *answer,
                                    const CaptureFrame *frame);
/* The conversation is about to be freed: forgets its questions. */
void group_questions_forget(GroupQuestions *questions, gconstpointer asked_in);

G_END_DECLS
