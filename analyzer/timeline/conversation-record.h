/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One conversation as a whole: how it began, went and ended. */
#pragma once

#include "analyzer/timeline/explanation.h"
#include "analyzer/timeline/tracker.h"

G_BEGIN_DECLS

/* Borrowed: valid while the function that gets it runs. */
typedef struct {
        const Conversation *conversation;
        const ChatProtocol *protocol;   /* NULL: not a chat */
        FlowSide client;                /* UDP between peers: who spoke first */
        const char *names[2];           /* chat names, by FlowSide; NULL: not known. Any octets */
        gboolean is_peers;              /* neither is the other's server */
        guint32 n_messages[2];          /* of chats: lines over TCP, messages of peers over UDP; by FlowSide */
        guint32 n_requests, n_answered; /* UDP chats */
        gint64 offset;                  /* nanoseconds from the first packet of the capture to its first */
        TcpTeardown teardown;           /* TCP, as what follows */
        FlowSide initiator;             /* of the teardown; G_MAXUINT: nobody in particular */
        const char *state;              /* Zeek's conn_state */
        const GString *label;           /* how it began, went and ended, in one line */
        const Explanation *explanation; /* and why; NULL where not asked for */
} ConversationRecord;

typedef void (*ConversationFunc)(const ConversationRecord *record, gpointer user_data);

/* Puts them together. */
typedef struct ConversationBuilder ConversationBuilder;

ConversationBuilder *conversation_builder_new(gboolean explain);
void conversation_builder_free(ConversationBuilder *builder);

/* first_time: when the capture began, nanoseconds. The record is valid until the next call. */
const ConversationRecord *conversation_builder_build(ConversationBuilder *builder,
                                                     const Session *session,
                                                     const Conversation *conversation,
                                                     gint64 first_time);

/* conversation-label.c, conversation-explain.c */
void conversation_append_label(const ConversationRecord *record, GString *label);
void conversation_explain(const ConversationRecord *record, Explanation *explanation); /* adds to an empty one */
/* Of UDP: the other end is a multicast group. */
gboolean conversation_is_group(const ConversationRecord *record);

G_END_DECLS
