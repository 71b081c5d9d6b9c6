/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was found out about one capture: made by a worker process, kept in the state file, told in the end. */
#pragma once

#include "analyzer/rubric/rubric-filter.h"
#include "analyzer/rubric/fingerprint.h"

G_BEGIN_DECLS

typedef enum {
        OUTCOME_WHOLE,   /* read to its end */
        OUTCOME_DAMAGED, /* what came before the damage was read, and counts */
        OUTCOME_NOTHING, /* no capture, empty, not readable */
        OUTCOME_STOPPED, /* it would have taken more than it may, or whoever read it crashed */
} Outcome;
const char *outcome_to_string(Outcome outcome); /* "whole", "damaged", "nothing", "stopped" */

typedef struct {
        Verdict verdict;
        char *reason; /* VERDICT_UNDECIDED: why; else NULL */
} ItemResult;

typedef struct {
        Outcome outcome;
        char *remark; /* what is wrong with the capture, a clause; NULL: nothing */
        guint64 packets, chat_packets;
        GArray *items; /* ItemResult, by item of the rubric; empty where nothing could be judged */
        Fingerprints fingerprints;
} CaptureResult;

CaptureResult *capture_result_new(void);
void capture_result_free(CaptureResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CaptureResult, capture_result_free)

void capture_result_add(CaptureResult *result, Verdict verdict, const char *reason);

/* For pipes, state and chunks; of one version of the program and one kind of machine. */
GBytes *capture_result_to_bytes(const CaptureResult *result);
/* NULL with error set where bytes are none, or have another number of items than 0 and n_items. */
CaptureResult *capture_result_new_from_bytes(GBytes *bytes, guint n_items, GError **error);

G_END_DECLS
