/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which reply answers which request, within one conversation of a client and a server. */
#pragma once

#include "analyzer/session/budget.h"
#include "chat/protocol/protocol.h"

G_BEGIN_DECLS

typedef struct {
        guint64 frame;
        gint64 time;
        const ChatForm *form;
        char *argument; /* its first one, owned; NULL for none */
} Request;

typedef struct {
        GQueue outstanding; /* Request, oldest first, at most REQUESTS_MAX_OUTSTANDING */
        Request open;       /* what the newest first (or only more) opened; frame 0: a notice, or nothing yet */
} RequestList;
#define REQUESTS_MAX_OUTSTANDING 64

/* budget is that of all lists: where it is short, a list keeps no more than its newest request. */
void request_list_clear(RequestList *list, MemoryBudget *budget);

/* Nothing is an answer to what was asked longer ago than this, in nanoseconds: the programs have given it up. */
#define REQUESTS_MAX_AGE (G_GINT64_CONSTANT(10) * 1000000000)

/* Notes a request. TRUE if the same form with the same first argument is outstanding already: it is a repetition. */
gboolean request_list_ask(RequestList *list,
                          MemoryBudget *budget,
                          const ChatMessage *message,
                          guint64 frame,
                          gint64 time);

/* The request that a message of time answers, or NULL where it is a notice. Valid until the next call. */
const Request *request_list_answer(RequestList *list,
                                   MemoryBudget *budget,
                                   const ChatProtocol *protocol,
                                   const ChatMessage *reply,
                                   gint64 time);

G_END_DECLS
