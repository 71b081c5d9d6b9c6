/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Put packets in order: those of a handshake or a teardown, data and acknowledgements, requests and answers. It is
 * asked only if none of them can have been sent before the one that precedes it. */
#include "reports/quiz/family.h"

#define MIN_STEPS 3

/* Whether b cannot have come before a: it continues or acknowledges what a sent. */
static gboolean follows_tcp(const Record *a, const Record *b)
{
        const FlowPacket *from = a->flow, *to = b->flow;
        guint32 end = record_end(a);

        if (record_is_out_of_line(b) || end == from->relative_sequence)
                return FALSE; /* nothing shows what came after a segment that uses up no number */
        if (from->side == to->side)
                return to->relative_sequence == end;
        return record_has_flag(b, TCP_ACK) && to->relative_acknowledgement == end;
}

/* Whether b must have been sent after a: a reply follows its request; a request follows the reply that makes it
 * possible, since a client registers first, creates a room before it joins it, and so on. */
static gboolean follows_udp(const Record *a, const Record *b)
{
        static const struct {
                ChatMeaning done, next;
        } steps[] = {
                {CHAT_MEANING_REGISTERED, CHAT_MEANING_CREATE_ROOM}, {CHAT_MEANING_REGISTERED, CHAT_MEANING_JOIN_ROOM},
                {CHAT_MEANING_REGISTERED, CHAT_MEANING_LIST_USERS},  {CHAT_MEANING_REGISTERED, CHAT_MEANING_LIST_ROOMS},
                {CHAT_MEANING_REGISTERED, CHAT_MEANING_FIND_USER},   {CHAT_MEANING_REGISTERED, CHAT_MEANING_UNREGISTER},
                {CHAT_MEANING_ROOM_CREATED, CHAT_MEANING_JOIN_ROOM}, {CHAT_MEANING_NAME_TAKEN, CHAT_MEANING_REGISTER},
                {CHAT_MEANING_CLEAR_PEERS, CHAT_MEANING_LEAVE_ROOM},
        };
        const ChatForm *from = a->told->form, *to = b->told->form;

        if (!from || !to)
                return FALSE;
        if (b->kind == KIND_REPLY)
                return b->told->request == record_frame(a) && b->told->begins_answer && a->told->repeats == 0;
        if (a->kind != KIND_REPLY || b->kind != KIND_REQUEST || b->told->repeats != 0)
                return FALSE;
        for (guint i = 0; i < G_N_ELEMENTS(steps); i++)
                if (from->meaning == steps[i].done && to->meaning == steps[i].next)
                        return TRUE;
        return FALSE;
}

static gboolean follows(const Record *a, const Record *b)
{
        if (a->packet->transport != b->packet->transport)
                return FALSE;
        return record_is_tcp(a) ? follows_tcp(a, b) : record_is_udp(a) && follows_udp(a, b);
}

static char *describe(const Fact *fact, const Record *record)
{
        g_autofree char *text = NULL;

        if (record_is_udp(record)) {
                text = record_data_text(record, 48);
                return g_strdup_printf("The %s sends %s", record_source_role(record), text);
        }
        text = flags_to_text(record->packet->tcp.flags);
        if (!record_has_flag(record, TCP_ACK))
                return g_strdup_printf("%s: %s, Seq %u, Len %u",
                                       conversation_side(fact->conversation, record->flow->side), text,
                                       record->flow->relative_sequence, record->flow->payload_length);
        return g_strdup_printf(
                "%s: %s, Seq %u, Ack %u, Len %u", conversation_side(fact->conversation, record->flow->side), text,
                record->flow->relative_sequence, record->flow->relative_acknowledgement, record->flow->payload_length);
}

static char *explain(const Record *before, const Record *record)
{
        if (!before)
                return g_strdup("It does not depend on any of the others.");
        if (record_is_udp(record))
                return g_strdup(record->kind == KIND_REPLY ? "It answers the datagram before it." :
                                                             "It needs what the datagram before it confirms.");
        if (before->flow->side == record->flow->side)
                return g_strdup_printf("Its Seq %u is the number after the segment before it.",
                                       record->flow->relative_sequence);
        return g_strdup_printf("Its Ack %u acknowledges the segment before it.",
                               record->flow->relative_acknowledgement);
}

static Topic topic_of(const Record *record)
{
        switch (record->kind) {
        case KIND_SYN:
        case KIND_SYN_ACK:
                return TOPIC_HANDSHAKE;
        case KIND_FIN:
                return TOPIC_CLOSE;
        case KIND_REQUEST:
        case KIND_REPLY:
                return TOPIC_REPLY;
        default:
                return TOPIC_ACKNOWLEDGEMENT;
        }
}

static gboolean describes_twice(const Question *question, const char *text)
{
        for (guint i = 0; i < question->answers->len; i++)
                if (g_str_equal(((const QuizAnswer *) question->answers->pdata[i])->text, text))
                        return TRUE;
        return FALSE;
}

/* Adds the steps from the fact on, as long as each must follow the one before. */
static void add_steps(Question *question, const Fact *fact)
{
        const Record *before = NULL;

        for (guint i = fact->position; i < fact->conversation->records->len && i < fact->position + QUIZ_MAX_STEPS;
             i++) {
                const Record *record = conversation_get(fact->conversation, i);
                g_autofree char *text = NULL;

                if (before && !follows(before, record))
                        return;
                text = describe(fact, record);
                if (describes_twice(question, text))
                        return;
                question_add_answer(question, TRUE, g_steal_pointer(&text),
                                    g_strdup_printf("%" G_GUINT64_FORMAT, record_frame(record)),
                                    explain(before, record));
                question_add_frame(question, record_frame(record));
                question_add_topic(question, topic_of(record));
                before = record;
        }
}

/* Shuffles the steps, but never into the right order. */
static void offer(Question *question, QuizRandom *random)
{
        guint n = question->answers->len;
        g_autofree guint *order = quiz_random_permutation(random, n);
        gboolean is_sorted = TRUE;

        for (guint i = 0; i < n; i++)
                is_sorted &= order[i] == i;
        for (guint i = 0; i < n; i++)
                question->offered[i] = is_sorted ? n - 1 - i : order[i];
}

static Question *make(const QuizFacts *facts, const Fact *fact, guint variant, QuizRandom *random)
{
        const Record *record = fact->record;
        g_autofree char *a = NULL, *b = NULL;
        g_autoptr(Question) question = NULL;

        if ((!record_is_tcp(record) && !record_is_udp(record)) || record_is_out_of_line(record))
                return NULL;
        a = endpoint_to_text(&fact->conversation->story->endpoints[0]);
        b = endpoint_to_text(&fact->conversation->story->endpoints[1]);
        question = question_new(
                "order", 2, QUIZ_ORDER,
                g_strdup_printf("These are consecutive packets of the %s conversation between %s and %s, but "
                                "shuffled. %sIn which order were they sent?",
                                record_is_tcp(record) ? "TCP" : "UDP", a, b,
                                record_is_tcp(record) ? "" :
                                                        "The client waits for each confirmation before "
                                                        "it takes its next step. "),
                g_strdup_printf("{\"first\":%" G_GUINT64_FORMAT "}", record_frame(record)));
        add_steps(question, fact);
        if (question->answers->len < MIN_STEPS)
                return NULL;
        offer(question, random);
        question->why = g_strdup(record_is_tcp(record) ?
                                         "Each segment continues with the number at which the one before it ended, or "
                                         "acknowledges it: so it cannot have been sent earlier." :
                                         "A reply needs its request, and a client asks for the next step when the one "
                                         "before it is confirmed.");
        return g_steal_pointer(&question);
}

const QuizFamily family_order = {"order", "In which order?", 1, make};
