/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which reply answers which request, within one conversation of a client and a server, or of two peers.
 *
 * No datagram of the chat carries a number, so only its content and order decide:
 * - A request that is asked again while it is unanswered is the same request; its answer belongs to the first asking.
 * - A reply answers the oldest unanswered request that it fits; one that was last asked more than REQUESTS_PATIENCE
 *   ago only where no other fits, because the user has given it up and asked for something else. Where there is none,
 *   but a request was asked more often than it was answered, it is that answer given again.
 * - An answer of several datagrams is opened by the first of them; what follows belongs to what was opened last. The
 *   entries of a list, which nothing but its first entry opens, belong to the newest list of their kind.
 * - A list of peers that nobody asked for is a notice: somebody else's request caused it. */
#pragma once

#include "analyzer/decode/packet.h"
#include "analyzer/session/budget.h"
#include "chat/protocol/protocol.h"

G_BEGIN_DECLS

typedef struct {
        guint64 frame; /* in which it was asked first */
        gint64 time;   /* of that frame, and has_time: see CaptureFrame */
        gboolean has_time;
        guint line; /* TCP: which of those that were told with the frame */
        guint side; /* FlowSide that asks */
        const ChatForm *form;
        char *argument;        /* its first one, owned; NULL for none */
        gint64 last_time;      /* when it was asked last; valid with has_time */
        guint n_asked;         /* with every repetition */
        guint n_answers;       /* datagrams that open an answer to it */
        gboolean is_continued; /* an answer that has two parts has got its second */
        guint64 answer;        /* the frame that answered it first; 0: none did */
        guint64 unheard;       /* to register: the frame of the answer to the same request just before, of which its
                                  client seems to know nothing; 0: none */
        gboolean is_list;      /* it is answered by entries of a list, and the first has come */
} Request;

typedef struct {
        gboolean is_stream;  /* of TCP, where nothing is lost: what is asked again is asked twice, and answered in order
                              */
        GQueue outstanding;  /* Request, oldest first, at most REQUESTS_MAX_OUTSTANDING */
        GQueue answered;     /* Request, the last answered last, at most REQUESTS_MAX_ANSWERED */
        const Request *open; /* in answered: whose answer the newest datagram that opens one has opened; NULL: a notice,
                                or nothing yet */
} RequestList;
#define REQUESTS_MAX_OUTSTANDING 64
#define REQUESTS_MAX_ANSWERED 16

/* budget is that of all lists: where it is short, a list keeps no more than its newest request. */
void request_list_clear(RequestList *list, MemoryBudget *budget);

/* Nanoseconds. */
#define REQUESTS_PATIENCE (G_GINT64_CONSTANT(10) * 1000000000)
/* A client registers again so soon only where it does not have the answer. */
#define REQUESTS_RETRY (G_GINT64_CONSTANT(5) * 1000000000)

/* Notes a request of that side; line as of Request. Returns it, with n_asked above 1 where it is a repetition: the same
 * form with the same first argument from the same side is unanswered. Valid until the next call. */
const Request *request_list_ask(RequestList *list,
                                MemoryBudget *budget,
                                const ChatMessage *message,
                                const CaptureFrame *frame,
                                guint line,
                                guint side);

typedef enum {
        ANSWER_FIRST,     /* the request's answer, or the first datagram of it */
        ANSWER_CONTINUED, /* a further datagram of it */
        ANSWER_AGAIN,     /* an answer to a request that was answered, and had been asked again */
        ANSWER_NOTICE,    /* answers nothing: request is NULL */
        ANSWER_UNKNOWN,   /* answers something that was not captured: request is NULL */
} AnswerKind;

typedef struct {
        AnswerKind kind;
        const Request *request; /* valid until the next call */
} Answer;

/* What a message of that side, which is of a form with answers, answers. */
Answer request_list_answer(RequestList *list,
                           MemoryBudget *budget,
                           const ChatProtocol *protocol,
                           const ChatMessage *reply,
                           const CaptureFrame *frame,
                           guint side);

/* The newest unanswered request of that side; of the same form and first argument as message, where that is not NULL.
 * NULL where there is none. */
const Request *request_list_find(const RequestList *list, guint side, const ChatMessage *message);

G_END_DECLS
