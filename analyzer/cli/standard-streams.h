/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The three streams that every program expects, and may have been started without. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Call this before anything is opened: a stream that is closed would give its number to the next file, which would then
 * be written what was meant for people. Reading from a missing standard input, and writing to a missing output, fail.
 * From here on a failure to write to standard output is said when the program ends, and makes its exit status 1. */
void standard_streams_prepare(void);

/* That standard output cannot be written was said already, and the exit status is set. */
void standard_output_failed(void);

G_END_DECLS
