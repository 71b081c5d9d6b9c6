/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of analyzer/flow share among themselves. */
#pragma once

#include "analyzer/flow/flow.h"

/* Sequence numbers are compared modulo 2^32 (RFC 9293 section 3.4). */
static inline gint32 sequence_distance(guint32 a, guint32 b)
{
        return (gint32) (a - b);
}

/* So many octets, or pieces, of one direction wait for a segment that is missing; then the gap is declared. */
#define REASSEMBLY_LIMIT (1024 * 1024)
#define REASSEMBLY_MAX_PIECES 1024

typedef struct {
        guint32 sequence; /* relative */
        guint32 length;   /* on the wire */
        guint32 captured; /* octets below */
        guint64 frame;
        guint8 octets[];
} ReassemblySegment;

typedef struct {
        gboolean has_next;
        guint32 next;    /* relative number of the first octet not yet delivered */
        gboolean has_fin;
        guint32 fin;     /* its number */
        GQueue *waiting; /* ReassemblySegment by number, without overlaps; NULL: none */
        gsize waiting_octets; /* on the wire, whether or not they were captured */
        gboolean has_acknowledged;
        guint32 acknowledged; /* what the peer acknowledged, relative to this direction */
} Reassembly;

/* One side as the analysis rules keep it. The numbers are those of the wire, and 0 means unknown, even where a
 * sequence number is 0 in truth: Wireshark counts so, and both are to say the same. */
typedef struct {
        gboolean has_window, acked_without_syn;
        gint8 window_scale; /* -1 not seen, -2 scaling is off */
        guint32 next;
        guint32 contiguous;
        guint32 last_ack;
        guint32 dup_acks;
        guint16 window;
        guint16 last_flags; /* analysis flags of its previous packet */
        gint64 last_ack_time, next_time;
} AnalysisSide;

typedef struct {
        IpAddress address[2];
        guint16 port[2];
        guint8 transport;
} FlowKey;

typedef struct {
        Conversation public;
        FlowKey key;
        AnalysisSide analysis[2];
        Reassembly reassembly[2];
        gboolean has_latest_syn;
        gint64 latest_syn_time;
        guint32 syn_ack_number; /* relative, of the SYN-ACK that waits to be acknowledged */
        FlowSide syn_ack_side;
        gboolean handshake_pending;
        gboolean has_fin[2];
        guint32 fin_number[2]; /* relative */
} ConversationPrivate;

/* A segment's numbers, relative. */
typedef struct {
        guint32 sequence, acknowledgement, length;
        guint16 flags, window;
        gint64 time;
} Segment;

/* tcp-analysis.c. segment has the numbers of the wire. Returns the flags; sets flow's times. */
guint tcp_analysis_add(ConversationPrivate *self, FlowSide side, const Segment *segment, FlowPacket *flow);
/* How far S's window is shifted in a segment without SYN. */
guint tcp_analysis_window_shift(const ConversationPrivate *self, FlowSide side);

/* tcp-state.c: moves both states, and notes SYN, FIN, RST and their acknowledgements. Returns the segment's role. */
TcpRole tcp_state_add(ConversationPrivate *self, FlowSide side, const Segment *segment, const FlowMark *mark, guint analysis);

/* reassembly.c. chunks (FlowChunk) gets what is in order now; released (ReassemblySegment) what its chunks point to.
 * Returns how many octets of the segment are new. */
guint32 reassembly_add(Reassembly *self,
                       const Segment *segment,
                       const guint8 *octets,
                       guint32 captured,
                       guint64 frame,
                       GArray *chunks,
                       GPtrArray *released);
void reassembly_acknowledge(Reassembly *self, guint32 acknowledgement);
gboolean reassembly_is_ended(const Reassembly *self);
void reassembly_clear(Reassembly *self);
