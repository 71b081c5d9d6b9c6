/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the octets of a capture file, uncompressed, through one buffer. For the readers of this room. */
#pragma once

#include "analyzer/capture/source.h"

typedef struct Input Input;

/* path: see input_open_fd(). as_it_comes: a pipe is read as it comes, and cannot be rewound, unless it is compressed.
 * Without it, a pipe is first copied to a file. NULL with error set on failure. */
Input *input_open(const char *path, gboolean as_it_comes, GError **error);
/* Reads octets in memory, which are borrowed; for tests. */
Input *input_open_memory(const guint8 *octets, gsize length);
/* Reads the same octets again from their beginning, independently of other. other must not be a pipe. */
Input *input_open_again(const Input *other, GError **error);
void input_free(Input *input);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Input, input_free)

/* Goes back to the beginning; not for a pipe that is read as it comes. */
void input_rewind(Input *input);

/* Returns the next n octets without consuming them, valid until the next call; NULL if fewer are left. ret_left (may be
 * NULL) receives how many octets are in the buffer, which are all that are left if it returns NULL. n is at most
 * INPUT_MAX_PEEK. A read error is remembered, see input_get_error(). */
const guint8 *input_peek(Input *input, gsize n, gsize *ret_left);
/* Consumes n octets that input_peek() has returned. */
void input_consume(Input *input, gsize n);
/* Consumes n octets and returns the first head of them, valid until the next call of this function. Returns NULL if
 * fewer than n are left, and consumes them. head is at most INPUT_MAX_HEAD, and at most n. */
const guint8 *input_take_head(Input *input, gsize n, gsize head);
#define INPUT_MAX_HEAD (512 * 1024)
#define INPUT_MAX_PEEK (129 * 1024 * 1024)

guint64 input_get_offset(const Input *input);    /* octets consumed */
guint64 input_get_end(const Input *input);       /* octets read so far, consumed or not */
const char *input_get_error(const Input *input); /* why reading failed, or NULL */
gboolean input_is_too_large(const Input *input); /* the reason is that unpacking needs more memory than is allowed */
const char *input_get_compression(const Input *input); /* "gzip", or NULL for none */
const char *input_get_name(const Input *input);
/* Whether its octets come from the regular file that status describes. */
gboolean input_is_file(const Input *input, const struct stat *status);
/* Whether it is a pipe that is read as it comes. */
gboolean input_is_pipe(const Input *input);
/* FALSE if reading more may have to wait. If enough octets are in the buffer, it is TRUE without asking the kernel. */
gboolean input_has_more(const Input *input, gsize enough);
/* For pipes that are read as they come: see input_pipe_stop(). */
void input_stop(Input *input);
gboolean input_was_stopped(const Input *input);
/* Octets read so far, and in all, of the file as it is stored. Leaves both untouched for a pipe. */
void input_get_progress(const Input *input, guint64 *ret_done, guint64 *ret_total);
