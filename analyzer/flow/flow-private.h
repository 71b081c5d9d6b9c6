/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of analyzer/flow share. */
#pragma once

#include "analyzer/flow/flow.h"

/* How far a is ahead of b; negative if it is behind. Sequence numbers are compared modulo 2^32 (RFC 9293 section
 * 3.4). */
static inline gint32 sequence_distance(guint32 a, guint32 b)
{
        return (gint32) (a - b);
}

/* Nanoseconds from earlier to later. Times come from files and may have any value, so the subtraction must be allowed
 * to wrap. */
static inline gint64 time_between(gint64 earlier, gint64 later)
{
        return (gint64) ((guint64) later - (guint64) earlier);
}

/* If more octets or pieces than this wait in one direction for a missing segment, the gap is declared and they are
 * delivered. */
#define REASSEMBLY_LIMIT (1024 * 1024)
#define REASSEMBLY_MAX_PIECES 1024

typedef struct {
        guint32 sequence; /* relative */
        guint32 length;   /* on the wire */
        guint32 captured; /* size of octets */
        guint64 frame;
        guint8 octets[];
} ReassemblySegment;

/* The memory of all directions together, and what the last packet put in order. */
typedef struct {
        FlowSide side;       /* the side whose octets are being put in order */
        gsize held, limit;   /* octets of memory that waiting pieces use; above the limit, gaps are declared at once */
        guint32 n_gaps;      /* gaps that the last packet revealed, */
        guint64 missing;     /* and octets in them; take_gaps() in tcp.c moves both to the connection */
        GArray *chunks;      /* FlowChunk */
        GPtrArray *released; /* ReassemblySegment: those that the chunks point to */
} ReassemblyPool;

/* The pieces of one direction that wait for missing octets. */
typedef struct {
        GQueue pieces;  /* ReassemblySegment, ordered by sequence number, without overlaps */
        guint32 octets; /* their sum on the wire, whether or not they were captured */
} ReassemblyQueue;

typedef struct {
        ReassemblyQueue *waiting; /* NULL: none */
        guint32 next;             /* relative number of the first octet not yet delivered */
        guint32 fin;              /* relative number of the FIN; valid with has_fin */
        guint32 acknowledged;     /* the highest acknowledgement of the peer, relative to this direction; valid with
                                     has_acknowledged */
        bool has_next : 1;
        bool has_fin : 1;
        bool has_acknowledged : 1;
} Reassembly;

/* What the analysis rules know of one side. Numbers are those of the header. 0 means unknown, although a sequence
 * number can be 0: Wireshark does the same, and both are to flag the same segments. */
typedef struct {
        gint64 last_ack_time, next_time;
        guint32 next;
        guint32 contiguous;
        guint32 last_ack;
        guint32 dup_acks;
        guint16 window;
        guint16 last_flags; /* TcpAnalysis flags of its previous packet */
        gint8 window_scale; /* shift count; -1: no SYN was seen; -2: scaling is off */
        bool has_window : 1;
        bool acked_without_syn : 1;
} AnalysisSide;

/* A second state of the rules, beside the one that works as Wireshark does. It starts afresh when the same SYN opens
 * the connection again, and ignores every RST that has no effect. */
typedef struct {
        AnalysisSide sides[2];
        guint64 begin; /* the frame of the SYN that opened it again; 0: none did */
} AnalysisLife;

typedef struct {
        FlowTcp visible;
        AnalysisSide analysis[2];
        AnalysisLife *life; /* NULL: it would be equal to analysis */
        Reassembly reassembly[2];
        gint64 latest_syn_time;
        gint64 handshake_ack_time;
        gint64 rule_rtt; /* the initial round-trip time as the rules measure it, in nanoseconds; may be negative; 0:
                            unknown */
        guint32 syn_ack_number; /* relative number of the SYN-ACK, while it is not acknowledged (handshake_pending) */
        guint32 fin_number[2];  /* relative */
        guint16 newest_id[2];   /* IPv4 identification of the segment with the highest sequence numbers; 0: unknown */
        guint8 syn_ack_side;    /* FlowSide that sent the SYN-ACK */
        bool has_fin[2];
        bool has_latest_syn : 1;
        bool latest_syn_has_time : 1;
        bool handshake_syn_has_time : 1;
        bool handshake_ack_has_time : 1;
        bool reset_older : 1; /* after TCP_RESET_OF_OLDER: the next SYN opens the connection again */
        bool handshake_pending : 1;
        bool begun : 1; /* one of its packets was captured, or quoted by an ICMP error */
} TcpConnection;

static inline TcpConnection *tcp_connection(const Conversation *conversation)
{
        return (TcpConnection *) conversation->tcp;
}

/* The fields of a segment that the rules and the states need. Whether the numbers are raw or relative depends on the
 * caller. */
typedef struct {
        guint32 sequence, acknowledgement, length;
        guint32 expected; /* raw sequence number that was expected next from its sender; 0: unknown */
        guint16 flags, window;
        guint64 frame;
        gint64 time;
        bool has_time;
} Segment;

/* history.c: remembers which frame carried which sequence number. Its memory has a fixed size, so it forgets old
 * frames. */
typedef struct History History;
History *history_new(void);
void history_free(History *history);
/* Sets same_frame, since_same_frame and n_same of evidence, if they are known, and remembers the segment. segment has
 * relative numbers. peer_base: subtracted from the numbers in SACK blocks to make them relative. begin: frames before
 * this one belong to an earlier connection. */
void history_add(History *history,
                 const Packet *packet,
                 const FlowPacket *flow,
                 const Segment *segment,
                 guint32 peer_base,
                 guint64 begin,
                 TcpEvidence *evidence);

/* doubles.c: remembers the latest packets, to recognise those that are captured a second time. */
typedef struct Doubles Doubles;
typedef struct {
        guint64 frame; /* 0: the entry is free */
        gint64 time;
        guint64 identity; /* PacketIdentity.hash */
        guint32 vantage;  /* PacketIdentity.vantage */
        guint8 role;      /* TcpRole; the caller of doubles_find() sets it */
} Sighting;
typedef enum {
        DOUBLE_NONE,
        DOUBLE_POSSIBLE, /* it was captured before, provided that its sender sent nothing in between */
        DOUBLE_CERTAIN,
} DoubleKind;
Doubles *doubles_new(void);
void doubles_free(Doubles *doubles);
/* Fetches from memory what doubles_find() will need for a packet, whose segment must not be NULL. */
void doubles_prefetch(const Doubles *doubles, const Packet *packet);
/* Whether a packet, whose segment must not be NULL, was captured before. ret_now: the entry for this packet, without
 * role. ret_place: the entry of its first capture; for DOUBLE_NONE, the place where the caller is to store ret_now.
 * Never NULL; valid until doubles_free(). */
DoubleKind doubles_find(Doubles *doubles, const Packet *packet, Sighting *ret_now, Sighting **ret_place);

/* tcp.c. Adds a segment to its connection, and fills flow. analysis: flags that are known already. history may be NULL.
 * evidence must be all zero. A segment that was captured twice (flow->captured_twice) must have its role in flow; it
 * changes only the state of the analysis rules. */
void tcp_init(TcpConnection *self);
void tcp_add(Conversation *conversation,
             const Packet *packet,
             FlowPacket *flow,
             guint analysis,
             ReassemblyPool *pool,
             History *history,
             TcpEvidence *evidence);
/* Whether a packet that is not added yet repeats the newest segment of its side, and that side has sent nothing
 * since. */
gboolean tcp_repeats_last(const Conversation *conversation, FlowSide side, const Packet *packet);
/* Adds a segment that an ICMP error quotes. As in Wireshark, a quoted segment can change where relative numbers begin,
 * the window scale, the initial round-trip time and the completeness; it changes nothing else. */
void tcp_quote(Conversation *conversation, FlowSide side, const Packet *packet);
/* Frees what the connection owns, but not self. */
void tcp_clear(TcpConnection *self, ReassemblyPool *pool);
/* Delivers what waits in both directions, and declares the gaps before it. */
void tcp_flush(TcpConnection *self, ReassemblyPool *pool);

/* tcp-analysis.c. Applies Wireshark's rules to a segment, and updates sides, which are those of self or of its life.
 * segment has raw numbers. Returns TcpAnalysis flags, and notes in evidence why they are set. */
guint tcp_analysis_add(
        const TcpConnection *self, AnalysisSide sides[2], FlowSide side, const Segment *segment, TcpEvidence *evidence);
/* See tcp_repeats_last(). segment has raw numbers. */
gboolean tcp_analysis_repeats_last(const TcpConnection *self, FlowSide side, const Segment *segment);
/* The shift count of the window in the side's segments without SYN. */
guint tcp_analysis_window_shift(const TcpConnection *self, FlowSide side);

/* tcp-state.c. Updates the states of both sides, and notes SYN, FIN, RST and their acknowledgements. segment has
 * relative numbers. Sets role and reopens of flow; for an RST also reset, window_begin and window_end. */
void tcp_state_add(Conversation *conversation, FlowSide side, const Segment *segment, guint analysis, FlowPacket *flow);

/* reassembly.c. The functions below append what they deliver to pool->chunks, as octets of pool->side.
 *
 * Adds the octets of a segment, whose numbers are relative; captured of them are at octets. Returns how many octets of
 * the segment are new. */
guint32
reassembly_add(Reassembly *self, const Segment *segment, const guint8 *octets, guint32 captured, ReassemblyPool *pool);
/* The peer has acknowledged all octets before acknowledgement. Delivers what waited behind gaps in them. */
void reassembly_acknowledge(Reassembly *self, guint32 acknowledgement, ReassemblyPool *pool);
/* Nothing more will come: delivers all that waits. */
void reassembly_flush(Reassembly *self, ReassemblyPool *pool);
/* The capture has ended: delivers all that waits. Octets at the end that were acknowledged and never captured are a gap
 * as well. */
void reassembly_end(Reassembly *self, ReassemblyPool *pool);
/* Adds distance to all relative numbers, because the base of the direction has changed. */
void reassembly_shift(Reassembly *self, guint32 distance);
/* Whether all octets before acknowledgement were delivered, or declared a gap. */
gboolean reassembly_covers(const Reassembly *self, guint32 acknowledgement);
/* How many octets are missing before the first piece that waits; 0 if the octets at sequence do not wait. */
guint32 reassembly_gap(const Reassembly *self, guint32 sequence);
gboolean reassembly_is_ended(const Reassembly *self);
void reassembly_clear(Reassembly *self, ReassemblyPool *pool);
