/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of analyzer/flow share among themselves. */
#pragma once

#include "analyzer/flow/flow.h"

/* Sequence numbers are compared modulo 2^32 (RFC 9293 section 3.4). */
static inline gint32 sequence_distance(guint32 a, guint32 b)
{
        return (gint32) (a - b);
}

/* Times come from files and may be anything. */
static inline gint64 time_between(gint64 earlier, gint64 later)
{
        return (gint64) ((guint64) later - (guint64) earlier);
}

/* Two numbers exactly 2^31 apart are greater than each other, and less as well: Wireshark's rules compare like this. */
static inline gboolean sequence_greater(guint32 a, guint32 b)
{
        return (gint32) (b - a) < 0;
}

static inline gboolean sequence_less(guint32 a, guint32 b)
{
        return (gint32) (a - b) < 0;
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

/* What all directions together hold, and where what the last packet put in order is told. */
typedef struct {
        FlowSide side;       /* whose octets are put in order at the moment */
        gsize held, limit;   /* octets of memory; above the limit gaps are declared at once */
        guint32 n_gaps;      /* that the last packet showed, */
        guint64 missing;     /* and octets in them: whoever adds a packet takes both */
        GArray *chunks;      /* FlowChunk */
        GPtrArray *released; /* ReassemblySegment that the chunks point to */
} ReassemblyPool;

/* What waits for its turn in one direction. */
typedef struct {
        GQueue pieces;  /* ReassemblySegment by number, without overlaps */
        guint32 octets; /* on the wire, whether or not they were captured */
} ReassemblyQueue;

typedef struct {
        ReassemblyQueue *waiting; /* NULL: nothing */
        guint32 next;             /* relative number of the first octet not yet delivered */
        guint32 fin;              /* number of the FIN */
        guint32 acknowledged;     /* what the peer acknowledged, relative to this direction */
        bool has_next : 1;
        bool has_fin : 1;
        bool has_acknowledged : 1;
} Reassembly;

/* One side as the analysis rules keep it. The numbers are those of the wire, and 0 means unknown, even where a
 * sequence number is 0 in truth: Wireshark counts so, and both are to say the same. */
typedef struct {
        gint64 last_ack_time, next_time;
        guint32 next;
        guint32 contiguous;
        guint32 last_ack;
        guint32 dup_acks;
        guint16 window;
        guint16 last_flags; /* analysis flags of its previous packet */
        gint8 window_scale; /* -1 not seen, -2 scaling is off */
        bool has_window : 1;
        bool acked_without_syn : 1;
} AnalysisSide;

/* What the rules know of a connection that has begun anew with the same number, without the one before it; and of one
 * for which an RST had no effect, without that. */
typedef struct {
        AnalysisSide sides[2];
        guint64 begin; /* the frame of its SYN; 0: the first */
} AnalysisLife;

typedef struct {
        FlowTcp visible;
        AnalysisSide analysis[2];
        AnalysisLife *life; /* NULL: the same as analysis */
        Reassembly reassembly[2];
        gint64 latest_syn_time;
        gint64 handshake_ack_time;
        gint64 rule_rtt;        /* the initial round-trip time of the rules, which may be negative; 0: not known */
        guint32 syn_ack_number; /* relative number of the SYN-ACK that has not been acknowledged yet */
        guint32 fin_number[2];  /* relative */
        guint16 newest_id[2];   /* IPv4 identification of the segment with the highest numbers; 0: it has none */
        guint8 syn_ack_side;    /* FlowSide */
        bool has_fin[2];
        bool has_latest_syn : 1;
        bool latest_syn_has_time : 1;
        bool handshake_syn_has_time : 1;
        bool handshake_ack_has_time : 1;
        bool reset_older : 1; /* see TCP_RESET_OF_OLDER; the SYN that follows begins anew */
        bool handshake_pending : 1;
        bool begun : 1; /* a packet of it was seen, or quoted */
} TcpConnection;

static inline TcpConnection *tcp_connection(const Conversation *conversation)
{
        return (TcpConnection *) conversation->tcp;
}

/* A segment's numbers. */
typedef struct {
        guint32 sequence, acknowledgement, length;
        guint32 expected; /* raw number expected next from its side before this segment; 0: unknown */
        guint16 flags, window;
        guint64 frame;
        gint64 time;
        bool has_time;
} Segment;

/* history.c: which frame carried what lately, in a memory of fixed size, from which what is older disappears sooner or
 * later; what is gone is not told. */
typedef struct History History;
History *history_new(void);
void history_free(History *history);
/* Sets evidence's same_frame and what belongs to it. segment has relative numbers, and peer_base makes those of the
 * other direction out of the wire's. What came before the frame begin is of another connection. */
void history_add(History *history,
                 const Packet *packet,
                 const FlowPacket *flow,
                 const Segment *segment,
                 guint32 peer_base,
                 guint64 begin,
                 TcpEvidence *evidence);

/* doubles.c: which packets were captured lately, to know those that are captured a second time. */
typedef struct Doubles Doubles;
typedef struct {
        guint64 frame; /* 0: nobody */
        gint64 time;
        guint64 identity; /* PacketIdentity.hash */
        guint32 vantage;
        guint8 role; /* TcpRole, set by whoever keeps it */
} Sighting;
typedef enum {
        DOUBLE_NONE,
        DOUBLE_POSSIBLE, /* if nothing of its sender's came in between */
        DOUBLE_CERTAIN,
} DoubleKind;
Doubles *doubles_new(void);
void doubles_free(Doubles *doubles);
/* The packet, which has a segment, is to be looked for soon. */
void doubles_prefetch(const Doubles *doubles, const Packet *packet);
/* Whether a packet with a segment was captured before. ret_place is where its first capture stands, if it was, and
 * where else ret_now is to be put. */
DoubleKind doubles_find(Doubles *doubles, const Packet *packet, Sighting *ret_now, Sighting **ret_place);

/* tcp.c: all that a segment means to its connection; analysis is what is known of it already; history may be NULL;
 * evidence is zero. One that was captured twice, with the role that it had, moves nothing but what the rules keep. */
void tcp_init(TcpConnection *self);
void tcp_add(Conversation *conversation,
             const Packet *packet,
             FlowPacket *flow,
             guint analysis,
             ReassemblyPool *pool,
             History *history,
             TcpEvidence *evidence);
/* Whether a packet of the connection's, before it is added, repeats the side's newest, and nothing of that side came
 * since. */
gboolean tcp_repeats_last(const Conversation *conversation, FlowSide side, const Packet *packet);
/* The same as tcp_add() of a segment that an ICMP error quotes. Wireshark lets it change where numbers begin, and count
 * for what was captured of the connection. */
void tcp_quote(Conversation *conversation, FlowSide side, const Packet *packet);
/* Frees buffers and all. */
void tcp_clear(TcpConnection *self, ReassemblyPool *pool);
/* What waits in both directions is put in order, with gaps. */
void tcp_flush(TcpConnection *self, ReassemblyPool *pool);

/* tcp-analysis.c. sides are those of the connection, or of its present life; segment has the numbers of the wire.
 * Returns the flags, and why; without flags evidence is untouched. */
guint tcp_analysis_add(
        const TcpConnection *self, AnalysisSide sides[2], FlowSide side, const Segment *segment, TcpEvidence *evidence);
/* See tcp_repeats_last(). */
gboolean tcp_analysis_repeats_last(const TcpConnection *self, FlowSide side, const Segment *segment);
/* How far a side's window is shifted in a segment without SYN. */
guint tcp_analysis_window_shift(const TcpConnection *self, FlowSide side);

/* tcp-state.c: moves both states, and notes SYN, FIN, RST and their acknowledgements. segment has relative numbers.
 * Sets flow's role and reopens. */
void tcp_state_add(Conversation *conversation, FlowSide side, const Segment *segment, guint analysis, FlowPacket *flow);

/* reassembly.c: what these put in order is in pool->chunks, under pool->side. Returns how many octets of the segment
 * (relative numbers) are new. */
guint32
reassembly_add(Reassembly *self, const Segment *segment, const guint8 *octets, guint32 captured, ReassemblyPool *pool);
/* Tells what waited behind a gap that the peer has received and the capture has not. */
void reassembly_acknowledge(Reassembly *self, guint32 acknowledgement, ReassemblyPool *pool);
/* The same of all gaps: nothing more will come. */
void reassembly_flush(Reassembly *self, ReassemblyPool *pool);
/* The same, and the capture has ended: what was acknowledged at the end and never captured is a gap, too. */
void reassembly_end(Reassembly *self, ReassemblyPool *pool);
/* Relative numbers are greater by distance from here on. */
void reassembly_shift(Reassembly *self, guint32 distance);
/* Whether all octets before acknowledgement are there, or were given up before. */
gboolean reassembly_covers(const Reassembly *self, guint32 acknowledgement);
/* How many octets are missing before the first that waits; 0 if those at sequence do not wait. */
guint32 reassembly_gap(const Reassembly *self, guint32 sequence);
gboolean reassembly_is_ended(const Reassembly *self);
void reassembly_clear(Reassembly *self, ReassemblyPool *pool);
