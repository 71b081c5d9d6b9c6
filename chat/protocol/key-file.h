/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups of keys with their values, as GKeyFile reads them too; but with the line in which each stands, and without
 * merging what is there twice (docs/decisions/0019-lines-of-a-description.md). */
#pragma once

#include <glib.h>

typedef struct {
        const char *name;
        const char *value; /* without white space around it; "" where nothing follows the “=” */
        guint line;        /* from 1 */
} KeyFileKey;

typedef struct {
        const char *name; /* what stands between the brackets */
        guint line;
        GPtrArray *keys;     /* KeyFileKey, in the order of the file */
        GHashTable *by_name; /* the same */
} KeyFileGroup;

/* Takes text, which it changes, apart: all that is returned points into it. What is wrong is added to mistakes
 * (ChatMistake) and left out. Transfer: full; KeyFileGroup, in the order of the file. */
GPtrArray *key_file_read(char *text, GPtrArray *mistakes);

/* NULL where there is none. */
const KeyFileGroup *key_file_find_group(const GPtrArray *groups, const char *name);
const KeyFileKey *key_file_find_key(const KeyFileGroup *group, const char *name);
