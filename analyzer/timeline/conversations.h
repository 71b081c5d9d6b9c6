/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From packets to conversation records, in one reading of the capture. A caller that wants records of packets, too,
 * uses the timeline (timeline.h), which gives both. */
#pragma once

#include "analyzer/timeline/timeline.h"

G_BEGIN_DECLS

typedef struct Conversations Conversations;

/* func gets a record of each conversation; user_data is its last argument. */
Conversations *conversations_new(const TimelineOptions *options, ConversationFunc func, gpointer user_data);
void conversations_free(Conversations *conversations);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Conversations, conversations_free)

/* Adds n packets, in the order of the capture. Larger batches are faster. */
void conversations_add(Conversations *conversations, const Packet *packets, guint n);

/* To be called after the last packet and before conversations_finish(). TRUE: some datagrams of a chat came before it
 * was recognised as one and could not be kept, so only a timeline, which reads twice, can count them. FALSE also if
 * func has been called already. */
gboolean conversations_need_timeline(Conversations *conversations);
/* What this reading found, for that timeline. Transfer: full. After this, conversations can only be freed, and not
 * before the tracker is. */
Tracker *conversations_take_tracker(Conversations *conversations);

/* To be called at the end of the capture: passes every conversation to func, TCP first, then UDP, each in the order of
 * streams. Conversations that had to be forgotten because memory was short were passed earlier. */
void conversations_finish(Conversations *conversations);
TimelineCounts conversations_get_counts(const Conversations *conversations);

G_END_DECLS
