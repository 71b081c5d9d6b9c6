/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From packets to conversations: one reading, and at its end a record for each. */
#pragma once

#include "analyzer/timeline/timeline.h"

G_BEGIN_DECLS

/* One conversation as a whole. Borrowed: valid while the function that gets it runs. */
typedef struct {
        const Conversation *conversation;
        const ChatProtocol *protocol; /* NULL: not a chat */
        FlowSide client;              /* UDP between peers: who spoke first */
        const char *names[2];         /* chat names, by FlowSide; NULL: not known. Any octets */
        gboolean is_peers;            /* neither is the other's server */
        guint32 n_messages[2];        /* of chats: lines over TCP, messages of peers over UDP; by FlowSide */
        guint32 n_requests, n_answered; /* UDP chats */
        gint64 offset;                /* nanoseconds from the first packet of the capture to its first */
        TcpTeardown teardown;         /* TCP, as what follows */
        FlowSide initiator;           /* of the teardown; G_MAXUINT: nobody in particular */
        const char *state;            /* Zeek's conn_state */
        const GString *label;         /* how it began, went and ended, in one line */
        const Explanation *explanation; /* and why; NULL where not asked for */
} ConversationRecord;

typedef void (*ConversationFunc)(const ConversationRecord *record, gpointer user_data);

typedef struct Conversations Conversations;

Conversations *conversations_new(const TimelineOptions *options, ConversationFunc func, gpointer user_data);
void conversations_free(Conversations *conversations);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Conversations, conversations_free)

/* n packets in the order of the capture: the more at once, the faster. */
void conversations_add(Conversations *conversations, const Packet *packets, guint n);

/* The capture has ended: tells of all conversations, those over TCP first, each transport in the order of streams.
 * Only what had to be forgotten for want of memory was told before. */
void conversations_finish(Conversations *conversations);
TimelineCounts conversations_get_counts(const Conversations *conversations);

/* conversation-label.c, conversation-explain.c */
void conversation_append_label(const ConversationRecord *record, GString *label);
void conversation_explain(const ConversationRecord *record, Explanation *explanation); /* adds to an empty one */
/* Of UDP: the other end is a multicast group. */
gboolean conversation_is_group(const ConversationRecord *record);

G_END_DECLS
