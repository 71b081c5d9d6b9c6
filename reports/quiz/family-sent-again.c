/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why was a packet sent again? It is asked only where the capture shows the reason, as far as a capture can. */
#include "reports/quiz/family.h"

/* The number of duplicate acknowledgements that make a sender retransmit at once (RFC 5681, section 3.2). */
#define FAST_RETRANSMIT 3

typedef enum {
        REASON_NO_ANSWER,  /* nothing came back */
        REASON_DUPLICATES, /* three duplicate acknowledgements */
        REASON_UNREACHABLE,
        REASON_UDP_REPEATS,
        REASON_ASKED_AGAIN,
        REASON_DATA_LOST_WITH_ACK,
        REASON_REFUSED,
        REASON_NEW,
        N_REASONS
} Reason;

static const struct {
        const char *code, *text, *wrong;
} reasons[N_REASONS] = {
        [REASON_NO_ANSWER] = {"no_answer", NULL, NULL},
        [REASON_DUPLICATES] = {"duplicates", "Three duplicate acknowledgements asked for it: a fast retransmission.",
                               "The capture does not show three duplicate acknowledgements between the two frames."},
        [REASON_UNREACHABLE] = {"unreachable", "An ICMP error told the sender to send it again.",
                                "ICMP only reports errors; it never asks for anything to be sent again."},
        [REASON_UDP_REPEATS] = {"udp_repeats", "UDP sends again what is not acknowledged.",
                                "UDP keeps no copy and knows no acknowledgement: a program has to repeat it."},
        [REASON_ASKED_AGAIN] = {"asked_again", "Its receiver asked for it a second time.",
                                "Nothing came from the receiver between the two frames."},
        [REASON_DATA_LOST_WITH_ACK] =
                {"acknowledged", "It had been acknowledged, but the sender's program sent it again.",
                 "No acknowledgement of it was captured before, and programs do not repeat what they "
                 "gave to TCP."},
        [REASON_REFUSED] = {"refused", "The receiver refused it with RST.", "There is no RST between the two frames."},
        [REASON_NEW] = {"new", "It is not the same: it continues with new numbers.",
                        "Seq is that of the earlier frame: the numbers are the same."},
};

static char *text_of(const Record *record, Reason reason)
{
        if (reason != REASON_NO_ANSWER)
                return g_strdup(reasons[reason].text);
        if (record_is_udp(record))
                return g_strdup("No answer had come, so the client program asked again by itself.");
        return g_strdup(record_has_flag(record, TCP_SYN) ?
                                "No answer had come, so a timer of the sender's TCP expired." :
                                "No acknowledgement of it had come, so a timer of the sender's TCP expired.");
}

static void offer(Question *question, const Record *record, Reason reason, gboolean is_right, const char *why)
{
        question_add_answer(question, is_right, text_of(record, reason),
                            g_strdup_printf("\"%s\"", reasons[reason].code),
                            g_strdup(why ? why : reasons[reason].wrong));
}

/* The position of the record that the fact repeats; G_MAXUINT: it was not captured. */
static guint find_original(const Fact *fact)
{
        const Record *record = fact->record;

        for (guint i = 0; i < fact->position; i++) {
                const Record *earlier = conversation_get(fact->conversation, i);

                if (record_is_udp(record) && record_frame(earlier) == record->told->repeats)
                        return i;
                if (record_is_tcp(record) && record_is_tcp(earlier) && earlier->flow->side == record->flow->side &&
                    earlier->flow->relative_sequence == record->flow->relative_sequence &&
                    record_end(earlier) == record_end(record) &&
                    record_end(earlier) != earlier->flow->relative_sequence)
                        return i;
        }
        return G_MAXUINT;
}

/* What the other side sent between the original and the repetition. */
typedef struct {
        guint n, duplicates, errors, resets;
        gboolean acknowledges;
} Between;

static Between look_between(const Fact *fact, guint original)
{
        const Record *first = conversation_get(fact->conversation, original);
        Between between = {0};

        for (guint i = original + 1; i < fact->position; i++) {
                const Record *record = conversation_get(fact->conversation, i);

                if (!record_is_tcp(record) && !record_is_udp(record)) {
                        between.errors++;
                        continue;
                }
                if (record->flow->side == first->flow->side)
                        continue;
                between.n++;
                if (!record_is_tcp(record))
                        continue;
                between.duplicates += (record->flow->analysis & TCP_ANALYSIS_DUPLICATE_ACK) != 0;
                between.resets += record->kind == KIND_RST;
                between.acknowledges |= (gint32) (record->flow->relative_acknowledgement - record_end(first)) >= 0;
        }
        return between;
}

static Question *new_question(const Fact *fact, const Record *original, guint position, Topic topic, const char *what)
{
        Question *question = question_new(
                "sent_again", 3, QUIZ_CHOICE,
                g_strdup_printf("Frame %" G_GUINT64_FORMAT " %s frame %" G_GUINT64_FORMAT ". Why was it sent?",
                                record_frame(fact->record), what, record_frame(original)),
                g_strdup_printf("{\"frame\":%" G_GUINT64_FORMAT ",\"original\":%" G_GUINT64_FORMAT "}",
                                record_frame(fact->record), record_frame(original)));

        question->excerpt = excerpt_around(fact, MIN(fact->position - position + 1, 11), 1, EXCERPT_DATA);
        question_add_topic(question, topic);
        question_add_frame(question, record_frame(fact->record));
        question_add_frame(question, record_frame(original));
        return question;
}

static Question *of_datagram(const Fact *fact, const Record *original, guint position)
{
        Between between = look_between(fact, position);
        Question *question;

        /* If the server sent anything in between, that could have been the reason. */
        if (between.n > 0 || fact->record->told->sender != CHAT_SENDER_CLIENT)
                return NULL;
        question = new_question(fact, original, position, TOPIC_REQUEST, "asks the same as");
        offer(question, fact->record, REASON_NO_ANSWER, TRUE,
              "Only the program knows that it waits for an answer; when its patience ends, it sends the request "
              "again.");
        offer(question, fact->record, REASON_UDP_REPEATS, FALSE, NULL);
        offer(question, fact->record, REASON_ASKED_AGAIN, FALSE, NULL);
        if (between.errors > 0)
                offer(question, fact->record, REASON_UNREACHABLE, FALSE, NULL);
        question->why = g_strdup_printf("No datagram of the server came after frame %" G_GUINT64_FORMAT ".",
                                        record_frame(original));
        return question;
}

static Question *of_segment(const Fact *fact, const Record *original, guint position)
{
        const Record *record = fact->record;
        Between between = look_between(fact, position);
        gboolean is_fast = between.duplicates >= FAST_RETRANSMIT;
        Question *question;

        if (between.acknowledges || between.resets > 0 || between.errors > 0 || (between.duplicates > 0 && !is_fast) ||
            (is_fast && !(record->flow->analysis & TCP_ANALYSIS_FAST_RETRANSMISSION)))
                return NULL;
        question = new_question(fact, original, position,
                                is_fast                          ? TOPIC_FAST_RETRANSMIT :
                                record_has_flag(record, TCP_SYN) ? TOPIC_REPEATED_SYN :
                                record_has_flag(record, TCP_FIN) ? TOPIC_REPEATED_FIN :
                                                                   TOPIC_RETRANSMISSION,
                                "has the same numbers as");
        if (is_fast) {
                offer(question, record, REASON_DUPLICATES, TRUE,
                      "Three duplicate acknowledgements show that something is missing: the sender retransmits at "
                      "once.");
                offer(question, record, REASON_NO_ANSWER, FALSE,
                      "Three duplicate acknowledgements came before: the sender did not have to wait for its timer.");
        } else {
                offer(question, record, REASON_NO_ANSWER, TRUE,
                      "TCP keeps a copy of what is not acknowledged, and sends it again when it has waited too long.");
                offer(question, record, REASON_DUPLICATES, FALSE, NULL);
        }
        offer(question, record, REASON_DATA_LOST_WITH_ACK, FALSE, NULL);
        offer(question, record, REASON_REFUSED, FALSE, NULL);
        offer(question, record, REASON_NEW, FALSE, NULL);
        question->why = is_fast ? g_strdup_printf("Between the two frames the other side sent %u duplicate "
                                                  "acknowledgements.",
                                                  between.duplicates) :
                                  g_strdup("Between the two frames nothing came that acknowledges it.");
        return question;
}

static Question *make(const QuizFacts *facts, const Fact *fact, guint variant, QuizRandom *random)
{
        const Record *record = fact->record, *original;
        guint position;
        Question *question;

        if (record_is_udp(record) ?
                    record->told->repeats == 0 :
                    !(record_is_tcp(record) &&
                      (record->flow->analysis & (TCP_ANALYSIS_RETRANSMISSION | TCP_ANALYSIS_FAST_RETRANSMISSION))))
                return NULL;
        position = find_original(fact);
        if (position == G_MAXUINT || fact->position - position > 12)
                return NULL;
        original = conversation_get(fact->conversation, position);
        question = record_is_tcp(record) ? of_segment(fact, original, position) : of_datagram(fact, original, position);
        if (question)
                quiz_random_shuffle(random, question->answers);
        return question;
}

const QuizFamily family_sent_again = {"sent_again", "Why again?", 1, make};
