/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of analyzer/session share among themselves. */
#pragma once

#include "analyzer/session/budget.h"
#include "analyzer/session/directory.h"
#include "analyzer/session/early.h"
#include "analyzer/session/group-questions.h"
#include "analyzer/session/groups.h"
#include "analyzer/session/requests.h"
#include "analyzer/session/room-changes.h"
#include "analyzer/session/session.h"

/* A line longer than this is told in pieces: nobody types one, and memory is bounded by it. */
#define SESSION_MAX_LINE (64 * 1024)
/* So many lines of one packet are told at the most. A segment has no more; what one packet sets free, once a gap is
 * given up, may have. */
#define SESSION_MAX_LINES 65536
/* So much of a direction's first line is looked at to recognise it. */
#define SESSION_MAX_HEAD 4096

typedef struct {
        GByteArray *line; /* begun and not ended; NULL: none is */
        guint64 missing;
        guint64 last_frame; /* that added to it */
        guint n_segments;
} SessionLines;

/* What recognition keeps of a conversation until it is decided. */
typedef struct {
        GByteArray *head[2];    /* TCP: the first line of each direction as far as it came */
        guint n_misfits;        /* UDP: datagrams that fit no form */
        gboolean is_late;       /* TCP: not all before the first line was captured */
        gboolean has_spoken[2]; /* TCP, where the beginning was not captured: a line came, and nothing speaks against it
                                 */
        const ChatForm *answered;    /* UDP: a request that was answered by a code alone */
        const ChatProtocol *cleared; /* UDP: the protocol of a datagram in a form that only servers usually send, */
        FlowSide cleared_side;       /* and who sent the first */
        const ChatForm *asked;       /* UDP: the newest request, from asked_side, with its first argument */
        FlowSide asked_side;
        char *asked_argument;
} SessionEvidence;

/* Kept with each conversation that brought anything (Conversation.user_data). Small: there may be very many. */
typedef struct {
        SessionDecision decision;
        const ChatProtocol
                *candidate;        /* TCP: the protocol whose port it uses, else the first one; NULL if there is none */
        gboolean has_hint;         /* TCP: a described or given port */
        SessionEvidence *evidence; /* NULL: not needed yet, or no longer needed because it is decided */
        GArray *early;             /* UDP, in session_count(): those that wait for the decision; NULL: none do */
        SessionLines *lines;       /* TCP: two, by FlowSide; NULL: nothing came */
        RequestList *requests;     /* NULL: none was made */
        guint64 cause;             /* UDP: that of the newest notice that lists peers, as of SessionPacket; 0: none */
        const ChatForm *cause_form;
        Endpoint cause_client;
        /* Counted by session_tell() or session_count(). */
        guint32 n_messages[2], n_requests, n_answered;
        gboolean names_noted;  /* TCP: names known for its ports before have been forgotten */
        gboolean missed;       /* UDP: not all datagrams that came before the decision could be kept */
        gboolean server_noted; /* the directory knows its server */
        gboolean is_shared;    /* one object serves many conversations of which only the decision is known: read-only */
} SessionConversation;

/* What a datagram was told as: one that is captured twice is the same. */
typedef struct {
        guint64 frame;
        SessionKind kind;
        const ChatForm *form;
} SessionTold;
/* A power of two. Two captures of a datagram are a few milliseconds apart; if the first is not remembered any more, the
 * second is told as unknown. */
#define SESSION_LATELY_TOLD 256

struct Session {
        GPtrArray *protocols;
        GArray *ports;
        GPtrArray *silent;    /* SessionConversation, shared, by protocol: TCP chats in which nothing was said yet */
        Directory *directory; /* of UDP chats */
        Directory *line_directory; /* of TCP chats: the same address and port are something else there */
        GArray *messages;          /* SessionMessage, of the packet being told */
        guint n_lines;             /* of the packet being told or counted */
        guint max_lines;           /* that one packet may have: what is above is neither told nor counted */
        guint64 lines_beyond;
        gboolean has_missed; /* see session_has_missed() */
        gboolean counting;   /* session_count(): lines are not kept in messages */
        GPtrArray *finished; /* GByteArray: lines put together from several segments, of the same packet */
        RoomChanges *room_changes;
        GroupQuestions group_questions;
        Groups *groups;
        SessionGroupChange group_changes[MEMBERSHIP_MAX_RECORDS]; /* of the packet being told */
        MemoryBudget lines, heads, requests;
        SessionTold lately[SESSION_LATELY_TOLD]; /* by frame */
};

/* conversation.c. session_conversation_get() makes it where there is none. */
SessionConversation *session_conversation_get(Session *session, Conversation *conversation);
SessionEvidence *session_evidence_of(SessionConversation *self); /* made where there is none */
/* protocol is NULL where it is no chat. */
void session_decide(Session *session, SessionConversation *self, const ChatProtocol *protocol, SessionReason reason);
/* The verdict so far; where it is that this is no chat, nothing more is kept of it. */
SessionVerdict session_conversation_conclude(Session *session, Conversation *conversation);
/* Of one side, made where there are none: from here on the conversation has an object of its own. */
SessionLines *session_conversation_lines(Conversation *conversation, FlowSide side);
/* Whether the port was given by the user. */
gboolean session_is_given(const Session *self, guint16 port);
/* Whether the port is described, or was given. */
gboolean session_is_hinted(const Session *self, const ChatProtocol *protocol, guint16 port);
/* The protocol whose port one side has, or else the first one over TCP; NULL if there is none. */
const ChatProtocol *session_tcp_candidate(const Session *self, const Conversation *conversation, gboolean *ret_hinted);

/* lines.c: the length without an incomplete character at the end. */
gsize session_whole_characters(const char *octets, gsize length);

/* recognition.c */
/* How many of the captured octets can be read: a character that the snapshot length cut is left out. */
gsize recognition_readable_length(const Packet *packet);
void recognition_judge_tcp(Session *session,
                           const Conversation *conversation,
                           SessionConversation *self,
                           const FlowChunk *chunks,
                           guint n_chunks);
/* Why nothing made a chat of it, now that nothing more comes. */
SessionReason recognition_why_left(const Conversation *conversation, const SessionConversation *self);
void recognition_judge_udp_at_end(Session *session, SessionConversation *self, const Conversation *conversation);
/* Decides where one of a conversation's two endpoints is known as a server. */
void recognition_judge_by_server(Session *session, SessionConversation *self, const Endpoint endpoints[2]);
void recognition_judge_udp(Session *session, SessionConversation *self, const Packet *packet, const FlowPacket *flow);

/* lines.c: puts the chunks of one direction together and adds the lines they complete to session->messages; their
 * octets are valid until the chunks are gone. Returns how many octets of gaps there were. */
guint64 lines_add(Session *session,
                  SessionLines *self,
                  FlowSide side,
                  const FlowChunk *chunks,
                  guint n_chunks,
                  gboolean stream_ended);
void lines_clear(Session *session, SessionLines *self);
/* Which form each of session->messages has, from the first one on. */
void lines_parse(Session *session, guint first, const ChatProtocol *protocol, ChatSender sender);

/* Between whom a message travelled. */
typedef struct {
        const ChatProtocol *protocol;
        Directory *directory; /* of its transport */
        const CaptureFrame *frame;
        Endpoint source, destination;
        guint line; /* TCP: which of those that are told with the frame */
} Parties;

/* exchange.c. What a message of that side has to do with others; it teaches names and rooms. */
void exchange_tell(Session *session,
                   SessionConversation *self,
                   const Parties *parties,
                   FlowSide side,
                   ChatSender sender,
                   const ChatMessage *message,
                   SessionExchange *ret_exchange);
/* Of a notice: which other client's request caused it. */
void exchange_tell_cause(const SessionConversation *self,
                         const Parties *parties,
                         const ChatMessage *message,
                         SessionPacket *told);
gboolean exchange_names_its_sender(const ChatMessage *message);

/* session.c: makes a message's exchange the packet's. */
void session_tell_exchange(SessionPacket *told, const SessionExchange *exchange);

/* datagrams.c: UDP chats. Tells told all but its sender, which it has, and adds the message to session->messages. */
void datagrams_tell(
        Session *session, SessionConversation *self, const Packet *packet, FlowSide side, SessionPacket *told);
/* What a message, told before, teaches about who takes part: that recognises further conversations. */
void datagrams_learn(Session *session,
                     const SessionConversation *self,
                     const Packet *packet,
                     const SessionMessage *message);
/* The same of an ICMP error that quotes one of its datagrams. */
void datagrams_tell_error(SessionConversation *self, const Packet *packet, FlowSide side, SessionPacket *told);
/* Only which endpoints take part. */
void datagrams_scan(Session *session, const SessionConversation *self, const Packet *packet, ChatSender sender);
