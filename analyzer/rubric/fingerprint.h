/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fingerprints of frames, by which frames are found again in other captures. A fingerprint is made from a frame's
 * octets and its time in microseconds, which every file format keeps. Two students who capture the same packet on their
 * own record different times for it, so only copied frames have the same fingerprint. */
#pragma once

#include "analyzer/capture/frame.h"

G_BEGIN_DECLS

/* The most fingerprints that are kept of one capture. These are always the ones with the smallest values, so that two
 * captures with shared frames keep the same ones of them. */
#define FINGERPRINTS_MAX 262144

typedef struct {
        guint64 value;
        guint64 frame;
} Fingerprint;

typedef struct {
        GArray *items; /* Fingerprint; after fingerprints_finish() ascending by value, each value once */
} Fingerprints;

void fingerprints_init(Fingerprints *fingerprints);
void fingerprints_clear(Fingerprints *fingerprints);

/* Leaves out frames without a time or with the time 0: among them, equal frames need not be copies. */
void fingerprints_add(Fingerprints *fingerprints, const CaptureFrame *frame);
/* To be called after the last frame. */
void fingerprints_finish(Fingerprints *fingerprints);

G_END_DECLS
