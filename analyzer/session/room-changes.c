/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/session/room-changes.h"

struct RoomChanges {
        RoomChange ring[ROOM_CHANGES_MAX];
        guint n; /* how many were added in all */
};

RoomChanges *room_changes_new(void)
{
        return g_new0(RoomChanges, 1);
}

void room_changes_free(RoomChanges *self)
{
        g_free(self);
}

static guint hash_of(const char *room)
{
        guint hash = room ? g_str_hash(room) : 0;

        return room && hash == 0 ? 1 : hash;
}

void room_changes_add(RoomChanges *self,
                      const ChatForm *form,
                      guint64 frame,
                      const Endpoint *server,
                      const Endpoint *client,
                      const char *left,
                      const char *entered)
{
        self->ring[self->n++ % ROOM_CHANGES_MAX] = (RoomChange){
                .frame = frame,
                .form = form,
                .server = *server,
                .client = *client,
                .left = hash_of(left),
                .entered = hash_of(entered),
        };
}

const RoomChange *room_changes_find(
        const RoomChanges *self, guint64 frame, const Endpoint *server, const Endpoint *member, const char *room)
{
        guint hash = hash_of(room);
        const RoomChange *newest = NULL, *perhaps = NULL;

        for (guint i = 0; i < MIN(self->n, ROOM_CHANGES_MAX); i++) {
                const RoomChange *change = &self->ring[i];

                if (change->frame >= frame || !endpoint_equal(&change->server, server) ||
                    endpoint_equal(&change->client, member))
                        continue;
                if (hash != 0 && (change->left == hash || change->entered == hash)) {
                        if (!newest || change->frame > newest->frame)
                                newest = change;
                } else if (hash == 0 || change->left == 0) {
                        /* It is not known in which room the member is, or the client was: it may be the same. */
                        if (!perhaps || change->frame > perhaps->frame)
                                perhaps = change;
                }
        }
        return newest ? newest : perhaps;
}
