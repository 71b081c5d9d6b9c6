/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/sandbox: what a process gives up before it looks at hostile octets, and the deputies that still do the few
 * things which it can no longer do itself (deputy.h).
 *
 * A command opens its capture, its output and its pager, starts the deputies that it needs, and then calls
 * sandbox_enter(). After that it can read and write the files that are open, compute, start threads and end. It cannot
 * open, rename or delete a file, create a socket, start a program or send a signal to another process. Threads that
 * already run are not confined, so those that look at captures must be started afterwards.
 * docs/decisions/0015-the-sandbox.md lists every system call that is still allowed.
 *
 * May use: GLib, libseccomp, sockets, Linux. Is used by: analyzer/capture, reports, analyzer/cli. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a command needs besides reading and writing the files that are open. All zero: nothing. */
typedef struct {
        /* The command draws pictures, and fonts are opened when a text first needs them. Opening files for reading is
         * allowed then; where the kernel has Landlock, only the fonts and fontconfig's files. Everything else stays
         * forbidden. */
        gboolean reads_fonts;
        /* For a worker process: a forbidden system call kills it with SIGSYS, and its parent reports that. FALSE: the
         * process itself writes to standard error what it tried, and exits with status 1. */
        gboolean parent_tells;
} SandboxNeeds;

/* Gives up, for good, what the rest of the run does not need: capabilities, the right to gain privileges, most system
 * calls, and the file system. Must be called once, while there is only one thread. needs may be NULL. What the running
 * kernel does not support is left out; see sandbox_describe(). Returns FALSE, with error set, if the kernel supports
 * something but refused it. */
gboolean sandbox_enter(const SandboxNeeds *needs, GError **error);

/* Describes in one line, without a line feed, what sandbox_enter() does on this kernel. Free with g_free(). */
char *sandbox_describe(void);

G_END_DECLS
