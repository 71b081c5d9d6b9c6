/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/standard-streams.h"

#include "analyzer/cli/messages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static gboolean was_said;

/* Runs at the end of the program, because nobody checks whether each line of a help or a glossary could be printed. */
static void check_standard_output(void)
{
        gboolean had_failed = ferror(stdout);

        if ((fflush(stdout) == 0 && !had_failed) || was_said)
                return;
        if (had_failed)
                complain("standard output: cannot be written");
        else
                complain("standard output: cannot be written: %s", g_strerror(errno));
        _exit(EXIT_NOTHING);
}

void standard_streams_prepare(void)
{
        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
                /* open() takes the lowest free number, which is this one. The wrong mode makes every use of it fail. */
                if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
                        open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        atexit(check_standard_output);
}

void standard_output_failed(void)
{
        was_said = TRUE;
}
