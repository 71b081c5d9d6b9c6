/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/cli: the commands. main.c knows the table of verbs, each cmd-*.c is one; options.c reads the options that
 * they share, run.c carries frames from a source to a timeline. Nothing is computed here.
 *
 * May use: everything. Is used by: nobody.
 */
#pragma once

#include "analyzer/capture/source.h"
#include "analyzer/capture/writer.h"
#include "analyzer/cli/pager.h"
#include "analyzer/output/writer.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The exit statuses of CONTRACT: scripts rely on them. */
enum {
        EXIT_DONE = 0,
        EXIT_NOTHING = 1, /* no such file, not a capture, device or output error */
        EXIT_USAGE = 2,
        EXIT_DAMAGED = 3, /* everything before the damage was reported */
};

typedef struct {
        const char *name;
        const char *summary;
        int (*run)(int argc, char **argv); /* argv[0] is the command's name */
} Command;

int cmd_annotate(int argc, char **argv);
int cmd_timeline(int argc, char **argv);
int cmd_capture(int argc, char **argv);
int cmd_conversations(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_ladder(int argc, char **argv);
int cmd_summary(int argc, char **argv);
int cmd_topics(int argc, char **argv);

/* The options that commands share. Zero-initialise, then options_parse(), at last options_clear(). */
typedef struct {
        char *interface;
        char *filter;
        char *format_name; /* as given; NULL: the default */
        char *output;
        char *colour;
        char *memory_text;
        char **ports_text;
        char **protocol_files;
        char **arguments; /* what is not an option */
        gboolean all, explain, explain_selection, quiet, one_line, no_pager;
        gboolean explain_fully; /* --explain=full */
        GArray *ports;
        GPtrArray *protocols;
        const WriterFormat *format;
        gsize memory_limit;  /* octets for conversations; 0: the default */
        gsize telling_limit; /* for what is kept of them to be told later; 0: the default */
} Options;

/* Parses shared and own options (own may be NULL). FALSE: usage was wrong, said on standard error. */
gboolean options_parse(Options *options,
                       const char *parameters,
                       const char *summary,
                       const char *description,
                       const GOptionEntry *own,
                       int *argc,
                       char ***argv);
void options_clear(Options *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

/* Every format that --format knows, described or by its name alone. Free with g_free(). */
char *options_list_formats(const char *separator, gboolean described);
/* name NULL: the default. FALSE: there is no such format, said on standard error. */
gboolean options_find_format(const char *command, const char *name, const WriterFormat **ret_format);

/* Says "chatsniff: message" on standard error. */
void complain(const char *format, ...) G_GNUC_PRINTF(1, 2);
int usage_error(const char *command, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Says what went wrong and returns the exit status that fits. */
int complain_about(const GError *error);

/* Whether two paths name one regular file, so that writing to one would destroy the other. What does not exist yet, or
 * has no path, is found out once it is open: see output_is_apart(). */
gboolean is_same_file(const char *a, const char *b);

/* Where records go: standard output, or a file that appears under its name only when it is whole. */
typedef struct {
        FILE *file;
        char *path, *temporary; /* NULL: standard output */
        gboolean keeps_parts;   /* set by others: what cannot be repeated is kept as far as it could be written */
} OutputFile;
/* path NULL or "-": standard output. Of a symbolic link the file that it names is written. A file that is there keeps
 * its mode, and has to be writable. */
gboolean output_file_open(OutputFile *output, const char *path, GError **error);
/* Puts the file in place; FALSE where something could not be written, which code tells (an errno; 0: not known yet). */
gboolean output_file_commit(OutputFile *output, int code, GError **error);
/* FALSE, and an error of usage, where what is written to path (NULL or "-": standard output) would destroy the capture
 * that source reads, or be read itself. To be asked before anything is written. */
gboolean output_is_apart(const char *path, const CaptureSource *source, GError **error);
/* The same of a capture that is written meanwhile, beside whatever standard output and standard error go to. */
gboolean output_is_apart_from_capture(const char *path, const CaptureWriter *capture, GError **error);
/* Removes what was not committed. */
void output_file_clear(OutputFile *output);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OutputFile, output_file_clear)

/* For the text of a file on a terminal; NULL where there is to be no pager. */
Pager *options_start_pager(const Options *options);
/* Of records, to the pager if there is one, else to file. */
Writer *options_new_writer(const Options *options, FILE *file, Pager *pager);

typedef enum {
        TASK_TIMELINE,      /* a record for each packet; a file is read twice */
        TASK_CONVERSATIONS, /* one for each conversation, at the end */
} Task;

/* Reads a file and writes its records. Returns the exit status. */
int run_file(const Options *options, const char *path, Task task);

typedef struct {
        const char *write_path; /* NULL: nothing is saved */
        gint64 duration;        /* microseconds; 0: no limit */
        guint64 count;          /* packets; 0: no limit */
} LiveOptions;
int run_live(const Options *options, const LiveOptions *live, Task task);

/* What a command that makes something of a whole capture wants of it; any may be NULL. Those who want records get the
 * conversations after them, out of the same reading; what both say is then the same. */
typedef struct {
        void (*packet)(const Packet *packet,
                       gpointer data); /* every packet that the filter lets through, chat or not, before its record */
        TimelineFunc record;
        ConversationFunc conversation;
        gboolean takes_arp; /* record takes what belongs to no conversation, too: ARP, where everything is told */
} RunFuncs;

/* Reads a file and hands on what is found. Returns the exit status, and sets error with every one but EXIT_DONE:
 * EXIT_DAMAGED came with everything before the damage, EXIT_NOTHING leaves ret_counts untouched. */
int run_fold(const Options *options,
             const char *path,
             const RunFuncs *funcs,
             gpointer data,
             TimelineCounts *ret_counts,
             GError **error);
/* The same of a live capture, until Ctrl-C; then ret_counts is set whatever is returned. */
int run_fold_live(
        const Options *options, const RunFuncs *funcs, gpointer data, TimelineCounts *ret_counts, GError **error);

/* Says on standard error what could not be told in full, and why; nothing where there is nothing. */
void say_shortcomings(const TimelineCounts *counts);

/* For a command that reads FILE or captures with -i: FALSE, and said, where its arguments are wrong. */
gboolean run_check_arguments(const Options *options, const char *command);
/* Checks them and runs. */
int run_arguments(const Options *options, const char *command, Task task);

G_END_DECLS
