/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows how far the reading of a file has come, on standard error: only if that is a terminal and standard output is
 * not, so that it never appears among the output. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* n_passes: how many times the file will be read; each counts for an equal part. */
typedef struct {
        gboolean enabled, shown;
        gint64 next; /* monotonic time */
        guint pass, n_passes;
} Progress;

void progress_init(Progress *progress, gboolean quiet, guint n_passes);
/* done of total octets were read in this pass; total 0: unknown. Nothing appears in the first half second. */
void progress_update(Progress *progress, guint64 done, guint64 total);
void progress_next_pass(Progress *progress);
/* Wipes what is shown. */
void progress_clear(Progress *progress);

G_END_DECLS
