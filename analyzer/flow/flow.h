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

/* Which of a conversation's two endpoints: 0 sent its first captured packet, 1 is the other. */
typedef guint FlowSide;

typedef struct {
        guint64 number; /* frame; 0: not seen */
        gint64 time;
} FlowMark;

/* What is known of one side of a TCP connection. Sequence numbers here are raw. */
typedef struct {
        TcpState state;
        gboolean has_base;
        guint32 base;      /* relative numbers are those minus this */
        gboolean has_window_scale; /* its SYN (or SYN-ACK) carried the option */
        guint8 window_scale;
        guint16 mss;       /* as announced; 0: not seen */
        FlowMark syn, fin, rst; /* the first of each that it sent */
        FlowMark fin_acked; /* the peer's first acknowledgement of its FIN */
} FlowTcpSide;

/* Public part of a conversation; read-only to others. */
typedef struct {
        Transport transport; /* TCP or UDP */
        guint32 stream;      /* Wireshark's number within the transport, from 0 */
        Endpoint endpoints[2];
        FlowSide client;     /* TCP: who sent the SYN, or to whom the SYN-ACK went; else side 0 */
        gboolean client_known; /* a SYN or SYN-ACK showed it */
        guint64 packets, octets; /* frames, and their original lengths */
        gint64 first_time, last_time;
        FlowTcpSide tcp[2];
        FlowMark handshake_syn, handshake_syn_ack, handshake_ack; /* TCP: the three that made the connection */
        FlowMark refused; /* TCP: the RST after which a SYN asked again with the same number */
        gboolean has_initial_rtt;
        gint64 initial_rtt; /* nanoseconds, from the latest SYN to the first later ACK without SYN */
        gboolean has_fin_first; /* a FIN was seen; fin_first is who sent the first one */
        FlowSide fin_first;
        gpointer user_data; /* for analyzer/session; freed with the table's user_data_free */
} Conversation;

/* What one packet meant. Filled by flow_table_add(), valid until the next call. */
typedef struct {
        Conversation *conversation; /* of the packet; for an ICMP error, of the packet it quotes. NULL: none */
        gboolean is_new; /* this packet created it */
        FlowSide side;   /* who sent the packet (for ICMP errors: who sent the quoted packet) */
        /* TCP only: */
        TcpRole role;
        guint analysis;          /* TcpAnalysis flags */
        guint32 relative_sequence;
        guint32 relative_acknowledgement; /* meaningless without ACK */
        guint32 scaled_window;
        guint32 payload_length;  /* as Wireshark's tcp.len */
        guint32 new_octets;      /* how many of them were not in an earlier segment */
        gboolean stream_ended;   /* the FIN of this side is in order: its octets are all delivered */
        TcpState states[2];      /* of the two sides, after this packet */
        /* Why a flag was set, for the explanation; G_MININT64 where it played no part. Nanoseconds. */
        gint64 time_since_gap;   /* out_of_order, retransmission: since the highest sequence number was sent */
        gint64 time_since_ack;   /* fast_retransmission: since the peer's last acknowledgement */
} FlowPacket;

typedef struct FlowTable FlowTable;

FlowTable *flow_table_new(GDestroyNotify user_data_free);
void flow_table_free(FlowTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FlowTable, flow_table_free)

/* Adds a packet; TRUE if it belongs to a TCP or UDP conversation or quotes one. */
gboolean flow_table_add(FlowTable *table, const Packet *packet, FlowPacket *ret_flow);

/* TCP octets that the packet just added put in order, in its own direction (FlowPacket.side): its own, and those
 * that waited for them. Call until it returns FALSE, before the next flow_table_add(). */
typedef struct {
        const guint8 *octets; /* NULL for a gap */
        gsize length;         /* octets here; of a gap: how many were never captured */
        gboolean is_gap;
        guint64 frame;        /* the frame that carried them (of a gap: 0) */
} FlowChunk;
gboolean flow_table_next_chunk(FlowTable *table, FlowChunk *ret_chunk);

/* TRUE once the direction's FIN is in order (all octets before it were delivered) or either side reset. */
gboolean flow_conversation_ended(const Conversation *conversation, FlowSide side);

/* In stream order; transport is TRANSPORT_TCP or TRANSPORT_UDP. NULL past the last. */
Conversation *flow_table_get(const FlowTable *table, Transport transport, guint32 stream);
guint32 flow_table_get_n_streams(const FlowTable *table, Transport transport);

G_END_DECLS
