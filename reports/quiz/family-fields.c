/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trace with hidden cells. A cell is hidden only if its content follows from the cells that are still shown. */
#include "reports/quiz/family.h"

#define ROWS 5
#define MIN_HIDDEN 2
#define MAX_HIDDEN 4

/* A cell whose content follows from the rest of the trace. */
typedef struct {
        guint row, column;
        const char *name;           /* QuizField.column */
        const char *const *options; /* NULL: a number is asked for */
        char *why;
        gboolean is_plain; /* the same as in the row before, so it is hidden only if there is nothing better */
        guint needs_row, needs_column; /* a cell that must stay visible; G_MAXUINT: none in particular */
} Hideable;

static void hideable_free(gpointer data)
{
        g_free(((Hideable *) data)->why);
        g_free(data);
}

static void add(GPtrArray *found, guint row, guint column, const char *name, const char *const *options, char *why)
{
        Hideable *hideable = g_new(Hideable, 1);

        *hideable = (Hideable){row, column, name, options, why, FALSE, G_MAXUINT, G_MAXUINT};
        g_ptr_array_add(found, hideable);
}

/* Says that the cell added last needs another one. */
static void needs(GPtrArray *found, guint row, guint column)
{
        Hideable *hideable = g_ptr_array_index(found, found->len - 1);

        hideable->needs_row = row;
        hideable->needs_column = column;
}

/* The row of that side's previous segment; G_MAXUINT: none is shown. */
static guint previous_of(const Fact *fact, guint row, FlowSide side)
{
        while (row-- > 0)
                if (conversation_get(fact->conversation, fact->position + row)->flow->side == side)
                        return row;
        return G_MAXUINT;
}

static const Record *row_of(const Fact *fact, guint row)
{
        return conversation_get(fact->conversation, fact->position + row);
}

static void find_sequence(const Fact *fact, guint row, GPtrArray *found)
{
        const Record *record = row_of(fact, row);
        guint before = previous_of(fact, row, record->flow->side);
        const Record *earlier = before == G_MAXUINT ? NULL : row_of(fact, before);

        if (!earlier || record_end(earlier) != record->flow->relative_sequence)
                return;
        add(found, row, EXCERPT_SEQ, "seq", NULL,
            g_strdup_printf("Seq goes on where frame %" G_GUINT64_FORMAT " ended: %u plus Len %u%s.",
                            record_frame(earlier), earlier->flow->relative_sequence, earlier->flow->payload_length,
                            record_has_flag(earlier, TCP_SYN | TCP_FIN) ? " plus 1, which SYN or FIN uses up" : ""));
        needs(found, before, EXCERPT_SEQ);
}

/* Whether the segment of a row needs no acknowledgement in row end any more: it uses up no number, or a segment in
 * between acknowledges it. */
static gboolean is_acknowledged(const Fact *fact, guint row, guint end)
{
        const Record *record = row_of(fact, row);

        for (guint i = row + 1; i < end; i++)
                if (row_of(fact, i)->flow->side != record->flow->side && record_has_flag(row_of(fact, i), TCP_ACK) &&
                    row_of(fact, i)->flow->relative_acknowledgement >= record_end(record))
                        return TRUE;
        return record_end(record) == record->flow->relative_sequence;
}

static void find_acknowledgement(const Fact *fact, guint row, GPtrArray *found)
{
        const Record *record = row_of(fact, row);
        guint before = previous_of(fact, row, !record->flow->side);
        const Record *other = before == G_MAXUINT ? NULL : row_of(fact, before);

        if (!other || !record_has_flag(record, TCP_ACK) || record_end(other) != record->flow->relative_acknowledgement)
                return;
        /* If several segments wait to be acknowledged, it is not clear which of them this row acknowledges. */
        for (guint i = 0; i < before; i++)
                if (row_of(fact, i)->flow->side == other->flow->side && !is_acknowledged(fact, i, row))
                        return;
        add(found, row, EXCERPT_ACK, "ack", NULL,
            g_strdup_printf("Ack is the number expected next, after frame %" G_GUINT64_FORMAT ": %u plus Len %u%s.",
                            record_frame(other), other->flow->relative_sequence, other->flow->payload_length,
                            record_has_flag(other, TCP_SYN | TCP_FIN) ? " plus 1, which SYN or FIN uses up" : ""));
        needs(found, before, EXCERPT_SEQ);
}

static void find_length(const Fact *fact, guint row, guint n, GPtrArray *found)
{
        const Record *record = row_of(fact, row);

        for (guint i = row + 1; i < n; i++) {
                const Record *later = row_of(fact, i);

                if (later->flow->side == record->flow->side && later->flow->relative_sequence == record_end(record)) {
                        add(found, row, EXCERPT_LEN, "len", NULL,
                            g_strdup_printf("Frame %" G_GUINT64_FORMAT " goes on with Seq %u, and this one began with "
                                            "%u%s.",
                                            record_frame(later), later->flow->relative_sequence,
                                            record->flow->relative_sequence,
                                            record_has_flag(record, TCP_SYN | TCP_FIN) ?
                                                    "; SYN or FIN uses up one number" :
                                                    ""));
                        needs(found, i, EXCERPT_SEQ);
                        return;
                }
        }
}

static const char *const sides[] = {"client", "server", NULL}, *const letters[] = {"A", "B", NULL};

/* The sender is clear if the segment continues the numbers of one side, and the other side is at a different number. */
static void find_sender(const Fact *fact, guint row, GPtrArray *found)
{
        const Record *record = row_of(fact, row);
        guint mine = previous_of(fact, row, record->flow->side), theirs = previous_of(fact, row, !record->flow->side);

        if (mine == G_MAXUINT || theirs == G_MAXUINT ||
            record_end(row_of(fact, mine)) != record->flow->relative_sequence ||
            record_end(row_of(fact, theirs)) == record->flow->relative_sequence)
                return;
        add(found, row, EXCERPT_SENT_BY, "sent_by", fact->conversation->has_roles ? sides : letters,
            g_strdup_printf("Its Seq %u goes on where %s ended.", record->flow->relative_sequence,
                            conversation_the_side(fact->conversation, record->flow->side)));
        needs(found, mine, EXCERPT_SENT_BY);
}

static void find_flags(const Fact *fact, guint row, guint n, GPtrArray *found)
{
        static const char *const options[] = {"SYN", "SYN, ACK", "ACK", "FIN, ACK", "RST, ACK", NULL};
        const Record *record = row_of(fact, row);
        guint16 flags = record->packet->tcp.flags;

        if (flags == TCP_SYN) {
                add(found, row, EXCERPT_FLAGS, "flags", options,
                    g_strdup("It is the first segment and acknowledges nothing: that can only be a SYN."));
        } else if (flags == (TCP_SYN | TCP_ACK) && row > 0) {
                add(found, row, EXCERPT_FLAGS, "flags", options,
                    g_strdup("It has the server's initial sequence number and acknowledges the client's."));
        } else if (flags == (TCP_FIN | TCP_ACK) && record->flow->payload_length == 0) {
                for (guint i = row + 1; i < n; i++)
                        if (row_of(fact, i)->flow->side != record->flow->side &&
                            row_of(fact, i)->flow->relative_acknowledgement == record_end(record)) {
                                add(found, row, EXCERPT_FLAGS, "flags", options,
                                    g_strdup_printf("It carries no data, but frame %" G_GUINT64_FORMAT
                                                    " acknowledges one number more: FIN uses it up.",
                                                    record_frame(row_of(fact, i))));
                                needs(found, i, EXCERPT_ACK);
                                return;
                        }
        }
}

static const char *const states[] = {"SYN-SENT",   "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1",
                                     "FIN-WAIT-2", "CLOSE-WAIT",   "CLOSING",     "LAST-ACK",
                                     "TIME-WAIT",  "CLOSED",       NULL};

static void find_state(const Fact *fact, guint row, GPtrArray *found)
{
        const Record *record = row_of(fact, row);
        FlowSide client = record_client(record);

        for (guint i = 0; i < 2; i++) {
                FlowSide side = i == 0 ? client : !client;
                const char *state = tcp_state_to_string(record->flow->states[side]);
                Hideable *last;

                if (!g_strv_contains(states, state))
                        continue;
                add(found, row, EXCERPT_OWN_STATE + i, i == 0 ? "client_state" : "server_state", states,
                    record->flow->states[side] == record->flow->states_before[side] ?
                            g_strdup("Nothing that it sent or received changed its state.") :
                            g_strdup_printf("It was in %s before; the segment that it %s here changes that.",
                                            tcp_state_to_string(record->flow->states_before[side]),
                                            side == record->flow->side ? "sends" : "receives"));
                last = g_ptr_array_index(found, found->len - 1);
                last->is_plain = record->flow->states[side] == record->flow->states_before[side];
        }
}

static gboolean is_hidden(const Question *question, guint row, guint column)
{
        return row != G_MAXUINT && quiz_excerpt_get(question->excerpt, row, column)->field != QUIZ_NOT_HIDDEN;
}

/* Hides cells that follow from those still shown: at most one in each row, and none in a row that another hidden cell
 * needs. with_plain: only those with is_plain, and only until there are MIN_HIDDEN; otherwise only the others. */
static void hide_some(Question *question,
                      GPtrArray *found,
                      const QuizConversation *conversation,
                      guint first,
                      gboolean with_plain,
                      guint8 *taken, /* rows with a hidden cell */
                      guint8 *needed /* rows that another hidden cell needs */)
{
        for (guint i = 0; i < found->len && question->fields->len < MAX_HIDDEN; i++) {
                Hideable *hideable = g_ptr_array_index(found, i);
                QuizField *field;

                if (hideable->is_plain != with_plain || (with_plain && question->fields->len >= MIN_HIDDEN))
                        continue;
                if (taken[hideable->row] || needed[hideable->row] ||
                    is_hidden(question, hideable->row, hideable->column) ||
                    (hideable->needs_row != G_MAXUINT && taken[hideable->needs_row]))
                        continue;
                taken[hideable->row] = TRUE;
                if (hideable->needs_row != G_MAXUINT)
                        needed[hideable->needs_row] = TRUE;
                field = question_hide(question, hideable->row, hideable->column,
                                      record_frame(conversation_get(conversation, first + hideable->row)),
                                      hideable->name);
                if (hideable->options)
                        quiz_field_set_options(field, hideable->options);
                field->why = g_steal_pointer(&hideable->why);
        }
}

static void hide(Question *question, GPtrArray *found, const QuizConversation *conversation, guint first)
{
        guint8 taken[ROWS] = {0}, needed[ROWS] = {0};

        hide_some(question, found, conversation, first, FALSE, taken, needed);
        hide_some(question, found, conversation, first, TRUE, taken, needed);
}

/* Numbers the fields in reading order. */
static void sort_fields(Question *question)
{
        GPtrArray *cells = question->excerpt->cells;
        g_autoptr(GPtrArray) sorted = g_ptr_array_new();

        for (guint i = 0; i < cells->len; i++) {
                QuizCell *cell = g_ptr_array_index(cells, i);

                if (cell->field == QUIZ_NOT_HIDDEN)
                        continue;
                g_ptr_array_add(sorted, g_ptr_array_index(question->fields, cell->field));
                cell->field = sorted->len - 1;
        }
        memcpy(question->fields->pdata, sorted->pdata, sorted->len * sizeof *sorted->pdata);
}

static Question *finish(Question *question)
{
        g_autoptr(Question) owned = question;
        g_autoptr(GString) ask = g_string_new("{\"fields\":[");

        if (question->fields->len < MIN_HIDDEN)
                return NULL;
        sort_fields(question);
        for (guint i = 0; i < question->fields->len; i++) {
                const QuizField *field = g_ptr_array_index(question->fields, i);

                g_string_append_printf(ask, "%s[%" G_GUINT64_FORMAT ",\"%s\"]", i > 0 ? "," : "", field->frame,
                                       field->column);
        }
        g_string_append(ask, "]}");
        g_free(question->ask);
        question->ask = g_string_free(g_steal_pointer(&ask), FALSE);
        question->why = g_strdup("Each hidden cell follows from those that are shown.");
        return g_steal_pointer(&owned);
}

static Question *of_segments(const Fact *fact, gboolean with_states, QuizRandom *random)
{
        const QuizConversation *conversation = fact->conversation;
        guint n = MIN(ROWS, conversation->records->len - fact->position);
        g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(hideable_free);
        Question *question;

        for (guint i = 0; i < n; i++)
                if (!record_is_tcp(row_of(fact, i)) || record_is_out_of_line(row_of(fact, i)) ||
                    row_of(fact, i)->kind == KIND_RST)
                        n = i;
        if (n < 3)
                return NULL;
        for (guint i = 0; i < n; i++) {
                if (with_states) {
                        if (i > 0)
                                find_state(fact, i, found);
                        find_flags(fact, i, n, found);
                        continue;
                }
                find_sequence(fact, i, found);
                find_acknowledgement(fact, i, found);
                find_length(fact, i, n, found);
                find_sender(fact, i, found);
        }
        quiz_random_shuffle(random, found);
        question = question_new("fields", with_states ? 3 : 2, QUIZ_FIELDS,
                                g_strdup_printf("Some cells of this trace, frames %" G_GUINT64_FORMAT
                                                " to %" G_GUINT64_FORMAT ", are hidden. What belongs in them?",
                                                record_frame(fact->record), record_frame(row_of(fact, n - 1))),
                                g_strdup("{}"));
        question->excerpt =
                excerpt_of_tcp(conversation, fact->position, fact->position + n - 1, with_states ? EXCERPT_STATES : 0);
        question_add_topic(question, with_states ? TOPIC_STATES : TOPIC_ACKNOWLEDGEMENT);
        if (!with_states)
                question_add_topic(question, TOPIC_INITIAL_SEQUENCE_NUMBER);
        hide(question, found, conversation, fact->position);
        return finish(question);
}

static Question *of_datagrams(const Fact *fact, ExcerptParts part, QuizRandom *random)
{
        static const char *const kinds[] = {"request", "reply", "notice", "message", NULL};
        const QuizConversation *conversation = fact->conversation;
        guint n = MIN(ROWS, conversation->records->len - fact->position);
        g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(hideable_free);
        g_autoptr(GPtrArray) rows = g_ptr_array_new();
        Question *question;

        for (guint i = 0; i < n; i++)
                if (!record_is_udp(row_of(fact, i)) || row_of(fact, i)->told->repeats != 0 ||
                    row_of(fact, i)->told->n_asked > 1 || row_of(fact, i)->kind == KIND_OTHER ||
                    (row_of(fact, i)->told->sender == CHAT_SENDER_PEER && row_of(fact, i)->maintenance))
                        n = i;
        if (n < 2)
                return NULL;
        for (guint i = 0; i < n; i++) {
                const Record *record = row_of(fact, i);
                guint64 request = record->told->request;
                gboolean is_known_reply;

                g_ptr_array_add(rows, (gpointer) record);
                is_known_reply = record->kind == KIND_REPLY && request >= record_frame(fact->record) &&
                                 !record->told->answered_again;
                if (part == EXCERPT_KINDS &&
                    (record->kind == KIND_REQUEST || record->kind == KIND_MESSAGE || is_known_reply))
                        add(found, i, EXCERPT_ADDED, "kind", kinds,
                            g_strdup(record->kind == KIND_REQUEST ?
                                             "A client asks the server for something." :
                                     record->kind == KIND_MESSAGE ?
                                             "One user's program sends it to another's." :
                                             "The server answers what this client asked before."));
                if (part == EXCERPT_ANSWERS && is_known_reply)
                        add(found, i, EXCERPT_ADDED, "answers", NULL,
                            g_strdup_printf("Frame %" G_GUINT64_FORMAT
                                            " is the request of this client that such a datagram "
                                            "answers.",
                                            request));
        }
        quiz_random_shuffle(random, found);
        question = question_new("fields", 2, QUIZ_FIELDS,
                                g_strdup_printf("Some cells of this trace, frames %" G_GUINT64_FORMAT
                                                " to %" G_GUINT64_FORMAT ", are hidden. What belongs in them?",
                                                record_frame(fact->record), record_frame(row_of(fact, n - 1))),
                                g_strdup("{}"));
        question->excerpt = excerpt_of_udp(rows, part);
        question_add_topic(question, TOPIC_REPLY);
        hide(question, found, conversation, fact->position);
        return finish(question);
}

static Question *make(const QuizFacts *facts, const Fact *fact, guint variant, QuizRandom *random)
{
        if (record_is_udp(fact->record))
                return of_datagrams(fact, variant == 0 ? EXCERPT_KINDS : EXCERPT_ANSWERS, random);
        if (!record_is_tcp(fact->record) || (variant == 1 && !fact->conversation->is_by_the_book))
                return NULL;
        return of_segments(fact, variant == 1, random);
}

/* Variants: for TCP numbers, or flags and states; for UDP what each datagram is, or which frame it answers. */
const QuizFamily family_fields = {"fields", "Hidden fields", 2, make};
