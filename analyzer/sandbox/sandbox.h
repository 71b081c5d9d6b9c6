/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/sandbox: what a process gives up before it looks at hostile octets, and how the few things that it can no
 * longer do get done all the same (deputy.h).
 *
 * A command opens its capture, its output and its pager, starts the deputies that it needs, and then calls
 * sandbox_enter(); from there on it can read and write what is open, compute, start threads and end. It cannot open,
 * rename or delete a file, make a socket, start a program or send a signal to anybody else. Threads that are to be
 * confined have to be started afterwards. docs/decisions/0015-the-sandbox.md lists every system call that is left.
 *
 * May use: GLib, libseccomp, sockets, Linux. Is used by: analyzer/capture, reports, analyzer/cli.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is needed beyond reading and writing what is open; all zero for nothing. */
typedef struct {
        /* Pictures are drawn: fonts are read when a text needs them. Files can be opened for reading then, where the
         * kernel has Landlock only those of fontconfig; everything else stays forbidden. */
        gboolean reads_fonts;
        /* For a worker: a forbidden system call kills the process with SIGSYS, and its parent tells. Without it the
         * process itself says on standard error what it tried, and exits with status 1. */
        gboolean parent_tells;
} SandboxNeeds;

/* Gives up, for good, what the rest of the run does not need: capabilities, new privileges, most system calls, and the
 * file system. To be called once, while there is only one thread. What the kernel does not know is left out, see
 * sandbox_describe(); FALSE: the kernel knows it and refused it. needs may be NULL. */
gboolean sandbox_enter(const SandboxNeeds *needs, GError **error);

/* What sandbox_enter() would do on this kernel, in a line. Free with g_free(). */
char *sandbox_describe(void);

G_END_DECLS
