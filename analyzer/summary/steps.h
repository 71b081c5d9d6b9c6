/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of a chat's maintenance, as the lab sheet asks for them: they are finer than phases. */
#pragma once

#include "analyzer/timeline/record.h"

G_BEGIN_DECLS

typedef enum {
        STEP_HANDSHAKE,
        STEP_REFUSAL,
        STEP_INITIALISATION,
        STEP_ROOMS,
        STEP_DIRECTORY,
        STEP_REQUESTS, /* requests and replies to which the protocol's description gives no other meaning */
        STEP_ACKNOWLEDGEMENT,
        STEP_FLOW_CONTROL,
        STEP_KEEP_ALIVE,
        STEP_RECOVERY,
        STEP_TEARDOWN,
        STEP_LEAVING,
        STEP_ERRORS,
        STEP_GROUPS,
        STEP_COPIES,
        STEP_OTHER,
        N_STEPS,
} Step;

typedef struct {
        const char *title; /* "Handshake" */
        Phase phase;
        const char *happens; /* a clause */
} StepDescription;

/* The step that a packet of maintenance belongs to. */
Step record_get_step(const Record *record);
const StepDescription *step_describe(Step step);

G_END_DECLS
