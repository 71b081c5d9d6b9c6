/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of “chatsniff check”: cmd-check.c reads the options and writes the results; check-pool.c runs a process for
 * each capture; check-worker.c is what that process does; check-slurm.c leaves all this to a cluster. */
#pragma once

#include "analyzer/cli/cli.h"
#include "analyzer/rubric/class.h"
#include "analyzer/rubric/state.h"

G_BEGIN_DECLS

/* What is the same for all captures. */
typedef struct {
        const Options *options;
        const Rubric *rubric;
        Filters *filters;
        guint n_workers;
        guint time_limit; /* seconds of processor time for each capture; see also check_filter_seconds() */
        char *reports;    /* the folder for a report of each capture; NULL: none are written */
} Check;
/* Seconds of processor time that a filter may take at most. */
#define CHECK_FILTER_TIME_LIMIT 10
/* A filter that did not end for this many captures has only one second for each further one. If it did not end for
 * twice as many, and has never given a verdict, it is not asked again. */
#define CHECK_FILTER_PATIENCE 3
/* A worker that waits for a disk or a network takes no processor time: by the clock it may take this many times longer.
 */
#define CHECK_WAITING_FACTOR 30

/* One capture to read. */
typedef struct {
        guint capture; /* index in ClassResults.captures */
        const char *path;
        const char *const *values; /* of the parameters */
        const char *lacking;       /* a parameter that has no value, or NULL */
        char *report;              /* where its report goes; NULL: nowhere */
        guint64 size;              /* octets of the file */
        guint first_item;          /* earlier workers have decided the items before it */
        CaptureResult *result;     /* as far as it is known */
        gboolean is_uncertain;     /* something went wrong that may not be the capture's fault */
        guint8 *is_given_up;       /* by item: its filter is not asked */
} CheckTask;

/* The messages of a worker. Each is one of these letters, the length of its content (32 bits, little-endian), and the
 * content. */
typedef enum {
        WORKER_SAYS_DIGEST = 'd',  /* SHA-256 of the file, in hexadecimal; the worker then waits for an answer */
        WORKER_SAYS_CAPTURE = 'c', /* a CaptureResult without items */
        WORKER_SAYS_ITEM = 'i',    /* before a filter: seconds of processor time so far (32 bits, little-endian) */
        WORKER_SAYS_VERDICT = 'v', /* a Verdict in one octet, and the reason as text */
        WORKER_SAYS_END = 'e',
} WorkerMessage;
/* The answers, one octet each: read the capture, or end, because its result is known. */
#define WORKER_ANSWER_GO 'g'
#define WORKER_ANSWER_KNOWN 'k'
/* The exit status of a worker that has run out of memory. */
#define WORKER_EXIT_MEMORY 77

/* The processor time that one filter may take, and that a worker may take in all, in seconds. */
guint check_filter_seconds(const Check *check);
guint check_most_seconds(const Check *check);

/* What a worker's process does; never returns. Messages go to out, answers come from in; in is -1 if no digest is
 * wanted. */
void check_worker_run(const Check *check, const CheckTask *task, int out, int in) G_GNUC_NORETURN;

/* Writes the facts that filters see of a capture to file, for --facts. Returns the exit status. */
int check_print_facts(const Options *options, const char *path, FILE *file);

/* Checks captures first to end - 1, and gives each a result. state may be NULL. Returns FALSE with error set if it was
 * interrupted, or if a result could not be written to state. */
gboolean
check_pool_run(const Check *check, ClassResults *results, guint first, guint end, State *state, GError **error);

/* The name of a capture's report within Check.reports. Transfer: full. */
char *check_report_name(const ClassResults *results, const ClassCapture *capture);

/* A digest of everything that results depend on, except captures and parameters. Transfer: full. NULL with error set if
 * a protocol's description cannot be read. */
char *check_question(const Check *check, GError **error);

/* check-slurm.c */
typedef struct {
        char *folder; /* on a file system that all nodes share */
        char **sbatch_options;
        int chunk;     /* captures in a task of the array */
        gboolean wait; /* until the merge is done */
} SlurmOptions;
/* Writes what the tasks need to the folder, and submits the array and the merge with sbatch. argv: the command line
 * without the options for Slurm. Returns the exit status. */
int check_slurm_submit(const SlurmOptions *slurm,
                       const Check *check,
                       const GPtrArray *submissions,
                       const char *const *argv);
/* The submissions that the command found before it called sbatch. Transfer: full. */
GPtrArray *check_slurm_load_submissions(const char *folder, GError **error);
/* Does the task of the array that SLURM_ARRAY_TASK_ID names: checks chunk captures, and writes their results to the
 * task's own file. */
gboolean
check_slurm_run_part(const char *folder, guint chunk, const Check *check, ClassResults *results, GError **error);
/* Merges the files of all tasks into results. A capture whose task did not end well counts as not judged. */
gboolean check_slurm_merge(const char *folder, guint chunk, const Check *check, ClassResults *results, GError **error);

G_END_DECLS
