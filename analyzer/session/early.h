/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies of the datagrams that came before their conversation was recognised as a chat, for callers that read a capture
 * only once. */
#pragma once

#include "analyzer/decode/packet.h"
#include "analyzer/flow/flow.h"
#include "analyzer/session/budget.h"

G_BEGIN_DECLS

/* The most that one conversation keeps: most chats are recognised by their second datagram. */
#define EARLY_MAX_DATAGRAMS 16

/* Adds a copy of the packet to *early, which is made if it is NULL. FALSE: there are too many, or memory is short. */
gboolean early_datagrams_add(GArray **early, MemoryBudget *memory, const Packet *packet, FlowSide side);
/* Calls func for each, in the order in which they came. The packet is valid only during the call. */
void early_datagrams_foreach(const GArray *early,
                             void (*func)(const Packet *packet, FlowSide side, gpointer data),
                             gpointer data);
/* early may be NULL. */
void early_datagrams_free(GArray *early, MemoryBudget *memory);

G_END_DECLS
