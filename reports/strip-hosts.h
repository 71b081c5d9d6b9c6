/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The strip's lanes: one for each host, and in it, while several of its sockets are in use, one for each of
 * these. */
#pragma once

#include "reports/strip-columns.h"

G_BEGIN_DECLS

typedef struct {
        IpAddress address;
        char *name;     /* harmless; of all its sockets */
        double across;  /* its middle */
        double extent;  /* from its first lane to its last */
        guint n_others; /* it stands for so many that have none of their own; else 0 */
} StripHost;

/* A socket in a block. */
typedef struct {
        Endpoint endpoint;
        Transport transport;
        guint block, host;
        guint lane;        /* within its host, in this block */
        guint first, last; /* columns */
        const char *name;  /* chat name or role, any octets */
} StripUse;

typedef struct StripHosts StripHosts;

StripHosts *strip_hosts_new(const StripColumns *columns,
                            const Record *const *records,
                            guint n_records,
                            const LadderOptions *options);
void strip_hosts_free(StripHosts *hosts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StripHosts, strip_hosts_free)

guint strip_hosts_get_length(const StripHosts *hosts);
StripHost *strip_hosts_get(const StripHosts *hosts, guint index); /* in their order */

/* Uses of a block, in the order of their first packets. */
guint strip_hosts_get_n_uses(const StripHosts *hosts);
const StripUse *strip_hosts_get_use(const StripHosts *hosts, guint index);

/* The two ends of a column. */
void strip_hosts_find(const StripHosts *hosts,
                      const StripColumn *column,
                      const StripUse **ret_source,
                      const StripUse **ret_destination);

/* Places hosts from start on, space apart; returns where the last one ends. */
double strip_hosts_place(StripHosts *hosts, double start, double space);
/* Where a use is, across the strip; valid after strip_hosts_place(). */
double strip_hosts_get_lane(const StripHosts *hosts, const StripUse *use);

G_END_DECLS
