/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said on standard error, and the exit status that goes with it. */
#pragma once

#include "analyzer/timeline/conversations.h"

G_BEGIN_DECLS

/* The exit statuses of CONTRACT: scripts rely on them. */
enum {
        EXIT_DONE = 0,
        EXIT_NOTHING = 1, /* no such file, not a capture, device or output error */
        EXIT_USAGE = 2,
        EXIT_DAMAGED = 3, /* everything before the damage was reported */
};

/* Says "chatsniff: message" on standard error. */
void complain(const char *format, ...) G_GNUC_PRINTF(1, 2);
int usage_error(const char *command, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Says what went wrong and returns the exit status that fits. */
int complain_about(const GError *error);
/* Says each line of text. */
void say_lines(const GString *text);

/* Says on standard error what could not be told in full, and why; nothing where there is nothing. */
void say_shortcomings(const TimelineCounts *counts);

G_END_DECLS
