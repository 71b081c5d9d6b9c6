/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads groups of keys with values, as GKeyFile does. Unlike GKeyFile it remembers the line of each group and key, and
 * reports duplicates instead of merging them (docs/decisions/0019-lines-of-a-description.md). */
#pragma once

#include <glib.h>

typedef struct {
        const char *name;
        const char *value; /* without white space around it; "" if nothing follows the “=” */
        guint line;        /* from 1 */
} KeyFileKey;

typedef struct {
        const char *name; /* what stands between the brackets */
        guint line;
        GPtrArray *keys;     /* KeyFileKey, in the order of the file */
        GHashTable *by_name; /* the same keys, by name */
} KeyFileGroup;

/* Parses text in place: everything that is returned points into it. Lines that are wrong are skipped and added to
 * mistakes (of ChatMistake). Returns an array of KeyFileGroup in the order of the file. Transfer: full. */
GPtrArray *key_file_read(char *text, GPtrArray *mistakes);

/* NULL if there is none. */
const KeyFileGroup *key_file_find_group(const GPtrArray *groups, const char *name);
const KeyFileKey *key_file_find_key(const KeyFileGroup *group, const char *name);
