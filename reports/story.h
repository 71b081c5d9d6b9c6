/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reports: a capture as a page tells it, to students, teachers and engineers.
 *
 * story.c folds packets and records into what the report counts, and keeps copies of the records that it shows;
 * section-*.c write it, one section each, to a document (document.h), which is a page (html.c) or Markdown
 * (markdown.c); report.c puts the sections in order, pdf.c prints the page. Nothing here judges a packet: what a packet
 * is says its record.
 *
 * May use: GLib, libxml2, analyzer/timeline, analyzer/decode. Is used by: analyzer/cli.
 */
#pragma once

#include "analyzer/timeline/conversation-record.h"
#include "analyzer/timeline/record-batch.h"
#include "analyzer/timeline/timeline.h"
#include "reports/cast.h"
#include "reports/frame-set.h"
#include "reports/layers.h"
#include "reports/steps.h"

G_BEGIN_DECLS

#define STORY_N_PHASES 5
#define STORY_N_CONSUMERS 3

/* All chats of one protocol, for the sheet's grouping. */
typedef struct {
        const ChatProtocol *protocol; /* NULL: conversations that are no chats, taken along on request */
        Transport transport;          /* of its conversations */
        guint n_chats;
        FrameSet all;
        FrameSet phases[STORY_N_PHASES];       /* by Phase */
        FrameSet consumers[STORY_N_CONSUMERS]; /* by Consumer */
        FrameSet typed;                        /* brought what somebody typed */
        FrameSet acknowledgements;             /* TCP: segments without data, in transfer */
        FrameSet before;                       /* all that came before the first word */
        FrameSet asked_before;                 /* of them: what began a round trip, SYNs or requests */
        FrameSet closing;                      /* FINs and RSTs; clients that sign off */
        guint64 n_messages;                    /* lines or datagrams that somebody typed */
        guint64 layer_bytes[N_LAYER_GROUPS];     /* of all its packets, by LayerGroup */
        guint64 meanings;                      /* 1 << ChatMeaning of what was said in it */
} StoryType;

/* One TCP chat, or all UDP conversations of a chat that share endpoints. */
typedef struct StoryChat StoryChat;
struct StoryChat {
        StoryType *type;
        guint number;   /* among those of its type, from 1; after story_finish(), as what follows */
        guint index;    /* among all */
        FrameSet frames;
        GPtrArray *conversations; /* StoryConversation */
        StoryChat *merged; /* NULL, or the chat that this one turned out to be a part of */
};

typedef struct {
        Transport transport;
        guint32 stream; /* as Wireshark numbers them */
        Endpoint endpoints[2]; /* of TCP, by FlowSide; the first sent the first packet */
        StoryChat *chat;
        gint64 key; /* of both, for look-ups */
        FrameSet frames;
        gboolean is_selected; /* its records are shown, as far as the limit goes */
        guint shown;          /* how many are */
        /* From the conversation's own record; NULL and 0 where none came, because memory was short: */
        char *label; /* harmless UTF-8 */
        FlowSide client;
        guint n_messages[2]; /* by FlowSide */
        guint n_requests, n_answered;
        /* TCP; frames are 0 where none was captured: */
        guint64 handshake_frames[3];
        gint64 handshake_duration; /* nanoseconds; valid with all three frames */
        TcpTeardown teardown;
        FlowSide initiator; /* of the teardown; G_MAXUINT: nobody in particular */
} StoryConversation;

/* What differs between packets, and what does not. */
typedef struct {
        guint64 link_layers;              /* 1 << LayerKind of the outermost layer */
        guint64 families[2];              /* packets over IPv4, IPv6 */
        guint64 hop_limits[256];          /* packets by TTL or hop limit */
        guint64 dont_fragment;            /* IPv4 packets that may not be fragmented */
        guint32 smallest, largest;        /* bytes of a packet */
        guint64 bad_checksums, offloaded; /* packets */
        guint64 captured_partly;          /* packets that the snapshot length cut off */
} StoryFacts;

typedef struct {
        char *const *conversations; /* NULL-terminated "tcp:0", "udp:1"; NULL: the first chats */
        guint limit;                /* packets that are shown one by one */
} StoryOptions;
#define STORY_DEFAULT_LIMIT 500
/* Without a choice, the packets of so many conversations are shown. */
#define STORY_MAX_CONVERSATIONS 24

/* All of it is read-only for those who write. */
typedef struct {
        char *name; /* of the capture, harmless UTF-8 */
        StoryOptions options;
        guint64 packets, bytes; /* in the capture */
        gint64 first_time, last_time; /* the earliest and the latest, where has_time */
        gboolean has_time;
        FrameSet told;    /* packets of chats */
        FrameSet typed;   /* those that bring what somebody typed */
        FrameSet steps[N_STEPS];  /* the others, by Step */
        GPtrArray *types; /* StoryType, in the order in which they were met */
        GPtrArray *chats; /* StoryChat, as they began; none that was merged, after story_finish() */
        GPtrArray *conversations; /* StoryConversation, as they began */
        StoryFacts facts;
        Cast *cast;
        GPtrArray *shown; /* const Record: those that are shown, in the order of the capture */
        TimelineCounts counts;
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
/* Whether a chat has records that are shown. */
gboolean story_shows_chat(const Story *story, const StoryChat *chat);

/* What a chat is called: "TCP chat", "UDP chat"; its type's title where several are meant. */
const char *story_type_get_title(const StoryType *type);

G_END_DECLS
