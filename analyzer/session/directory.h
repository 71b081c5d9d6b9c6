/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The address book as the captured messages show it: which endpoints are servers, which are peers, their names and
 * their rooms. */
#pragma once

#include "analyzer/decode/packet.h"
#include "chat/protocol/protocol.h"

G_BEGIN_DECLS

typedef struct Directory Directory;

/* memory_limit: octets, about; beyond it, the least recently updated endpoints are forgotten. */
Directory *directory_new(gsize memory_limit);
void directory_free(Directory *directory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Directory, directory_free)

void directory_add_server(Directory *directory, const Endpoint *endpoint, const ChatProtocol *protocol);
void directory_add_peer(Directory *directory, const Endpoint *endpoint, const ChatProtocol *protocol);
/* From this frame on, the endpoint has a name: length octets of valid UTF-8; NULL: it has none any more. Calls need not
 * come in the order of frames: live, held packets are processed late. */
void directory_set_name(Directory *directory, const Endpoint *endpoint, guint64 frame, const char *name, gsize length);

/* The protocol that the endpoint serves, or takes part in as a peer; NULL: not known. */
const ChatProtocol *directory_get_server(const Directory *directory, const Endpoint *endpoint);
const ChatProtocol *directory_get_peer(const Directory *directory, const Endpoint *endpoint);
/* The name in that frame; NULL: not known. Valid until the directory changes. */
const char *directory_get_name(const Directory *directory, const Endpoint *endpoint, guint64 frame);

/* The room that the endpoint is in now: length octets of valid UTF-8; NULL: none. */
void directory_set_room(Directory *directory, const Endpoint *endpoint, const char *room, gsize length);
/* NULL: not known. Valid until the directory changes. */
const char *directory_get_room(const Directory *directory, const Endpoint *endpoint);

/* How many endpoints were forgotten. */
guint64 directory_count_forgotten(const Directory *directory);

/* How many changes of one endpoint's name are remembered. */
#define DIRECTORY_MAX_NAMES 16

/* The last name that the endpoint had, even if it has given it up; NULL: not known. Valid until the directory changes.
 */
const char *directory_get_last_name(const Directory *directory, const Endpoint *endpoint);

G_END_DECLS
