/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/session/directory.h"

#include "analyzer/session/budget.h"

#include <string.h>

typedef struct {
        guint64 frame; /* from this one on */
        guint64 again; /* the last one that said the same; at least frame */
        char *name;    /* NULL: the endpoint has no name any more */
} Naming;

typedef struct {
        Endpoint endpoint; /* the key */
        const ChatProtocol *server_of, *peer_of;
        GArray *names; /* Naming, by frame; NULL: it never had a name */
        char *room;    /* NULL: none */
        gsize octets;  /* about how much memory the entry takes */
        GList link;    /* in Directory.oldest_first */
} Entry;

struct Directory {
        GHashTable *entries; /* Entry, which is its own key */
        GQueue oldest_first; /* Entry, least recently updated first */
        MemoryBudget memory;
};

/* In octets: an entry with its share of the hash table; a name, without its text, with its place in the list. */
#define ENTRY_COST (sizeof(Entry) + 64)
#define NAMING_COST (2 * sizeof(Naming) + 16)

static void entry_free(gpointer data)
{
        Entry *entry = data;

        if (entry->names)
                g_array_unref(entry->names);
        g_free(entry->room);
        g_free(entry);
}

static void naming_clear(gpointer data)
{
        g_free(((Naming *) data)->name);
}

Directory *directory_new(gsize memory_limit)
{
        Directory *self = g_new0(Directory, 1);

        self->memory.limit = memory_limit;
        self->entries = g_hash_table_new_full(endpoint_hash, endpoint_equal_keys, NULL, entry_free);
        return self;
}

void directory_free(Directory *self)
{
        if (!self)
                return;
        g_hash_table_unref(self->entries);
        g_free(self);
}

guint64 directory_count_forgotten(const Directory *self)
{
        return self->memory.given_up;
}

static void charge(Directory *self, Entry *entry, gsize octets)
{
        entry->octets += octets;
        self->memory.held += octets;
}

/* Forgets the least recently updated entries until the limit is kept, but never `entry`. */
static void forget_oldest(Directory *self, const Entry *entry)
{
        while (self->memory.held > self->memory.limit && self->oldest_first.head->data != entry) {
                Entry *oldest = g_queue_pop_head_link(&self->oldest_first)->data;

                self->memory.held -= oldest->octets;
                self->memory.given_up++;
                g_hash_table_remove(self->entries, oldest);
        }
}

static Entry *directory_ensure(Directory *self, const Endpoint *endpoint)
{
        Entry *entry = g_hash_table_lookup(self->entries, endpoint);

        if (entry) {
                g_queue_unlink(&self->oldest_first, &entry->link);
        } else {
                entry = g_new0(Entry, 1);
                entry->endpoint = *endpoint;
                entry->link.data = entry;
                g_hash_table_insert(self->entries, &entry->endpoint, entry);
                charge(self, entry, ENTRY_COST);
        }
        g_queue_push_tail_link(&self->oldest_first, &entry->link);
        forget_oldest(self, entry);
        return entry;
}

void directory_add_server(Directory *self, const Endpoint *endpoint, const ChatProtocol *protocol)
{
        directory_ensure(self, endpoint)->server_of = protocol;
}

void directory_add_peer(Directory *self, const Endpoint *endpoint, const ChatProtocol *protocol)
{
        directory_ensure(self, endpoint)->peer_of = protocol;
}

/* The index in names at which a change in this frame belongs: after all that are not later. */
static guint position(const GArray *names, guint64 frame)
{
        guint n = names->len;

        while (n > 0 && g_array_index(names, Naming, n - 1).frame > frame)
                n--;
        return n;
}

static gboolean is_named(const Naming *naming, const char *name, gsize length)
{
        if (!name || !naming->name)
                return !name && !naming->name;
        return strlen(naming->name) == length && memcmp(naming->name, name, length) == 0;
}

/* name is taken over. */
static void insert_naming(Directory *self, Entry *entry, guint64 frame, char *name)
{
        Naming naming = {.frame = frame, .again = frame, .name = name};

        g_array_insert_val(entry->names, position(entry->names, frame), naming);
        charge(self, entry, NAMING_COST + (name ? strlen(name) : 0));
        if (entry->names->len > DIRECTORY_MAX_NAMES) {
                const char *first = g_array_index(entry->names, Naming, 0).name;
                gsize freed = NAMING_COST + (first ? strlen(first) : 0);

                entry->octets -= freed;
                self->memory.held -= freed;
                g_array_remove_index(entry->names, 0);
        }
}

void directory_set_name(Directory *self, const Endpoint *endpoint, guint64 frame, const char *name, gsize length)
{
        Entry *entry = directory_ensure(self, endpoint);
        guint64 again = 0;
        char *old_name = NULL;
        guint n;

        if (!entry->names) {
                entry->names = g_array_new(FALSE, FALSE, sizeof(Naming));
                g_array_set_clear_func(entry->names, naming_clear);
        }
        n = position(entry->names, frame);
        if (n > 0) {
                Naming *before = &g_array_index(entry->names, Naming, n - 1);

                if (is_named(before, name, length)) {
                        before->again = MAX(before->again, frame);
                        return;
                }
                /* What comes late is the endpoint's name only until the frame that says the old one again. */
                if (before->again > frame) {
                        again = before->again;
                        old_name = g_strdup(before->name);
                        before->again = before->frame;
                }
        } else if (!name) {
                return;
        }
        insert_naming(self, entry, frame, g_strndup(name, length));
        if (again > 0)
                insert_naming(self, entry, again, old_name);
        forget_oldest(self, entry);
}

void directory_set_room(Directory *self, const Endpoint *endpoint, const char *room, gsize length)
{
        Entry *entry = directory_ensure(self, endpoint);
        gsize before = entry->room ? strlen(entry->room) : 0;

        g_free(entry->room);
        entry->room = room ? g_strndup(room, length) : NULL;
        entry->octets -= before;
        self->memory.held -= before;
        charge(self, entry, entry->room ? strlen(entry->room) : 0);
        forget_oldest(self, entry);
}

const char *directory_get_room(const Directory *self, const Endpoint *endpoint)
{
        const Entry *entry = g_hash_table_lookup(self->entries, endpoint);

        return entry ? entry->room : NULL;
}

const ChatProtocol *directory_get_server(const Directory *self, const Endpoint *endpoint)
{
        const Entry *entry = g_hash_table_lookup(self->entries, endpoint);

        return entry ? entry->server_of : NULL;
}

const ChatProtocol *directory_get_peer(const Directory *self, const Endpoint *endpoint)
{
        const Entry *entry = g_hash_table_lookup(self->entries, endpoint);

        return entry ? entry->peer_of : NULL;
}

const char *directory_get_name(const Directory *self, const Endpoint *endpoint, guint64 frame)
{
        const Entry *entry = g_hash_table_lookup(self->entries, endpoint);
        guint n = entry && entry->names ? position(entry->names, frame) : 0;

        return n > 0 ? g_array_index(entry->names, Naming, n - 1).name : NULL;
}

const char *directory_get_last_name(const Directory *self, const Endpoint *endpoint)
{
        const Entry *entry = g_hash_table_lookup(self->entries, endpoint);

        for (guint n = entry && entry->names ? entry->names->len : 0; n > 0; n--)
                if (g_array_index(entry->names, Naming, n - 1).name)
                        return g_array_index(entry->names, Naming, n - 1).name;
        return NULL;
}
