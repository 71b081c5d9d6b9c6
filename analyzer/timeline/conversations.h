/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From packets to conversations alone: one reading, and at its end a record for each. Where records of packets are
 * wanted too, the timeline gives both (timeline.h). */
#pragma once

#include "analyzer/timeline/timeline.h"

G_BEGIN_DECLS

typedef struct Conversations Conversations;

Conversations *conversations_new(const TimelineOptions *options, ConversationFunc func, gpointer user_data);
void conversations_free(Conversations *conversations);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Conversations, conversations_free)

/* Adds n packets, in the order of the capture. Larger batches are faster. */
void conversations_add(Conversations *conversations, const Packet *packets, guint n);

/* After the last packet, before conversations_finish(): whether datagrams of a chat came before it was recognised as
 * one, so that only a timeline, which reads twice, can count them. FALSE where some conversations were told already. */
gboolean conversations_need_timeline(Conversations *conversations);
/* For that timeline: what this reading found. Transfer: full; the conversations can then only be freed, after it. */
Tracker *conversations_take_tracker(Conversations *conversations);

/* The capture has ended: tells of all conversations, those over TCP first, each transport in the order of streams.
 * Only what had to be forgotten for want of memory was told before. */
void conversations_finish(Conversations *conversations);
TimelineCounts conversations_get_counts(const Conversations *conversations);

G_END_DECLS
