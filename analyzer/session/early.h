/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The datagrams of a conversation that came before it was known to be a chat, for whoever reads a capture only once. */
#pragma once

#include "analyzer/decode/packet.h"
#include "analyzer/flow/flow.h"
#include "analyzer/session/budget.h"

G_BEGIN_DECLS

/* A conversation keeps no more: most chats are recognised by their second datagram. */
#define EARLY_MAX_DATAGRAMS 16

/* Copies the packet into *early, which is made where it is NULL. FALSE: there are too many, or too little memory. */
gboolean early_datagrams_add(GArray **early, MemoryBudget *memory, const Packet *packet, FlowSide side);
/* In the order in which they came; the packet is valid only during the call. */
void early_datagrams_foreach(const GArray *early,
                             void (*func)(const Packet *packet, FlowSide side, gpointer data),
                             gpointer data);
/* NULL is allowed. */
void early_datagrams_free(GArray *early, MemoryBudget *memory);

G_END_DECLS
