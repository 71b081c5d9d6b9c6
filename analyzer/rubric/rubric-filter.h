/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The filters of a rubric, in jq's language, over the facts of a capture. */
#pragma once

#include "analyzer/rubric/rubric.h"

G_BEGIN_DECLS

typedef struct Filters Filters;
typedef struct Facts Facts;

/* Compiles every filter of the rubric, which must outlive the result. NULL, with error set: the message has a line for
 * each filter that is wrong. Filters can read neither files nor the environment. */
Filters *filters_new(const Rubric *rubric, GError **error);
void filters_free(Filters *filters);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Filters, filters_free)

/* The input of the filters: a JSON text of length octets (see analyzer/output/capture-facts.h), and the values of the
 * rubric's parameters, in their order. NULL, with error set: json is no JSON, or too long. */
Facts *facts_parse(const Filters *filters, const char *json, gsize length, const char *const *values, GError **error);
void facts_free(Facts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Facts, facts_free)

typedef enum {
        VERDICT_MISSING,
        VERDICT_FULFILLED,
        VERDICT_UNDECIDED, /* the filter failed */
} Verdict;

/* Runs the filter of an item, given by its index. Its first output decides, as jq decides what is true: false, null and
 * no output at all mean VERDICT_MISSING. A filter is a program, so it may take any time and memory. ret_reason is set
 * only for VERDICT_UNDECIDED (transfer: full): why. */
Verdict filters_ask(Filters *filters, guint item, const Facts *facts, char **ret_reason);

/* func is called when a filter gets no memory, and must not return. Without it, the process aborts. */
void filters_set_out_of_memory(Filters *filters, void (*func)(void *data));

G_END_DECLS
