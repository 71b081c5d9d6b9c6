/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/quiz/random.h"

#define GOLDEN_GAMMA G_GUINT64_CONSTANT(0x9E3779B97F4A7C15)

static guint64 mix(guint64 value)
{
        value = (value ^ (value >> 30)) * G_GUINT64_CONSTANT(0xBF58476D1CE4E5B9);
        value = (value ^ (value >> 27)) * G_GUINT64_CONSTANT(0x94D049BB133111EB);
        return value ^ (value >> 31);
}

QuizRandom quiz_random_new(guint64 seed, guint64 stream)
{
        return (QuizRandom){.state = mix(seed + GOLDEN_GAMMA) ^ mix(stream * GOLDEN_GAMMA + 1)};
}

guint64 quiz_random_next(QuizRandom *self)
{
        self->state += GOLDEN_GAMMA;
        return mix(self->state);
}

guint quiz_random_below(QuizRandom *self, guint n)
{
        /* Values from the last multiple of n on are not used: they would make small results more likely. */
        guint64 limit = G_MAXUINT64 - G_MAXUINT64 % n, value;

        do
                value = quiz_random_next(self);
        while (value >= limit);
        return (guint) (value % n);
}

void quiz_random_shuffle(QuizRandom *self, GPtrArray *array)
{
        for (guint i = array->len; i > 1; i--) {
                guint j = quiz_random_below(self, i);
                gpointer kept = array->pdata[i - 1];

                array->pdata[i - 1] = array->pdata[j];
                array->pdata[j] = kept;
        }
}

guint *quiz_random_permutation(QuizRandom *self, guint n)
{
        guint *numbers = g_new(guint, MAX(n, 1));

        /* An inside-out shuffle: each new number changes places with an earlier one, or with itself. */
        for (guint i = 0; i < n; i++) {
                guint j = quiz_random_below(self, i + 1);

                numbers[i] = numbers[j];
                numbers[j] = i;
        }
        return numbers;
}
