/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One conversation as a whole: how it began, went and ended. */
#pragma once

#include "analyzer/timeline/explanation.h"
#include "analyzer/timeline/tracker.h"

G_BEGIN_DECLS

/* Valid only while the ConversationFunc that gets it runs. */
typedef struct {
        const Conversation *conversation;
        const ChatProtocol *protocol;   /* NULL: not a chat */
        FlowSide client;                /* UDP between peers: the side that spoke first */
        const char *names[2];           /* chat names, by FlowSide; NULL: not known. Any octets */
        gboolean is_peers;              /* UDP: neither side is the other's server */
        guint32 n_messages[2];          /* chats: lines over TCP, messages over UDP; by FlowSide of the sender */
        guint32 n_requests, n_answered; /* chats over UDP; else 0 */
        gint64 offset;                  /* nanoseconds from the capture's first packet to the conversation's */
        TcpTeardown teardown;           /* TCP, like the next two */
        FlowSide initiator;             /* of the teardown; G_MAXUINT: neither side */
        const char *state;              /* Zeek's conn_state; NULL: UDP */
        const GString *label;           /* how it began, went and ended, in one line */
        const Explanation *explanation; /* of the label; NULL: not asked for */
} ConversationRecord;

typedef void (*ConversationFunc)(const ConversationRecord *record, gpointer user_data);

/* Builds conversation records, one after the other. */
typedef struct ConversationBuilder ConversationBuilder;

ConversationBuilder *conversation_builder_new(gboolean explain);
void conversation_builder_free(ConversationBuilder *builder);

/* first_time: of the capture's first packet, nanoseconds since 1970. The record is valid until the next call. */
const ConversationRecord *conversation_builder_build(ConversationBuilder *builder,
                                                     const Session *session,
                                                     const Conversation *conversation,
                                                     gint64 first_time);

/* conversation-label.c, conversation-explain.c: both add to what must be empty. */
void conversation_append_label(const ConversationRecord *record, GString *label);
void conversation_explain(const ConversationRecord *record, Explanation *explanation);
/* UDP: the server's side is a multicast group. */
gboolean conversation_is_group(const ConversationRecord *record);

G_END_DECLS
