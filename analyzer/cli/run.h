/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ways of a capture through a command: written record by record, or folded into something of the command's own. */
#pragma once

#include "analyzer/cli/options.h"
#include "analyzer/summary/summary.h"

G_BEGIN_DECLS

/* What a command that tells a capture as it goes does with what is found: of records and conversations one is NULL. The
 * functions write, and return FALSE where that failed (errno). */
typedef struct {
        gboolean (*record)(Writer *writer, const Record *record);
        gboolean (*conversation)(Writer *writer, const ConversationRecord *record);
        gboolean (*finish)(Writer *writer, const TimelineCounts *counts, GString *apart);
} RunTelling;

/* Reads a file and writes what telling says. Returns the exit status. */
int run_file(const Options *options, const char *path, const RunTelling *telling);

typedef struct {
        const char *write_path; /* NULL: nothing is saved */
        gint64 duration;        /* microseconds; 0: no limit */
        guint64 count;          /* packets; 0: no limit */
} LiveOptions;
/* The same of a device. */
int run_live(const Options *options, const LiveOptions *live, const RunTelling *telling);

/* What a command that makes something of a whole capture wants of it; any may be NULL. Those who want records get the
 * conversations after them, out of the same reading; what both say is then the same. */
typedef struct {
        void (*packet)(const Packet *packet,
                       gpointer data); /* every packet that the filter lets through, chat or not, before its record */
        TimelineFunc record;
        ConversationFunc conversation;
        SandboxNeeds needs; /* of what is done with it all afterwards; the sandbox closes before the first packet */
        gboolean takes_arp; /* record takes what belongs to no conversation, too: ARP, where everything is told */
} RunFuncs;

/* Reads a file and hands on what is found, in the sandbox, in which the rest of the run stays: outputs and a pager are
 * to be opened before. Returns the exit status, and sets error with every one but EXIT_DONE: EXIT_DAMAGED came with
 * everything before the damage, EXIT_NOTHING leaves ret_counts untouched. */
int run_fold(const Options *options,
             const char *path,
             const RunFuncs *funcs,
             gpointer data,
             TimelineCounts *ret_counts,
             GError **error);
/* The same of a live capture, until Ctrl-C; then ret_counts is set whatever is returned. */
int run_fold_live(
        const Options *options, const RunFuncs *funcs, gpointer data, TimelineCounts *ret_counts, GError **error);

/* For a command that reads FILE or captures with -i: FALSE, and said, where its arguments are wrong. */
gboolean run_check_arguments(const Options *options, const char *command);
/* Checks them and runs. */
int run_arguments(const Options *options, const char *command, const RunTelling *telling);

G_END_DECLS
