/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chat/protocol/key-file.h"

#include "chat/protocol/mistakes.h"

#include <string.h>

static gboolean is_space(char c)
{
        return c == ' ' || (c >= '\t' && c <= '\r');
}

static char *strip(char *text)
{
        char *end = text + strlen(text);

        while (end > text && is_space(end[-1]))
                end--;
        *end = '\0';
        while (is_space(*text))
                text++;
        return text;
}

static void group_free(gpointer data)
{
        KeyFileGroup *self = data;

        g_ptr_array_unref(self->keys);
        g_hash_table_unref(self->by_name);
        g_free(self);
}

static KeyFileGroup *group_new(const char *name, guint line)
{
        KeyFileGroup *self = g_new0(KeyFileGroup, 1);

        self->name = name;
        self->line = line;
        self->keys = g_ptr_array_new_with_free_func(g_free);
        self->by_name = g_hash_table_new(g_str_hash, g_str_equal);
        return self;
}

typedef struct {
        GPtrArray *groups, *mistakes;
        GHashTable *by_name; /* KeyFileGroup */
        KeyFileGroup *group; /* the one being read; NULL before the first */
        gboolean is_skipped; /* its keys are ignored: it is a duplicate, or its line lacks the “]” */
} Reading;

static void add_second(Reading *self, guint line, const char *key, MistakeKind kind, guint first)
{
        g_autofree char *number = g_strdup_printf("%u", first);

        mistakes_add(self->mistakes, line, self->group->name, key, kind, number, NULL);
}

static void begin_group(Reading *self, const char *name, guint line)
{
        KeyFileGroup *earlier = g_hash_table_lookup(self->by_name, name);

        self->is_skipped = earlier != NULL;
        if (earlier) {
                self->group = earlier;
                add_second(self, line, NULL, MISTAKE_SECOND_GROUP, earlier->line);
                return;
        }
        self->group = group_new(name, line);
        g_ptr_array_add(self->groups, self->group);
        g_hash_table_insert(self->by_name, (gpointer) name, self->group);
}

static void add_key(Reading *self, const char *name, const char *value, guint line)
{
        const KeyFileKey *earlier = g_hash_table_lookup(self->group->by_name, name);
        KeyFileKey *key;

        if (earlier) {
                add_second(self, line, name, MISTAKE_SECOND_KEY, earlier->line);
                return;
        }
        key = g_new(KeyFileKey, 1);
        *key = (KeyFileKey){name, value, line};
        g_ptr_array_add(self->group->keys, key);
        g_hash_table_insert(self->group->by_name, (gpointer) name, key);
}

static void read_line(Reading *self, char *text, guint line)
{
        char *stripped = strip(text), *equals = strchr(stripped, '='), *name;
        gsize length = strlen(stripped);

        if (length == 0 || *stripped == '#')
                return;
        if (*stripped == '[' && stripped[length - 1] == ']') {
                stripped[length - 1] = '\0';
                begin_group(self, stripped + 1, line);
                return;
        }
        if (self->is_skipped)
                return;
        if (!equals || equals == stripped || *stripped == '[') {
                mistakes_add(self->mistakes, line, self->group ? self->group->name : NULL, NULL, MISTAKE_NEITHER,
                             stripped, NULL);
                /* A group was meant: the keys that follow do not belong to the previous one. */
                self->is_skipped = *stripped == '[';
                return;
        }
        if (!self->group) {
                mistakes_add(self->mistakes, line, NULL, NULL, MISTAKE_NO_GROUP_YET, stripped, NULL);
                return;
        }
        *equals = '\0';
        name = strip(stripped);
        add_key(self, name, strip(equals + 1), line);
}

GPtrArray *key_file_read(char *text, GPtrArray *mistakes)
{
        g_autoptr(GHashTable) by_name = g_hash_table_new(g_str_hash, g_str_equal);
        Reading reading = {g_ptr_array_new_with_free_func(group_free), mistakes, by_name, NULL, FALSE};

        if (g_str_has_prefix(text, "\xef\xbb\xbf")) /* a byte order mark, as some editors begin a file */
                text += 3;
        for (guint line = 1; text; line++) {
                char *end = strchr(text, '\n');

                if (end)
                        *end = '\0';
                read_line(&reading, text, line);
                text = end ? end + 1 : NULL;
        }
        return reading.groups;
}

const KeyFileGroup *key_file_find_group(const GPtrArray *groups, const char *name)
{
        for (guint i = 0; i < groups->len; i++) {
                const KeyFileGroup *group = g_ptr_array_index(groups, i);

                if (g_str_equal(group->name, name))
                        return group;
        }
        return NULL;
}

const KeyFileKey *key_file_find_key(const KeyFileGroup *group, const char *name)
{
        return g_hash_table_lookup(group->by_name, name);
}
