/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Families of questions, one in each family-*.c. A family makes a question about a fact, or none if the capture does
 * not decide the answer. */
#pragma once

#include "reports/quiz/excerpt.h"

G_BEGIN_DECLS

typedef struct {
        const char *name;  /* public: the kind in JSON and in the manual page */
        const char *title; /* "Which frame?"; it must not give an answer away */
        guint n_variants;  /* the number of different questions that it can ask about a fact */
        /* Makes question number variant (from 0) about a fact. Transfer: full. NULL: it cannot be asked here. */
        Question *(*make)(const QuizFacts *facts, const Fact *fact, guint variant, QuizRandom *random);
} QuizFamily;

extern const QuizFamily family_fields, family_next, family_order, family_which_frame, family_layer, family_maintenance,
        family_request, family_compute, family_sent_again, family_mistake;

/* All families in the order in which they take turns, NULL-terminated. */
const QuizFamily *const *quiz_families(void);

G_END_DECLS
