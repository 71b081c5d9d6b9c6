/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What findings.c, which gathers, and connection-findings.c, which judges a conversation at its end, share. */
#pragma once

#include "analyzer/summary/summary-private.h"

G_BEGIN_DECLS

#define MAX_NOTED 65536 /* connections */

/* What the records of one connection showed. */
typedef struct {
        guint32 stream;
        guint64 first; /* of its frames that were told */
        Frames retransmitted, reordered, missing, twice, zero_window, ignored_resets, split, joined;
        guint64 reset;           /* the first RST that had an effect; 0: none */
        gsize split_length;      /* bytes of the first line that took several segments */
        guint32 largest_segment; /* bytes of data */
} Notes;

/* Two hosts and a port, over all connections between them to that port of either. */
typedef struct {
        IpAddress hosts[2]; /* in the order of their bytes */
        guint16 port;
} PairKey;

typedef struct {
        PairKey key;
        TcpTeardown teardown; /* of the newest of their connections, */
        IpAddress server;     /* and which host was asked for it; */
        gboolean established; /* one of them was */
} Pair;

/* Messages of a UDP conversation, where the capture has two points of view. */
typedef struct {
        Frames once, twice; /* those that were captured; of them those that were captured again */
} Sightings;

struct Findings {
        MemoryBudget *memory;
        GHashTable *notes;     /* stream → Notes */
        GHashTable *pairs;     /* PairKey → Pair */
        GHashTable *sightings; /* stream → Sightings */
        Frames clock_back, udp_twice;
        gint64 last_time;
        gboolean has_last;
        GPtrArray *noted; /* SummaryFinding, of conversations */
        guint64 n_noted[N_SEVERITIES];
        guint n_tcp, n_with_trouble;
};

/* text is the finding's from now on. */
SummaryFinding *findings_new_one(MemoryBudget *memory, const char *kind, Severity severity, char *text);
/* The list takes the finding over, or frees it where it is full; either way it counts. */
void findings_keep(GPtrArray *list, guint64 counts[N_SEVERITIES], SummaryFinding *finding);
void findings_copy_frames(Frames *to, const Frames *from);

G_END_DECLS
