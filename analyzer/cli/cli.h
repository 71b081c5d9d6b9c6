/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/cli: the commands. main.c has the table of commands; each cmd-*.c is one command, and says what to do with
 * what is found in a capture. options.c parses the options that commands share, run.c carries frames from a source to a
 * timeline, messages.c writes to standard error, output-file.c to the output. Nothing is computed here.
 *
 * May use: everything. Is used by: nobody.
 */
#pragma once

#include "analyzer/capture/source.h"
#include "analyzer/cli/messages.h"
#include "analyzer/cli/options.h"
#include "analyzer/cli/output-file.h"
#include "analyzer/cli/run.h"

G_BEGIN_DECLS

typedef struct {
        const char *name;
        const char *summary;
        int (*run)(int argc, char **argv); /* argv[0] is the command's name */
} Command;

int cmd_annotate(int argc, char **argv);
int cmd_timeline(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_capture(int argc, char **argv);
int cmd_conversations(int argc, char **argv);
int cmd_protocol(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_ladder(int argc, char **argv);
int cmd_quiz(int argc, char **argv);
int cmd_summary(int argc, char **argv);
int cmd_topics(int argc, char **argv);

G_END_DECLS
