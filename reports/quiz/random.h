/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random numbers from a seed: the same seed gives the same numbers on every machine and in every version, so that a
 * quiz can be made again. The generator is SplitMix64 (Steele, Lea and Flood, 2014), which is not suitable for secrets.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
        guint64 state;
} QuizRandom;

/* Each pair of seed and stream gives a sequence of numbers that is independent of the others. */
QuizRandom quiz_random_new(guint64 seed, guint64 stream);
guint64 quiz_random_next(QuizRandom *self);
/* From 0 to n - 1, each equally likely. n is at least 1. */
guint quiz_random_below(QuizRandom *self, guint n);
void quiz_random_shuffle(QuizRandom *self, GPtrArray *array);
/* The numbers from 0 to n - 1, in random order. Transfer: full. */
guint *quiz_random_permutation(QuizRandom *self, guint n);

G_END_DECLS
