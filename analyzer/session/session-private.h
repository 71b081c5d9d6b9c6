/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of analyzer/session share. */
#pragma once

#include "analyzer/session/budget.h"
#include "analyzer/session/directory.h"
#include "analyzer/session/early.h"
#include "analyzer/session/group-questions.h"
#include "analyzer/session/groups.h"
#include "analyzer/session/requests.h"
#include "analyzer/session/room-changes.h"
#include "analyzer/session/session.h"

/* Octets. A longer line is reported in pieces: nobody types one, and memory must be bounded. */
#define SESSION_MAX_LINE (64 * 1024)
/* The most lines that one packet may report. A segment cannot hold more, but a packet after which a gap is given up can
 * release more. */
#define SESSION_MAX_LINES 65536
/* Octets of a direction's first line that recognition looks at. */
#define SESSION_MAX_HEAD 4096

/* The unfinished line of one direction. */
typedef struct {
        GByteArray *line;   /* NULL: none */
        guint64 missing;    /* octets of it that were not captured */
        guint64 last_frame; /* the newest frame that added to it */
        guint n_segments;
} SessionLines;

/* What recognition keeps of a conversation until it is decided. */
typedef struct {
        GByteArray *head[2];         /* TCP: what has come of each direction's first line */
        guint n_misfits;             /* UDP: datagrams that fit no form */
        gboolean is_late;            /* TCP: something before the first line was not captured */
        gboolean has_spoken[2];      /* TCP: if the beginning was not captured: a line came that may be a chat's */
        const ChatForm *answered;    /* UDP: the form of a request that was answered by a code alone */
        const ChatProtocol *cleared; /* UDP: the protocol of a datagram that begins a list of peers; NULL: none came */
        FlowSide cleared_side;       /* the side that sent it */
        const ChatForm *asked;       /* UDP: the form of the newest request; NULL: none came */
        FlowSide asked_side;         /* the side that sent it */
        char *asked_argument;        /* its first argument; NULL: it has none */
} SessionEvidence;

/* The session's part of a conversation (Conversation.user_data). Kept small, because there may be very many. */
typedef struct {
        SessionDecision decision;
        const ChatProtocol *candidate; /* TCP: the protocol whose port it uses, else the first one; NULL: none */
        gboolean has_hint;             /* TCP: one of its ports is described, or given by the user */
        SessionEvidence *evidence;     /* NULL: not needed yet, or not needed any more */
        GArray *early;                 /* UDP, in session_count(): see early.h; NULL: no datagram waits */
        SessionLines *lines;           /* TCP: two, by FlowSide; NULL: no data came */
        RequestList *requests;         /* NULL: none came */
        guint64 cause; /* UDP: of the newest notice that lists peers; this and the next two as in SessionPacket */
        const ChatForm *cause_form;
        Endpoint cause_client;
        /* Counted by session_tell() or session_count(). */
        guint32 n_messages[2], n_requests, n_answered;
        gboolean names_noted;  /* TCP: names that an earlier connection gave to its endpoints are forgotten */
        gboolean missed;       /* UDP: not all datagrams that came before the decision could be kept */
        gboolean server_noted; /* the directory knows its server */
        gboolean is_shared;    /* read-only: shared by conversations of which nothing but the decision is known */
} SessionConversation;

/* How a datagram was understood, for the case that it is captured a second time. */
typedef struct {
        guint64 frame;
        SessionKind kind;
        const ChatForm *form;
} SessionTold;
/* A power of two. The two captures of a datagram are only milliseconds apart; if the first is no longer remembered, the
 * second has no form. */
#define SESSION_LATELY_TOLD 256

struct Session {
        GPtrArray *protocols;
        GArray *ports;
        GPtrArray *silent;         /* SessionConversation, shared, by protocol: TCP chats without any data so far */
        Directory *directory;      /* of UDP chats */
        Directory *line_directory; /* of TCP chats: an address and port over TCP is another endpoint than over UDP */
        GArray *messages;          /* SessionMessage, of the packet being processed */
        guint n_lines;             /* of the packet being processed */
        guint max_lines;           /* of one packet: lines beyond it are neither reported nor counted as messages */
        guint64 lines_beyond;      /* how many lines were beyond it */
        gboolean has_missed;       /* see session_has_missed() */
        gboolean counting;         /* in session_count(): lines are counted, but not kept in messages */
        GPtrArray *finished;       /* GByteArray: lines of the packet being processed that took several segments */
        RoomChanges *room_changes;
        GroupQuestions group_questions;
        Groups *groups;
        SessionGroupChange group_changes[MEMBERSHIP_MAX_RECORDS]; /* of the packet being processed */
        MemoryBudget lines, heads, requests;
        MemoryBudget early; /* apart from heads: what is kept only to be counted must not change a verdict */
        SessionTold lately[SESSION_LATELY_TOLD]; /* indexed by frame number modulo its size */
};

/* conversation.c. The first two make what is not there yet. */
SessionConversation *session_conversation_get(Session *session, Conversation *conversation);
SessionEvidence *session_evidence_of(SessionConversation *self);
/* protocol NULL: it is no chat. */
void session_decide(Session *session, SessionConversation *self, const ChatProtocol *protocol, SessionReason reason);
/* Returns the verdict so far. If that is "no chat", replaces the conversation's object by a shared one. */
SessionVerdict session_conversation_conclude(Session *session, Conversation *conversation);
/* The lines of one side, made if they are not there yet. If the conversation's object was shared, gives it its own. */
SessionLines *session_conversation_lines(Conversation *conversation, FlowSide side);
/* Whether the user gave the port. */
gboolean session_is_given(const Session *self, guint16 port);
/* Whether the protocol's description has the port, or the user gave it. */
gboolean session_is_hinted(const Session *self, const ChatProtocol *protocol, guint16 port);
/* The TCP protocol whose port one of the sides has (ret_hinted is TRUE), else the first TCP protocol; NULL: none. */
const ChatProtocol *session_tcp_candidate(const Session *self, const Conversation *conversation, gboolean *ret_hinted);

/* lines.c: the length of octets without an incomplete UTF-8 character at their end. */
gsize session_whole_characters(const char *octets, gsize length);

/* recognition.c */
/* The length of the captured payload, without a character that the snapshot length cut. */
gsize recognition_readable_length(const Packet *packet);
void recognition_judge_tcp(Session *session,
                           const Conversation *conversation,
                           SessionConversation *self,
                           const FlowChunk *chunks,
                           guint n_chunks);
/* At the end of the capture: why an undecided conversation is no chat. */
SessionReason recognition_why_left(const Conversation *conversation, const SessionConversation *self);
void recognition_judge_udp_at_end(Session *session, SessionConversation *self, const Conversation *conversation);
/* Decides if one of the two endpoints is known to be a server. */
void recognition_judge_by_server(Session *session, SessionConversation *self, const Endpoint endpoints[2]);
void recognition_judge_udp(Session *session, SessionConversation *self, const Packet *packet, const FlowPacket *flow);

/* lines.c: adds the chunks of one direction to its unfinished line, and the lines that they complete to
 * session->messages, whose octets are valid as long as the chunks are. Returns how many octets the gaps among them
 * have.
 */
guint64 lines_add(Session *session,
                  SessionLines *self,
                  FlowSide side,
                  const FlowChunk *chunks,
                  guint n_chunks,
                  gboolean stream_ended);
void lines_clear(Session *session, SessionLines *self);
/* Finds the forms of session->messages, from index first on. */
void lines_parse(Session *session, guint first, const ChatProtocol *protocol, ChatSender sender);

/* A message, by where it was found, and the endpoints between which it travelled. */
typedef struct {
        const ChatProtocol *protocol;
        Directory *directory; /* the one for the protocol's transport */
        const CaptureFrame *frame;
        Endpoint source, destination;
        guint line; /* TCP: its index among the lines reported with the frame */
} Parties;

/* exchange.c. How a message by side relates to others. Also tells the directory the names and rooms that it shows. */
void exchange_tell(Session *session,
                   SessionConversation *self,
                   const Parties *parties,
                   FlowSide side,
                   ChatSender sender,
                   const ChatMessage *message,
                   SessionExchange *ret_exchange);
/* For a notice: sets told's cause, the other client's request that led to it. */
void exchange_tell_cause(const SessionConversation *self,
                         const Parties *parties,
                         const ChatMessage *message,
                         SessionPacket *told);
/* Whether the message begins with its sender's own name. */
gboolean exchange_names_its_sender(const ChatMessage *message);

/* session.c: copies a message's exchange to the packet. */
void session_tell_exchange(SessionPacket *told, const SessionExchange *exchange);

/* datagrams.c: UDP chats. Fills told, in which sender is set, and adds the message to session->messages. */
void datagrams_tell(
        Session *session, SessionConversation *self, const Packet *packet, FlowSide side, SessionPacket *told);
/* Tells the directory which endpoints a message shows to take part in the chat, so that their other conversations are
 * recognised. */
void datagrams_learn(Session *session,
                     const SessionConversation *self,
                     const Packet *packet,
                     const SessionMessage *message);
/* For an ICMP error that quotes a datagram of the conversation, which side sent: sets told->undelivered. */
void datagrams_tell_error(SessionConversation *self, const Packet *packet, FlowSide side, SessionPacket *told);
/* Only tells the directory which endpoints take part. */
void datagrams_scan(Session *session, const SessionConversation *self, const Packet *packet, ChatSender sender);
