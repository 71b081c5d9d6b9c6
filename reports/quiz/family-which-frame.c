/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which frame does something? The other frames that are offered look like it or are next to it. */
#include "reports/quiz/family.h"

#include "reports/prose.h"

#define MAX_WRONG 3
#define BEFORE 4 /* rows of the excerpt */
#define AFTER 4

enum { DOES_KIND, DOES_BRING, DOES_ACKNOWLEDGE, DOES_STATE, DOES_SAY, N_VARIANTS };

/* What the frame that is asked for does: in words (text), and for programs, as members of a JSON object (ask). */
typedef struct {
        char *text, *ask, *why;
        const char *misread; /* why the other frames do not do it; NULL: says_otherwise tells that for each frame */
        /* Why a record does not do it. Transfer: full. */
        char *(*says_otherwise)(const Record *record, const Record *subject, const QuizConversation *conversation);
        Topic topic;
        guint level;
        /* Whether a record does it. */
        gboolean (*does)(const Record *record, const Record *subject);
} Deed;

static gboolean is_same_kind(const Record *record, const Record *subject)
{
        return record->kind == subject->kind;
}

static gboolean is_fin_of_side(const Record *record, const Record *subject)
{
        return record->kind == KIND_FIN && record->flow->side == subject->flow->side;
}

static gboolean brings_same(const Record *record, const Record *subject)
{
        const ChatSlice *text = &record_single_message(subject)->message.text;

        return record->packet->payload_captured > 0 &&
               memmem(record->packet->payload, record->packet->payload_captured, text->start, text->length) != NULL;
}

/* Whether the record acknowledges all of the subject; the question asks for the first that does. */
static gboolean acknowledges(const Record *record, const Record *subject)
{
        return record_is_tcp(record) && record->flow->side != subject->flow->side && record_has_flag(record, TCP_ACK) &&
               (gint32) (record->flow->relative_acknowledgement - record_end(subject)) >= 0;
}

/* Which side changes its state with the record. FALSE: neither does, or both. */
static gboolean find_change(const Record *record, FlowSide *ret_side)
{
        const FlowPacket *flow = record->flow;
        gboolean changes[2];

        for (guint i = 0; i < 2; i++)
                changes[i] = flow->states[i] != flow->states_before[i];
        *ret_side = changes[0] ? 0 : 1;
        return changes[0] != changes[1];
}

static gboolean makes_state(const Record *record, const Record *subject)
{
        FlowSide side;

        if (!record_is_tcp(record) || !find_change(subject, &side))
                return FALSE;
        return record->flow->states[side] == subject->flow->states[side] &&
               record->flow->states_before[side] != subject->flow->states[side];
}

/* Whether it has the same octets, source and destination, as a repeated request has. */
static gboolean says_same(const Record *record, const Record *subject)
{
        const Packet *a = record->packet, *b = subject->packet;

        return record_is_udp(record) && endpoint_equal(&a->source, &b->source) &&
               endpoint_equal(&a->destination, &b->destination) && a->payload_captured == b->payload_captured &&
               memcmp(a->payload, b->payload, a->payload_captured) == 0;
}

static char *tell_state(const Record *record, const Record *subject, const QuizConversation *conversation)
{
        FlowSide side;

        find_change(subject, &side);
        if (record->flow->states[side] == record->flow->states_before[side])
                return g_strdup_printf("Before and after it, %s is in %s.", conversation_the_side(conversation, side),
                                       tcp_state_to_string(record->flow->states[side]));
        if (record->flow->states_before[side] == TCP_STATE_UNKNOWN)
                return g_strdup_printf("It puts %s into %s.", conversation_the_side(conversation, side),
                                       tcp_state_to_string(record->flow->states[side]));
        return g_strdup_printf("It takes %s from %s to %s.", conversation_the_side(conversation, side),
                               tcp_state_to_string(record->flow->states_before[side]),
                               tcp_state_to_string(record->flow->states[side]));
}

static char *tell_difference(const Record *record, const Record *subject, const QuizConversation *conversation)
{
        const ChatForm *form = record->told->form, *wanted = subject->told->form;

        if (!endpoint_equal(&record->packet->source, &subject->packet->source))
                return g_strdup("It goes the other way.");
        if (form && form->code && wanted->code && g_str_equal(form->code, wanted->code))
                return g_strdup("It begins with the same code, but the rest differs, and so does its meaning.");
        return g_strdup("It begins with another code.");
}

static char *tell_carried(const Record *record, const Record *subject, const QuizConversation *conversation)
{
        if (record_is_tcp(record) && record->flow->payload_length == 0)
                return g_strdup("But it carries no data: it may acknowledge a text, but does not bring it.");
        return g_strdup(record->maintenance ? "But it does not bring this text for the first time." :
                                              "But that is another text.");
}

static gboolean ask_kind(const Fact *fact, Deed *deed)
{
        static const struct {
                Kind kind;
                const char *text, *code, *misread;
                Topic topic;
        } kinds[] = {
                {KIND_SYN, "asks to open the connection", "opens", "SYN with ACK agrees; SYN alone asks", TOPIC_SYN},
                {KIND_SYN_ACK, "agrees to the connection, and opens the other direction", "agrees",
                 "it takes SYN and ACK together", TOPIC_SYN_ACK},
                {KIND_HANDSHAKE_ACK, "completes the handshake", "completes",
                 "the handshake is complete with the first acknowledgement of the SYN-ACK, no earlier and only once",
                 TOPIC_HANDSHAKE_ACK},
                {KIND_RST, "ends or refuses the connection at once", "resets", "that takes RST", TOPIC_RESET},
        };

        /* If SYNs cross, no single segment completes the handshake. */
        if (fact->record->kind == KIND_HANDSHAKE_ACK && !fact->conversation->is_by_the_book)
                return FALSE;
        for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
                if (fact->record->kind == kinds[i].kind) {
                        deed->text = g_strdup(kinds[i].text);
                        deed->ask = g_strdup_printf("\"does\":\"%s\"", kinds[i].code);
                        deed->misread = kinds[i].misread;
                        deed->topic = kinds[i].topic;
                        deed->does = is_same_kind;
                        deed->level = 1;
                        return TRUE;
                }
        if (fact->record->kind != KIND_FIN)
                return FALSE;
        deed->text = g_strdup_printf("says that %s will send no more data", fact_sender(fact));
        deed->ask = g_strdup_printf("\"does\":\"closes\",\"side\":\"%s\"",
                                    conversation_side(fact->conversation, fact->record->flow->side));
        deed->misread = "that takes FIN, and each side ends its own direction";
        deed->topic = TOPIC_FIN;
        deed->does = is_fin_of_side;
        deed->level = 1;
        return TRUE;
}

/* Asks for the datagram or line that brings a text that somebody typed. */
static gboolean ask_bring(const Fact *fact, Deed *deed)
{
        const Record *record = fact->record;
        const SessionMessage *message = record_single_message(record);
        const char *start;
        g_autoptr(GString) text = g_string_new(NULL);
        g_autoptr(GString) octets = g_string_new(NULL);

        if (!message || record->maintenance || message->message.text.length == 0 || message->message.text.length > 60)
                return FALSE;
        start = message->message.text.start;
        prose_append_wire(text, start, message->message.text.length, 0);
        for (gsize i = 0; i < message->message.text.length; i++)
                g_string_append_printf(octets, "%02x", (guint8) start[i]);
        deed->text = g_strdup_printf("brings the text “%s”", text->str);
        deed->ask = g_strdup_printf("\"does\":\"brings\",\"text\":\"%s\"", octets->str);
        deed->says_otherwise = tell_carried;
        deed->topic = record_is_tcp(record) ? TOPIC_BYTE_STREAM : TOPIC_PEER_MESSAGE;
        deed->does = brings_same;
        deed->level = 1;
        return TRUE;
}

static gboolean ask_acknowledge(const Fact *fact, Deed *deed)
{
        const Record *record = fact->record;

        if (!record_is_tcp(record) || record->flow->payload_length == 0 || record_is_out_of_line(record))
                return FALSE;
        deed->text = g_strdup_printf("is the first to acknowledge all %u bytes of frame %" G_GUINT64_FORMAT,
                                     record->flow->payload_length, record_frame(record));
        deed->ask =
                g_strdup_printf("\"does\":\"acknowledges\",\"acknowledged\":%" G_GUINT64_FORMAT, record_frame(record));
        deed->why =
                g_strdup_printf("Frame %" G_GUINT64_FORMAT " has Seq %u and Len %u, so the acknowledgement of all of "
                                "it has Ack %u or more.",
                                record_frame(record), record->flow->relative_sequence, record->flow->payload_length,
                                record_end(record));
        deed->misread = "the segment has to come from the receiver, and must be the first whose Ack is high enough";
        deed->topic = TOPIC_ACKNOWLEDGEMENT;
        deed->does = acknowledges;
        deed->level = 2;
        return TRUE;
}

static gboolean ask_state(const Fact *fact, Deed *deed)
{
        const Record *record = fact->record;
        FlowSide side;

        if (!record_is_tcp(record) || !fact->conversation->is_by_the_book || !find_change(record, &side) ||
            record->flow->states[side] == TCP_STATE_UNKNOWN || record->flow->states_before[side] == TCP_STATE_UNKNOWN)
                return FALSE;
        deed->text = g_strdup_printf("puts %s's TCP into state %s, if what was captured counts as received",
                                     conversation_the_side(fact->conversation, side),
                                     tcp_state_to_string(record->flow->states[side]));
        deed->ask = g_strdup_printf("\"does\":\"state\",\"side\":\"%s\",\"state\":\"%s\"",
                                    conversation_side(fact->conversation, side),
                                    tcp_state_to_string(record->flow->states[side]));
        deed->says_otherwise = tell_state;
        deed->topic = TOPIC_STATES;
        deed->does = makes_state;
        deed->level = 3;
        return TRUE;
}

static gboolean ask_say(const Fact *fact, Deed *deed)
{
        const Record *record = fact->record;
        g_autofree char *label = NULL, *from = NULL, *to = NULL;

        if (!record_is_udp(record) || !record->told->form || record->told->n_messages != 1 ||
            record->packet->payload_captured == 0 || record->told->repeats != 0 || record->kind == KIND_MESSAGE)
                return FALSE;
        label = record_label_text(record);
        from = endpoint_to_text(&record->packet->source);
        to = endpoint_to_text(&record->packet->destination);
        deed->text = g_strdup_printf("A timeline describes one of these frames as “%s → %s: %s”. Which one?", from, to,
                                     label);
        deed->ask = g_strdup_printf("\"does\":\"says\",\"from\":\"%s\",\"to\":\"%s\"", from, to);
        deed->says_otherwise = tell_difference;
        deed->topic = record->kind == KIND_REQUEST ? TOPIC_REQUEST :
                      record->kind == KIND_REPLY   ? TOPIC_REPLY :
                                                     TOPIC_NOTICE;
        deed->does = says_same;
        deed->level = 1;
        return TRUE;
}

/* The only record of the conversation that does it, or, with is_first, the first after the fact. NULL: there is none,
 * or it is not the only one. */
static const Fact *find_doer(const QuizFacts *facts, const Fact *fact, const Deed *deed, gboolean is_first)
{
        const Record *found = NULL;

        for (guint i = is_first ? fact->position + 1 : 0; i < fact->conversation->records->len; i++) {
                const Record *record = conversation_get(fact->conversation, i);

                if (!deed->does(record, fact->record))
                        continue;
                if (found)
                        return NULL;
                found = record;
                if (is_first)
                        break;
        }
        return found ? quiz_facts_find(facts, record_frame(found)) : NULL;
}

/* How similar a frame is to the right one, in points. */
static guint resemblance(const Record *record, const Record *right)
{
        guint points = record->flow->side == right->flow->side ? 2 : 0;

        if (record->kind == right->kind)
                points += 3;
        if (record_is_tcp(record) && record_is_tcp(right) && record->packet->tcp.flags == right->packet->tcp.flags)
                points += 3;
        if (record_is_udp(record) && record->told->form && right->told->form && record->told->form->code &&
            g_strcmp0(record->told->form->code, right->told->form->code) == 0)
                points += 4;
        return points;
}

/* Whether the label was cut in a quotation, and so has lost the closing mark. */
static gboolean is_cut(const char *label)
{
        const char *open = g_strrstr(label, "“"), *close = g_strrstr(label, "”");

        return open && (!close || close < open);
}

/* Tells what the frame does. rule, which is taken over and may be NULL, says why that is not what is asked for. */
static char *tell(const Record *record, char *rule)
{
        g_autofree char *label = record_label_text(record), *owned = rule;

        return g_strdup_printf("Frame %" G_GUINT64_FORMAT ": its sender %s%s.%s%s", record_frame(record), label,
                               is_cut(label) ? "”" : "", rule ? " " : "", rule ? rule : "");
}

static char *tell_wrong(const Record *record, const Fact *fact, const Deed *deed)
{
        if (deed->says_otherwise)
                return tell(record, deed->says_otherwise(record, fact->record, fact->conversation));
        return tell(record, g_strdup_printf("But %s.", deed->misread));
}

static void
add_wrong(Question *question, const Fact *fact, const Fact *right, const Deed *deed, guint first, guint last)
{
        for (guint n = 0; n < MAX_WRONG; n++) {
                const Record *best = NULL;

                for (guint i = first; i <= last; i++) {
                        const Record *record = conversation_get(right->conversation, i);
                        gboolean is_taken =
                                record == right->record || (!record_is_tcp(record) && !record_is_udp(record));

                        for (guint j = 0; j < question->frames->len; j++)
                                is_taken |= g_array_index(question->frames, guint64, j) == record_frame(record);
                        if (!is_taken &&
                            (!best || resemblance(record, right->record) > resemblance(best, right->record)))
                                best = record;
                }
                if (!best)
                        return;
                question_add_frame(question, record_frame(best));
                question_add_answer(question, FALSE, g_strdup_printf("Frame %" G_GUINT64_FORMAT, record_frame(best)),
                                    g_strdup_printf("%" G_GUINT64_FORMAT, record_frame(best)),
                                    tell_wrong(best, fact, deed));
        }
}

static void deed_clear(Deed *self)
{
        g_free(self->text);
        g_free(self->ask);
        g_free(self->why);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Deed, deed_clear)

static Question *make(const QuizFacts *facts, const Fact *fact, guint variant, QuizRandom *random)
{
        static gboolean (*const asks[N_VARIANTS])(const Fact *fact, Deed *deed) = {ask_kind, ask_bring, ask_acknowledge,
                                                                                   ask_state, ask_say};
        g_auto(Deed) deed = {0};
        const Fact *right;
        guint first, last;
        g_autoptr(Question) question = NULL;

        if (!record_is_tcp(fact->record) && !record_is_udp(fact->record))
                return NULL;
        if (!asks[variant](fact, &deed))
                return NULL;
        right = find_doer(facts, fact, &deed, variant == DOES_ACKNOWLEDGE);
        if (!right || (variant != DOES_ACKNOWLEDGE && right->record != fact->record))
                return NULL;
        if (variant == DOES_ACKNOWLEDGE && right->position - fact->position > BEFORE)
                return NULL; /* the excerpt would not show both */
        first = right->position - MIN(BEFORE, right->position);
        last = MIN(right->position + AFTER, fact->conversation->records->len - 1);
        question = question_new("which_frame", deed.level, QUIZ_CHOICE,
                                variant == DOES_SAY ? g_strdup(deed.text) :
                                                      g_strdup_printf("Which of these frames %s?", deed.text),
                                g_strdup_printf("{%s,\"stream\":\"%s:%u\",\"subject\":%" G_GUINT64_FORMAT "}", deed.ask,
                                                transport_to_string(fact->conversation->story->transport),
                                                fact->conversation->story->stream, record_frame(fact->record)));
        question_add_topic(question, deed.topic);
        question_add_frame(question, record_frame(right->record));
        question_add_answer(question, TRUE, g_strdup_printf("Frame %" G_GUINT64_FORMAT, record_frame(right->record)),
                            g_strdup_printf("%" G_GUINT64_FORMAT, record_frame(right->record)),
                            tell(right->record, NULL));
        question->why = deed.why ? g_strdup_printf("%s Frame %" G_GUINT64_FORMAT " is the first such segment.",
                                                   deed.why, record_frame(right->record)) :
                                   tell(right->record, NULL);
        add_wrong(question, fact, right, &deed, first, last);
        if (question->answers->len < 3)
                return NULL;
        question_sort_frames(question);
        question->excerpt = excerpt_around(right, BEFORE, AFTER, EXCERPT_DATA);
        return g_steal_pointer(&question);
}

const QuizFamily family_which_frame = {"which_frame", "Which frame?", N_VARIANTS, make};
