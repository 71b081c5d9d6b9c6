/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Families of questions: each file family-*.c is one. A family looks at one fact and makes a question of it, or none
 * where the capture does not decide it. */
#pragma once

#include "reports/quiz/excerpt.h"

G_BEGIN_DECLS

typedef struct {
        const char *name;  /* public: the kind in JSON and in the manual page */
        const char *title; /* "Which frame?": it gives no answer away */
        guint n_variants;  /* different questions of one fact */
        /* NULL: nothing can be asked here. */
        Question *(*make)(const QuizFacts *facts, const Fact *fact, guint variant, QuizRandom *random);
} QuizFamily;

extern const QuizFamily family_fields, family_next, family_order, family_which_frame, family_layer, family_maintenance,
        family_request, family_compute, family_sent_again, family_mistake;

/* All of them, NULL at the end, in the order in which they take turns. */
const QuizFamily *const *quiz_families(void);

G_END_DECLS
