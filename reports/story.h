/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reports: a capture as a page tells it, to students, teachers and engineers.
 *
 * story.c takes in packets and records: it has them summed up (analyzer/summary), and keeps copies of the records that
 * the report shows one by one; grouping.c sorts the summary by type of chat. section-*.c write it, one section each, to
 * a document (document.h), which is a page (html.c) or Markdown (markdown.c); report.c puts the sections in order,
 * pdf.c prints the page; ladder.h draws. Nothing here judges a packet: what a packet is says its record.
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

/* All that chats sent over one transport. */
typedef struct {
        Transport transport;
        const char *title; /* "TCP chat", "ICMP": what it is called; static, or the protocol's */
        gboolean is_chat;  /* not ICMP or IGMP, which only accompany chats */
        guint n_chats;
        guint64 n_messages;              /* lines or datagrams that somebody typed */
        const SummaryFeatures *features; /* of the summary */
        FrameSet all;
        FrameSet phases[STORY_N_PHASES];       /* by Phase */
        FrameSet consumers[STORY_N_CONSUMERS]; /* by Consumer */
        FrameSet typed;                        /* brought what somebody typed */
        FrameSet acknowledgements;             /* TCP: what only acknowledged data */
        FrameSet closing;                      /* FINs and RSTs; clients that sign off */
        FrameSet before;                       /* all that came before the first word */
        FrameSet asked_before;                 /* of them: what began a round trip, SYNs or requests */
        gboolean has_peers;                    /* something was said from peer to peer */
        guint64 meanings;                      /* 1 << ChatMeaning of what was said */
} StoryType;

/* One TCP chat, or all UDP conversations of a chat that share endpoints. */
typedef struct StoryChat StoryChat;
struct StoryChat {
        Transport transport;
        gboolean is_chat;  /* FALSE: another conversation, taken along on request */
        guint index;       /* among all; after story_finish() */
        StoryChat *merged; /* NULL, or the chat that this one turned out to be a part of */
};

typedef struct {
        Transport transport;
        guint32 stream;        /* as Wireshark numbers them */
        gint64 key;            /* of both, for look-ups */
        Endpoint endpoints[2]; /* by FlowSide */
        StoryChat *chat;
        FrameSet frames;
        gboolean is_selected; /* its records are shown, as far as the limit goes */
        guint shown;          /* how many are */
        /* From the conversation's own record; NULL and 0 where none came, because memory was short: */
        char *label; /* harmless UTF-8 */
        FlowSide client;
        guint n_messages[2];    /* by FlowSide */
        TcpTeardown teardown;   /* TCP */
        gboolean has_handshake; /* TCP: all three segments were captured */
} StoryConversation;

typedef struct {
        char *const *conversations; /* NULL-terminated "tcp:0", "udp:1"; NULL: the first chats */
        guint limit;                /* packets that are shown one by one */
        gsize memory_limit;         /* octets, about, for all that is kept; 0: STORY_MEMORY_LIMIT */
} StoryOptions;
#define STORY_MEMORY_LIMIT ((gsize) 512 * 1024 * 1024)
#define STORY_DEFAULT_LIMIT 500
/* Without a choice, the packets of so many conversations are shown. */
#define STORY_MAX_CONVERSATIONS 24

/* All of it is read-only for those who write; most is there after story_finish(). */
typedef struct {
        char *name; /* of the capture, harmless UTF-8 */
        StoryOptions options;
        Summary *summary;
        GPtrArray *types;                 /* StoryType: TCP, UDP, the rest */
        FrameSet typed;                   /* packets that bring what somebody typed */
        FrameSet steps[N_STEPS];          /* the others, by Step */
        GPtrArray *chats;                 /* StoryChat, as they began */
        GPtrArray *conversations;         /* StoryConversation, as they began */
        guint64 bad_checksums, offloaded; /* packets */
        guint64 unlisted;                 /* packets of conversations that memory had no room for; those are in none
                                             of the lists */
        Naming *naming;
        GPtrArray *shown; /* const Record: those that are shown, in the order of the capture */
} Story;

/* Whether text has the form of StoryOptions.conversations. */
gboolean story_is_conversation_name(const char *text);

/* options is copied, its strings are not. */
Story *story_new(const char *name, const StoryOptions *options);
void story_free(Story *story);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Story, story_free)

/* Every packet of the capture; each record, after its packet; each conversation, after all records. */
void story_add_packet(Story *story, const Packet *packet);
void story_add_record(Story *story, const Record *record);
void story_add_conversation(Story *story, const ConversationRecord *record);
void story_finish(Story *story, const TimelineCounts *counts);

/* The conversation of a record that is shown. */
const StoryConversation *story_get_conversation(const Story *story, const Record *record);
/* Whether the frame is shown, so that a link can lead to it. */
gboolean story_shows(const Story *story, guint64 frame);
/* Packets of the conversations that are not shown one by one, and of how many conversations they are. */
guint64 story_count_unshown(const Story *story, guint *ret_conversations);
/* The only type of that transport; NULL: none. */
const StoryType *story_get_type(const Story *story, Transport transport);

/* grouping.c: types, typed and steps out of the summary. before and asked_before, by Transport, are taken over. */
void story_group(Story *story, FrameSet *before, FrameSet *asked_before);
void story_type_free(gpointer type);

G_END_DECLS
