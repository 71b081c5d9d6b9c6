/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/progress.h"

#include <stdio.h>
#include <unistd.h>

#define FIRST_AFTER (G_USEC_PER_SEC / 2)
#define AGAIN_AFTER (G_USEC_PER_SEC / 5)

void progress_init(Progress *self, gboolean quiet, guint n_passes)
{
        *self = (Progress){
                .enabled = !quiet && isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO),
                .n_passes = n_passes,
        };
        if (self->enabled)
                self->next = g_get_monotonic_time() + FIRST_AFTER;
}

void progress_update(Progress *self, guint64 done, guint64 total)
{
        gint64 now;

        if (!self->enabled || total == 0 || (now = g_get_monotonic_time()) < self->next)
                return;
        fprintf(stderr, "\rreading: %3u %% ",
                (guint) (((double) done / (double) total + self->pass) * 100 / self->n_passes));
        self->shown = TRUE;
        self->next = now + AGAIN_AFTER;
}

void progress_next_pass(Progress *self)
{
        self->pass++;
}

void progress_clear(Progress *self)
{
        if (self->shown)
                fputs("\r\033[K", stderr);
        self->shown = FALSE;
}
