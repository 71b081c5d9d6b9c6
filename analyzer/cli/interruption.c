/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/interruption.h"

#include <signal.h>

/* What a signal may touch: a flag, and the source that waits for packets. */
static volatile sig_atomic_t interrupted;
static CaptureSource *live_source;

static void on_signal(int number)
{
        interrupted = 1;
        if (live_source)
                capture_source_stop(live_source);
}

void interruption_catch(CaptureSource *live)
{
        /* A write that waits for its reader goes on; whoever does not want to wait for that asks a second time. */
        struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESETHAND | SA_RESTART};

        live_source = live;
        sigemptyset(&action.sa_mask);
        sigaction(SIGINT, &action, NULL);
        sigaction(SIGTERM, &action, NULL);
}

void interruption_release(void)
{
        live_source = NULL;
}

gboolean interruption_happened(void)
{
        return interrupted;
}
