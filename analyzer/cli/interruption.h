/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ctrl-C and SIGTERM: the first one asks the program to end in good order, a second one kills it. */
#pragma once

#include "analyzer/capture/source.h"

G_BEGIN_DECLS

/* From here on. live (may be NULL) is a source that may be waiting for packets, and is told to stop. It must outlive
 * interruption_release(). */
void interruption_catch(CaptureSource *live);
/* The live source is about to go. */
void interruption_release(void);
gboolean interruption_happened(void);

G_END_DECLS
