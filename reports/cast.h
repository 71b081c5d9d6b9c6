/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hosts of the chats, their sockets, and what each is called. */
#pragma once

#include "analyzer/timeline/record.h"

G_BEGIN_DECLS

typedef struct {
        Endpoint endpoint;
        Transport transport;
        gboolean is_client, is_server, is_peer; /* what it was, in at least one packet */
        char *name;  /* the chat name that was first known for it, or NULL; any octets but NUL */
        char *title; /* harmless UTF-8, after cast_finish() */
        guint64 frame; /* its first, as sender or receiver */
} CastSocket;

typedef struct {
        IpAddress address;
        gboolean has_mac, is_group;
        guint8 mac[6]; /* the link layer's sender of its first packet, its own or its router's */
        GPtrArray *sockets; /* CastSocket, in the order in which they were met */
        char *title; /* harmless UTF-8, after cast_finish(): "alpine", "server", "10.0.0.2" */
        gboolean by_socket; /* its sockets play different parts: each has a title of its own */
} CastHost;

typedef struct Cast Cast;

Cast *cast_new(void);
void cast_free(Cast *cast);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cast, cast_free)

void cast_add(Cast *cast, const Record *record);
/* All records were added: gives everybody a title. */
void cast_finish(Cast *cast);

const GPtrArray *cast_get_hosts(const Cast *cast); /* CastHost, in the order in which they were met */
/* What to call an endpoint of a packet of that transport; of others, its host. Borrowed, never NULL after
 * cast_finish(). */
const char *cast_get_title(const Cast *cast, const Endpoint *endpoint, Transport transport);

G_END_DECLS
