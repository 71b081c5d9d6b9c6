/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pairs replies with requests, within one conversation of a client and a server, or of two peers.
 *
 * Chat messages carry no request numbers, so contents and order decide:
 * - A request that is sent again before it was answered is the same request.
 * - A reply answers the oldest unanswered request that it fits. A request that was last sent more than
 * REQUESTS_PATIENCE ago counts only if no other fits, because the user has given it up. If no unanswered request fits,
 * but an answered one was sent more often than it was answered, the reply answers that one again.
 * - An answer can take several datagrams. A form that opens answers tells which request the following ones belong to.
 *   Lists without such a form begin with their first entry; further entries belong to the newest list of their kind.
 * - A list of peers that the client did not ask for is a notice, caused by another client's request. */
#pragma once

#include "analyzer/decode/packet.h"
#include "analyzer/session/budget.h"
#include "chat/protocol/protocol.h"

G_BEGIN_DECLS

typedef struct {
        guint64 frame; /* in which it was sent first */
        gint64 time;   /* of that frame; time and has_time as in CaptureFrame */
        gboolean has_time;
        guint line; /* TCP: its index among the lines reported with that frame */
        guint side; /* FlowSide that asks */
        const ChatForm *form;
        char *argument;        /* the first one, owned; NULL: it has none */
        gint64 last_time;      /* of the newest repetition; valid with has_time */
        guint n_asked;         /* how often it was sent */
        guint n_answers;       /* how many answers to it began */
        gboolean is_continued; /* a request to leave a room: the list of peers came after the confirmation */
        guint64 answer;        /* the frame that answered it first; 0: none */
        guint64 unheard;  /* a request to register: the frame of an answer to the same request shortly before, which
                             the client seems not to have got; 0: none */
        gboolean is_list; /* its answer is a list that begins with its first entry */
} Request;

/* The requests of one conversation. Initialise it with zeros. */
typedef struct {
        gboolean is_stream;  /* TCP, where nothing is lost: a request that is sent again is another request */
        GQueue outstanding;  /* Request, oldest first, at most REQUESTS_MAX_OUTSTANDING */
        GQueue answered;     /* Request, most recently answered last, at most REQUESTS_MAX_ANSWERED */
        const Request *open; /* in answered: the one whose answer was opened last; NULL: none, or a notice was */
} RequestList;
#define REQUESTS_MAX_OUTSTANDING 64
#define REQUESTS_MAX_ANSWERED 16

/* Frees all requests. budget, here and below, is shared by all lists; when it is short, a list may keep only its newest
 * request. */
void request_list_clear(RequestList *list, MemoryBudget *budget);

/* Nanoseconds after which a request counts as given up. */
#define REQUESTS_PATIENCE (G_GINT64_CONSTANT(10) * 1000000000)
/* Nanoseconds: a client that registers again this soon after an answer did not get it. */
#define REQUESTS_RETRY (G_GINT64_CONSTANT(5) * 1000000000)

/* Adds a request by side; line: see Request. If an unanswered request of the same side has the same form and the same
 * first argument, this is a repetition: returns that request, with n_asked above 1. Valid until the next call. */
const Request *request_list_ask(RequestList *list,
                                MemoryBudget *budget,
                                const ChatMessage *message,
                                const CaptureFrame *frame,
                                guint line,
                                guint side);

typedef enum {
        ANSWER_FIRST,     /* the request's answer, or its first datagram */
        ANSWER_CONTINUED, /* a further datagram of the answer */
        ANSWER_AGAIN,     /* another answer to a request that was sent again and has been answered before */
        ANSWER_NOTICE,    /* it answers nothing; request is NULL */
        ANSWER_UNKNOWN,   /* the request was not captured; request is NULL */
} AnswerKind;

typedef struct {
        AnswerKind kind;
        const Request *request; /* valid until the next call */
} Answer;

/* What the message `reply` by side answers. Its form must be one that can answer something. */
Answer request_list_answer(RequestList *list,
                           MemoryBudget *budget,
                           const ChatProtocol *protocol,
                           const ChatMessage *reply,
                           const CaptureFrame *frame,
                           guint side);

/* The newest unanswered request by side; if message is not NULL, only one of the same form and first argument. NULL:
 * there is none. */
const Request *request_list_find(const RequestList *list, guint side, const ChatMessage *message);

G_END_DECLS
