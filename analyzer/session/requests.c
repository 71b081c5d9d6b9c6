/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/session/requests.h"

#include <string.h>

/* What a request costs, with its place in the list. */
static gsize request_cost(const Request *self)
{
        return sizeof *self + sizeof(GList) + (self->argument ? strlen(self->argument) : 0);
}

static void drop(RequestList *self, MemoryBudget *budget, GList *link)
{
        Request *request = link->data;

        budget->held -= request_cost(request);
        g_free(request->argument);
        g_free(request);
        g_queue_delete_link(&self->outstanding, link);
}

static void close_open(RequestList *self, MemoryBudget *budget)
{
        if (self->open.frame != 0)
                budget->held -= request_cost(&self->open);
        g_free(self->open.argument);
        self->open = (Request){0};
}

void request_list_clear(RequestList *self, MemoryBudget *budget)
{
        while (self->outstanding.head)
                drop(self, budget, self->outstanding.head);
        close_open(self, budget);
}

static gboolean is_same(const Request *a, const Request *b)
{
        return a->form == b->form && g_strcmp0(a->argument, b->argument) == 0;
}

static gboolean is_expired(const Request *request, gint64 time)
{
        gint64 age;

        return __builtin_sub_overflow(time, request->time, &age) || age > REQUESTS_MAX_AGE;
}

gboolean request_list_ask(RequestList *self,
                          MemoryBudget *budget,
                          const ChatMessage *message,
                          guint64 frame,
                          gint64 time)
{
        Request *request = g_new0(Request, 1);
        gboolean repeated = FALSE;

        request->frame = frame;
        request->time = time;
        request->form = message->form;
        if (message->n_arguments > 0)
                request->argument = g_strndup(message->arguments[0].start, message->arguments[0].length);

        for (GList *l = self->outstanding.head, *next; l; l = next) {
                next = l->next;
                if (is_expired(l->data, time))
                        drop(self, budget, l);
                else
                        repeated |= is_same(l->data, request);
        }
        /* A server that never answers must not make the list grow: the oldest is given up. */
        if (self->outstanding.length == REQUESTS_MAX_OUTSTANDING)
                drop(self, budget, self->outstanding.head);
        g_queue_push_tail(&self->outstanding, request);
        budget->held += request_cost(request);
        for (; memory_budget_is_short(budget) && self->outstanding.length > 1; budget->given_up++)
                drop(self, budget, self->outstanding.head);
        return repeated;
}

/* Whether reply can be an answer to request: what both name first, they name alike. */
static gboolean fits(const ChatMessage *reply, const Request *request)
{
        const ChatSlice *argument = &reply->arguments[0];

        if (!chat_form_answers(reply->form, request->form))
                return FALSE;
        if (reply->n_arguments == 0 || !request->argument ||
            !g_str_equal(reply->form->argument_names[0], request->form->argument_names[0]))
                return TRUE;
        return strlen(request->argument) == argument->length &&
               memcmp(request->argument, argument->start, argument->length) == 0;
}

/* The outstanding request that reply answers, or NULL: the oldest that it fits, and of that one's repetitions the
 * newest, since the earlier ones were probably lost. A second answer then belongs to the one before. */
static GList *find_answered(RequestList *self, MemoryBudget *budget, const ChatMessage *reply, gint64 time)
{
        GList *found = NULL;

        for (GList *l = self->outstanding.head, *next; l; l = next) {
                next = l->next;
                if (is_expired(l->data, time))
                        drop(self, budget, l);
                else if (found ? is_same(l->data, found->data) : fits(reply, l->data))
                        found = l;
        }
        return found;
}

/* The request that reply answers becomes the open one. */
static gboolean request_list_open(RequestList *self, MemoryBudget *budget, const ChatMessage *reply, gint64 time)
{
        GList *found = find_answered(self, budget, reply, time);

        if (!found)
                return FALSE;
        close_open(self, budget);
        self->open = *(Request *) found->data;
        g_free(found->data);
        g_queue_delete_link(&self->outstanding, found);
        return TRUE;
}

/* Whether reply goes on with the answer that is open: then an earlier try of the same request is not what it answers. */
static gboolean continues(RequestList *self, MemoryBudget *budget, const ChatMessage *reply, gint64 time)
{
        const GList *found = find_answered(self, budget, reply, time);
        const Request *next = found ? found->data : NULL;

        return self->open.frame != 0 && !is_expired(&self->open, time) && chat_form_answers(reply->form, self->open.form) &&
               (!next || (next->frame < self->open.frame && is_same(next, &self->open)));
}

/* Whether an answer that holds this form begins with a form of its own (as rj __clear_peers__ does). */
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

const Request *request_list_answer(RequestList *self,
                                   MemoryBudget *budget,
                                   const ChatProtocol *protocol,
                                   const ChatMessage *reply,
                                   gint64 time)
{
        gboolean opened;

        switch (reply->form->reply) {
        case CHAT_REPLY_ONLY:
                return request_list_open(self, budget, reply, time) ? &self->open : NULL;
        case CHAT_REPLY_FIRST:
                opened = request_list_open(self, budget, reply, time);
                if (!opened)
                        close_open(self, budget);
                return opened ? &self->open : NULL;
        case CHAT_REPLY_MORE:
                if (continues(self, budget, reply, time))
                        return &self->open;
                return !answer_has_first(protocol, reply->form) && request_list_open(self, budget, reply, time) ? &self->open : NULL;
        case CHAT_REPLY_NONE:
                break;
        }
        return NULL;
}
