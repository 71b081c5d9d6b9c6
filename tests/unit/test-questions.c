/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/quiz/random.h"
#include "reports/quiz/question.h"

/* The same numbers for ever: a quiz can be made again. */
static void numbers_stay(void)
{
        QuizRandom random = quiz_random_new(7, 3);
        QuizRandom again = quiz_random_new(7, 3), other_seed = quiz_random_new(8, 3),
                   other_stream = quiz_random_new(7, 4);
        /* SplitMix64 from state 0, as its authors' reference code gives them. */
        QuizRandom zero = {0};

        g_assert_cmphex(quiz_random_next(&zero), ==, G_GUINT64_CONSTANT(0xE220A8397B1DCDAF));
        g_assert_cmphex(quiz_random_next(&zero), ==, G_GUINT64_CONSTANT(0x6E789E6AA1B965F4));
        g_assert_cmphex(quiz_random_next(&zero), ==, G_GUINT64_CONSTANT(0x06C45D188009454F));
        for (guint i = 0; i < 100; i++) {
                guint64 value = quiz_random_next(&random);

                g_assert_cmphex(quiz_random_next(&again), ==, value);
                g_assert_cmphex(quiz_random_next(&other_seed), !=, value);
                g_assert_cmphex(quiz_random_next(&other_stream), !=, value);
        }
}

static void all_are_equally_likely(void)
{
        QuizRandom random = quiz_random_new(1, 1);
        guint counts[7] = {0};

        for (guint i = 0; i < 70000; i++)
                counts[quiz_random_below(&random, 7)]++;
        for (guint i = 0; i < 7; i++) { /* 10,000 ± 6 standard deviations */
                g_assert_cmpuint(counts[i], >, 9440);
                g_assert_cmpuint(counts[i], <, 10560);
        }
        g_assert_cmpuint(quiz_random_below(&random, 1), ==, 0);
}

static void permutations_have_each_once(void)
{
        QuizRandom random = quiz_random_new(5, 0);

        for (guint n = 0; n < 40; n++) {
                g_autofree guint *numbers = quiz_random_permutation(&random, n);
                guint64 seen = 0;

                for (guint i = 0; i < n; i++) {
                        g_assert_cmpuint(numbers[i], <, n);
                        seen |= G_GUINT64_CONSTANT(1) << numbers[i];
                }
                g_assert_cmphex(seen, ==, (G_GUINT64_CONSTANT(1) << n) - 1);
        }
}

static void misreadings_are_wrong(void)
{
        g_autoptr(Question) question = question_new("compute", 1, QUIZ_NUMBER, g_strdup("?"), g_strdup("{}"));

        question->number = 10;
        question->tolerance = 1;
        question_add_misreading(question, 11, g_strdup("too near: counts as right"));
        question_add_misreading(question, 0.5, g_strdup("nothing at all"));
        g_assert_cmpuint(question->answers->len, ==, 0);
        question_add_misreading(question, 20, g_strdup("kept"));
        question_add_misreading(question, 21, g_strdup("too near to the other"));
        g_assert_cmpuint(question->answers->len, ==, 1);
        g_assert_cmpstr(((const QuizAnswer *) question->answers->pdata[0])->why, ==, "kept");
}

static void answers_are_different(void)
{
        g_autoptr(Question) question = question_new("next", 1, QUIZ_CHOICE, g_strdup("?"), g_strdup("{}"));

        question_add_answer(question, TRUE, g_strdup("a"), g_strdup("1"), g_strdup("right"));
        question_add_answer(question, FALSE, g_strdup("a"), g_strdup("2"), g_strdup("the same"));
        question_add_answer(question, FALSE, g_strdup("b"), g_strdup("3"), g_strdup("wrong"));
        g_assert_cmpuint(question->answers->len, ==, 2);
        question_add_topic(question, TOPIC_FIN);
        question_add_topic(question, TOPIC_FIN);
        g_assert_cmpuint(question->n_topics, ==, 1);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/quiz/numbers-stay", numbers_stay);
        g_test_add_func("/quiz/all-are-equally-likely", all_are_equally_likely);
        g_test_add_func("/quiz/permutations-have-each-once", permutations_have_each_once);
        g_test_add_func("/quiz/misreadings-are-wrong", misreadings_are_wrong);
        g_test_add_func("/quiz/answers-are-different", answers_are_different);
        return g_test_run();
}
