/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses the questions: the families take turns, and each goes through the facts in a random order that depends on the
 * seed. So the kinds are mixed, and a longer quiz with the same seed begins with the shorter one. */
#include "reports/quiz/quiz.h"

#include "reports/quiz/family.h"
#include "reports/quiz/quiz-writer.h"

const QuizFamily *const *quiz_families(void)
{
        static const QuizFamily *const families[] = {
                &family_which_frame,
                &family_fields,
                &family_layer,
                &family_next,
                &family_compute,
                &family_request,
                &family_sent_again,
                &family_mistake,
                &family_order,
                &family_maintenance,
                NULL,
        };

        return families;
}

/* What a family may still ask. It first goes through all numbers and puts off those of facts that it has asked about
 * before; then it goes through these. */
typedef struct {
        const QuizFamily *family;
        guint *numbers;  /* fact * n_variants + variant, in random order; those put off move to the beginning */
        guint8 *is_used; /* by fact: the family has asked about it */
        guint n, at;     /* the length of numbers, and where it is in them */
        guint n_put_off;
        gboolean is_second; /* it goes through those that were put off */
        guint64 stream;     /* of random numbers */
} Turn;

static void turn_clear(gpointer data)
{
        Turn *self = data;

        g_free(self->numbers);
        g_free(self->is_used);
}

static gboolean is_wanted(const Question *question, const QuizOptions *options)
{
        if (question->level < options->least_level || question->level > options->most_level)
                return FALSE;
        for (guint i = 0; options->topics && i < question->n_topics; i++) {
                TopicSet copy = *options->topics;

                if (!topic_set_add(&copy, question->topics[i]))
                        return TRUE;
        }
        return !options->topics;
}

/* Takes the next number. FALSE: there are no more. */
static gboolean next_number(Turn *self, guint *ret_number)
{
        while (self->at < self->n || !self->is_second) {
                if (self->at == self->n) {
                        self->n = self->n_put_off;
                        self->at = 0;
                        self->is_second = TRUE;
                        continue;
                }
                *ret_number = self->numbers[self->at++];
                if (self->is_second || !self->is_used[*ret_number / self->family->n_variants])
                        return TRUE;
                self->numbers[self->n_put_off++] = *ret_number;
        }
        return FALSE;
}

/* The next question of a family; NULL: it has no more. */
static Question *take(Turn *turn, const QuizFacts *facts, const QuizOptions *options, GHashTable *asked)
{
        guint number;

        while (next_number(turn, &number)) {
                QuizRandom random = quiz_random_new(options->seed, turn->stream << 32 | number);
                g_autoptr(Question) question =
                        turn->family->make(facts, quiz_facts_get(facts, number / turn->family->n_variants),
                                           number % turn->family->n_variants, &random);

                if (!question || !is_wanted(question, options) || g_hash_table_contains(asked, question->ask))
                        continue;
                question->title = turn->family->title;
                g_hash_table_add(asked, question->ask);
                turn->is_used[number / turn->family->n_variants] = TRUE;
                return g_steal_pointer(&question);
        }
        return NULL;
}

static void choose(Quiz *self, const QuizFacts *facts)
{
        g_autoptr(GArray) turns = g_array_new(FALSE, FALSE, sizeof(Turn));
        /* The keys belong to the questions. An unseeded hash is safe here: there are at most QUIZ_MAX_QUESTIONS keys.
         */
        g_autoptr(GHashTable) asked = g_hash_table_new(g_str_hash, g_str_equal);
        gboolean any = TRUE;

        g_array_set_clear_func(turns, turn_clear);
        for (guint i = 0; quiz_families()[i]; i++) {
                Turn turn = {.family = quiz_families()[i], .stream = i + 1};
                QuizRandom random = quiz_random_new(self->options.seed, turn.stream);

                turn.n = facts->facts->len * turn.family->n_variants;
                turn.numbers = quiz_random_permutation(&random, turn.n);
                turn.is_used = g_new0(guint8, facts->facts->len);
                g_array_append_val(turns, turn);
        }
        while (any) {
                any = FALSE;
                for (guint i = 0; i < turns->len && self->questions->len < self->options.n_questions; i++) {
                        Question *question = take(&g_array_index(turns, Turn, i), facts, &self->options, asked);

                        if (!question)
                                continue;
                        g_ptr_array_add(self->questions, question);
                        any = TRUE;
                }
        }
}

Quiz *quiz_new(const Story *story, const QuizOptions *options)
{
        Quiz *self = g_new0(Quiz, 1);
        g_autoptr(QuizFacts) facts = quiz_facts_new(story);

        self->name = g_strdup(story->name);
        self->packets = story->summary->packets;
        self->bytes = story->summary->bytes;
        self->options = *options;
        self->questions = g_ptr_array_new_with_free_func((GDestroyNotify) question_free);
        choose(self, facts);
        self->options.topics = NULL; /* the caller's */
        return self;
}

void quiz_free(Quiz *self)
{
        if (!self)
                return;
        g_ptr_array_unref(self->questions);
        g_free(self->name);
        g_free(self);
}

guint quiz_count(const Quiz *self)
{
        return self->questions->len;
}

gboolean quiz_format_from_path(const char *path, QuizFormat *ret_format)
{
        static const struct {
                const char *ending;
                QuizFormat format;
        } formats[] = {
                {".xml", QUIZ_FORMAT_MOODLE}, {".gift", QUIZ_FORMAT_GIFT},   {".html", QUIZ_FORMAT_HTML},
                {".htm", QUIZ_FORMAT_HTML},   {".md", QUIZ_FORMAT_MARKDOWN}, {".json", QUIZ_FORMAT_JSON},
        };

        for (guint i = 0; i < G_N_ELEMENTS(formats); i++)
                if (g_str_has_suffix(path, formats[i].ending)) {
                        *ret_format = formats[i].format;
                        return TRUE;
                }
        return FALSE;
}

void quiz_write(const Quiz *self, QuizFormat format, FILE *file)
{
        static void (*const writers[])(const Quiz *quiz, FILE *file) = {
                [QUIZ_FORMAT_MOODLE] = quiz_write_moodle, [QUIZ_FORMAT_GIFT] = quiz_write_gift,
                [QUIZ_FORMAT_HTML] = quiz_write_html,     [QUIZ_FORMAT_MARKDOWN] = quiz_write_markdown,
                [QUIZ_FORMAT_JSON] = quiz_write_json,
        };

        writers[format](self, file);
}
