/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/summary: a capture as a whole. It answers what a lab sheet asks about all packets together, and says what
 * happened in the chat sessions. It is a fold over packets, records and conversations; it parses no payload again.
 *
 * summary.c takes everything in and passes it to the parts that count: phases.c (the sheet's grouping), traffic.c
 * (packets that belong to no chat), features.c (what all packets have in common, and how they differ), cast.c (the
 * hosts and their roles), sessions.c with play.c, participants.c, request-table.c and rooms.c (users, requests and
 * rooms of a chat with a server, over time), findings.c with connection-findings.c and session-findings.c (what a
 * reader should notice). The result is the struct Summary below.
 *
 * May use: GLib, analyzer/timeline. Is used by: analyzer/output, analyzer/cli, reports.
 */
#pragma once

#include "analyzer/session/budget.h"
#include "analyzer/summary/layers.h"
#include "analyzer/summary/steps.h"
#include "analyzer/timeline/timeline.h"

G_BEGIN_DECLS

/* Frame numbers, stored as ranges: frames 3, 4 and 5 are one range. Once there are FRAMES_MAX_RANGES ranges, or the
 * summary's memory is used up, a frame that needs another range is counted but not stored. */
typedef struct {
        guint64 first, last; /* both inclusive */
} FrameRange;
typedef struct {
        GArray *ranges;       /* FrameRange, ascending */
        guint64 count;        /* of frames, including those not stored */
        gboolean is_complete; /* every frame is stored */
        MemoryBudget *memory; /* the summary's; ranges are charged to it */
} Frames;
#define FRAMES_MAX_RANGES 16384

/* The packets of one kind within a group and, in a UDP chat, of one form. */
typedef struct {
        Step step; /* of the lab sheet; meaningful only in a group of maintenance */
        Kind kind;
        const ChatForm *form; /* UDP chats; NULL: not UDP, or the datagram has no form */
        Frames frames;
} SummaryStep;

/* One group of the lab sheet: the chat packets with the same transport, phase, layer and maintenance. Every chat packet
 * is in exactly one group. */
typedef struct {
        Transport transport;
        Phase phase;
        Consumer layer;
        gboolean maintenance;
        guint64 packets, bytes; /* bytes: whole frames, as they were on the wire */
        Frames frames;
        GArray *steps; /* SummaryStep, in the order in which they first came */
} SummaryPhase;

/* Packets that belong to no chat, by protocol. */
typedef struct {
        const char *name; /* "ARP", "DNS", "SSH", …; static */
        guint64 packets, bytes;
} SummaryTraffic;

/* What the chat packets of one transport have in common, and how they differ. ICMP errors and IGMP count as transports
 * of their own. */
typedef struct {
        Transport transport;
        guint64 packets, bytes;
        guint64 layer_bytes[N_LAYER_GROUPS]; /* headers and data; bytes also counts padding and trailers */
        guint64 maintenance;                 /* packets */
        guint64 families[2];                 /* packets over IPv4, over IPv6 */
        guint64 link_layers;                 /* a set: bit 1 << LayerKind for the outermost layer of each packet */
        guint64 hop_limits[256];             /* packets by time to live or hop limit */
        guint32 smallest, largest;           /* packet, in bytes */
        guint64 acknowledgements;            /* TCP: segments that only acknowledge */
} SummaryFeatures;

/* A socket of a host that takes part in a chat. */
typedef struct {
        Transport transport;
        guint16 port;
        ChatSender part; /* server, client or peer */
        char *name;      /* its latest chat name; NULL: not known. Any bytes */
        guint64 first_frame;
} SummarySocket;

typedef struct {
        IpAddress address;
        char *link_address; /* "52:54:00:12:34:56"; NULL: not Ethernet, or it sent from several addresses */
        GArray *sockets;    /* SummarySocket */
} SummaryHost;

/* One conversation of a chat, as known at its end. */
typedef struct {
        Transport transport;
        guint32 stream;
        const ChatProtocol *protocol;
        Endpoint client, server;         /* between peers: the one that spoke first, and the other one */
        char *client_name, *server_name; /* chat names; NULL: not known. Any bytes */
        gboolean is_peers;
        guint64 packets, bytes;
        gint64 offset, duration; /* nanoseconds since the capture began, and of the conversation; see has_time */
        gboolean has_time;       /* offset and duration are valid */
        guint32 n_messages[2];   /* by the client, by the server */
        guint32 n_requests, n_answered;
        TcpTeardown teardown;
        gint64 handshake_duration;   /* nanoseconds; valid with handshake_frames[2] != 0 */
        guint64 handshake_frames[3]; /* SYN, SYN-ACK, ACK; 0 where not captured */
        const char *state;           /* Zeek's conn_state; NULL: UDP */
        char *label;                 /* how it began, went and ended, in one line */
} SummaryConversation;

/* All conversations of one protocol. */
typedef struct {
        const ChatProtocol *protocol;
        guint64 conversations, packets;
} SummaryProtocol;

/* One registration of a user with a chat server: a user who registers again after leaving is listed again. Offsets
 * here and below are nanoseconds since the capture began. */
typedef struct {
        char *name; /* any bytes; NULL: not known */
        Endpoint endpoint;
        guint64 registered;       /* the frame of the server's confirmation; 0: not captured */
        gint64 registered_offset; /* of that frame, or else of seen */
        guint64 seen;             /* the frame that first shows the user */
        guint64 left;             /* the frame that confirms that the user left; 0: it did not leave */
        gint64 left_offset;
        gboolean is_inferred; /* no confirmation was captured: other packets show the user */
} SummaryUser;

/* One stay of a user in a room. */
typedef struct {
        char *name; /* any bytes; NULL: not known */
        Endpoint endpoint;
        guint64 joined; /* the first frame that shows the user in the room: the answer to its join, or a member list */
        gint64 joined_offset;
        guint64 left; /* the first frame that shows the user out of the room; 0: it stayed to the end */
        gint64 left_offset;
        gboolean is_inferred; /* only a member list shows the stay: no answer to a join was captured */
} SummaryMember;

typedef struct {
        char *name;         /* any bytes; NULL: members were captured, but never the name of their room */
        Endpoint group;     /* the multicast group that the room uses; family 0: none was captured */
        Frames reports;     /* IGMP and MLD: what hosts told their routers about that group */
        guint64 created;    /* the frame that confirms the creation; 0: not captured */
        GPtrArray *members; /* SummaryMember, in the order of joining */
} SummaryRoom;

/* A request of a client and what became of it. */
typedef struct {
        const ChatForm *form;
        char *argument; /* the first one, any bytes; NULL: the request has none */
        Endpoint client;
        char *client_name; /* any bytes; NULL: not known */
        gboolean to_group; /* a peer asked the others in a multicast group */
        guint64 frame;     /* in which it was sent first */
        guint64 key;       /* private to request-table.c */
        gint64 offset;
        Frames repeats; /* frames that sent it again before it was answered */
        Frames replies; /* its answer, which may take several datagrams */
        gboolean has_latency;
        gint64 latency;        /* nanoseconds from the request to its first reply; valid with has_latency */
        Frames errors;         /* ICMP errors that quote it: it was not delivered */
        gboolean is_last_word; /* unanswered, but the capture ended too soon after it to tell */
} SummaryRequest;

/* All requests of one form. asked is answered + unanswered; repeated counts requests, not repetitions. */
typedef struct {
        const ChatForm *form;
        guint asked, answered, unanswered, repeated;
        gboolean has_latency;
        gint64 latency_least, latency_median, latency_most; /* nanoseconds */
} SummaryForm;

/* One chat server and everybody around it. */
typedef struct {
        const ChatProtocol *protocol;
        Endpoint server;     /* family 0: no server was captured, only peers */
        GPtrArray *users;    /* SummaryUser, in the order in which they first appear */
        GPtrArray *rooms;    /* SummaryRoom */
        GPtrArray *requests; /* SummaryRequest, in the order of asking */
        GArray *forms;       /* SummaryForm, in the order of the protocol's description; only forms that were asked */
        guint64 n_messages;  /* chat messages, to peers or to a server that passes them on */
} SummarySession;

#define SUMMARY_MAX_FINDINGS 2000 /* of each severity */

typedef enum {
        SEVERITY_INFO,    /* worth knowing, nothing went wrong */
        SEVERITY_NOTICE,  /* out of the ordinary */
        SEVERITY_WARNING, /* something did not work as its sender intended */
} Severity;
#define N_SEVERITIES (SEVERITY_WARNING + 1)
const char *severity_to_string(Severity severity); /* "info", "notice", "warning" */

typedef struct {
        const char *kind; /* "unanswered_request", …; the manual page lists them; static */
        Severity severity;
        Frames frames; /* that show it; may be empty */
        char *text;    /* one or more sentences for a reader; names in it may hold any bytes */
} SummaryFinding;

/* The kind in words: "message after leave". Transfer: full. */
char *summary_finding_title(const SummaryFinding *finding);

/* The summary owns everything that it points to, except for protocols and forms. Callers only read it. */
typedef struct {
        guint64 packets, bytes; /* of the whole capture */
        gboolean has_time;
        gint64 first_time, last_time; /* nanoseconds since 1970 */
        GArray *link_types;           /* guint16 */
        guint64 chat_packets, chat_bytes;
        GArray *traffic;          /* SummaryTraffic, most packets first; with chat_packets they add up to packets */
        GArray *features;         /* SummaryFeatures, one for each transport that chats used */
        GPtrArray *hosts;         /* SummaryHost, in the order in which they first appear */
        GArray *protocols;        /* SummaryProtocol */
        GPtrArray *conversations; /* SummaryConversation; if there are very many, only the first */
        GPtrArray *phases;        /* SummaryPhase: TCP, UDP, the rest; setup, control, transfer, recovery, teardown */
        GPtrArray *sessions;      /* SummarySession */
        GPtrArray *findings;      /* SummaryFinding, warnings first, then by their first frame */
        guint64 n_findings[N_SEVERITIES]; /* how many there were, including those that findings had no room for */
        TimelineCounts counts;
        MemoryBudget memory; /* about how much all lists take */
} Summary;

typedef struct SummaryBuilder SummaryBuilder;

/* memory_limit: about how many bytes all lists together may take; 0: SUMMARY_MEMORY_LIMIT. Each list also has a maximum
 * length. An entry that the memory has no room for is not listed, and counts.unlisted counts it; the numbers of packets
 * and bytes stay exact. */
SummaryBuilder *summary_builder_new(gsize memory_limit);
#define SUMMARY_MEMORY_LIMIT ((gsize) 256 * 1024 * 1024)
void summary_builder_free(SummaryBuilder *builder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SummaryBuilder, summary_builder_free)

/* To be called with every packet of the capture; with every record, after its packet; and with the conversations. The
 * signatures are those of RunFuncs: the last argument is the SummaryBuilder. */
void summary_builder_packet(const Packet *packet, gpointer builder);
void summary_builder_record(const Record *record, gpointer builder);
void summary_builder_conversation(const ConversationRecord *record, gpointer builder);

/* To be called once, at the end of the capture; after that the builder can only be freed. The summary points to the
 * protocols that the timeline was given, and to their forms: they must outlive it. Transfer: full. */
Summary *summary_builder_finish(SummaryBuilder *builder, const TimelineCounts *counts);
void summary_free(Summary *summary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Summary, summary_free)

/* NULL: no chat packet has this transport. */
const SummaryFeatures *summary_find_features(const Summary *summary, Transport transport);

G_END_DECLS
