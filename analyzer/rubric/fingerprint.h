/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fingerprints of frames: by them the same packets are found in two captures. A fingerprint is made of a frame's octets
 * and its time to the microsecond, which every format keeps; two hosts that capture one packet give it two times. */
#pragma once

#include "analyzer/capture/frame.h"

G_BEGIN_DECLS

/* Of a capture with more frames, only so many fingerprints are kept, always those with the smallest values: two
 * captures that share frames keep the same of them. */
#define FINGERPRINTS_MAX 262144

typedef struct {
        guint64 value;
        guint64 frame;
} Fingerprint;

typedef struct {
        GArray *items; /* Fingerprint; by value, ascending and each once, when it is finished */
} Fingerprints;

void fingerprints_init(Fingerprints *fingerprints);
void fingerprints_clear(Fingerprints *fingerprints);

/* A frame without a time, and one whose time is 0, is left out: it would be equal to what is only alike. */
void fingerprints_add(Fingerprints *fingerprints, const CaptureFrame *frame);
/* All frames came. */
void fingerprints_finish(Fingerprints *fingerprints);

G_END_DECLS
