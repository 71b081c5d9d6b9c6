/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pager between the text of a file and the terminal, as git has one: $PAGER, else less. */
#pragma once

#include <stdio.h>

#include <glib.h>

G_BEGIN_DECLS

typedef struct Pager Pager;

/* Starts a pager. Returns NULL if there is to be none: standard output is not a terminal, or a dumb one, $PAGER is
 * empty or "cat", or there is no pager. From now on only the pager takes Ctrl-C, so that nothing is lost, and writing
 * to a pager that has ended fails with EPIPE instead of ending the program. */
Pager *pager_start(void);
/* The file to write to. Borrowed. */
FILE *pager_get_file(Pager *pager);
/* Shows everything that was written, and waits until the reader leaves the pager. Returns FALSE if the pager could not
 * be run; its shell has said why. */
gboolean pager_close(Pager *pager);
/* Closes it first if necessary. */
void pager_free(Pager *pager);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pager, pager_free)

G_END_DECLS
