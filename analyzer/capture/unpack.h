/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads compressed files with each format's own library. Everything before damage is handed out, to the last octet:
 * that is what a capture that was interrupted needs (docs/decisions/0010). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct Unpacker Unpacker;

/* The name of the file's compression ("gzip", "xz", "zstd", "lz4"), or NULL. Skippable frames before a zstd or lz4
 * frame, as pzstd and others write them, are ignored. The position of fd does not change. */
const char *unpacker_detect(int fd);

/* Whether a file that begins with these octets is, or may be, compressed. length: UNPACKER_MAGIC_SIZE, or all there
 * are. */
#define UNPACKER_MAGIC_SIZE 6
gboolean unpacker_detect_head(const guint8 *octets, gsize length);

/* Reads from fd, which is borrowed and at its beginning. name is what unpacker_detect() has returned. A file that needs
 * more memory than memory_limit (octets; 0: more than files in use need) is not read. */
Unpacker *unpacker_new(const char *name, int fd, gsize memory_limit);
void unpacker_free(Unpacker *unpacker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Unpacker, unpacker_free)

/* Unpacks at most size octets. Returns how many, 0 at the end, or -1 if nothing more can be unpacked: ret_failure
 * (transfer: full) then says why. */
gssize unpacker_read(Unpacker *unpacker, guint8 *octets, gsize size, char **ret_failure);

/* Whether the failure is that the file needs more memory than is allowed. */
gboolean unpacker_is_too_large(const Unpacker *unpacker);

G_END_DECLS
