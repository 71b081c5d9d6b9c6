/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The three streams that every program expects, and may have been started without. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Call this before anything is opened. Otherwise the next file would get the number of a stream that is closed, and
 * messages for people would end up in it. Reading from a missing standard input and writing to a missing output fail.
 * From now on a failure to write to standard output is reported when the program ends, and makes its exit status 1. */
void standard_streams_prepare(void);

/* Call this if you have reported such a failure yourself: it is then not reported again. */
void standard_output_failed(void);

G_END_DECLS
