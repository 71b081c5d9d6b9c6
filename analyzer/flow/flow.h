/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/flow: from packets to conversations.
 *
 * Keeps one Conversation for each pair of TCP or UDP endpoints, numbers them as Wireshark numbers tcp.stream and
 * udp.stream, follows both TCP endpoints (sequence numbers, analysis by the rules of tshark, RFC 9293 states)
 * and puts each direction's octets in order. Knows nothing of chats.
 *
 * May use: GLib, analyzer/decode. Is used by: analyzer/session and everything after it.
 */
#pragma once

#include "analyzer/decode/packet.h"

#include <stdbool.h>

G_BEGIN_DECLS

/* The names of Wireshark's tcp.analysis fields and of its rules; flags may be combined. In the alphabetical
 * order of their names, which is the order in which records list them. */
typedef enum {
        TCP_ANALYSIS_ACK_LOST_SEGMENT = 1 << 0,
        TCP_ANALYSIS_DUPLICATE_ACK = 1 << 1,
        TCP_ANALYSIS_FAST_RETRANSMISSION = 1 << 2,
        TCP_ANALYSIS_KEEP_ALIVE = 1 << 3,
        TCP_ANALYSIS_KEEP_ALIVE_ACK = 1 << 4,
        TCP_ANALYSIS_LOST_SEGMENT = 1 << 5,
        TCP_ANALYSIS_OUT_OF_ORDER = 1 << 6,
        TCP_ANALYSIS_RETRANSMISSION = 1 << 7,
        TCP_ANALYSIS_REUSED_PORTS = 1 << 8,
        TCP_ANALYSIS_SPURIOUS_RETRANSMISSION = 1 << 9,
        TCP_ANALYSIS_WINDOW_FULL = 1 << 10,
        TCP_ANALYSIS_WINDOW_UPDATE = 1 << 11,
        TCP_ANALYSIS_ZERO_WINDOW = 1 << 12,
        TCP_ANALYSIS_ZERO_WINDOW_PROBE = 1 << 13,
        TCP_ANALYSIS_ZERO_WINDOW_PROBE_ACK = 1 << 14,
} TcpAnalysis;
#define TCP_ANALYSIS_COUNT 15
const char *tcp_analysis_to_string(TcpAnalysis flag); /* one flag: "ack_lost_segment", … */

/* RFC 9293 section 3.3.2, as far as what was captured shows. */
typedef enum {
        TCP_STATE_UNKNOWN, /* the capture began later and nothing shows it yet */
        TCP_STATE_LISTEN,
        TCP_STATE_SYN_SENT,
        TCP_STATE_SYN_RECEIVED,
        TCP_STATE_ESTABLISHED,
        TCP_STATE_FIN_WAIT_1,
        TCP_STATE_FIN_WAIT_2,
        TCP_STATE_CLOSE_WAIT,
        TCP_STATE_CLOSING,
        TCP_STATE_LAST_ACK,
        TCP_STATE_TIME_WAIT,
        TCP_STATE_CLOSED,
} TcpState;
const char *tcp_state_to_string(TcpState state); /* "FIN-WAIT-1"; "unknown" */

/* What a segment is to its conversation, whatever else it carries. One value, the first that fits. */
typedef enum {
        TCP_ROLE_RST,
        TCP_ROLE_SYN_ACK,
        TCP_ROLE_SYN,
        TCP_ROLE_FIN,
        TCP_ROLE_DATA,          /* length > 0, keep-alives excepted */
        TCP_ROLE_HANDSHAKE_ACK, /* first segment without SYN that acknowledges the SYN-ACK, a pure ACK */
        TCP_ROLE_TEARDOWN_ACK,  /* first pure ACK that covers the peer's FIN */
        TCP_ROLE_ACK,
} TcpRole;

/* Some systems send the same SYN again after a connection has ended: it belongs to the same stream, but everything
 * begins anew. */
typedef enum {
        TCP_REOPENS_NOTHING,
        TCP_REOPENS_REFUSED,  /* an RST had answered the SYN */
        TCP_REOPENS_RESET,    /* an RST had ended a connection */
        TCP_REOPENS_CLOSED,   /* both sides had sent their FIN */
        TCP_REOPENS_REPLACED, /* the peer had an older connection, which an RST has ended: RFC 9293 section 3.5.1 */
} TcpReopens;

/* What an RST does. */
typedef enum {
        TCP_RESET_ENDS,      /* its connection, or it comes after its end */
        TCP_RESET_OF_OLDER,  /* it refuses an acknowledgement of what was never sent: the peer's older connection ends,
                                the  sender's SYN still waits for an answer (RFC 9293 sections 3.5.1 and 3.10.7.3) */
        TCP_RESET_NO_WINDOW, /* nothing: its number is outside the receiver's window (section 3.10.7.4, RFC 5961) */
        TCP_RESET_NO_ANSWER, /* nothing: its receiver waits for an answer to its SYN, which this does not acknowledge
                                (section 3.10.7.3) */
} TcpReset;

/* Which of a conversation's two endpoints: 0 sent its first captured packet, 1 is the other. */
typedef guint FlowSide;

/* What is known of one side of a TCP connection. Sequence numbers here are raw; frames are 0 where none was seen. */
typedef struct {
        guint64 syn_frame, fin_frame, rst_frame; /* the first of each that it sent */
        guint64 fin_acked_frame;                 /* the peer's first acknowledgement of its FIN */
        guint32 base;                            /* relative numbers are those minus this */
        guint16 mss;                             /* as announced; 0: not seen */
        guint8 window_scale;                     /* as sent; valid with has_window_scale */
        guint8 state : 4;                        /* TcpState */
        bool has_base : 1;
        bool has_window_scale : 1; /* its SYN (or SYN-ACK) carried the option */
        bool sent_syn_ack : 1;
} FlowTcpSide;

/* Bits of Conversation.completeness, as Wireshark sums them in tcp.completeness. */
enum {
        TCP_COMPLETENESS_SYN = 1, /* the stream begins with it */
        TCP_COMPLETENESS_SYN_ACK = 2,
        TCP_COMPLETENESS_ACK = 4,
        TCP_COMPLETENESS_DATA = 8,
        TCP_COMPLETENESS_FIN = 16,
        TCP_COMPLETENESS_RST = 32,
};

/* Which way of telling the sender of congestion was agreed on in the handshake, RFC 3168 section 6.1.1, RFC 9768
 * section 3.1; of a SYN alone: which one it offers. */
typedef enum {
        TCP_ECN_UNKNOWN, /* not captured, or a combination that is kept for later use */
        TCP_ECN_NONE,
        TCP_ECN_CLASSIC,  /* RFC 3168 */
        TCP_ECN_ACCURATE, /* RFC 9768: AE, CWR and ECE are a counter */
} TcpEcn;

/* What is known of a TCP connection. Frames are 0 where none was seen. */
typedef struct {
        FlowTcpSide sides[2];
        gint64 initial_rtt;        /* nanoseconds, from the latest SYN to the first later ACK without SYN; valid with
                                      has_initial_rtt: both had a time, and the clock did not go back between them */
        gint64 handshake_time;     /* when the SYN of the handshake was captured */
        gint64 handshake_duration; /* from that to the ACK; valid with has_handshake_duration */
        guint64 handshake_syn_frame, handshake_syn_ack_frame, handshake_ack_frame; /* the three that made it */
        /* How often each of the TCP_ANALYSIS_COUNT flags was set, packets that were captured twice left out; NULL: none
         * ever was. See FlowPacket.analysis and rule_analysis. */
        guint32 *analysis_counts, *rule_analysis_counts;
        guint64 missing;    /* octets that were received, or overtaken, and never captured, in both directions */
        guint32 n_gaps;     /* so many runs of them; complete once flow_table_flush() was called */
        guint32 n_reopened; /* how often it began anew with the same SYN: what is known of its steps is that of the last
                               time */
        guint8 completeness; /* TCP_COMPLETENESS_… */
        guint8 fin_first;    /* FlowSide that sent the first FIN; valid with has_fin_first */
        bool has_fin_first : 1;
        bool fins_crossed : 1; /* each side sent its FIN before it had the other's: simultaneous close */
        bool established : 1;  /* its beginning was captured, and both sides got there */
        bool has_initial_rtt : 1;
        bool has_handshake_duration : 1;
        guint8 ecn_offer : 2; /* TcpEcn of the latest SYN before the SYN-ACK */
        guint8 ecn : 2;       /* TcpEcn of the connection */
} FlowTcp;

/* The public part of a conversation. Other rooms may only write user_data, settled and is_chosen. Keep it small: there
 * may be a million at once. */
typedef struct {
        Endpoint endpoints[2];
        guint32 stream;          /* Wireshark's number within the transport, from 0 */
        guint8 transport;        /* TRANSPORT_TCP or TRANSPORT_UDP */
        guint8 client;           /* TCP: the FlowSide that sent the SYN, or to which the SYN-ACK went; else 0 */
        bool client_known;       /* a SYN or SYN-ACK showed it */
        bool has_time;           /* one packet at least had a time */
        bool settled;            /* set by others when they need no more details: further packets are only counted, and
                                     checked for the beginning and the end of connections */
        bool is_chosen;          /* set by others: the filter lets one of its packets through */
        guint64 packets, octets; /* frames, and their original lengths */
        guint64 error_frame;     /* the first ICMP error that quoted a packet of it; 0: none did */
        gint64 first_time, last_time; /* the earliest and the latest, whatever the order of the capture; valid with
                                         has_time */
        guint64 last_packet;          /* the table's packet count at the newest packet of this conversation */
        FlowTcp *tcp;                 /* NULL: UDP */
        gpointer user_data;           /* for analyzer/session; freed with the table's user_data_free */
} Conversation;

/* How a TCP connection ended, as far as it was captured. */
typedef enum {
        TCP_TEARDOWN_NONE,
        TCP_TEARDOWN_FIN,          /* both FINs were acknowledged, whatever came then */
        TCP_TEARDOWN_RST,          /* aborted before that */
        TCP_TEARDOWN_SIMULTANEOUS, /* the same, and the FINs had crossed on their way */
        TCP_TEARDOWN_HALF_CLOSED,  /* there was a FIN, but not two that were acknowledged */
        TCP_TEARDOWN_REFUSED,      /* an RST answered the SYN */
} TcpTeardown;
const char *tcp_teardown_to_string(TcpTeardown teardown); /* "fin", "half_closed", … */

/* ret_initiator: who began the end, where one side did; else G_MAXUINT. */
TcpTeardown flow_conversation_get_teardown(const Conversation *conversation, FlowSide *ret_initiator);

/* Zeek's conn_state from the client's point of view: "SF", "S0", "REJ", …; "OTH" where the capture does not show
 * how the connection began. */
const char *flow_conversation_get_state(const Conversation *conversation);

/* Why a flag was set, and what speaks for another reading: the numbers that decided. Each belongs to the flags named
 * with it and is 0 without them. Times are nanoseconds; sequence numbers are relative. */
typedef struct {
        gint64 since_gap;   /* out_of_order, retransmission, fast_retransmission: since the highest number was sent */
        gint64 order_limit; /* the same: what comes sooner than this counts as out of order */
        guint32 overtaken;  /* out_of_order: by so many packets of its sender, which counts its IPv4 identifications up:
                               it was sent before them; 0: that is not known */
        bool repeats_newest;    /* the same: it ends where the highest numbers end, so that it cannot be out of order */
        gint64 since_ack;       /* fast_retransmission: since the peer's last acknowledgement */
        guint32 duplicate_acks; /* duplicate_ack: its position in the run; fast_retransmission: how many came before,
                                    G_MAXUINT32 for more than one */
        guint32 expected;       /* lost_segment: the number that was to come next */
        guint32 contiguous;     /* ack_lost_segment: up to this number the capture has no gap */
        guint32 acknowledged;   /* spurious_retransmission: what the peer had acknowledged before */
        guint32 earlier_base;   /* reused_ports: the raw number of the SYN before */
        guint32 earlier_stream; /* reused_ports of a SYN: the stream of the connection before, */
        TcpTeardown earlier_teardown; /* how that ended, */
        gint64 since_earlier;         /* and when its last packet came, if */
        bool has_since_earlier;       /* both have a time, and the clock did not go back between them */
        bool probes_zero_window;      /* keep_alive: the peer's window is zero, so this asks for room */
        bool answers_probe;           /* zero_window: the peer's packet before this one asked for room */
        bool answers_spurious;        /* duplicate_ack: the peer's packet before this one repeated what had arrived */
        bool nothing_unseen;          /* ack_lost_segment: all that it acknowledges was captured */
        /* With FlowOptions.history, where it is not too long ago. Of data, SYN or FIN: who carried the same number
         * first, and how many have until now. Of a D-SACK block: who carried its first octet last, and how many have.
         */
        guint64 same_frame; /* 0: not known */
        gint64 since_same_frame;
        guint32 n_same;
} TcpEvidence;

/* What one packet means for its conversation. Filled by flow_table_add(), valid until the next call. */
typedef struct {
        Conversation *conversation; /* of the packet; for an ICMP error, of the packet it quotes. NULL: none */
        gboolean is_new;            /* this packet created it */
        FlowSide side;              /* who sent the packet (for ICMP errors: who sent the quoted packet) */
        /* The frame that holds the same packet, captured first at another place on its way; 0: this is the first. What
         * was captured twice was sent once, and means nothing more: only role and numbers are those of the first. */
        guint64 captured_twice;
        gint64 since_first; /* nanoseconds from that frame to this one; may be negative where clocks differ */
        /* TCP only: */
        TcpRole role;
        /* TcpAnalysis flags. Those of the rules alone are Wireshark's, which know nothing of a connection that begins
         * anew with the same number, and go on comparing with the one before. */
        guint analysis, rule_analysis;
        guint32 relative_sequence;
        guint32 relative_acknowledgement; /* meaningless without ACK */
        guint32 scaled_window;
        guint32 payload_length; /* as Wireshark's tcp.len */
        guint32 new_octets;     /* how many of them were not in an earlier segment */
        guint32 gap;            /* octets missing before its new ones, which therefore have to wait; 0: none */
        bool fills_gap;         /* later octets of the same side had arrived before and were waiting for it */
        gboolean stream_ended;  /* the FIN of this side is in order: all of its octets have been delivered */
        bool peer_stream_ended; /* the same of the other side, whose last octets this packet brought in order */
        bool releases;          /* some of the chunks had been waiting: they may be of the other side */
        guint8 reopens;         /* TcpReopens */
        guint8 reset;           /* TcpReset; of an RST */
        guint32 window_begin, window_end; /* TCP_RESET_NO_WINDOW: the relative numbers that its receiver takes */
        TcpState states[2];               /* of the two sides, after this packet */
        TcpState states_before[2];        /* and before it */
        bool syns_crossed; /* a SYN after the peer's, which it does not answer, or the SYN-ACK of a side that sent
                              such a SYN before: simultaneous open, or a handshake that is split */
        bool peer_unseen;  /* nothing of the other direction has been captured so far */
        const TcpEvidence *evidence; /* NULL: there is none. Borrowed from the table, until the next packet */
} FlowPacket;

/* Whether it is an RST that ends its connection. */
static inline bool flow_ends(const FlowPacket *flow)
{
        return flow->role == TCP_ROLE_RST && flow->reset == TCP_RESET_ENDS;
}

typedef struct FlowTable FlowTable;

typedef struct {
        void (*user_data_free)(gpointer user_data, gpointer data); /* may be NULL */
        gpointer user_data_free_data;
        gsize user_data_size; /* about so many octets each, for the memory limit */
        gsize memory_limit;   /* octets for everything that the table keeps; 0: FLOW_MEMORY_LIMIT */
        gboolean history;     /* for FlowPacket.first_frame; takes a fixed memory, and time for each segment */
        /* Called before a conversation is forgotten because memory is short; may be NULL. */
        void (*evicted)(Conversation *conversation, gpointer data);
        gpointer evicted_data;
} FlowOptions;
#define FLOW_MEMORY_LIMIT ((gsize) 1024 * 1024 * 1024)

/* options may be NULL. */
FlowTable *flow_table_new(const FlowOptions *options);
void flow_table_free(FlowTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FlowTable, flow_table_free)

/* Adds a packet; TRUE if it belongs to a TCP or UDP conversation or quotes one. Where memory is short, the
 * conversations that ended and those idle for longest are forgotten; a later packet of theirs begins a new one. */
gboolean flow_table_add(FlowTable *table, const Packet *packet, FlowPacket *ret_flow);

/* A packet that is no conversation's (IGMP, MLD) is told with that of the two endpoints, of UDP, in which the first is
 * the side. FALSE where there is none (any more). It counts for nothing there. */
gboolean flow_table_attach(
        FlowTable *table, const Packet *packet, const Endpoint *side, const Endpoint *other, FlowPacket *ret_flow);

/* n packets follow, of which the first is to be added next: fetches from memory what some of the others will need. */
void flow_table_prefetch(const FlowTable *table, const Packet *packets, guint n);

/* TCP octets that were put in order: those of a packet, and those that waited for them. Those that wait behind a gap
 * come once the other side acknowledges them, for then they were received, and what is missing was not captured; or
 * with an RST, since nothing more will come. */
typedef struct {
        const guint8 *octets; /* NULL for a gap */
        gsize length;         /* octets here; of a gap: how many were never captured */
        guint8 side;          /* FlowSide that sent them */
        bool is_gap;
        guint64 frame; /* the frame that carried them (of a gap: 0) */
} FlowChunk;
/* Of the packet just added, in either direction. Valid until the next flow_table_add() or flow_table_flush(). */
const FlowChunk *flow_table_get_chunks(const FlowTable *table, guint *ret_n);

/* The capture has ended, or the conversation is about to be forgotten: puts in order what still waits. Valid as those
 * above. */
const FlowChunk *flow_table_flush(FlowTable *table, Conversation *conversation, guint *ret_n);

/* TRUE once the direction's FIN is in order (all octets before it were delivered) or either side reset. */
gboolean flow_conversation_ended(const Conversation *conversation, FlowSide side);

/* All conversations that were not forgotten, in the order in which they began; within a transport that is the order
 * of streams. func must not add packets. */
void flow_table_foreach(const FlowTable *table, void (*func)(Conversation *conversation, gpointer data), gpointer data);

typedef struct {
        guint32 streams[2]; /* TCP, UDP: conversations begun */
        guint64 evicted;    /* of them forgotten because memory was short */
} FlowCounts;
FlowCounts flow_table_get_counts(const FlowTable *table);

G_END_DECLS
