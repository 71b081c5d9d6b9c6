/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by findings.c, which collects what records show, and connection-findings.c, which judges a conversation at its
 * end. */
#pragma once

#include "analyzer/summary/summary-private.h"

G_BEGIN_DECLS

#define MAX_NOTED 65536 /* entries in each of the tables of Findings */

/* What the records of one TCP connection showed. */
typedef struct {
        guint32 stream;
        guint64 first; /* the first frame that had a record */
        Frames retransmitted, reordered, missing, twice, zero_window, ignored_resets, split, joined;
        guint64 reset;           /* the first RST that had an effect; 0: none */
        gsize split_length;      /* bytes of the first line that took several segments */
        guint32 largest_segment; /* bytes of data */
} Notes;

/* Two hosts and a server port, for all connections between the two to that port, whichever host is the server. */
typedef struct {
        IpAddress hosts[2]; /* in the order of their bytes */
        guint16 port;
} PairKey;

typedef struct {
        PairKey key;
        TcpTeardown teardown; /* of the newest connection */
        IpAddress server;     /* of the newest connection */
        gboolean established; /* at least one connection was */
} Pair;

/* Messages of a UDP conversation. A capture of two interfaces can hold a message twice. */
typedef struct {
        Frames once, twice; /* the frames of all messages; of those that were captured a second time */
} Sightings;

struct Findings {
        MemoryBudget *memory;
        GHashTable *notes;     /* stream → Notes */
        GHashTable *pairs;     /* PairKey → Pair */
        GHashTable *sightings; /* stream → Sightings */
        Frames clock_back, udp_twice;
        gint64 last_time;
        gboolean has_last;
        GPtrArray *noted; /* SummaryFinding, about conversations */
        guint64 n_noted[N_SEVERITIES];
        guint n_tcp, n_with_trouble;
};

/* A finding without frames, which takes text over. */
SummaryFinding *findings_new_one(MemoryBudget *memory, const char *kind, Severity severity, char *text);
/* Counts the finding and adds it to the list, or frees it if there is no room. */
void findings_keep(GPtrArray *list, guint64 counts[N_SEVERITIES], SummaryFinding *finding);
void findings_copy_frames(Frames *to, const Frames *from);

G_END_DECLS
