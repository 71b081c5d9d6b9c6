/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/flow: from packets to conversations.
 *
 * Keeps one Conversation for each pair of TCP or UDP endpoints, and numbers them as Wireshark numbers tcp.stream and
 * udp.stream. Follows both endpoints of a TCP connection (sequence numbers, analysis by Wireshark's rules, states of
 * RFC 9293), and puts the octets of each direction in order. Knows nothing of chats.
 *
 * May use: GLib, analyzer/decode. Is used by: analyzer/session and everything after it. */
#pragma once

#include "analyzer/decode/packet.h"

#include <stdbool.h>

G_BEGIN_DECLS

/* Wireshark's tcp.analysis flags, by the names of its fields. A segment may have several. They stand in alphabetical
 * order, in which records list them. */
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
const char *tcp_analysis_to_string(TcpAnalysis flag); /* flag: exactly one of them. "ack_lost_segment", …; static */

/* The state of a TCP endpoint (RFC 9293 section 3.3.2), as far as the captured segments show it. */
typedef enum {
        TCP_STATE_UNKNOWN, /* the capture began after the handshake, and nothing shows the state yet */
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
const char *tcp_state_to_string(TcpState state); /* "FIN-WAIT-1", …; "unknown"; static */

/* What a segment does in its conversation. If several values fit, the first of them is used. */
typedef enum {
        TCP_ROLE_RST,
        TCP_ROLE_SYN_ACK,
        TCP_ROLE_SYN,
        TCP_ROLE_FIN,
        TCP_ROLE_DATA,          /* it carries data and is no keep-alive */
        TCP_ROLE_HANDSHAKE_ACK, /* pure ACK; the first segment without SYN that acknowledges the SYN-ACK */
        TCP_ROLE_TEARDOWN_ACK,  /* pure ACK; the first segment that acknowledges the peer's FIN */
        TCP_ROLE_ACK,
} TcpRole;

/* What ended the connection before, if a SYN with the same sequence number opens it again. Some systems send such a
 * SYN; it belongs to the same stream, but what is known of the connection is reset. */
typedef enum {
        TCP_REOPENS_NOTHING,
        TCP_REOPENS_REFUSED,  /* an RST had refused the first SYN */
        TCP_REOPENS_RESET,    /* an RST had ended the connection */
        TCP_REOPENS_CLOSED,   /* both sides had sent a FIN */
        TCP_REOPENS_REPLACED, /* the peer still had an older connection, which an RST has ended: RFC 9293 section 3.5.1
                               */
} TcpReopens;

/* What an RST does. */
typedef enum {
        TCP_RESET_ENDS,      /* it ends its connection, or comes after the connection has ended */
        TCP_RESET_OF_OLDER,  /* it answers an acknowledgement of data that was never sent. It ends the peer's older
                                connection, while the sender's SYN still waits for an answer (RFC 9293 sections 3.5.1
                                and 3.10.7.3) */
        TCP_RESET_NO_WINDOW, /* nothing: its sequence number is outside the receiver's window (section 3.10.7.4, RFC
                                5961) */
        TCP_RESET_NO_ANSWER, /* nothing: its receiver waits for an answer to a SYN, and this RST does not acknowledge
                                that SYN (section 3.10.7.3) */
} TcpReset;

/* One of a conversation's two endpoints: 0 sent the first captured packet, 1 is the other one. */
typedef guint FlowSide;

/* What is known of one side of a TCP connection. Sequence numbers here are those of the header. A frame number of 0
 * means that no such segment was captured. */
typedef struct {
        guint64 syn_frame, fin_frame, rst_frame; /* the first of each kind that this side sent */
        guint64 fin_acked_frame;                 /* the first segment in which the peer acknowledged this side's FIN */
        guint32 base;        /* subtracted from a sequence number to get the relative one; valid with has_base */
        guint16 mss;         /* as this side announced it in its SYN; 0: not captured */
        guint8 window_scale; /* shift count as sent; valid with has_window_scale */
        guint8 state : 4;    /* TcpState */
        bool has_base : 1;
        bool has_window_scale : 1; /* this side's SYN or SYN-ACK carried the option */
        bool sent_syn_ack : 1;
} FlowTcpSide;

/* Bits of FlowTcp.completeness, as Wireshark adds them up in tcp.completeness. */
enum {
        TCP_COMPLETENESS_SYN = 1, /* a SYN was the first packet of the stream */
        TCP_COMPLETENESS_SYN_ACK = 2,
        TCP_COMPLETENESS_ACK = 4,
        TCP_COMPLETENESS_DATA = 8,
        TCP_COMPLETENESS_FIN = 16,
        TCP_COMPLETENESS_RST = 32,
};

/* How receivers report congestion to senders, as agreed on in the handshake (RFC 3168 section 6.1.1, RFC 9768 section
 * 3.1). Of a SYN alone: what the client offers. */
typedef enum {
        TCP_ECN_UNKNOWN, /* not captured, or a combination of flags that is reserved for later use */
        TCP_ECN_NONE,
        TCP_ECN_CLASSIC,  /* RFC 3168 */
        TCP_ECN_ACCURATE, /* RFC 9768: AE, CWR and ECE together are a counter */
} TcpEcn;

/* What is known of a TCP connection. A frame number of 0 means that no such segment was captured. */
typedef struct {
        FlowTcpSide sides[2];
        gint64 initial_rtt;        /* nanoseconds from the latest SYN to the first ACK without SYN after it; valid with
                                      has_initial_rtt: both frames have a time, and the second is later */
        gint64 handshake_time;     /* nanoseconds since 1970: when the SYN of the handshake was captured */
        gint64 handshake_duration; /* nanoseconds from that SYN to the ACK; valid with has_handshake_duration */
        guint64 handshake_syn_frame, handshake_syn_ack_frame, handshake_ack_frame; /* its three steps */
        /* How often each of the TCP_ANALYSIS_COUNT flags was set; see FlowPacket.analysis and rule_analysis. Packets
         * that were captured twice are not counted again. NULL: no flag was ever set. */
        guint32 *analysis_counts, *rule_analysis_counts;
        guint64 missing; /* octets, in both directions, that were never captured although the receiver acknowledged them
                            or later octets arrived */
        guint32 n_gaps;  /* the number of gaps that these octets form; final once flow_table_flush() was called */
        guint32 n_reopened;  /* how often a SYN with the same number opened it again; what is known of the handshake and
                                the teardown is that of the last time */
        guint8 completeness; /* bits, TCP_COMPLETENESS_… */
        guint8 fin_first;    /* FlowSide that sent the first FIN; valid with has_fin_first */
        bool has_fin_first : 1;
        bool fins_crossed : 1; /* each side sent its FIN before it received the other's: simultaneous close */
        bool established : 1;  /* the handshake was captured at least in part, and both sides reached ESTABLISHED */
        bool has_initial_rtt : 1;
        bool has_handshake_duration : 1;
        guint8 ecn_offer : 2; /* TcpEcn of the latest SYN before the SYN-ACK */
        guint8 ecn : 2;       /* TcpEcn of the connection */
} FlowTcp;

/* The public part of a conversation. Other rooms may write only user_data, settled and is_chosen. Keep it small: there
 * may be a million of them. */
typedef struct {
        Endpoint endpoints[2];
        guint32 stream;    /* as Wireshark numbers the streams of each transport, from 0 */
        guint8 transport;  /* TRANSPORT_TCP or TRANSPORT_UDP */
        guint8 client;     /* TCP: the FlowSide that sent the SYN, or that the SYN-ACK was sent to; 0 if neither was
                              captured. UDP: 0 */
        bool client_known; /* a SYN or SYN-ACK showed it */
        bool has_time;     /* at least one packet had a time */
        bool settled;      /* set by other rooms when they need no more details. Further packets are only counted, and
                              examined for the beginning and the end of connections */
        bool is_chosen;    /* set by other rooms: the filter lets at least one of its packets through */
        guint64 packets, octets;      /* the number of frames, and the sum of their original lengths */
        guint64 error_frame;          /* the first frame with an ICMP error that quotes one of its packets; 0: none */
        gint64 first_time, last_time; /* nanoseconds since 1970: the earliest and the latest, whatever the order in the
                                         capture; valid with has_time */
        guint64 last_packet; /* how many packets the table had seen when this conversation's newest packet came */
        FlowTcp *tcp;        /* NULL: UDP */
        gpointer user_data;  /* for analyzer/session; FlowOptions.user_data_free frees it */
} Conversation;

/* How a TCP connection ended, as far as the captured segments show it. */
typedef enum {
        TCP_TEARDOWN_NONE,
        TCP_TEARDOWN_FIN,          /* both FINs were acknowledged, whatever came afterwards */
        TCP_TEARDOWN_RST,          /* an RST came before both FINs were acknowledged */
        TCP_TEARDOWN_SIMULTANEOUS, /* both FINs were acknowledged, and each side sent its FIN before it received the
                                      other's */
        TCP_TEARDOWN_HALF_CLOSED,  /* at least one side sent a FIN, but not both FINs were acknowledged */
        TCP_TEARDOWN_REFUSED,      /* an RST answered the SYN */
} TcpTeardown;
const char *tcp_teardown_to_string(TcpTeardown teardown); /* "fin", "half_closed", …; static */

/* For TCP only. ret_initiator: the FlowSide that began the teardown; G_MAXUINT if neither did, if both did at once, or
 * if the connection was refused. */
TcpTeardown flow_conversation_get_teardown(const Conversation *conversation, FlowSide *ret_initiator);

/* For TCP only. Zeek's conn_state, seen from the client: "SF", "S0", "REJ", …; "OTH" if the capture does not show how
 * the connection began. Static. */
const char *flow_conversation_get_state(const Conversation *conversation);

/* Why an analysis flag was set, and what suggests another reading of the segment. Each field names the flags that it
 * belongs to, and is 0 without them. Times are in nanoseconds; sequence numbers are relative. */
typedef struct {
        gint64 since_gap;   /* out_of_order, retransmission, fast_retransmission: time since the sender sent its highest
                               sequence number */
        gint64 order_limit; /* of the same flags: a segment that comes sooner than this counts as out of order */
        guint32 overtaken;  /* out_of_order: how many of its sender's packets arrived before it although they were sent
                               after it. Known if the sender counts its IPv4 identifications up; 0: unknown */
        bool repeats_newest;    /* of the same flags: it ends at the highest sequence number so far, so it is no segment
                                   that others overtook */
        gint64 since_ack;       /* fast_retransmission: time since the peer's last acknowledgement */
        guint32 duplicate_acks; /* duplicate_ack: its position in the run. fast_retransmission: how many came before;
                                   G_MAXUINT32: unknown, but more than one */
        guint32 expected;       /* lost_segment: the sequence number that was expected next */
        guint32 contiguous;     /* ack_lost_segment: up to this sequence number the capture has no gap */
        guint32 acknowledged;   /* spurious_retransmission: the number that the peer had acknowledged before */
        guint32 earlier_base;   /* reused_ports: the earlier initial sequence number, not relative */
        guint32 earlier_stream; /* reused_ports, of a SYN: the stream of the earlier connection, */
        TcpTeardown earlier_teardown; /* how it ended, */
        gint64 since_earlier;         /* the time since its last packet; valid with has_since_earlier: */
        bool has_since_earlier;       /* both packets have a time, and the clock did not go back between them */
        bool probes_zero_window;      /* keep_alive: the peer's receive window is zero, so the segment asks for room */
        bool answers_probe;           /* zero_window: the peer's previous packet asked for room */
        bool answers_spurious;        /* duplicate_ack: the peer's previous packet repeated data that had arrived */
        bool nothing_unseen; /* ack_lost_segment: everything that the segment acknowledges was captured after all */
        /* These three need FlowOptions.history, which forgets old frames. For a segment with data, SYN or FIN: the
         * first frame that carried the same sequence number, the time since then, and how many frames have carried it
         * before. For a D-SACK block: the same of the block's first octet, but the latest frame. */
        guint64 same_frame; /* 0: unknown */
        gint64 since_same_frame;
        guint32 n_same;
} TcpEvidence;

/* What one packet means for its conversation. flow_table_add() fills it; what it points to is valid until the next
 * call. */
typedef struct {
        Conversation *conversation; /* the packet's; for an ICMP error, that of the quoted packet */
        gboolean is_new;            /* this packet is its first */
        FlowSide side;              /* the sender of the packet; for an ICMP error, of the quoted packet */
        /* 0; or the frame in which the same packet was captured first, on another interface or at another point of its
         * way. It was sent only once, so the second frame changes nothing in the conversation. It has the first frame's
         * role, its own numbers and rule_analysis, and no evidence. */
        guint64 captured_twice;
        gint64 since_first; /* nanoseconds from that frame to this one; negative if two interfaces disagree */
        /* All that follows is for TCP only. */
        TcpRole role;
        /* TcpAnalysis flags. rule_analysis has what Wireshark sets. analysis is corrected where we know better: if the
         * same SYN opens a connection again, or an RST has no effect, or IPv4 identifications show that packets were
         * reordered. */
        guint analysis, rule_analysis;
        guint32 relative_sequence;
        guint32 relative_acknowledgement; /* 0 without the ACK flag */
        guint32 scaled_window;
        guint32 payload_length; /* octets of data, as Wireshark's tcp.len */
        guint32 new_octets;     /* how many of these octets no earlier segment carried */
        guint32 gap;            /* how many octets are missing before its new octets, which therefore wait; 0: none */
        bool fills_gap;         /* it brought octets for which later octets of the same side had been waiting */
        gboolean stream_ended;  /* all octets before this side's FIN have been delivered */
        bool peer_stream_ended; /* the same of the other side; only if this packet released octets of it */
        bool releases;  /* its acknowledgement, RST or SYN released chunks that had been waiting; they may be the other
                           side's */
        guint8 reopens; /* TcpReopens */
        guint8 reset;   /* TcpReset; only for an RST */
        guint32 window_begin, window_end; /* TCP_RESET_NO_WINDOW: the receiver accepts relative sequence numbers from
                                             window_begin up to window_end */
        TcpState states[2];               /* of both sides, after this packet */
        TcpState states_before[2];        /* and before it */
        bool syns_crossed; /* simultaneous open, or a split handshake: a SYN that is sent after the peer's SYN without
                              answering it, or the first SYN-ACK of a side that had sent such a SYN */
        bool peer_unseen;  /* no segment of the other direction has been captured so far */
        const TcpEvidence *evidence; /* NULL: none. Borrowed from the table until the next packet */
} FlowPacket;

/* Whether the packet is an RST that ends its connection. */
static inline bool flow_ends(const FlowPacket *flow)
{
        return flow->role == TCP_ROLE_RST && flow->reset == TCP_RESET_ENDS;
}

typedef struct FlowTable FlowTable;

typedef struct {
        void (*user_data_free)(gpointer user_data, gpointer data); /* may be NULL */
        gpointer user_data_free_data;
        gsize user_data_size; /* estimated octets of memory for each user_data, charged to the memory limit */
        gsize memory_limit;   /* octets of memory for everything that the table keeps; 0: FLOW_MEMORY_LIMIT */
        gboolean history;     /* fills TcpEvidence.same_frame and what belongs to it; costs 3 MB of memory, and time for
                                 each segment */
        /* Called before the table forgets a conversation because memory is short; may be NULL. */
        void (*evicted)(Conversation *conversation, gpointer data);
        gpointer evicted_data;
} FlowOptions;
#define FLOW_MEMORY_LIMIT ((gsize) 1024 * 1024 * 1024)

/* options: copied; NULL for the defaults. Never NULL. */
FlowTable *flow_table_new(const FlowOptions *options);
void flow_table_free(FlowTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FlowTable, flow_table_free)

/* Adds a packet. TRUE if it belongs to a TCP or UDP conversation, or is an ICMP error that quotes a packet of one;
 * FALSE, ret_flow untouched, otherwise. If memory is short, the table forgets conversations: those that have ended
 * first, then those that have been idle for longest. Later packets of a forgotten conversation begin a new one. */
gboolean flow_table_add(FlowTable *table, const Packet *packet, FlowPacket *ret_flow);

/* For a packet that belongs to no conversation (IGMP, MLD) but is to be told together with one: finds the UDP
 * conversation between the two endpoints and sets ret_flow, with side as the sender. The packet is not counted there.
 * FALSE, ret_flow untouched, if there is no such conversation, or no longer. */
gboolean flow_table_attach(
        FlowTable *table, const Packet *packet, const Endpoint *side, const Endpoint *other, FlowPacket *ret_flow);

/* Tells the table which n packets it gets next, packets[0] first, so that it fetches from memory what it will need for
 * some of the later ones. Changes only the speed. */
void flow_table_prefetch(const FlowTable *table, const Packet *packets, guint n);

/* Octets of a TCP stream, in order: those of the packet just added, and those that had been waiting for it. Octets
 * behind a gap wait until the other side acknowledges them, because that shows that the missing ones were received and
 * merely not captured; or until an RST, after which nothing more will come. */
typedef struct {
        const guint8 *octets; /* NULL: a gap */
        gsize length;         /* how many octets; of a gap: how many were never captured */
        guint8 side;          /* FlowSide that sent them */
        bool is_gap;
        guint64 frame; /* the frame that carried them; of a gap: 0 */
} FlowChunk;
/* Sets ret_n to the number of chunks of the packet just added, in either direction. Valid until the next
 * flow_table_add() or flow_table_flush(). */
const FlowChunk *flow_table_get_chunks(const FlowTable *table, guint *ret_n);

/* For the end of the capture, or of a conversation that is about to be forgotten: delivers what still waits, with the
 * gaps in it. The result is like that of flow_table_get_chunks(). */
const FlowChunk *flow_table_flush(FlowTable *table, Conversation *conversation, guint *ret_n);

/* For TCP only. Whether all octets of this side up to its FIN were delivered, or either side has reset the
 * connection. */
gboolean flow_conversation_ended(const Conversation *conversation, FlowSide side);

/* Calls func for all conversations that were not forgotten, in the order in which they began, which within a transport
 * is the order of streams. func must not add packets. */
void flow_table_foreach(const FlowTable *table, void (*func)(Conversation *conversation, gpointer data), gpointer data);

typedef struct {
        guint32 streams[2]; /* how many conversations have begun: [0] TCP, [1] UDP */
        guint64 evicted;    /* how many of them were forgotten because memory was short */
} FlowCounts;
FlowCounts flow_table_get_counts(const FlowTable *table);

G_END_DECLS
