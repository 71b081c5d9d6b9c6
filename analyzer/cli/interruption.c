/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/interruption.h"

#include <signal.h>

/* What the signal handler uses: a flag, and the source that may be waiting for packets. */
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
        /* A write that waits for its reader goes on (SA_RESTART). Users who do not want to wait send a second signal,
         * which ends the program (SA_RESETHAND). */
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
