/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of “chatsniff check”: cmd-check.c reads the options and writes the results; check-pool.c has the captures
 * read, each by a process of its own, which is check-worker.c; check-slurm.c lets a cluster do that. */
#pragma once

#include "analyzer/cli/cli.h"
#include "analyzer/rubric/class.h"
#include "analyzer/rubric/state.h"

G_BEGIN_DECLS

/* What all captures have in common. */
typedef struct {
        const Options *options;
        const Rubric *rubric;
        Filters *filters;
        guint n_workers;
        guint time_limit; /* seconds of processor time, for a capture; and of each filter, at most FILTER_TIME_LIMIT */
        char *reports;    /* the folder for a report of each capture; NULL: none are written */
} Check;
#define CHECK_FILTER_TIME_LIMIT 10
/* A filter that did not end for so many captures has only one second for each other one; and where it has decided
 * nothing at all after twice as many, it is not asked again. */
#define CHECK_FILTER_PATIENCE 3
/* A worker that waits, for a disk or a network, does not use the processor: it may take so many times as long. */
#define CHECK_WAITING_FACTOR 30

/* One capture to read. */
typedef struct {
        guint capture; /* number in ClassResults.captures */
        const char *path;
        const char *const *values; /* of the parameters */
        const char *lacking;       /* a parameter that has no value; or NULL */
        char *report;              /* where its report goes; NULL: nowhere */
        guint64 size;              /* octets of the file */
        guint first_item;          /* those before it are decided: a worker before this one came so far */
        CaptureResult *result;     /* as far as it is known */
        gboolean is_uncertain;     /* something went wrong for which the capture may not be to blame */
        guint8 *is_given_up;       /* by item: its filter is not asked */
} CheckTask;

/* What a worker says, each after its length: a message is a letter and octets. */
typedef enum {
        WORKER_SAYS_DIGEST = 'd',  /* of the file; it then waits for an answer of one octet */
        WORKER_SAYS_CAPTURE = 'c', /* a CaptureResult without items */
        WORKER_SAYS_ITEM = 'i',    /* it is about to ask the next filter, after so many seconds of the processor */
        WORKER_SAYS_VERDICT = 'v', /* Verdict, an octet, and the reason */
        WORKER_SAYS_END = 'e',
} WorkerMessage;
#define WORKER_ANSWER_GO 'g'
#define WORKER_ANSWER_KNOWN 'k'
/* Its exit status where memory ran out. */
#define WORKER_EXIT_MEMORY 77

/* What a filter may take, and what a worker may take in all. */
guint check_filter_seconds(const Check *check);
guint check_most_seconds(const Check *check);

/* Never returns. out: where messages go; in: answers come from, or -1: no digest is wanted. */
void check_worker_run(const Check *check, const CheckTask *task, int out, int in) G_GNUC_NORETURN;

/* The facts that filters see, of one capture, to file; for --facts. Returns the exit status. */
int check_print_facts(const Options *options, const char *path, FILE *file);

/* Gives a result to captures first to end - 1. state may be NULL. FALSE with error set where it was interrupted, or
 * the state could not be kept. */
gboolean
check_pool_run(const Check *check, ClassResults *results, guint first, guint end, State *state, GError **error);

/* The name of a capture's report within Check.reports. Transfer: full. */
char *check_report_name(const ClassResults *results, const ClassCapture *capture);

/* Everything but captures and parameters that results depend on, as a digest. NULL with error set. */
char *check_question(const Check *check, GError **error);

/* check-slurm.c. folder: on a file system that all nodes share. */
typedef struct {
        char *folder;
        char **sbatch_options;
        int chunk;     /* captures in a task of the array */
        gboolean wait; /* until the merge is done */
} SlurmOptions;
/* Writes what the tasks need to the folder and hands array and merge to sbatch. argv: the command line as it was
 * given, without what asks for Slurm. Returns the exit status. */
int check_slurm_submit(const SlurmOptions *slurm,
                       const Check *check,
                       const GPtrArray *submissions,
                       const char *const *argv);
/* The submissions as they were found by the command that submitted. */
GPtrArray *check_slurm_load_submissions(const char *folder, GError **error);
/* A task of the array, which Slurm's environment names: so many captures, into a file of its own. */
gboolean
check_slurm_run_part(const char *folder, guint chunk, const Check *check, ClassResults *results, GError **error);
/* The merge: all parts become results. A capture whose task did not end is told as not judged. */
gboolean check_slurm_merge(const char *folder, guint chunk, const Check *check, ClassResults *results, GError **error);

G_END_DECLS
