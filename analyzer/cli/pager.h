/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pager between the text of a file and the terminal, as git has one: $PAGER, else less. */
#pragma once

#include <stdio.h>

#include <glib.h>

G_BEGIN_DECLS

typedef struct Pager Pager;

/* NULL where there is to be none: standard output is no terminal, or a dumb one, $PAGER is empty or "cat", or the
 * program is not there. From now on Ctrl-C is the pager's alone, so that nothing is lost by it, and a pipe that nobody
 * reads any more is an error of a write (EPIPE), not the end of the program. */
Pager *pager_start(void);
/* What is written here is shown. Borrowed. */
FILE *pager_get_file(Pager *pager);
/* Shows all of it, and waits until the reader has gone. FALSE where the pager could not be run: its shell said why. */
gboolean pager_close(Pager *pager);
/* Closes it if that was not done. */
void pager_free(Pager *pager);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pager, pager_free)

G_END_DECLS
