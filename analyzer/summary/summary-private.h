/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of analyzer/summary share. Each part gets every chat record and keeps what it needs; its _finish()
 * moves the results into the summary. What a part keeps is charged to the summary's memory budget. */
#pragma once

#include "analyzer/summary/summary.h"

#include <string.h>

/* The longest lists, whatever the memory limit. Packets beyond them still count in phases, traffic and features. */
#define SUMMARY_MAX_HOSTS 4096
#define SUMMARY_MAX_SOCKETS 65536
#define SUMMARY_MAX_CONVERSATIONS 100000
#define SUMMARY_MAX_SESSIONS 256
#define SUMMARY_MAX_USERS 16384     /* in a session */
#define SUMMARY_MAX_REQUESTS 100000 /* in a session */
#define SUMMARY_MAX_ROOMS 1024      /* in a session */
#define SUMMARY_MAX_MEMBERS 16384   /* in a room */
#define SUMMARY_MAX_NAME 255        /* bytes, where summary_copy_name() copies a name */

/* What things cost, roughly, in bytes: an empty Frames; an entry of a hash table or a tree, beside its value. */
#define FRAMES_COST 96
#define ENTRY_COST 96

/* frames.c. frames_init() makes an empty Frames; frames_clear() frees what it holds, and accepts one that is all zero.
 */
void frames_init(Frames *self, MemoryBudget *memory);
void frames_clear(Frames *self);
void frames_add(Frames *self, guint64 frame);
void frames_add_all(Frames *self, const Frames *other);
gboolean frames_contain(const Frames *self, guint64 frame); /* FALSE also for frames that are counted but not stored */
guint64 frames_first(const Frames *self);                   /* 0: none is stored */

/* The slice as a string of any bytes; NULL: the slice points nowhere. */
char *summary_copy_slice(const ChatSlice *slice);
/* The name, cut to SUMMARY_MAX_NAME bytes: one long name must not be kept whole with everything that its owner does.
 * name may be NULL. */
char *summary_copy_name(const char *name);
/* For trees whose keys are names. In a hash table, whoever chooses the names could make them collide. */
int summary_compare_names(gconstpointer a, gconstpointer b, gpointer unused);
void summary_append_endpoint(GString *text, const Endpoint *endpoint); /* "10.0.0.1:8090", "[::1]:8090" */
/* The chat message of a UDP record; NULL: the datagram has no form. */
const ChatMessage *summary_message(const Record *record);

/* What a copy of text costs; text may be NULL. */
static inline gsize summary_text_cost(const char *text)
{
        return text ? strlen(text) + 24 : 0;
}

/* phases.c: the groups of the lab sheet */
typedef struct Phases Phases;
Phases *phases_new(MemoryBudget *memory);
void phases_free(Phases *self);
void phases_add(Phases *self, const Record *record);
void phases_finish(Phases *self, Summary *summary);

/* traffic.c: packets that belong to no chat */
typedef struct Traffic Traffic;
Traffic *traffic_new(void);
void traffic_free(Traffic *self);
void traffic_add(Traffic *self, const Packet *packet);
void traffic_take_out(Traffic *self, const Packet *packet); /* the packet, added before, belongs to a chat after all */
void traffic_finish(Traffic *self, Summary *summary);

/* features.c */
void features_add(Summary *summary, const Record *record);

/* cast.c: the hosts that take part in chats */
typedef struct Cast Cast;
Cast *cast_new(MemoryBudget *memory);
void cast_free(Cast *self);
void cast_add(Cast *self, const Record *record);
void cast_finish(Cast *self, Summary *summary);

/* sessions.c: users, rooms and requests of chats with a server, replayed in the order of records */
typedef struct Sessions Sessions;
Sessions *sessions_new(MemoryBudget *memory);
void sessions_free(Sessions *self);
void sessions_add(Sessions *self, const Record *record);
void sessions_finish(Sessions *self, Summary *summary);

/* rooms.c: the rooms of one session. Names may be NULL (not known). */
typedef struct Rooms Rooms;
/* rooms: the session's list of SummaryRoom, which is filled; borrowed */
Rooms *rooms_new(GPtrArray *rooms, MemoryBudget *memory);
void rooms_free(Rooms *self);
/* The server confirms in frame that it created the room; or, with frame 0, lists it. */
void rooms_created(Rooms *self, const char *name, guint64 frame);
void rooms_set_group(Rooms *self, const char *name, const Endpoint *group);
void rooms_add_report(Rooms *self, const IpAddress *group, guint64 frame);
void rooms_join(Rooms *self, const char *room, const Endpoint *endpoint, const char *name, const Record *record);
void rooms_leave(Rooms *self, const Endpoint *endpoint, const Record *record);
/* The server begins a new list of peers for member; the list names other. */
void rooms_clear_list(Rooms *self, const Endpoint *member, const Record *record);
void rooms_list(Rooms *self, const Endpoint *member, const Endpoint *other, const char *name, const Record *record);
void rooms_set_name(Rooms *self, const Endpoint *endpoint, const char *name);
/* Calls func for each pair of members whose newest lists contradict each other: the first one's list names the second,
 * but the second one's list, which begins in frame, does not name the first. */
typedef void (*RoomsDisagreement)(const SummaryMember *lists,
                                  const SummaryMember *is_listed,
                                  guint64 frame,
                                  gpointer data);
void rooms_find_disagreements(const Rooms *self, RoomsDisagreement func, gpointer data);

/* findings.c: what a reader should notice */
typedef struct Findings Findings;
Findings *findings_new(MemoryBudget *memory);
void findings_free(Findings *self);
void findings_add_packet(Findings *self, const Packet *packet);
void findings_add(Findings *self, const Record *record);
void findings_add_conversation(Findings *self, const ConversationRecord *record);
void findings_finish(Findings *self, Summary *summary);
/* Adds a finding. It takes text over, and copies frames. */
void findings_note(Summary *summary, const char *kind, Severity severity, const Frames *frames, char *text);
/* The same with two frames, each of which may be 0 (none). */
void findings_note_frames(
        Summary *summary, const char *kind, Severity severity, guint64 frame, guint64 other, char *text);
