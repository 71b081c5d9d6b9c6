/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reports: explains a capture to students, teachers and engineers, as a page, Markdown, PDF and diagrams.
 *
 * story.c collects packets and records: it passes them to analyzer/summary, and keeps copies of the records that the
 * report shows one by one; grouping.c sorts the summary by type of chat. Each section-*.c writes one section to a
 * document (document.h), which is a page (html.c) or Markdown (markdown.c); report.c puts the sections in order, pdf.c
 * prints the page; ladder.h draws. Nothing here judges a packet: its record says what it is.
 *
 * May use: GLib, libxml2, librsvg, cairo, analyzer/rubric, analyzer/summary, analyzer/timeline, analyzer/decode,
 * analyzer/sandbox/deputy.h. Is used by: analyzer/cli.
 */
#pragma once

#include "analyzer/summary/summary.h"
#include "analyzer/timeline/record-batch.h"
#include "reports/frame-set.h"
#include "reports/naming.h"

G_BEGIN_DECLS

#define STORY_N_PHASES 5
#define STORY_N_CONSUMERS 3

/* Everything that the chats sent over one transport. */
typedef struct {
        Transport transport;
        const char *title; /* "TCP chat", "ICMP"; static, or the protocol's */
        gboolean is_chat;  /* FALSE: ICMP or IGMP, which only accompany chats */
        guint n_chats;
        guint64 n_messages;              /* lines or datagrams that somebody typed */
        const SummaryFeatures *features; /* borrowed from the summary; NULL: it has none */
        FrameSet all;
        FrameSet phases[STORY_N_PHASES];       /* by Phase */
        FrameSet consumers[STORY_N_CONSUMERS]; /* by Consumer */
        FrameSet typed;                        /* brought what somebody typed */
        FrameSet acknowledgements;             /* TCP: segments that only acknowledge data */
        FrameSet closing;                      /* FINs and RSTs; requests to unregister */
        FrameSet before;                       /* everything before the first packet with user data */
        FrameSet asked_before;                 /* the SYNs and requests among them: each began a round trip */
        gboolean has_peers;                    /* a message went directly from peer to peer */
        guint64 meanings;                      /* 1 << ChatMeaning, for the meaning of each message */
} StoryType;

/* One TCP chat, or all UDP conversations of a chat that share endpoints. */
typedef struct StoryChat StoryChat;
struct StoryChat {
        Transport transport;
        gboolean is_chat;  /* FALSE: another conversation, included because it was asked for */
        guint index;       /* in Story.chats; valid after story_finish() */
        StoryChat *merged; /* the chat that this one turned out to be a part of, or NULL */
};

typedef struct {
        Transport transport;
        guint32 stream;        /* Wireshark's number of it */
        gint64 key;            /* transport and stream in one, for look-ups */
        Endpoint endpoints[2]; /* by FlowSide */
        StoryChat *chat;
        FrameSet frames;
        gboolean is_selected; /* its packets are shown one by one, up to the limit */
        guint shown;          /* how many of them are shown */

        /* From its ConversationRecord; NULL and 0 if memory was too short for one: */
        char *label; /* harmless UTF-8 */
        FlowSide client;
        guint n_messages[2];    /* by FlowSide */
        TcpTeardown teardown;   /* TCP */
        gboolean has_handshake; /* TCP: all three segments were captured */
} StoryConversation;

typedef struct {
        char *const *conversations; /* what to show: NULL-terminated "tcp:0", "udp:1"; NULL: the first ones */
        guint limit;                /* the most packets to show one by one */
        gsize memory_limit;         /* octets, approximate, for everything that is kept; 0: STORY_MEMORY_LIMIT */
} StoryOptions;
#define STORY_MEMORY_LIMIT ((gsize) 512 * 1024 * 1024)
#define STORY_DEFAULT_LIMIT 500
/* The most conversations whose packets are shown if StoryOptions.conversations is NULL. */
#define STORY_MAX_CONVERSATIONS 24

/* Read-only for the sections. Most members are valid only after story_finish(). */
typedef struct {
        char *name; /* the capture's, harmless UTF-8 */
        StoryOptions options;
        Summary *summary;
        GPtrArray *types;                 /* StoryType: TCP, UDP, the rest */
        FrameSet typed;                   /* packets that bring what somebody typed */
        FrameSet steps[N_STEPS];          /* the other packets, by Step */
        GPtrArray *chats;                 /* StoryChat, in the order in which they began */
        GPtrArray *conversations;         /* StoryConversation, in the order in which they began */
        guint64 bad_checksums, offloaded; /* packets */
        guint64 unlisted; /* packets of conversations that are in none of the lists, because memory was short */
        Naming *naming;
        GPtrArray *shown; /* const Record: those that are shown one by one, in the order of the capture */
} Story;

/* Whether text names a conversation as StoryOptions.conversations does: "tcp:0". */
gboolean story_is_conversation_name(const char *text);

/* options is copied, but its strings are borrowed. Transfer: full. */
Story *story_new(const char *name, const StoryOptions *options);
void story_free(Story *story);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Story, story_free)

/* To be called for every packet of the capture, for each record after its packet, for each conversation after all
 * records, and once at the end. */
void story_add_packet(Story *story, const Packet *packet);
void story_add_record(Story *story, const Record *record);
void story_add_conversation(Story *story, const ConversationRecord *record);
void story_finish(Story *story, const TimelineCounts *counts);

/* The conversation of a record that is shown; NULL: it is not among the story's. */
const StoryConversation *story_get_conversation(const Story *story, const Record *record);
/* Whether the frame is among those shown, so that a link can lead to it. */
gboolean story_shows(const Story *story, guint64 frame);
/* How many packets of the conversations are not shown one by one, and to how many conversations they belong. */
guint64 story_count_unshown(const Story *story, guint *ret_conversations);
/* The StoryType of a transport; NULL: the chats sent nothing over it. */
const StoryType *story_get_type(const Story *story, Transport transport);

/* grouping.c: fills in types, typed and steps from the summary. Takes over the sets in before and asked_before, which
 * are indexed by Transport. */
void story_group(Story *story, FrameSet *before, FrameSet *asked_before);
void story_type_free(gpointer type);

G_END_DECLS
