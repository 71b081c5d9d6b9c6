/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The address book as the wire shows it: which endpoints are servers, which are peers, and their names. */
#pragma once

#include "analyzer/decode/packet.h"
#include "chat/protocol/protocol.h"

G_BEGIN_DECLS

typedef struct Directory Directory;

Directory *directory_new(void);
void directory_free(Directory *directory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Directory, directory_free)

void directory_add_server(Directory *directory, const Endpoint *endpoint, const ChatProtocol *protocol);
/* name is length octets of valid UTF-8, or NULL to leave the name as it is. */
void directory_add_peer(Directory *directory,
                        const Endpoint *endpoint,
                        const ChatProtocol *protocol,
                        const char *name,
                        gsize length);
void directory_forget_name(Directory *directory, const Endpoint *endpoint);

/* The protocol that the endpoint was seen to serve, or to take part in as a peer; NULL for none. */
const ChatProtocol *directory_get_server(const Directory *directory, const Endpoint *endpoint);
const ChatProtocol *directory_get_peer(const Directory *directory, const Endpoint *endpoint);
/* NULL where none is known. Valid until the directory changes. */
const char *directory_get_name(const Directory *directory, const Endpoint *endpoint);

G_END_DECLS
