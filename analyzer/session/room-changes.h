/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The newest requests that change who is in which room. After each, the server sends notices to the members of the
 * room; the request is their cause. */
#pragma once

#include "analyzer/decode/packet.h"
#include "chat/protocol/protocol.h"

G_BEGIN_DECLS

typedef struct {
        guint64 frame; /* of the request */
        const ChatForm *form;
        Endpoint server, client;
        guint left, entered; /* hashes of the rooms that the client leaves and enters; 0: none, or not known */
} RoomChange;

typedef struct RoomChanges RoomChanges;
RoomChanges *room_changes_new(void);
void room_changes_free(RoomChanges *changes);

/* How many are remembered, for all servers together. */
#define ROOM_CHANGES_MAX 256

/* left, entered: names of rooms; NULL: none, or not known. */
void room_changes_add(RoomChanges *changes,
                      const ChatForm *form,
                      guint64 frame,
                      const Endpoint *server,
                      const Endpoint *client,
                      const char *left,
                      const char *entered);

/* The newest change before frame, by another client of the same server, that concerns the room of member (NULL: not
 * known which). NULL: there is none. */
const RoomChange *room_changes_find(
        const RoomChanges *changes, guint64 frame, const Endpoint *server, const Endpoint *member, const char *room);

G_END_DECLS
