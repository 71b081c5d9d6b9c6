/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/session/requests.h"

static void request_free(gpointer data)
{
        Request *request = data;

        g_free(request->argument);
        g_free(request);
}

void request_list_clear(RequestList *self)
{
        g_queue_clear_full(&self->outstanding, request_free);
        g_clear_pointer(&self->open.argument, g_free);
        self->open = (Request){0};
}

gboolean request_list_ask(RequestList *self, const ChatMessage *message, guint64 frame, gint64 time)
{
        Request *request = g_new0(Request, 1);
        gboolean repeated = FALSE;

        request->frame = frame;
        request->time = time;
        request->form = message->form;
        if (message->n_arguments > 0)
                request->argument = g_strndup(message->arguments[0].start, message->arguments[0].length);

        for (const GList *l = self->outstanding.head; l && !repeated; l = l->next) {
                const Request *other = l->data;

                repeated = other->form == request->form && g_strcmp0(other->argument, request->argument) == 0;
        }
        /* A server that never answers must not make the list grow: the oldest is given up. */
        if (self->outstanding.length == REQUESTS_MAX_OUTSTANDING)
                request_free(g_queue_pop_head(&self->outstanding));
        g_queue_push_tail(&self->outstanding, request);
        return repeated;
}

/* The oldest outstanding request that reply answers becomes the open one. */
static gboolean request_list_open(RequestList *self, const ChatForm *reply)
{
        for (GList *l = self->outstanding.head; l; l = l->next) {
                Request *request = l->data;

                if (!chat_form_answers(reply, request->form))
                        continue;
                g_queue_delete_link(&self->outstanding, l);
                g_free(self->open.argument);
                self->open = *request;
                g_free(request);
                return TRUE;
        }
        return FALSE;
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

const Request *request_list_answer(RequestList *self, const ChatProtocol *protocol, const ChatForm *reply)
{
        gboolean opened;

        switch (reply->reply) {
        case CHAT_REPLY_ONLY:
                return request_list_open(self, reply) ? &self->open : NULL;
        case CHAT_REPLY_FIRST:
                opened = request_list_open(self, reply);
                if (!opened) {
                        g_clear_pointer(&self->open.argument, g_free);
                        self->open = (Request){0};
                }
                return opened ? &self->open : NULL;
        case CHAT_REPLY_MORE:
                if (answer_has_first(protocol, reply))
                        return self->open.frame != 0 ? &self->open : NULL;
                if (request_list_open(self, reply))
                        return &self->open;
                return self->open.frame != 0 && chat_form_answers(reply, self->open.form) ? &self->open : NULL;
        case CHAT_REPLY_NONE:
                break;
        }
        return NULL;
}
