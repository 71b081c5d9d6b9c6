/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compressed files, through the libraries of the formats themselves: what is there before damage is handed out to the
 * last octet, which is what a capture that was interrupted needs (docs/decisions/0010). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct Unpacker Unpacker;

/* The name of the compression that the file begins with ("gzip", "xz", "zstd", "lz4"), or NULL. The skippable frames
 * that pzstd and others write in front of zstd and lz4 are passed over. fd stays where it is. */
const char *unpacker_detect(int fd);

/* Whether a file that begins with these octets is, or may be, one of those. */
#define UNPACKER_MAGIC_SIZE 6
gboolean unpacker_detect_head(const guint8 *octets, gsize length);

/* Reads from fd, borrowed, which stands at its beginning. name is one that unpacker_detect() gave. A file that asks for
 * more memory than memory_limit is not read; 0: than any of use. */
Unpacker *unpacker_new(const char *name, int fd, gsize memory_limit);
void unpacker_free(Unpacker *unpacker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Unpacker, unpacker_free)

/* Fills octets with what comes next, at most size of them. Returns how many there are, 0 at the end, or -1 where
 * nothing more can be unpacked; then ret_failure, which is to be freed, says why. */
gssize unpacker_read(Unpacker *unpacker, guint8 *octets, gsize size, char **ret_failure);

/* Whether it was because the file asks for more memory than it gets. */
gboolean unpacker_is_too_large(const Unpacker *unpacker);

G_END_DECLS
