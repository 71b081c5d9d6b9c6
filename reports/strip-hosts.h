/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The strip's lanes: one for each host, and in it, while several of its sockets are in use, one for each of these. */
#pragma once

#include "reports/strip-columns.h"

G_BEGIN_DECLS

typedef struct {
        IpAddress address;
        char *name;     /* harmless; of all its sockets */
        double across;  /* its middle */
        double extent;  /* from its first lane to its last */
        guint n_others; /* it stands for so many that have none of their own; else 0 */
} Host;

/* A socket in a block. */
typedef struct {
        Endpoint endpoint;
        Transport transport;
        guint block, host;
        guint lane;            /* within its host, in this block */
        guint first, last;     /* columns */
        const char *name;      /* chat name or role, any octets */
} Use;

typedef struct Hosts Hosts;

Hosts *hosts_new(const Columns *columns, const Record *const *records, guint n_records, const LadderOptions *options);
void hosts_free(Hosts *hosts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Hosts, hosts_free)

guint hosts_get_length(const Hosts *hosts);
Host *hosts_get(const Hosts *hosts, guint index); /* in their order */

/* Uses of a block, in the order of their first packets. */
guint hosts_get_n_uses(const Hosts *hosts);
const Use *hosts_get_use(const Hosts *hosts, guint index);

/* The two ends of a column. */
void hosts_find(const Hosts *hosts, const Column *column, const Use **ret_source, const Use **ret_destination);

/* Places hosts from start on, space apart; returns where the last one ends. */
double hosts_place(Hosts *hosts, double start, double space);
/* Where a use is, across the strip; valid after hosts_place(). */
double hosts_get_lane(const Hosts *hosts, const Use *use);

G_END_DECLS
