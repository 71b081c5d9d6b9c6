/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The octets of a capture file, uncompressed, through one buffer. For the readers of this room. */
#pragma once

#include "analyzer/capture/source.h"

typedef struct Input Input;

/* path as for input_open_fd(). as_it_comes: a pipe is not waited for until its end, unless it is compressed, and cannot
 * be rewound; else it is first copied to a file. */
Input *input_open(const char *path, gboolean as_it_comes, GError **error);
/* Reads octets in memory, which are borrowed; for tests. */
Input *input_open_memory(const guint8 *octets, gsize length);
/* The same octets from their beginning, independently of other, which stays as it is. */
Input *input_open_again(const Input *other, GError **error);
void input_free(Input *input);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Input, input_free)

void input_rewind(Input *input);

/* The next n octets without consuming them, valid until the next call; NULL where fewer are left, whose number goes to
 * ret_left. n is at most INPUT_MAX_PEEK. A read error is remembered, see input_get_error(). */
const guint8 *input_peek(Input *input, gsize n, gsize *ret_left);
void input_consume(Input *input, gsize n);
/* Consumes n octets of which only the first head are wanted: those are returned, valid until the next call of this.
 * NULL where fewer than n are left, which are consumed. head is at most INPUT_MAX_HEAD, and n. */
const guint8 *input_take_head(Input *input, gsize n, gsize head);
#define INPUT_MAX_HEAD (512 * 1024)
#define INPUT_MAX_PEEK (129 * 1024 * 1024)

guint64 input_get_offset(const Input *input);          /* octets consumed */
guint64 input_get_end(const Input *input);             /* octets read so far, consumed or not */
const char *input_get_error(const Input *input);       /* why reading failed, or NULL */
gboolean input_is_too_large(const Input *input);       /* because unpacking takes more memory than there may be */
const char *input_get_compression(const Input *input); /* "gzip", or NULL for none */
const char *input_get_name(const Input *input);
/* Whether its octets come from the regular file that status describes. */
gboolean input_is_file(const Input *input, const struct stat *status);
/* A pipe, read as it comes. */
gboolean input_is_pipe(const Input *input);
/* FALSE where to read more may mean to wait; TRUE if enough octets are there, without looking. */
gboolean input_has_more(const Input *input, gsize enough);
/* Of pipes: see input_pipe_stop(). */
void input_stop(Input *input);
gboolean input_was_stopped(const Input *input);
/* Left untouched for a pipe, of which nobody knows the length. */
void input_get_progress(const Input *input, guint64 *ret_done, guint64 *ret_total);
