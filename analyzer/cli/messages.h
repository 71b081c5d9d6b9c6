/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said on standard error, and the exit status that goes with it. */
#pragma once

#include "analyzer/timeline/conversations.h"

G_BEGIN_DECLS

/* The exit statuses that the manual page promises: scripts rely on them. */
enum {
        EXIT_DONE = 0,
        EXIT_NOTHING = 1, /* no such file, not a capture, device or output error */
        EXIT_USAGE = 2,
        EXIT_DAMAGED = 3, /* everything before the damage was reported */
};

/* Prints "chatsniff: message" on standard error. */
void complain(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* The same for wrong arguments, with a hint at the command's --help. Returns EXIT_USAGE. */
int usage_error(const char *command, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Prints what went wrong, and returns the exit status that fits. */
int complain_about(const GError *error);
/* Calls complain() for each line of text that is not empty. */
void say_lines(const GString *text);

/* Says on standard error what could not be shown in full, and why; prints nothing if all was shown. */
void say_shortcomings(const TimelineCounts *counts);

G_END_DECLS
