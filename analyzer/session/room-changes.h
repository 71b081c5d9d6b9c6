/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The newest requests that change who is in which room: a server tells every member of a room about them, and only
 * these requests explain why. */
#pragma once

#include "analyzer/decode/packet.h"
#include "chat/protocol/protocol.h"

G_BEGIN_DECLS

typedef struct {
        guint64 frame; /* of the request; 0: there was none */
        const ChatForm *form;
        Endpoint server, client;
        guint left, entered; /* hashes of the rooms; 0: none, or not known */
} RoomChange;

typedef struct RoomChanges RoomChanges;
RoomChanges *room_changes_new(void);
void room_changes_free(RoomChanges *changes);

/* So many are remembered, of all servers together. */
#define ROOM_CHANGES_MAX 256

/* left, entered: names, or NULL. */
void room_changes_add(RoomChanges *changes,
                      const ChatForm *form,
                      guint64 frame,
                      const Endpoint *server,
                      const Endpoint *client,
                      const char *left,
                      const char *entered);

/* The newest change before that frame, of another client of the server, that concerns a member of the room (NULL: not
 * known which); NULL for none. */
const RoomChange *room_changes_find(
        const RoomChanges *changes, guint64 frame, const Endpoint *server, const Endpoint *member, const char *room);

G_END_DECLS
