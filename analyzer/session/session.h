/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/session: which conversations are chats, and what is said in them.
 *
 * Two steps for each packet. session_judge() decides, from content and endpoints, whether the packet's
 * conversation is a chat (recognition.c). session_tell() then understands the packet: the lines or datagrams in
 * it, who is server and client, which request a reply answers (requests.c), who is called what (directory.c).
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

/* Why a conversation was taken for a chat, or left. */
typedef enum {
        SESSION_REASON_NONE, /* it is not decided */
        SESSION_REASON_GIVEN,
        SESSION_REASON_PORT,
        SESSION_REASON_LINES,
        SESSION_REASON_FORMS,
        SESSION_REASON_ANSWER,
        SESSION_REASON_ADDRESS_BOOK,
        SESSION_REASON_OTHER_PROTOCOL, /* from here on: left */
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
        SessionReason reason;         /* not carried on */
        const ChatProtocol *protocol; /* SESSION_CHAT only; lives as long as the session's protocols */
        gboolean has_server;          /* UDP: a side is the server; FALSE between peers */
        FlowSide server;
} SessionDecision;

typedef struct Session Session;

/* protocols: ChatProtocol elements, referenced. ports: further ports to take as a hint, may be empty. memory_limit:
 * octets, about, for everything that grows with what is said (lines, requests, names); 0: SESSION_MEMORY_LIMIT. */
Session *session_new(GPtrArray *protocols, const guint16 *ports, guint n_ports, gsize memory_limit);
#define SESSION_MEMORY_LIMIT ((gsize) 128 * 1024 * 1024)
void session_free(Session *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Session, session_free)

/* What was given up because memory was short. */
typedef struct {
        guint64 split_lines;    /* told in pieces, before they were whole */
        guint64 lines;          /* neither told nor counted, because one packet brought very many */
        guint64 early_verdicts; /* conversations judged by less than their first line */
        guint64 requests;       /* forgotten, so that an answer to them is taken for a notice */
        guint64 endpoints;      /* whose names were forgotten */
} SessionShortage;
SessionShortage session_get_shortage(const Session *session);

/* For FlowOptions: frees what the session keeps with a conversation, and about how much that is at the most, but for
 * what has a limit of its own. */
void session_conversation_free(gpointer conversation_data, gpointer session);
#define SESSION_CONVERSATION_SIZE 256

/* Frees that now: the conversation is as one that nothing was said in. */
void session_forget(Session *session, Conversation *conversation);

/* Decides about flow's conversation as far as this packet allows, and returns what is decided so far. A verdict
 * other than SESSION_UNDECIDED is final. chunks are the octets that the packet put in order. */
SessionVerdict
session_judge(Session *session, const Packet *packet, const FlowPacket *flow, const FlowChunk *chunks, guint n_chunks);

/* The capture has ended: decides about a conversation that is still undecided. chunks are the octets that still waited.
 */
SessionVerdict
session_judge_at_end(Session *session, Conversation *conversation, const FlowChunk *chunks, guint n_chunks);

/* Whether what was said so far in an undecided conversation may turn out to be a chat's: it has begun a line, or asked
 * what a chat's client asks. What came before can be told without knowing more. */
gboolean session_has_begun(const Conversation *conversation);

SessionDecision session_get_decision(const Conversation *conversation);
/* Takes over the decision of an earlier reading, before the conversation's first packet is told. */
void session_set_decision(Session *session, Conversation *conversation, const SessionDecision *decision);

typedef enum {
        SESSION_KIND_REQUEST,
        SESSION_KIND_REPLY,
        SESSION_KIND_NOTICE, /* from a server, answers nothing */
        SESSION_KIND_MESSAGE,
        SESSION_KIND_OTHER, /* fits no form */
} SessionKind;

/* What a message has to do with others. Of a TCP chat only where its description knows of requests or users. */
typedef struct {
        SessionKind kind;
        gboolean has_latency;
        gboolean begins_answer;  /* a reply, and the first message of it */
        gboolean answered_again; /* a reply to what was answered before, because it had been asked again */
        gboolean answers_group;  /* a reply to what was asked in another conversation, with a multicast group */
        guint n_asked;           /* a request, or the reply to one: how often that had been asked by then */
        guint64 request;    /* a reply: the frame in which what it answers was asked first; 0: that was not captured */
        guint request_line; /* TCP: which of the lines that were told with that frame */
        guint line;         /* TCP: which of those of this one */
        guint64 repeats;    /* a request that is unanswered already: the frame in which it was asked first; else 0 */
        guint64 unheard; /* a request, or the reply to one: it repeats what this frame has answered, as if that answer
                            had not come; 0: it does not */
        gint64 latency;  /* nanoseconds since the request's frame; valid with has_latency */
} SessionExchange;

/* One datagram, or one line of a TCP stream. Slices are valid until the next session_tell(). */
typedef struct {
        const ChatForm *form; /* NULL: fits no form */
        ChatParseStatus why;  /* CHAT_PARSE_OK, or why it fits none */
        ChatMessage message;  /* where form is set */
        ChatSlice octets;     /* all of it, line ending included; may be invalid UTF-8 */
        gboolean line_ended;  /* its text ends with a line feed (in TCP: FALSE where FIN or RST ended it) */
        guint64 missing;      /* octets within it that were never captured */
        guint n_segments;     /* TCP: how many segments carried it */
        SessionExchange exchange;
} SessionMessage;

/* What a host reports, or is asked, of one multicast group in which a room talks. */
typedef struct {
        MembershipChange change;
        Endpoint group;       /* with the port to which the room talks */
        const char *room;     /* NULL: its name was not captured */
        gboolean is_repeated; /* the host has said so before */
} SessionGroupChange;

/* What the session understood of one packet. Strings and slices are valid until the next session_tell(). */
typedef struct {
        const ChatProtocol *protocol; /* NULL: not a chat */
        ChatSender sender;            /* of the packet (of the quoted packet, for an ICMP error) */
        const char *source_name;      /* the chat name known for the endpoint at this moment, or NULL */
        const char *destination_name;
        guint n_messages;
        const SessionMessage *messages;
        /* TCP: those of the other side that had to wait for an earlier segment, until this packet showed that it will
         * not come. */
        guint n_released;
        const SessionMessage *released;
        guint64 gap,
                released_gap;   /* octets, before and between those of messages and released, that were not captured */
        gsize pending;          /* TCP: octets of a line begun and not ended, in this packet's direction, after it */
        ChatSlice pending_text; /* of them, without a character that goes on in the next segment */
        SessionKind kind;       /* UDP only */
        const ChatForm *form;   /* UDP only: of the datagram, even if it was captured twice and its message is told no
                                   more; NULL: it fits none */
        /* As of SessionExchange: of the datagram, or in TCP of the packet's first line that asks or answers. */
        gboolean has_latency, begins_answer, answered_again, answers_group;
        guint n_asked, request_line, line;
        guint64 request, repeats, unheard;
        gint64 latency;
        guint64 cause; /* a notice: the frame of the request that caused it, of another client; 0: not known */
        const ChatForm *cause_form; /* of that request, */
        Endpoint cause_client;      /* the client that made it, */
        const char *cause_name;     /* and that client's chat name; NULL: not known */
        guint64 undelivered;        /* an ICMP error: the frame of the unanswered request that it quotes; 0: none */
        /* IGMP and MLD: what a host says of the groups in which rooms talk. Room names are the session's. */
        guint n_group_changes;
        const SessionGroupChange *group_changes;
} SessionPacket;

void session_tell(Session *session,
                  const Packet *packet,
                  const FlowPacket *flow,
                  const FlowChunk *chunks,
                  guint n_chunks,
                  SessionPacket *ret_told);

/* What a packet of IGMP or MLD is to the rooms of UDP chats. FALSE: it is about no group in which one talks, as far as
 * was told so far. ret_ends are those of the conversation to which it belongs: the client's, and the server's (or the
 * group's). */
gboolean session_tell_membership(Session *session,
                                 const Packet *packet,
                                 const Membership *membership,
                                 Endpoint ret_ends[2],
                                 SessionPacket *ret_told);

/* Instead of session_tell(), where nothing is told yet: what the datagram of a UDP chat teaches about endpoints
 * recognises further conversations. */
void session_scan(Session *session, const Packet *packet, const FlowPacket *flow);

/* Instead of session_tell(), where only conversations as a whole are asked for: counts what the packet brought. */
void session_count(
        Session *session, const Packet *packet, const FlowPacket *flow, const FlowChunk *chunks, guint n_chunks);

/* The endpoint that the answer to "where is NAME?", or a room's list, gives. FALSE where the message gives none. */
gboolean session_read_announced(const ChatMessage *message, Endpoint *ret_announced);
/* The same of a multicast group, and its port. */
gboolean session_read_group(const ChatMessage *message, Endpoint *ret_group);

/* Counts the datagrams that session_count() was given before their conversation was recognised as a chat; it does so
 * by itself with the next one. */
void session_count_early(Session *session, Conversation *conversation);
/* Whether there were more such datagrams of a chat than could be kept: they are not counted. */
gboolean session_has_missed(const Session *session);

/* What is known of a conversation once it was told, or counted, to its end. */
typedef struct {
        const ChatProtocol *protocol; /* NULL: not a chat */
        FlowSide client;
        gboolean is_peers;              /* UDP: neither side is the other's server */
        guint32 n_messages[2];          /* lines over TCP, messages of peers over UDP; by FlowSide of the sender */
        guint32 n_requests, n_answered; /* UDP */
        const char *names[2];           /* the chat names last known of its endpoints, or NULL; the session's */
} SessionCount;
SessionCount session_get_count(const Session *session, const Conversation *conversation);

G_END_DECLS
