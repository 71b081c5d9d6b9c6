/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the report calls the hosts of the summary and their sockets: by their chat names where that is clear, else by
 * the part they play, else by their address. */
#pragma once

#include "analyzer/summary/summary.h"

G_BEGIN_DECLS

typedef struct Naming Naming;

/* summary has to last as long. */
Naming *naming_new(const Summary *summary);
void naming_free(Naming *naming);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Naming, naming_free)

/* All three are harmless UTF-8, borrowed, and never NULL. */
const char *naming_get_host(const Naming *naming, const SummaryHost *host); /* "alpine", "server", "10.0.0.2" */
/* An endpoint of a packet of that transport; of other transports than TCP and UDP, its host. */
const char *naming_get_endpoint(Naming *naming, const Endpoint *endpoint, Transport transport);
/* The socket's own name where its host has several; NULL: it is called as its host. */
const char *naming_get_socket(const Naming *naming, const SummaryHost *host, const SummarySocket *socket);

G_END_DECLS
