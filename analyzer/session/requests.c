/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/session/requests.h"

#include <string.h>

/* What a request costs with its place in the list, in octets. */
static gsize request_cost(const Request *self)
{
        return sizeof *self + sizeof(GList) + (self->argument ? strlen(self->argument) : 0);
}

static void drop(RequestList *self, GQueue *queue, MemoryBudget *budget, GList *link)
{
        Request *request = link->data;

        if (self->open == request)
                self->open = NULL;
        budget->held -= request_cost(request);
        g_free(request->argument);
        g_free(request);
        g_queue_delete_link(queue, link);
}

void request_list_clear(RequestList *self, MemoryBudget *budget)
{
        while (self->outstanding.head)
                drop(self, &self->outstanding, budget, self->outstanding.head);
        while (self->answered.head)
                drop(self, &self->answered, budget, self->answered.head);
}

/* Drops requests, oldest first, until the budget is kept; never the newest. */
static void make_room(RequestList *self, MemoryBudget *budget, const Request *newest)
{
        GQueue *const queues[] = {&self->answered, &self->outstanding};

        for (guint i = 0; i < G_N_ELEMENTS(queues); i++)
                while (memory_budget_is_short(budget) && queues[i]->head && queues[i]->head->data != newest) {
                        budget->given_up += i; /* counts only outstanding requests: answered ones are not missed */
                        drop(self, queues[i], budget, queues[i]->head);
                }
}

static gboolean is_first_argument(const char *argument, const ChatMessage *message)
{
        const ChatSlice *other = &message->arguments[0];

        if (message->n_arguments == 0)
                return argument == NULL;
        return argument && strlen(argument) == other->length && memcmp(argument, other->start, other->length) == 0;
}

static gboolean is_same(const Request *request, guint side, const ChatMessage *message)
{
        return request->side == side && request->form == message->form && is_first_argument(request->argument, message);
}

const Request *request_list_find(const RequestList *self, guint side, const ChatMessage *message)
{
        for (const GList *l = self->outstanding.tail; l; l = l->prev) {
                const Request *request = l->data;

                if (message ? is_same(request, side, message) : request->side == side)
                        return request;
        }
        return NULL;
}

/* If a client asks to register again, soon after the same request was answered, as if the answer had not come: the
 * frame of that answer. Else 0. */
static guint64 find_unheard(const RequestList *self, guint side, const ChatMessage *message, const CaptureFrame *frame)
{
        const Request *last = self->answered.tail ? self->answered.tail->data : NULL;
        gint64 age;

        if (message->form->meaning != CHAT_MEANING_REGISTER || self->outstanding.length > 0 || !last ||
            !is_same(last, side, message) || !last->has_time || !frame->has_time ||
            __builtin_sub_overflow(frame->time, last->last_time, &age) || age < 0 || age > REQUESTS_RETRY)
                return 0;
        return last->answer;
}

const Request *request_list_ask(RequestList *self,
                                MemoryBudget *budget,
                                const ChatMessage *message,
                                const CaptureFrame *frame,
                                guint line,
                                guint side)
{
        Request *request = self->is_stream ? NULL : (Request *) request_list_find(self, side, message);

        if (request) {
                request->n_asked++;
                if (frame->has_time)
                        request->last_time = frame->time;
                return request;
        }
        request = g_new(Request, 1);
        *request = (Request){
                .frame = frame->number,
                .time = frame->time,
                .last_time = frame->time,
                .has_time = frame->has_time,
                .line = line,
                .side = side,
                .form = message->form,
                .n_asked = 1,
                .unheard = find_unheard(self, side, message, frame),
        };
        if (message->n_arguments > 0)
                request->argument = g_strndup(message->arguments[0].start, message->arguments[0].length);
        if (self->outstanding.length == REQUESTS_MAX_OUTSTANDING)
                drop(self, &self->outstanding, budget, self->outstanding.head);
        g_queue_push_tail(&self->outstanding, request);
        budget->held += request_cost(request);
        make_room(self, budget, request);
        return request;
}

/* Whether reply can be an answer to request. If both have a first argument of the same name, it must have the same
 * value. */
static gboolean fits(const ChatMessage *reply, guint side, const Request *request)
{
        if (request->side == side || !chat_form_answers(reply->form, request->form))
                return FALSE;
        return reply->n_arguments == 0 || !request->argument ||
               !g_str_equal(reply->form->argument_names[0], request->form->argument_names[0]) ||
               is_first_argument(request->argument, reply);
}

/* Whether reply is a list of peers that cannot answer request yet: a request to leave a room for which the protocol has
 * a confirmation of its own, which comes first. */
static gboolean waits_for_other_form(const ChatMessage *reply, const Request *request)
{
        return reply->form->meaning == CHAT_MEANING_CLEAR_PEERS && request->form->meaning == CHAT_MEANING_LEAVE_ROOM &&
               request->form->is_confirmed;
}

static gboolean is_given_up(const Request *request, const CaptureFrame *frame)
{
        gint64 age;

        if (!request->has_time || !frame->has_time)
                return FALSE;
        return __builtin_sub_overflow(frame->time, request->last_time, &age) || age > REQUESTS_PATIENCE;
}

/* The outstanding request that reply answers; NULL: none. */
static GList *find_outstanding(const RequestList *self, const ChatMessage *reply, const CaptureFrame *frame, guint side)
{
        GList *given_up = NULL;

        for (GList *l = self->outstanding.head; l; l = l->next) {
                if (!fits(reply, side, l->data) || waits_for_other_form(reply, l->data))
                        continue;
                if (self->is_stream || !is_given_up(l->data, frame))
                        return l;
                if (!given_up)
                        given_up = l;
        }
        return given_up;
}

/* The newest answered request that reply can answer again, because it was asked more often than answered; NULL: none.
 */
static Request *find_repeated(const RequestList *self, const ChatMessage *reply, guint side)
{
        for (const GList *l = self->answered.tail; l; l = l->prev) {
                Request *request = l->data;

                if (request->n_answers < request->n_asked && fits(reply, side, request) &&
                    !waits_for_other_form(reply, request))
                        return request;
        }
        return NULL;
}

/* The newest confirmed request to leave a room whose list of peers has not come yet; NULL: none. */
static Request *find_left(const RequestList *self, const ChatMessage *reply, guint side)
{
        for (const GList *l = self->answered.tail; l; l = l->prev) {
                Request *request = l->data;

                if (!request->is_continued && fits(reply, side, request) && waits_for_other_form(reply, request))
                        return request;
        }
        return NULL;
}

static Answer answer_outstanding(RequestList *self, MemoryBudget *budget, GList *link, guint64 frame)
{
        Request *request = link->data;

        g_queue_unlink(&self->outstanding, link);
        g_queue_push_tail_link(&self->answered, link);
        request->n_answers = 1;
        request->answer = frame;
        if (self->answered.length > REQUESTS_MAX_ANSWERED)
                drop(self, &self->answered, budget, self->answered.head);
        return (Answer){ANSWER_FIRST, request};
}

/* Reply is a whole answer, or the first datagram of one. */
static Answer
begin_answer(RequestList *self, MemoryBudget *budget, const ChatMessage *reply, const CaptureFrame *frame, guint side)
{
        GList *outstanding = find_outstanding(self, reply, frame, side);
        Request *left = find_left(self, reply, side), *repeated;

        if (left && (!outstanding || left->frame < ((const Request *) outstanding->data)->frame)) {
                left->is_continued = TRUE;
                return (Answer){ANSWER_CONTINUED, left};
        }
        if (outstanding)
                return answer_outstanding(self, budget, outstanding, frame->number);
        repeated = find_repeated(self, reply, side);
        if (repeated) {
                repeated->n_answers++;
                return (Answer){ANSWER_AGAIN, repeated};
        }
        return (Answer){ANSWER_UNKNOWN, NULL};
}

/* Whether answers with datagrams of the form `more` begin with another form, as a list of peers begins with
 * "rj __clear_peers__". */
static gboolean answer_has_first(const ChatProtocol *protocol, const ChatForm *more)
{
        guint n_forms;
        const ChatForm *forms = chat_protocol_get_forms(protocol, &n_forms);

        for (guint i = 0; i < n_forms; i++) {
                if (forms[i].reply != CHAT_REPLY_FIRST)
                        continue;
                for (guint j = 0; more->answers[j]; j++)
                        for (guint k = 0; forms[i].answers[k]; k++)
                                if (g_str_equal(more->answers[j], forms[i].answers[k]))
                                        return TRUE;
        }
        return FALSE;
}

/* The newest request whose answer is a list that reply can belong to; NULL: none. */
static Request *find_list(const RequestList *self, const ChatMessage *reply, guint side)
{
        for (const GList *l = self->answered.tail; l; l = l->prev) {
                Request *request = l->data;

                if (request->is_list && fits(reply, side, request))
                        return request;
        }
        return NULL;
}

/* Reply is an entry of a list that begins with its first entry, without a form that opens it. */
static Answer
continue_list(RequestList *self, MemoryBudget *budget, const ChatMessage *reply, const CaptureFrame *frame, guint side)
{
        Request *list = find_list(self, reply, side);
        Answer answer;

        if (list && !find_outstanding(self, reply, frame, side))
                return (Answer){ANSWER_CONTINUED, list};
        answer = begin_answer(self, budget, reply, frame, side);
        if (answer.kind == ANSWER_FIRST)
                ((Request *) g_queue_peek_tail(&self->answered))->is_list = TRUE;
        return answer;
}

Answer request_list_answer(RequestList *self,
                           MemoryBudget *budget,
                           const ChatProtocol *protocol,
                           const ChatMessage *reply,
                           const CaptureFrame *frame,
                           guint side)
{
        Answer answer;

        switch (reply->form->reply) {
        case CHAT_REPLY_ONLY:
                return begin_answer(self, budget, reply, frame, side);
        case CHAT_REPLY_FIRST:
                answer = begin_answer(self, budget, reply, frame, side);
                self->open = answer.request;
                if (!answer.request)
                        answer.kind = ANSWER_NOTICE;
                return answer;
        case CHAT_REPLY_MORE:
                if (!answer_has_first(protocol, reply->form))
                        return continue_list(self, budget, reply, frame, side);
                if (self->open && chat_form_answers(reply->form, self->open->form))
                        return (Answer){ANSWER_CONTINUED, self->open};
                break;
        case CHAT_REPLY_NONE:
                break;
        }
        return (Answer){ANSWER_NOTICE, NULL};
}
