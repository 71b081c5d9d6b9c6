/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/session: which conversations are chats, and what is said in them.
 *
 * Two steps for each packet. session_judge() decides, from content and endpoints, whether the packet's conversation is
 * a chat (recognition.c). session_tell() then interprets the packet: its lines or datagram (lines.c, datagrams.c), who
 * is server and client, which request a reply answers (exchange.c, requests.c), and the users' names (directory.c).
 *
 * May use: GLib, analyzer/flow, chat/protocol. Is used by: analyzer/timeline and everything after it.
 */
#pragma once

#include "analyzer/decode/membership.h"
#include "analyzer/flow/flow.h"
#include "chat/protocol/protocol.h"

G_BEGIN_DECLS

typedef enum {
        SESSION_UNDECIDED,
        SESSION_CHAT,
        SESSION_OTHER,
} SessionVerdict;

/* Why a conversation is a chat, or is not. */
typedef enum {
        SESSION_REASON_NONE, /* it is not decided */
        SESSION_REASON_GIVEN,
        SESSION_REASON_PORT,
        SESSION_REASON_LINES,
        SESSION_REASON_FORMS,
        SESSION_REASON_ANSWER,
        SESSION_REASON_ADDRESS_BOOK,
        SESSION_REASON_OTHER_PROTOCOL, /* this and the following ones: it is no chat */
        SESSION_REASON_CARRIAGE_RETURN,
        SESSION_REASON_MACHINE_MADE,
        SESSION_REASON_SERVICE,
        SESSION_REASON_BINARY,
        SESSION_REASON_NO_LINE,
        SESSION_REASON_LATE,
        SESSION_REASON_NO_FORM,
        SESSION_REASON_NO_ANSWER,
        SESSION_REASON_SILENT,
        SESSION_REASON_NO_DESCRIPTION,
} SessionReason;
#define SESSION_REASON_COUNT 18
const char *session_reason_to_string(SessionReason reason); /* a clause: "its first line was written by a program" */

/* The outcome for one conversation, carried from the first reading of a file to the second. */
typedef struct {
        SessionVerdict verdict;
        SessionReason reason;         /* not carried to the second reading */
        const ChatProtocol *protocol; /* SESSION_CHAT only; borrowed from the session's protocols */
        gboolean has_server;          /* UDP: one side is the server; FALSE between peers */
        FlowSide server;              /* valid with has_server */
} SessionDecision;

typedef struct Session Session;

/* protocols: ChatProtocol, each referenced. ports: n_ports further ports to take for chat ports; copied; NULL if
 * n_ports is 0. memory_limit: about how many octets lines, requests and names may take; 0: SESSION_MEMORY_LIMIT. */
Session *session_new(GPtrArray *protocols, const guint16 *ports, guint n_ports, gsize memory_limit);
#define SESSION_MEMORY_LIMIT ((gsize) 128 * 1024 * 1024)
void session_free(Session *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Session, session_free)

/* What was given up because memory was short. */
typedef struct {
        guint64 split_lines;    /* lines reported in pieces */
        guint64 lines;          /* lines not reported at all, because one packet brought too many */
        guint64 early_verdicts; /* conversations judged by less than their first line or request */
        guint64 requests;       /* unanswered requests that were forgotten, so that their answers have no request */
        guint64 endpoints;      /* endpoints whose names were forgotten */
} SessionShortage;
SessionShortage session_get_shortage(const Session *session);

/* For FlowOptions: frees what the session keeps with a conversation; and about how many octets that is at most, without
 * what is charged to the session's own budgets. */
void session_conversation_free(gpointer conversation_data, gpointer session);
#define SESSION_CONVERSATION_SIZE 256

/* Frees what the session keeps with the conversation now. After that it is like one without any data. */
void session_forget(Session *session, Conversation *conversation);

/* Decides about flow's conversation as far as this packet allows, and returns the verdict so far. A verdict other than
 * SESSION_UNDECIDED is final. chunks: TCP, the octets that the packet put in order. */
SessionVerdict
session_judge(Session *session, const Packet *packet, const FlowPacket *flow, const FlowChunk *chunks, guint n_chunks);

/* At the end of the capture: decides about an undecided conversation. chunks: the octets that were still behind gaps.
 */
SessionVerdict
session_judge_at_end(Session *session, Conversation *conversation, const FlowChunk *chunks, guint n_chunks);

/* Whether an undecided conversation has shown something that may be a chat's: a part of a line, or a request. Packets
 * before that can be reported without waiting for the decision. */
gboolean session_has_begun(const Conversation *conversation);

SessionDecision session_get_decision(const Conversation *conversation);
/* Sets the decision of an earlier reading, before session_tell() gets the conversation's first packet. */
void session_set_decision(Session *session, Conversation *conversation, const SessionDecision *decision);

typedef enum {
        SESSION_KIND_REQUEST,
        SESSION_KIND_REPLY,
        SESSION_KIND_NOTICE, /* from a server, answering nothing */
        SESSION_KIND_MESSAGE,
        SESSION_KIND_OTHER, /* fits no form */
} SessionKind;

/* How a message relates to others. In TCP chats only if the protocol's description has requests or users. */
typedef struct {
        SessionKind kind;
        gboolean has_latency;
        gboolean begins_answer;  /* a reply: the first message of an answer */
        gboolean answered_again; /* a reply to a request that was sent again and has been answered before */
        gboolean answers_group;  /* a reply to a question that was sent to a multicast group, in another conversation */
        guint n_asked;           /* a request, or a reply: how often the request had been sent by then */
        guint64 request;         /* a reply: the frame in which its request was sent first; 0: that was not captured */
        guint request_line;      /* TCP, a reply: the index of its request among the lines reported with that frame */
        guint line;              /* TCP: the index of this line among those reported with this frame */
        guint64 repeats; /* a request sent again before it was answered: the frame in which it was sent first; else 0 */
        guint64 unheard; /* a request to register, or the reply to one: the frame of an answer shortly before, which the
                            client seems not to have got; 0: none */
        gint64 latency;  /* nanoseconds since the request's frame; valid with has_latency */
} SessionExchange;

/* One datagram, or one line of a TCP stream. Slices are valid until the next session_tell(). */
typedef struct {
        const ChatForm *form; /* NULL: fits no form */
        ChatParseStatus why;  /* CHAT_PARSE_OK, or why it fits none */
        ChatMessage message;  /* valid if form is set */
        ChatSlice octets;     /* all of it, line ending included; may be invalid UTF-8 */
        gboolean line_ended;  /* it ends with a line feed; TCP: FALSE if a FIN or RST ended it */
        guint64 missing;      /* octets within it that were never captured */
        guint n_segments;     /* TCP: how many segments carried it */
        SessionExchange exchange;
} SessionMessage;

/* What a host reports, or is asked, about the multicast group of a room. */
typedef struct {
        MembershipChange change;
        Endpoint group;       /* with the port that the room uses */
        const char *room;     /* NULL: its name was not captured */
        gboolean is_repeated; /* the host has said so before */
} SessionGroupChange;

/* How the session interprets one packet. Strings and slices are valid until the next session_tell(). */
typedef struct {
        const ChatProtocol *protocol; /* NULL: not a chat */
        ChatSender sender;            /* of the packet; for an ICMP error, of the packet that it quotes */
        const char *source_name;      /* the endpoint's chat name at this moment; NULL: not known */
        const char *destination_name;
        guint n_messages;
        const SessionMessage *messages;
        /* TCP: lines of the other side that waited for an earlier segment, until this packet showed that it will not
         * come. */
        guint n_released;
        const SessionMessage *released;
        guint64 gap, released_gap; /* octets before and among messages, and before and among released, that were not
                                      captured */
        gsize pending;          /* TCP: octets of the unfinished line of this packet's direction, after this packet */
        ChatSlice pending_text; /* these octets, without an incomplete character at their end */
        SessionKind kind;       /* UDP; also of TCP packets whose description has requests */
        const ChatForm *form;   /* UDP: of the datagram, also if it was captured twice and has no message here; NULL:
                                   it fits none */
        /* As in SessionExchange: of the datagram, or over TCP of the packet's first own line that asks or answers. */
        gboolean has_latency, begins_answer, answered_again, answers_group;
        guint n_asked, request_line, line;
        guint64 request, repeats, unheard;
        gint64 latency;
        guint64 cause;              /* a notice: the frame of another client's request that caused it; 0: not known */
        const ChatForm *cause_form; /* the form of that request */
        Endpoint cause_client;      /* the client that made it */
        const char *cause_name;     /* that client's chat name; NULL: not known */
        guint64 undelivered;        /* an ICMP error: the frame of the unanswered request that it quotes; 0: none */
        /* IGMP and MLD: what a host says about the multicast groups of rooms. */
        guint n_group_changes;
        const SessionGroupChange *group_changes;
} SessionPacket;

void session_tell(Session *session,
                  const Packet *packet,
                  const FlowPacket *flow,
                  const FlowChunk *chunks,
                  guint n_chunks,
                  SessionPacket *ret_told);

/* session_tell() for an IGMP or MLD packet. FALSE: it is about no group that a room is known to use. ret_ends: the ends
 * of the conversation to which it is assigned, the client's and the server's (or the group's). */
gboolean session_tell_membership(Session *session,
                                 const Packet *packet,
                                 const Membership *membership,
                                 Endpoint ret_ends[2],
                                 SessionPacket *ret_told);

/* Instead of session_tell(), in a reading that makes no records: notes the endpoints that a datagram of a UDP chat
 * announces, so that their other conversations are recognised. */
void session_scan(Session *session, const Packet *packet, const FlowPacket *flow);

/* Instead of session_tell(), if only conversations are asked for: counts the packet's messages and requests. */
void session_count(
        Session *session, const Packet *packet, const FlowPacket *flow, const FlowChunk *chunks, guint n_chunks);

/* The endpoint that an answer to "where is NAME?" or an entry of a room's list gives. FALSE: the message gives none,
 * and the contents of ret_announced are undefined. */
gboolean session_read_announced(const ChatMessage *message, Endpoint *ret_announced);
/* The same for the multicast group of a room, with its port. */
gboolean session_read_group(const ChatMessage *message, Endpoint *ret_group);

/* Counts the datagrams that session_count() got before their conversation was recognised as a chat. session_count()
 * does the same when the conversation's next datagram comes. */
void session_count_early(Session *session, Conversation *conversation);
/* Whether some of these datagrams could not be kept until then: they are not counted. */
gboolean session_has_missed(const Session *session);

/* What is known of a conversation at its end, after session_tell() or session_count() for each packet. */
typedef struct {
        const ChatProtocol *protocol; /* NULL: not a chat */
        FlowSide client;
        gboolean is_peers;              /* UDP: neither side is the other's server */
        guint32 n_messages[2];          /* lines over TCP, messages over UDP; by FlowSide of the sender */
        guint32 n_requests, n_answered; /* UDP; else 0 */
        const char *names[2];           /* the last known chat names of its endpoints; NULL: not known. Borrowed */
} SessionCount;
SessionCount session_get_count(const Session *session, const Conversation *conversation);

G_END_DECLS
