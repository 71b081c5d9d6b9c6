/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The result for one capture: a worker process makes it, the state file keeps it, and the gradebook is made from it. */
#pragma once

#include "analyzer/rubric/rubric-filter.h"
#include "analyzer/rubric/fingerprint.h"

G_BEGIN_DECLS

typedef enum {
        OUTCOME_WHOLE,   /* the capture was read to its end */
        OUTCOME_DAMAGED, /* it was read up to the damage, and that part counts */
        OUTCOME_NOTHING, /* it is no capture, is empty or cannot be read */
        OUTCOME_STOPPED, /* it would have taken more time or memory than allowed, or its worker crashed */
} Outcome;
const char *outcome_to_string(Outcome outcome); /* "whole", "damaged", "nothing", "stopped" */

typedef struct {
        Verdict verdict;
        char *reason; /* VERDICT_UNDECIDED: why; else NULL */
} ItemResult;

typedef struct {
        Outcome outcome;
        char *remark; /* a clause: what is wrong with the capture; NULL: nothing */
        guint64 packets, chat_packets;
        GArray *items; /* ItemResult, in the order of the rubric's items; empty if nothing could be judged */
        Fingerprints fingerprints;
} CaptureResult;

CaptureResult *capture_result_new(void);
void capture_result_free(CaptureResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CaptureResult, capture_result_free)

/* Adds the result of the rubric's next item. Copies reason (NULL: none), made plain and cut if it is long. */
void capture_result_add(CaptureResult *result, Verdict verdict, const char *reason);

/* The result as bytes, to be sent through pipes and kept in files. Only the same version of the program on the same
 * kind of machine can read them. Transfer: full. */
GBytes *capture_result_to_bytes(const CaptureResult *result);
/* NULL, with error set: the bytes are no result, or its number of items is neither 0 nor n_items. */
CaptureResult *capture_result_new_from_bytes(GBytes *bytes, guint n_items, GError **error);

G_END_DECLS
