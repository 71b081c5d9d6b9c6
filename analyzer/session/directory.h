/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The address book as the wire shows it: which endpoints are servers, which are peers, and their names. */
#pragma once

#include "analyzer/decode/packet.h"
#include "chat/protocol/protocol.h"

G_BEGIN_DECLS

typedef struct Directory Directory;

/* memory_limit: octets, about; above it, those are forgotten of whom nothing was learned for longest. */
Directory *directory_new(gsize memory_limit);
void directory_free(Directory *directory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Directory, directory_free)

void directory_add_server(Directory *directory, const Endpoint *endpoint, const ChatProtocol *protocol);
void directory_add_peer(Directory *directory, const Endpoint *endpoint, const ChatProtocol *protocol);
/* From this frame on, the endpoint has a name: length octets of valid UTF-8; NULL: none any more. Live, packets that
 * were held are told late, so names need not come in the order of frames. */
void directory_set_name(Directory *directory, const Endpoint *endpoint, guint64 frame, const char *name, gsize length);

/* The protocol that the endpoint was seen to serve, or to take part in as a peer; NULL for none. */
const ChatProtocol *directory_get_server(const Directory *directory, const Endpoint *endpoint);
const ChatProtocol *directory_get_peer(const Directory *directory, const Endpoint *endpoint);
/* As known at that frame; NULL where none is. Valid until the directory changes. */
const char *directory_get_name(const Directory *directory, const Endpoint *endpoint, guint64 frame);

/* The room that the endpoint is in, as far as was told so far: length bytes of valid UTF-8; NULL: none. */
void directory_set_room(Directory *directory, const Endpoint *endpoint, const char *room, gsize length);
/* NULL where none is known. Valid until the directory changes. */
const char *directory_get_room(const Directory *directory, const Endpoint *endpoint);

/* How many endpoints were forgotten. */
guint64 directory_count_forgotten(const Directory *directory);

/* So many changes of one endpoint's name are remembered. */
#define DIRECTORY_MAX_NAMES 16

/* The last name that it had, even if it has given it up since. */
const char *directory_get_last_name(const Directory *directory, const Endpoint *endpoint);

G_END_DECLS
