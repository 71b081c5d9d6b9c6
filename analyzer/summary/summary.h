/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/summary: a capture as a whole. What a lab sheet asks of all packets together, and what happened in the
 * sessions: a fold over packets, records and conversations that looks at no packet's bytes again.
 *
 * summary.c takes everything in and hands it on to those that count: phases.c (the sheet's grouping), traffic.c (what
 * the rest of the capture was), features.c (what all packets share, and how they differ), cast.c (hosts and what they
 * were), sessions.c with play.c and rooms.c (users, rooms and requests of a UDP chat over time), findings.c and
 * session-findings.c (what a reader should notice). All is read from Summary below.
 *
 * May use: GLib, analyzer/timeline. Is used by: analyzer/output, analyzer/cli, reports.
 */
#pragma once

#include "analyzer/session/budget.h"
#include "analyzer/summary/layers.h"
#include "analyzer/summary/steps.h"
#include "analyzer/timeline/timeline.h"

G_BEGIN_DECLS

/* Frame numbers in ascending order, as ranges: three frames in a row are one range. Bounded: what would need more than
 * FRAMES_MAX_RANGES ranges keeps its count, and not all of its numbers. */
typedef struct {
        guint64 first, last; /* both are of it */
} FrameRange;
typedef struct {
        GArray *ranges;       /* FrameRange */
        guint64 count;        /* of frames, those left out included */
        gboolean is_complete; /* none was left out */
        MemoryBudget *memory; /* the summary's, to which ranges are charged */
} Frames;
#define FRAMES_MAX_RANGES 16384

/* Within a group: what the packets of one kind and, in a UDP chat, of one form do, and to which step of the sheet that
 * belongs (of maintenance alone). */
typedef struct {
        Step step;
        Kind kind;
        const ChatForm *form; /* UDP chats; NULL otherwise, or for a datagram of no form */
        Frames frames;
} SummaryStep;

/* One group of the sheet: packets of the same transport, phase and layer. The groups add up to all chat packets. */
typedef struct {
        Transport transport;
        Phase phase;
        Consumer layer;
        gboolean maintenance;
        guint64 packets, bytes; /* bytes: whole frames, as they were on the wire */
        Frames frames;
        GArray *steps; /* SummaryStep, in the order in which they first came */
} SummaryPhase;

/* What the packets that belong to no chat were: "ARP", "DNS", "SSH" … */
typedef struct {
        const char *name;
        guint64 packets, bytes;
} SummaryTraffic;

/* What the packets of one transport have in common, and how they differ. ICMP errors and IGMP count as transports of
 * their own. */
typedef struct {
        Transport transport;
        guint64 packets, bytes;
        guint64 layer_bytes[N_LAYER_GROUPS]; /* headers, and data; bytes is more by padding and trailers */
        guint64 maintenance;                 /* packets */
        guint64 families[2];                 /* packets over IPv4, IPv6 */
        guint64 link_layers;                 /* 1 << LayerKind of the outermost layer, of any packet */
        guint64 hop_limits[256];             /* packets by time to live or hop limit */
        guint32 smallest, largest;           /* bytes of a packet */
        guint64 acknowledgements;            /* TCP: segments that only acknowledge */
} SummaryFeatures;

/* A socket of a host that takes part in a chat. */
typedef struct {
        Transport transport;
        guint16 port;
        ChatSender part; /* server, client or peer */
        char *name;      /* the chat name it had last; NULL: none known. Any bytes */
        guint64 first_frame;
} SummarySocket;

typedef struct {
        IpAddress address;
        char *link_address; /* "52:54:00:12:34:56"; NULL: not Ethernet, or several */
        GArray *sockets;    /* SummarySocket */
} SummaryHost;

/* What is said of a conversation when all of it is known. */
typedef struct {
        Transport transport;
        guint32 stream;
        const ChatProtocol *protocol;
        Endpoint client, server;         /* between peers: who spoke first, and the other */
        char *client_name, *server_name; /* NULL: none known. Any bytes */
        gboolean is_peers;
        guint64 packets, bytes;
        gint64 offset, duration; /* nanoseconds; 0 where has_time is FALSE */
        gboolean has_time;
        guint32 n_messages[2]; /* of the client, of the server */
        guint32 n_requests, n_answered;
        TcpTeardown teardown;
        gint64 handshake_duration;   /* nanoseconds; valid with handshake_frames[2] != 0 */
        guint64 handshake_frames[3]; /* SYN, SYN-ACK, ACK; 0 where not captured */
        const char *state;           /* Zeek's; NULL: UDP */
        char *label;
} SummaryConversation;

/* All conversations of one protocol. */
typedef struct {
        const ChatProtocol *protocol;
        guint64 conversations, packets;
} SummaryProtocol;

/* A user of a UDP chat server, as one registration: who registers again after leaving is another one. */
typedef struct {
        char *name; /* any bytes; NULL: never told */
        Endpoint endpoint;
        guint64 registered; /* the frame of the server's confirmation; 0: not captured, so inferred */
        gint64 registered_offset;
        guint64 seen; /* inferred: the frame that first shows it */
        guint64 left; /* the frame that confirms the leaving; 0: did not leave */
        gint64 left_offset;
        gboolean is_inferred;
} SummaryUser;

/* One stay of a user in a room. */
typedef struct {
        char *name; /* NULL: not known */
        Endpoint endpoint;
        guint64 joined; /* the frame that shows it to be in: the answer to its join, or another's list (inferred) */
        gint64 joined_offset;
        guint64 left; /* the frame that shows it to be out; 0: in to the end */
        gint64 left_offset;
        gboolean is_inferred; /* the join itself was not captured */
} SummaryMember;

typedef struct {
        char *name;         /* any bytes; NULL: the room's name was never captured, its members were */
        Endpoint group;     /* the multicast group in which it talks; family 0: none that was captured */
        Frames reports;     /* of IGMP and MLD: what hosts told their routers of that group */
        guint64 created;    /* the frame of the confirmation; 0: not captured */
        GPtrArray *members; /* SummaryMember, by joined */
} SummaryRoom;

/* A request of a client and what became of it. */
typedef struct {
        const ChatForm *form;
        char *argument; /* its first one; NULL: none */
        Endpoint client;
        char *client_name;
        gboolean to_group; /* a peer asked the others in a multicast group */
        guint64 frame;     /* first asked */
        guint64 key;       /* for those who look it up */
        gint64 offset;
        Frames repeats; /* asked again while unanswered */
        Frames replies; /* its answer, which may take several datagrams */
        gboolean has_latency;
        gint64 latency;        /* nanoseconds to the first of them */
        Frames errors;         /* ICMP errors that quote it: it was not delivered */
        gboolean is_last_word; /* nothing that could have been its answer was captured after it: the capture ended */
} SummaryRequest;

/* All requests of one form. */
typedef struct {
        const ChatForm *form;
        guint asked, answered, unanswered, repeated;
        gboolean has_latency;
        gint64 latency_least, latency_median, latency_most; /* nanoseconds */
} SummaryForm;

/* One server of a UDP chat and everybody around it. */
typedef struct {
        const ChatProtocol *protocol;
        Endpoint server;     /* family 0: no server was captured, only peers */
        GPtrArray *users;    /* SummaryUser, in the order of registration */
        GPtrArray *rooms;    /* SummaryRoom */
        GPtrArray *requests; /* SummaryRequest, in the order of asking */
        GArray *forms;       /* SummaryForm */
        guint64 n_messages;  /* between peers */
} SummarySession;

#define SUMMARY_MAX_FINDINGS 2000

typedef enum {
        SEVERITY_INFO,    /* worth knowing, nothing went wrong */
        SEVERITY_NOTICE,  /* out of the ordinary */
        SEVERITY_WARNING, /* something did not work as its sender meant it */
} Severity;
#define N_SEVERITIES (SEVERITY_WARNING + 1)
const char *severity_to_string(Severity severity); /* "info", "notice", "warning" */

typedef struct {
        const char *kind; /* "unanswered_request", … as the manual page lists them; static */
        Severity severity;
        Frames frames;
        char *text; /* one or more sentences for a reader; names in it may hold any bytes */
} SummaryFinding;

/* The kind in words: "message after leave". Free with g_free(). */
char *summary_finding_title(const SummaryFinding *finding);

/* Everything; read-only to others, and theirs until summary_free(). */
typedef struct {
        guint64 packets, bytes; /* of the capture */
        gboolean has_time;
        gint64 first_time, last_time; /* nanoseconds since 1970 */
        GArray *link_types;           /* guint16 */
        guint64 chat_packets, chat_bytes;
        GArray *traffic;          /* SummaryTraffic, the most packets first; with chat_packets they add up to packets */
        GArray *features;         /* SummaryFeatures, of the transports that chats used */
        GPtrArray *hosts;         /* SummaryHost, in the order in which they first spoke */
        GArray *protocols;        /* SummaryProtocol */
        GPtrArray *conversations; /* SummaryConversation; of very many, the first */
        GPtrArray *phases;        /* SummaryPhase: TCP, UDP, the rest; setup, control, transfer, recovery, teardown */
        GPtrArray *sessions;      /* SummarySession */
        GPtrArray *findings;      /* SummaryFinding, warnings first, then by the first of their frames */
        guint64 n_findings[N_SEVERITIES]; /* there were; of each severity the first SUMMARY_MAX_FINDINGS are in findings
                                           */
        TimelineCounts counts;
        MemoryBudget memory; /* of all that is in it */
} Summary;

typedef struct SummaryBuilder SummaryBuilder;

/* memory_limit: octets, about, for all lists together, each of which has its own most besides; 0:
 * SUMMARY_MEMORY_LIMIT. What does not fit is counted, where it can be, and not listed. */
SummaryBuilder *summary_builder_new(gsize memory_limit);
#define SUMMARY_MEMORY_LIMIT ((gsize) 256 * 1024 * 1024)
void summary_builder_free(SummaryBuilder *builder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SummaryBuilder, summary_builder_free)

/* Every packet of the capture, told or not; then its record, where there is one; at the end the conversations. Shaped
 * to be handed on as RunFuncs: data is the SummaryBuilder. */
void summary_builder_packet(const Packet *packet, gpointer builder);
void summary_builder_record(const Record *record, gpointer builder);
void summary_builder_conversation(const ConversationRecord *record, gpointer builder);

/* The capture has ended. Once; the builder can then only be freed. Forms and protocols in it live as long as those that
 * the timeline was given. */
Summary *summary_builder_finish(SummaryBuilder *builder, const TimelineCounts *counts);
void summary_free(Summary *summary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Summary, summary_free)

/* What its packets of that transport have in common; NULL where there are none. */
const SummaryFeatures *summary_find_features(const Summary *summary, Transport transport);

G_END_DECLS
