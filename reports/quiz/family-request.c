/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which request does a datagram of the server answer? */
#include "reports/quiz/family.h"

#define MAX_REQUESTS 3 /* wrong ones that are offered */
#define MAX_ROWS 12

static gboolean is_request(const Record *record)
{
        return record_is_udp(record) && record->kind == KIND_REQUEST;
}

/* Whether it goes to or comes from that server. */
static gboolean is_of_server(const Record *record, const Endpoint *server)
{
        return endpoint_equal(&record->packet->source, server) || endpoint_equal(&record->packet->destination, server);
}

static const Endpoint *client_of(const Record *request)
{
        return &request->packet->source;
}

/* Whether the request repeats another one or is repeated: then it is not clear which of them an answer is for. */
static gboolean is_repeated(const QuizFacts *facts, const Record *request)
{
        if (request->told->repeats != 0)
                return TRUE;
        for (guint i = 0; i < facts->facts->len; i++)
                if (quiz_facts_get(facts, i)->record->told->repeats == record_frame(request))
                        return TRUE;
        return FALSE;
}

static char *explain_wrong(const Record *request, const Record *answer)
{
        guint64 frame = record_frame(request);

        if (!endpoint_equal(client_of(request), &answer->packet->destination)) {
                g_autofree char *client = endpoint_to_text(client_of(request));

                return g_strdup_printf("Frame %" G_GUINT64_FORMAT " comes from another client, %s, and its answer goes "
                                       "to that client.",
                                       frame, client);
        }
        if (frame > record_frame(answer))
                return g_strdup_printf("Frame %" G_GUINT64_FORMAT
                                       " comes after it: a request is not answered before it is "
                                       "sent.",
                                       frame);
        if (answer->told->form && request->told->form && !chat_form_answers(answer->told->form, request->told->form))
                return g_strdup_printf("A request like frame %" G_GUINT64_FORMAT " has another kind of answer.", frame);
        return g_strdup_printf("Frame %" G_GUINT64_FORMAT " already has its answer, or gets it later.", frame);
}

/* The wrong requests nearest to the answer, in the order of the capture. Those of other clients are among them, since
 * they look alike. */
static GPtrArray *list_requests(const QuizFacts *facts, const Record *answer)
{
        GPtrArray *found = g_ptr_array_new();
        const Endpoint *server = &answer->packet->source;
        guint64 frame = record_frame(answer);

        for (guint i = 0; i < facts->facts->len; i++) {
                const Record *record = quiz_facts_get(facts, i)->record;

                if (is_request(record) && is_of_server(record, server) && !is_repeated(facts, record) &&
                    record_frame(record) != answer->told->request)
                        g_ptr_array_add(found, (gpointer) record);
        }
        while (found->len > MAX_REQUESTS) { /* drops the one that is farther away, the first or the last */
                guint64 first = record_frame(found->pdata[0]), last = record_frame(found->pdata[found->len - 1]);
                guint64 before = first < frame ? frame - first : 0, after = last > frame ? last - frame : 0;

                g_ptr_array_remove_index(found, before >= after ? 0 : found->len - 1);
        }
        return found;
}

static QuizExcerpt *make_excerpt(const QuizFacts *facts, const Record *answer, guint64 first, guint64 last)
{
        g_autoptr(GPtrArray) rows = g_ptr_array_new();

        for (guint i = 0; i < facts->facts->len; i++) {
                const Record *record = quiz_facts_get(facts, i)->record;
                guint64 frame = record_frame(record);

                if (frame >= first && frame <= last && record_is_udp(record) &&
                    is_of_server(record, &answer->packet->source))
                        g_ptr_array_add(rows, (gpointer) record);
        }
        /* If there are too many rows, those in the middle matter least, except requests and the answer. */
        while (rows->len > MAX_ROWS) {
                guint middle = rows->len / 2;

                while (middle < rows->len - 1 && (rows->pdata[middle] == answer || is_request(rows->pdata[middle])))
                        middle++;
                if (middle == rows->len - 1)
                        break;
                g_ptr_array_remove_index(rows, middle);
        }
        return excerpt_of_udp(rows, 0);
}

static void add_none(Question *question, const Record *answer)
{
        gboolean is_notice = answer->kind == KIND_NOTICE;
        GString *why = g_string_new(NULL);

        if (!is_notice)
                g_string_append_printf(why, "Its receiver did ask, in frame %" G_GUINT64_FORMAT ".",
                                       answer->told->request);
        else if (answer->told->cause != 0)
                g_string_append_printf(why,
                                       "Its receiver has no open request that such a datagram answers. Somebody else's "
                                       "request, frame %" G_GUINT64_FORMAT ", caused it.",
                                       answer->told->cause);
        else
                g_string_append(why, "Its receiver has no open request that such a datagram answers.");
        question_add_answer(question, is_notice, g_strdup("None: the server sends it of its own accord."),
                            g_strdup("null"), g_string_free(why, FALSE));
}

static Question *make(const QuizFacts *facts, const Fact *fact, guint variant, QuizRandom *random)
{
        const Record *answer = fact->record;
        const SessionPacket *told = answer->told;
        guint64 frame = record_frame(answer), first = frame, last = frame;
        g_autoptr(GPtrArray) others = NULL;
        g_autofree char *client = NULL;
        Question *question;

        if (!record_is_udp(answer) || told->sender != CHAT_SENDER_SERVER ||
            (answer->kind != KIND_REPLY && answer->kind != KIND_NOTICE) || !told->form)
                return NULL;
        if (answer->kind == KIND_REPLY &&
            (told->request == 0 || told->n_asked > 1 || told->answered_again || !quiz_facts_find(facts, told->request)))
                return NULL;
        if (answer->kind == KIND_NOTICE && told->cause == 0)
                return NULL;
        others = list_requests(facts, answer);
        if (others->len < 2)
                return NULL;
        client = endpoint_to_text(&answer->packet->destination);
        question = question_new("request", 2, QUIZ_CHOICE,
                                g_strdup_printf("Which request of %s does frame %" G_GUINT64_FORMAT
                                                " answer? UDP does not say; contents and order do.",
                                                client, frame),
                                g_strdup_printf("{\"frame\":%" G_GUINT64_FORMAT "}", frame));
        question_add_topic(question, answer->kind == KIND_NOTICE ? TOPIC_NOTICE : TOPIC_REPLY);
        question_add_topic(question, TOPIC_REQUEST);
        question_add_frame(question, frame);
        if (answer->kind == KIND_REPLY) {
                question_add_answer(
                        question, TRUE, g_strdup_printf("Frame %" G_GUINT64_FORMAT, told->request),
                        g_strdup_printf("%" G_GUINT64_FORMAT, told->request),
                        g_strdup(told->begins_answer ?
                                         "It is a request of this client that such a datagram answers, and it "
                                         "had no answer yet." :
                                         "Its answer takes several datagrams, and this one continues it."));
                question_add_frame(question, told->request);
                first = told->request;
        } else if (told->cause != 0) {
                first = told->cause;
        }
        for (guint i = 0; i < others->len; i++) {
                const Record *request = others->pdata[i];

                question_add_answer(question, FALSE, g_strdup_printf("Frame %" G_GUINT64_FORMAT, record_frame(request)),
                                    g_strdup_printf("%" G_GUINT64_FORMAT, record_frame(request)),
                                    explain_wrong(request, answer));
                first = MIN(first, record_frame(request));
                last = MAX(last, record_frame(request));
        }
        question_sort_frames(question);
        add_none(question, answer);
        question->excerpt = make_excerpt(facts, answer, first, last);
        question->why = answer->kind == KIND_REPLY ?
                                g_strdup_printf("Frame %" G_GUINT64_FORMAT
                                                " goes to the client that asked in frame %" G_GUINT64_FORMAT
                                                ", and is an answer to such a request.",
                                                frame, told->request) :
                                g_strdup_printf("A notice answers nothing: the server tells frame %" G_GUINT64_FORMAT
                                                "'s receiver what another client changed.",
                                                frame);
        return question;
}

const QuizFamily family_request = {"request", "Which request?", 1, make};
