/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of analyzer/summary share. Each part gets every record and keeps what it needs; finish puts its lists
 * into the summary. */
#pragma once

#include "analyzer/summary/summary.h"

#include <string.h>

/* So many of each kind are kept, whatever is in the capture; what is above is counted by the phases alone. */
#define SUMMARY_MAX_HOSTS 4096
#define SUMMARY_MAX_SOCKETS 65536
#define SUMMARY_MAX_CONVERSATIONS 100000
#define SUMMARY_MAX_SESSIONS 256
#define SUMMARY_MAX_USERS 16384 /* of a session, as what follows */
#define SUMMARY_MAX_REQUESTS 100000
#define SUMMARY_MAX_MEMBERS 16384 /* in a room */
#define SUMMARY_MAX_ROOMS 1024
#define SUMMARY_MAX_NAME 255 /* bytes of a name that is kept more often than it was sent */

/* frames.c. frames is zero-initialised; frames_init() makes it an empty one. */
void frames_init(Frames *self, MemoryBudget *memory);
#define FRAMES_COST 96 /* octets of memory of an empty one */
/* What an entry of a hash table or a tree costs beside the value. */
#define ENTRY_COST 96
void frames_clear(Frames *self);
void frames_add(Frames *self, guint64 frame);
void frames_add_all(Frames *self, const Frames *other);
gboolean frames_contain(const Frames *self, guint64 frame); /* FALSE of those that were left out */
guint64 frames_first(const Frames *self);                   /* 0: empty */

/* Any bytes; NULL of NULL. */
char *summary_copy_slice(const ChatSlice *slice);
/* Its beginning, where it is longer than SUMMARY_MAX_NAME: a long name once sent must not be kept with everything that
 * its owner does. NULL of NULL. */
char *summary_copy_name(const char *name);
/* For a tree whose keys are names: in a hash table, whoever chose them could make them collide. */
int summary_compare_names(gconstpointer a, gconstpointer b, gpointer unused);
void summary_append_endpoint(GString *text, const Endpoint *endpoint); /* "10.0.0.1:8090", "[::1]:8090" */
/* The first message of a UDP record that has a form; NULL for none. */
const ChatMessage *summary_message(const Record *record);

/* Octets of a copy of text, which may be NULL. */
static inline gsize summary_text_cost(const char *text)
{
        return text ? strlen(text) + 24 : 0;
}

/* Each part charges what it keeps to the summary's memory. */

/* phases.c */
typedef struct Phases Phases;
Phases *phases_new(MemoryBudget *memory);
void phases_free(Phases *self);
void phases_add(Phases *self, const Record *record);
void phases_finish(Phases *self, Summary *summary);

/* traffic.c */
typedef struct Traffic Traffic;
Traffic *traffic_new(void);
void traffic_free(Traffic *self);
void traffic_add(Traffic *self, const Packet *packet);
void traffic_take_out(Traffic *self, const Packet *packet); /* it was a chat's */
void traffic_finish(Traffic *self, Summary *summary);

/* features.c */
void features_add(Summary *summary, const Record *record);

/* cast.c */
typedef struct Cast Cast;
Cast *cast_new(MemoryBudget *memory);
void cast_free(Cast *self);
void cast_add(Cast *self, const Record *record);
void cast_finish(Cast *self, Summary *summary);

/* sessions.c: what a UDP chat's datagrams tell of users, rooms and requests, in the order of records. */
typedef struct Sessions Sessions;
Sessions *sessions_new(MemoryBudget *memory);
void sessions_free(Sessions *self);
void sessions_add(Sessions *self, const Record *record);
void sessions_finish(Sessions *self, Summary *summary);

/* rooms.c: a session's rooms. name may be NULL (not known). */
typedef struct Rooms Rooms;
/* rooms: SummaryRoom, the session's, to be filled */
Rooms *rooms_new(GPtrArray *rooms, MemoryBudget *memory);
void rooms_free(Rooms *self);
void rooms_created(Rooms *self, const char *name, guint64 frame); /* frame 0: the room was there before the capture */
void rooms_set_group(Rooms *self, const char *name, const Endpoint *group);
void rooms_add_report(Rooms *self, const IpAddress *group, guint64 frame);
void rooms_join(Rooms *self, const char *room, const Endpoint *endpoint, const char *name, const Record *record);
void rooms_leave(Rooms *self, const Endpoint *endpoint, const Record *record);
/* A list for member begins, or names another endpoint in its room. */
void rooms_clear_list(Rooms *self, const Endpoint *member, const Record *record);
void rooms_list(Rooms *self, const Endpoint *member, const Endpoint *other, const char *name, const Record *record);
void rooms_set_name(Rooms *self, const Endpoint *endpoint, const char *name);
/* Two members whose newest lists contradict each other. func is called for each pair once. */
typedef void (*RoomsDisagreement)(const SummaryMember *lists,
                                  const SummaryMember *is_listed,
                                  guint64 frame,
                                  gpointer data);
void rooms_find_disagreements(const Rooms *self, RoomsDisagreement func, gpointer data);

/* findings.c: what records and conversations show to be out of the ordinary. */
typedef struct Findings Findings;
Findings *findings_new(MemoryBudget *memory);
void findings_free(Findings *self);
void findings_add_packet(Findings *self, const Packet *packet);
void findings_add(Findings *self, const Record *record);
void findings_add_conversation(Findings *self, const ConversationRecord *record);
void findings_finish(Findings *self, Summary *summary);
/* Takes text; frames are copied. */
void findings_note(Summary *summary, const char *kind, Severity severity, const Frames *frames, char *text);
/* The same of one frame, of two, or of none (0). */
void findings_note_frames(
        Summary *summary, const char *kind, Severity severity, guint64 frame, guint64 other, char *text);
