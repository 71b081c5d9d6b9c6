/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A UDP chat session while it is being replayed; for play.c, sessions.c and session-findings.c. */
#pragma once

#include "analyzer/summary/summary-private.h"

/* An endpoint that takes part. */
typedef struct {
        Endpoint endpoint;
        SummaryUser *user; /* its newest registration, or what was inferred of one; NULL: none */
        GPtrArray *active; /* SummaryUser: its registrations that have not ended; one endpoint can have several */
        char *name;        /* by which it was last called; NULL: none */
        guint64 announced; /* the frame that first shows its existence to others: registered, listed, looked up, spoke
                            */
        guint64 asked_out; /* it asked to leave its room, in this frame, and has not joined one since, nor looked for
                              anybody or been looked for; */
        guint64 asked_out_last;   /* it did so last, whatever came then */
        guint64 left;             /* it unregistered, in this frame, and has not registered since; */
        guint64 left_last;        /* it did so last */
        Frames after_leaving;     /* messages to it and from it since asked_out */
        Frames to_gone;           /* messages to it since left */
        Frames to_unknown;        /* messages to it before anything announced it */
        Frames as_other;          /* messages from it under the name of a user registered elsewhere */
        const SummaryUser *other; /* that one */
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
        GTree *by_name; /* SummaryUser.name → SummaryUser: of those who are registered, the newest of each name */
        GHashTable *requests; /* SummaryRequest.key → SummaryRequest */
        GArray *refused;      /* RefusedRequest */
        Rooms *rooms;
        MemoryBudget *memory;
        Frames forgotten; /* confirmations of a name to a client that had it already and had not asked twice */
        Frames unheard;   /* requests for a name by a client that seems to know nothing of the answer before */
        Frames too_long;  /* datagrams longer than the programs read */
        Frames unknown;   /* datagrams of no form */
        Frames errors;    /* ICMP errors that quote a datagram other than an unanswered request */
} Play;

/* play.c: with no participants, rooms or requests yet. What grows in it is charged to the budget, which is borrowed. */
Play *play_new(const ChatProtocol *protocol, const Endpoint *server, MemoryBudget *memory);
/* With its session, unless that was taken. A Play. */
void play_free(gpointer data);
/* A SummarySession. */
void summary_session_free(gpointer data);

/* session-findings.c: at the end of the capture, whose last packet has the offset end. */
void session_findings(const Play *play, gint64 end, Summary *summary);
