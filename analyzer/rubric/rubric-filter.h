/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The filters of a rubric, in jq's language, over the facts of a capture. */
#pragma once

#include "analyzer/rubric/rubric.h"

G_BEGIN_DECLS

typedef struct Filters Filters;
typedef struct Facts Facts;

/* Compiles every filter. NULL with error set, a line for each filter that is wrong. A filter sees neither files nor the
 * environment. rubric must last as long. */
Filters *filters_new(const Rubric *rubric, GError **error);
void filters_free(Filters *filters);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Filters, filters_free)

/* What the filters are asked about: a JSON text (see analyzer/output/capture-facts.h), and the values of the rubric's
 * parameters, in their order. NULL with error set where it is no JSON. */
Facts *facts_parse(const Filters *filters, const char *json, gsize length, const char *const *values, GError **error);
void facts_free(Facts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Facts, facts_free)

typedef enum {
        VERDICT_MISSING,
        VERDICT_FULFILLED,
        VERDICT_UNDECIDED, /* the filter failed, so nobody knows */
} Verdict;

/* Asks the filter of the item of that number. Its first output decides, by jq's own truth: false, null and none at all
 * are no. May take any time and memory: a filter is a program. ret_reason: why it is undecided; else untouched. */
Verdict filters_ask(Filters *filters, guint item, const Facts *facts, char **ret_reason);

/* func is called where a filter finds no memory, and must not return. Without it the process aborts. */
void filters_set_out_of_memory(Filters *filters, void (*func)(void *data));

G_END_DECLS
