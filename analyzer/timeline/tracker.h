/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One reading of a capture: adds each packet to its conversation, and judges whether that is a chat. */
#pragma once

#include "analyzer/session/session.h"

G_BEGIN_DECLS

typedef struct {
        GPtrArray *protocols; /* ChatProtocol; referenced */
        const guint16 *ports; /* further ports to take for chat ports; copied */
        guint n_ports;
        gsize memory_limit; /* about how many bytes to remember of conversations; 0: a default that ordinary captures
                               do not reach */
        gboolean history;   /* see FlowOptions */
} TrackerOptions;

typedef struct Tracker Tracker;

/* What the tracker knows of one packet. Valid until the next one. */
typedef struct {
        const Packet *packet;
        FlowPacket flow;
        const FlowChunk *chunks; /* TCP: the octets that the packet put in order */
        guint n_chunks;
        SessionVerdict verdict; /* on its conversation, so far; see tracker_judge() */
} Tracked;

/* evicted (may be NULL) is called with data before a conversation is forgotten because memory is short. */
Tracker *
tracker_new(const TrackerOptions *options, void (*evicted)(Conversation *conversation, gpointer data), gpointer data);
void tracker_free(Tracker *tracker);

/* Adds a packet to its conversation. FALSE: it belongs to none, or it is malformed. The conversation is not judged yet,
 * so that the caller can first set what an earlier reading decided about it. */
gboolean tracker_take(Tracker *tracker, const Packet *packet, Tracked *ret_tracked);
/* Judges the packet's conversation; also sets tracked->verdict. */
SessionVerdict tracker_judge(Tracker *tracker, Tracked *tracked);

/* The last judgement: the capture has ended, or the conversation is about to be forgotten. */
SessionVerdict tracker_judge_at_end(Tracker *tracker, Conversation *conversation);

FlowTable *tracker_get_flows(Tracker *tracker);
Session *tracker_get_session(Tracker *tracker);

typedef struct {
        guint64 unread;           /* packets of link types that cannot be read */
        guint16 unread_link_type; /* of the last of them */
        guint64 evicted;          /* conversations forgotten because memory was short */
        SessionShortage shortage; /* what the session gave up because memory was short */
} TrackerCounts;
TrackerCounts tracker_get_counts(const Tracker *tracker);

G_END_DECLS
