/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From packets to records.
 *
 * A file is read twice: first timeline_scan() for every packet and timeline_begin(), then timeline_add() for every
 * packet again. Live there is only timeline_add(): as long as a conversation is not recognised, copies of its packets
 * are held, and their records come late. Sorted by frame, they are the same as the file's. */
#pragma once

#include "analyzer/timeline/conversation-record.h"
#include "analyzer/timeline/record.h"

G_BEGIN_DECLS

typedef struct Timeline Timeline;

/* Both arguments are valid only during the call. */
typedef void (*TimelineFunc)(const Record *record, gpointer user_data);

typedef void (*SelectionFunc)(const Conversation *conversation, const SessionDecision *decision, gpointer user_data);

typedef struct {
        GPtrArray *protocols; /* ChatProtocol; referenced */
        const guint16 *ports; /* further ports to take for chat ports; copied */
        guint n_ports;
        gboolean all;       /* records of every TCP and UDP conversation, not only of chats */
        gboolean arp;       /* records of ARP packets, too */
        gboolean explain;   /* records have explanations */
        gsize memory_limit; /* bytes, see TrackerOptions */
        gsize held_limit;   /* bytes of held packets; 0: TIMELINE_MAX_HELD_OCTETS */
        /* Called once for each conversation with what was decided about it, and why; may be NULL. */
        SelectionFunc selected;
        gpointer selected_data;
} TimelineOptions;

/* func gets every record; if it is NULL, no records are made. conversation_func (may be NULL) gets every conversation
 * whose packets have records: at the end, TCP first, then UDP, each in the order of streams; but a conversation that
 * has to be forgotten because memory is short, at once. user_data is the last argument of both. */
Timeline *
timeline_new(const TimelineOptions *options, TimelineFunc func, ConversationFunc conversation_func, gpointer user_data);
void timeline_free(Timeline *timeline);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Timeline, timeline_free)

/* n packets in the order of the capture. Larger batches are faster. */
void timeline_scan(Timeline *timeline, const Packet *packets, guint n);
void timeline_begin(Timeline *timeline);
/* Replaces timeline_scan() and timeline_begin() if tracker has had every packet already. Takes tracker over. */
void timeline_begin_after(Timeline *timeline, Tracker *tracker);
void timeline_add(Timeline *timeline, const Packet *packets, guint n);

/* To be called at the end of the capture: decides about undecided conversations and makes the records of held packets.
 */
void timeline_finish(Timeline *timeline);

typedef struct {
        guint64 frames;     /* added to the timeline */
        guint64 left_out;   /* of those, left out by the filter */
        guint64 told;       /* records; without them (func NULL), conversations */
        guint64 given_up;   /* packets without a record, because too many were held; see TIMELINE_MAX_HELD */
        guint64 joined;     /* fragments that have no record of their own, of datagrams that have one */
        guint64 incomplete; /* fragments of datagrams that stayed incomplete; set by the caller, see defragment.h */
        guint64 unread;     /* packets of link types that cannot be read */
        guint16 unread_link_type; /* of the last of them */
        gint64 end; /* nanoseconds from the capture's first packet to its end: the latest packet since the clock last
                       went back, left out or not; 0 if the capture was read without a timeline */
        guint64 evicted;          /* conversations forgotten because memory was short */
        SessionShortage shortage; /* what else was given up because memory was short */
        guint64 unlisted;         /* attempts to list something for which a summary had no room */
} TimelineCounts;
TimelineCounts timeline_get_counts(const Timeline *timeline);

/* Live: the most packets of one undecided conversation that are held; beyond them the oldest is given up. */
#define TIMELINE_MAX_HELD 4096
/* Live: the most bytes of all undecided conversations that are held; beyond them the conversation that has waited
 * longest is given up. */
#define TIMELINE_MAX_HELD_OCTETS (64 * 1024 * 1024)

G_END_DECLS
