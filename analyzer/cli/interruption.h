/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ctrl-C and SIGTERM: the first one asks the program to end in good order, a second one kills it. */
#pragma once

#include "analyzer/capture/source.h"

G_BEGIN_DECLS

/* Catches the signals from now on. live (may be NULL) is a source that a signal tells to stop, as it may be waiting for
 * packets. It must not be freed before interruption_release(). */
void interruption_catch(CaptureSource *live);
/* Forgets the live source. */
void interruption_release(void);
gboolean interruption_happened(void);

G_END_DECLS
