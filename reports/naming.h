/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names that the report gives to the hosts of the summary and to their sockets: the chat name if it is unambiguous,
 * otherwise the role (client, server), otherwise the address. */
#pragma once

#include "analyzer/summary/summary.h"

G_BEGIN_DECLS

typedef struct Naming Naming;

/* summary is borrowed and must outlive the Naming. Transfer: full. */
Naming *naming_new(const Summary *summary);
void naming_free(Naming *naming);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Naming, naming_free)

/* Names are harmless UTF-8 and belong to the Naming. */

/* The name of a host of the summary: "alpine", "server", "10.0.0.2". Never NULL. */
const char *naming_get_host(const Naming *naming, const SummaryHost *host);
/* The name of an endpoint of a packet: that of its socket for TCP and UDP, that of its host for other transports. Never
 * NULL. */
const char *naming_get_endpoint(Naming *naming, const Endpoint *endpoint, Transport transport);
/* The socket's own name, if its host is named socket by socket; NULL: the socket has the name of its host. */
const char *naming_get_socket(const Naming *naming, const SummaryHost *host, const SummarySocket *socket);

G_END_DECLS
