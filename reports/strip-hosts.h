/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lanes of the strip: one for each host, which is divided while several of the host's sockets are in use. */
#pragma once

#include "reports/strip-columns.h"

G_BEGIN_DECLS

typedef struct {
        IpAddress address;
        char *name;     /* harmless UTF-8; the names of its sockets */
        double across;  /* its middle, px */
        double extent;  /* from its first lane to its last, px */
        guint n_others; /* how many other hosts share it; normally 0 */
} StripHost;

/* The use of a socket in a block. */
typedef struct {
        Endpoint endpoint;
        Transport transport;
        guint block, host;
        guint lane;        /* within its host, in this block */
        guint first, last; /* columns */
        const char *name;  /* chat name or role, any octets */
} StripUse;

typedef struct StripHosts StripHosts;

/* columns, records and options are borrowed and must outlive the result. Transfer: full. */
StripHosts *strip_hosts_new(const StripColumns *columns,
                            const Record *const *records,
                            guint n_records,
                            const LadderOptions *options);
void strip_hosts_free(StripHosts *hosts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StripHosts, strip_hosts_free)

guint strip_hosts_get_length(const StripHosts *hosts);
StripHost *strip_hosts_get(const StripHosts *hosts, guint index); /* in the order of the lanes */

/* The uses of all blocks, in the order of their first packets. */
guint strip_hosts_get_n_uses(const StripHosts *hosts);
const StripUse *strip_hosts_get_use(const StripHosts *hosts, guint index);

/* The uses between which the packets of a column go. */
void strip_hosts_find(const StripHosts *hosts,
                      const StripColumn *column,
                      const StripUse **ret_source,
                      const StripUse **ret_destination);

/* Places the hosts from start on, with that space between them, px; returns where the last one ends. */
double strip_hosts_place(StripHosts *hosts, double start, double space);
/* The place of a use across the strip, px; valid after strip_hosts_place(). */
double strip_hosts_get_lane(const StripHosts *hosts, const StripUse *use);

G_END_DECLS
