/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A session while it is being replayed: what sessions.c shares with play.c, participants.c, request-table.c and
 * session-findings.c. */
#pragma once

#include "analyzer/summary/summary-private.h"

/* An endpoint that takes part. Frame numbers are 0 where there is no such frame. */
typedef struct {
        Endpoint endpoint;
        SummaryUser *user;      /* its newest registration, confirmed or inferred; NULL: none */
        GPtrArray *active;      /* SummaryUser: its registrations that have not ended; it can have several */
        char *name;             /* its latest chat name; NULL: not known */
        guint64 announced;      /* the frame that first tells others of it: it registered, spoke, was listed or found */
        guint64 asked_out;      /* the frame in which it asked to leave its room; 0 again once it joins a room,
                                   leaves the chat, looks for somebody or is looked for */
        guint64 asked_out_last; /* the same, but never 0 again */
        guint64 left;           /* the frame that confirms that it left the chat; 0 again once it registers */
        guint64 left_last;      /* the same, but never 0 again */
        Frames after_leaving;   /* messages to it and from it while asked_out is set */
        Frames to_gone;         /* messages to it while left is set */
        Frames to_unknown;      /* messages to it before anything announced it */
        Frames as_other;        /* messages from it under the name of another user, */
        const SummaryUser *other; /* who is registered from another endpoint */
} Participant;

/* A request that the server answered with a refusal. */
typedef struct {
        const SummaryRequest *request;
        ChatMeaning meaning; /* of the answer */
        guint64 frame;
} RefusedRequest;

typedef struct {
        SummarySession *session;
        GHashTable *participants; /* Endpoint → Participant */
        GPtrArray *in_order;      /* Participant */
        GTree *by_name; /* SummaryUser.name → SummaryUser: the newest registration of each name that has not ended */
        GHashTable *requests; /* SummaryRequest.key → SummaryRequest */
        GArray *refused;      /* RefusedRequest */
        Rooms *rooms;
        MemoryBudget *memory;
        Frames forgotten; /* confirmations to a client that was registered under this name already and asked once */
        Frames unheard;   /* requests to register by a client that seems not to have got the answer before */
        Frames too_long;  /* datagrams longer than receivers read */
        Frames unknown;   /* datagrams of no form */
        Frames errors;    /* ICMP errors that quote a datagram other than an unanswered request */
} Play;

/* play.c. A new Play has no participants, rooms or requests. It borrows protocol and memory. */
Play *play_new(const ChatProtocol *protocol, const Endpoint *server, MemoryBudget *memory);
/* data: Play; frees its session, too, unless that was taken out. */
void play_free(gpointer data);
/* data: SummarySession */
void summary_session_free(gpointer data);

/* participants.c. participant_find() makes a participant that is not there yet; NULL: there is no room for it. */
Participant *participant_find(Play *play, const Endpoint *endpoint);
/* The record tells others of the participant, which may be NULL. */
void participant_announce(Participant *participant, const Record *record);
/* The participant (may be NULL) takes part under that name (NULL: not known), but no registration was captured. */
void participant_infer_user(Play *play, Participant *participant, const char *name, const Record *record);
/* The server confirms that the participant is registered under that name (NULL: not known), or has left the chat. */
void participant_register(Play *play, Participant *participant, const char *name, const Record *record);
void participant_unregister(Play *play, Participant *participant, const Record *record);

/* request-table.c. The request in that frame, and in that line of it (0: a datagram); NULL: none is known. */
SummaryRequest *request_table_find(const Play *play, guint64 frame, guint line);
/* The record is a request, new or repeated; or a reply, whose request is returned (NULL: not known). */
void request_table_ask(Play *play, const Record *record, const ChatMessage *message);
SummaryRequest *request_table_answer(Play *play, const Record *record);
/* Fills is_last_word and the session's forms. end: see session_findings(). */
void request_table_finish(Play *play, gint64 end);

/* session-findings.c: adds the findings of the session. end: the offset of the capture's end, nanoseconds. */
void session_findings(const Play *play, gint64 end, Summary *summary);
