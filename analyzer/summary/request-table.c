/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The requests of a session, what became of each, and the table of requests and replies by form. */
#include "analyzer/summary/sessions-private.h"

/* A segment can bring several requests, so the frame alone does not identify one. */
static guint64 request_key(guint64 frame, guint line)
{
        return frame << 20 | MIN(line, (1u << 20) - 1);
}

SummaryRequest *request_table_find(const Play *play, guint64 frame, guint line)
{
        guint64 key = request_key(frame, line);

        return frame > 0 ? g_hash_table_lookup(play->requests, &key) : NULL;
}

void request_table_ask(Play *play, const Record *record, const ChatMessage *message)
{
        const SessionPacket *told = record->told;
        gsize argument_length = message->n_arguments > 0 ? message->arguments[0].length + 24 : 0;
        SummaryRequest *request;

        if (told->repeats > 0) {
                request = request_table_find(play, told->repeats, 0);
                if (request)
                        frames_add(&request->repeats, record->packet->frame->number);
                return;
        }
        if (play->session->requests->len >= SUMMARY_MAX_REQUESTS ||
            !memory_budget_take(play->memory, sizeof *request + argument_length + summary_text_cost(told->source_name) +
                                                      3 * FRAMES_COST + ENTRY_COST))
                return;
        request = g_new0(SummaryRequest, 1);
        request->form = message->form;
        request->argument = message->n_arguments > 0 ? summary_copy_slice(&message->arguments[0]) : NULL;
        request->client = record->packet->source;
        request->client_name = summary_copy_name(told->source_name);
        request->to_group = ip_address_is_multicast(&record->packet->destination.address);
        request->frame = record->packet->frame->number;
        request->offset = record->offset;
        frames_init(&request->repeats, play->memory);
        frames_init(&request->replies, play->memory);
        frames_init(&request->errors, play->memory);
        g_ptr_array_add(play->session->requests, request);
        request->key = request_key(request->frame, told->line);
        g_hash_table_insert(play->requests, &request->key, request);
}

SummaryRequest *request_table_answer(Play *play, const Record *record)
{
        const SessionPacket *told = record->told;
        SummaryRequest *request = request_table_find(play, told->request, told->request_line);

        if (!request)
                return NULL;
        if (told->begins_answer && told->has_latency) {
                request->has_latency = TRUE;
                request->latency = told->latency;
        }
        frames_add(&request->replies, record->packet->frame->number);
        return request;
}

/* --- the end ----------------------------------------------------------------------------------------- */

/* How long the chat programs wait for an answer before they report that there is none, in nanoseconds. */
#define PATIENCE (G_GINT64_CONSTANT(2) * 1000000000)

static int compare_latencies(gconstpointer a, gconstpointer b)
{
        gint64 one = *(const gint64 *) a, other = *(const gint64 *) b;

        return one < other ? -1 : one > other;
}

static void count_form(SummarySession *session, const ChatForm *form)
{
        g_autoptr(GArray) latencies = g_array_new(FALSE, FALSE, sizeof(gint64));
        SummaryForm count = {.form = form};

        for (guint i = 0; i < session->requests->len; i++) {
                const SummaryRequest *request = g_ptr_array_index(session->requests, i);

                if (request->form != form)
                        continue;
                count.asked++;
                count.repeated += request->repeats.count > 0;
                count.answered += request->replies.count > 0;
                if (request->has_latency)
                        g_array_append_val(latencies, request->latency);
        }
        if (count.asked == 0)
                return;
        count.unanswered = count.asked - count.answered;
        g_array_sort(latencies, compare_latencies);
        if (latencies->len > 0) {
                count.has_latency = TRUE;
                count.latency_least = g_array_index(latencies, gint64, 0);
                count.latency_median = g_array_index(latencies, gint64, latencies->len / 2);
                count.latency_most = g_array_index(latencies, gint64, latencies->len - 1);
        }
        g_array_append_val(session->forms, count);
}

void request_table_finish(Play *play, gint64 end)
{
        SummarySession *session = play->session;
        guint n_forms;
        const ChatForm *forms = chat_protocol_get_forms(session->protocol, &n_forms);

        for (guint i = 0; i < session->requests->len; i++) {
                SummaryRequest *request = g_ptr_array_index(session->requests, i);

                request->is_last_word = request->replies.count == 0 && request->errors.count == 0 &&
                                        end >= request->offset && offset_between(request->offset, end) < PATIENCE;
        }
        for (guint i = 0; i < n_forms; i++)
                count_form(session, &forms[i]);
}
