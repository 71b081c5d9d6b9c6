/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands do with a capture: they write it record by record, or make something of the whole of it (a fold). */
#pragma once

#include "analyzer/cli/options.h"
#include "analyzer/summary/summary.h"

G_BEGIN_DECLS

/* For a command that writes what it finds as it reads. Either record or conversation is NULL. finish writes what
 * belongs at the end, and appends to apart what belongs on standard error. All return FALSE with errno set if writing
 * failed. */
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
/* The same for a device. */
int run_live(const Options *options, const LiveOptions *live, const RunTelling *telling);

/* For a command that makes something of a whole capture; any function may be NULL. If record is set, conversations come
 * after the records, from the same reading, so that the two agree. */
typedef struct {
        void (*packet)(const Packet *packet,
                       gpointer data); /* every packet that the filter lets through, chat or not, before its record */
        TimelineFunc record;
        ConversationFunc conversation;
        SandboxNeeds needs; /* what the command does after the reading; the sandbox closes before the first packet */
        gboolean takes_arp; /* with --all, record gets ARP, too, which belongs to no conversation: its flow is NULL */
} RunFuncs;

/* Closes the sandbox, reads a file, and hands on what is found. The program stays in the sandbox: open outputs and a
 * pager before. Returns the exit status; error is set unless it is EXIT_DONE. EXIT_DAMAGED: everything before the
 * damage was handed on. EXIT_NOTHING: ret_counts is untouched, unless path is a pipe of which something was read. */
int run_fold(const Options *options,
             const char *path,
             const RunFuncs *funcs,
             gpointer data,
             TimelineCounts *ret_counts,
             GError **error);
/* The same for a live capture, until Ctrl-C. ret_counts is set once the capture has begun, whatever is returned. */
int run_fold_live(
        const Options *options, const RunFuncs *funcs, gpointer data, TimelineCounts *ret_counts, GError **error);

/* For a command that reads FILE or captures with -i. Returns FALSE if its arguments are wrong, which was said. */
gboolean run_check_arguments(const Options *options, const char *command);
/* Checks the arguments, then runs. Returns the exit status. */
int run_arguments(const Options *options, const char *command, const RunTelling *telling);

G_END_DECLS
