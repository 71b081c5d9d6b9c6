/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One reading of a capture: each packet added to its conversation, and judged. */
#pragma once

#include "analyzer/session/session.h"

G_BEGIN_DECLS

typedef struct {
        GPtrArray *protocols; /* ChatProtocol */
        const guint16 *ports; /* further ports to take as chat ports */
        guint n_ports;
        gsize memory_limit; /* octets, about, for what is remembered of conversations; 0: a default that ordinary
                               captures do not reach */
        gboolean history;   /* see FlowOptions */
} TrackerOptions;

typedef struct Tracker Tracker;

/* What one packet was. Valid until the next one. */
typedef struct {
        const Packet *packet;
        FlowPacket flow;
        const FlowChunk *chunks; /* TCP: what it put in order */
        guint n_chunks;
        SessionVerdict verdict; /* on its conversation, so far */
} Tracked;

/* evicted (may be NULL) is called before a conversation is forgotten because memory is short. */
Tracker *
tracker_new(const TrackerOptions *options, void (*evicted)(Conversation *conversation, gpointer data), gpointer data);
void tracker_free(Tracker *tracker);

/* Adds a packet to its conversation; FALSE where it has none, or nobody can say what it is. It is not judged yet: what
 * was decided earlier about a new conversation can be set. */
gboolean tracker_take(Tracker *tracker, const Packet *packet, Tracked *ret_tracked);
SessionVerdict tracker_judge(Tracker *tracker, Tracked *tracked);

/* The capture has ended, or the conversation is about to be forgotten. */
SessionVerdict tracker_judge_at_end(Tracker *tracker, Conversation *conversation);

FlowTable *tracker_get_flows(Tracker *tracker);
Session *tracker_get_session(Tracker *tracker);

typedef struct {
        guint64 unread;           /* packets whose link layer is not among those that can be read */
        guint16 unread_link_type; /* of the last of them */
        guint64 evicted;          /* conversations forgotten because memory was short */
        SessionShortage shortage; /* and what else was, of what is said in them */
} TrackerCounts;
TrackerCounts tracker_get_counts(const Tracker *tracker);

G_END_DECLS
