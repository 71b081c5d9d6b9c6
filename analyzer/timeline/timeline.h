/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From packets to records.
 *
 * A file is read twice: timeline_scan() for every packet, timeline_begin(), then timeline_add() for every packet
 * again. Live there is only timeline_add(): the packets of a conversation that is not yet recognised are held,
 * copied, and told once it is; sorted by frame, the records are those of the file. */
#pragma once

#include "analyzer/timeline/conversation-record.h"
#include "analyzer/timeline/record.h"

G_BEGIN_DECLS

typedef struct Timeline Timeline;

typedef void (*TimelineFunc)(const Record *record, gpointer user_data);

typedef void (*SelectionFunc)(const Conversation *conversation, const SessionDecision *decision, gpointer user_data);

typedef struct {
        GPtrArray *protocols; /* ChatProtocol */
        const guint16 *ports; /* further ports to take as chat ports */
        guint n_ports;
        gboolean all;       /* every TCP and UDP conversation */
        gboolean arp;       /* ARP too, in records without a conversation */
        gboolean explain;   /* with explanations */
        gsize memory_limit; /* octets, see TrackerOptions */
        gsize held_limit;   /* octets, see TIMELINE_MAX_HELD_OCTETS, which 0 stands for */
        /* Called once a conversation with what was decided about it, and why; may be NULL. */
        SelectionFunc selected;
        gpointer selected_data;
} TimelineOptions;

/* func may be NULL: then no records are made, and only conversations are told. conversation_func may be NULL. It gets
 * every conversation whose packets are told: at the end, those over TCP first, each transport in the order of streams;
 * one that has to be forgotten for want of memory, then. */
Timeline *
timeline_new(const TimelineOptions *options, TimelineFunc func, ConversationFunc conversation_func, gpointer user_data);
void timeline_free(Timeline *timeline);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Timeline, timeline_free)

/* n packets in the order of the capture: the more at once, the faster. */
void timeline_scan(Timeline *timeline, const Packet *packets, guint n);
void timeline_begin(Timeline *timeline);
/* Instead of both: tracker, which the timeline takes over, has had every packet already; what it found is kept. */
void timeline_begin_after(Timeline *timeline, Tracker *tracker);
void timeline_add(Timeline *timeline, const Packet *packets, guint n);

/* The capture has ended: decides what is undecided and tells what was held. */
void timeline_finish(Timeline *timeline);

typedef struct {
        guint64 frames;           /* added */
        guint64 left_out;         /* of those, by the filter */
        guint64 told;             /* records */
        guint64 given_up;         /* packets that were held too long to be told, see TIMELINE_MAX_HELD */
        guint64 joined;           /* fragments, without records of their own, of datagrams that were told */
        guint64 incomplete;       /* fragments whose datagram never got whole; from whoever decodes, see defragment.h */
        guint64 unread;           /* packets whose link layer is not among those that can be read */
        guint16 unread_link_type; /* of the last of them */
        gint64 end; /* offset of the end of the capture, which is that of the latest packet since the clock last went
                       back, left out or not; 0 where no timeline counted */
        guint64 evicted;          /* conversations forgotten because memory was short */
        SessionShortage shortage; /* and what else was given up then */
        guint64 unlisted;         /* of a summary: what its lists had no room for, counted as often as it came */
} TimelineCounts;
TimelineCounts timeline_get_counts(const Timeline *timeline);

/* Live: so many packets of one undecided conversation are held at the most. */
#define TIMELINE_MAX_HELD 4096
/* And so many octets of all undecided conversations; then those that have waited longest are given up. */
#define TIMELINE_MAX_HELD_OCTETS (64 * 1024 * 1024)

G_END_DECLS
