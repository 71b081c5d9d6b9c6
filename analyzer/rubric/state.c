/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/rubric/state.h"

#include "analyzer/rubric/rubric.h"

#include <sqlite3.h>

/* "chsn": SQLite stores this in the file's header, so that the program knows its own state files. */
#define APPLICATION_ID "0x6368736e"

struct State {
        char *path, *question;
        sqlite3 *database;
        sqlite3_stmt *find, *keep;
};

static gboolean state_error(const State *self, GError **error)
{
        int code = sqlite3_errcode(self->database);

        g_set_error(error, RUBRIC_ERROR, RUBRIC_ERROR_STATE, "%s: %s", self->path,
                    code == SQLITE_BUSY || code == SQLITE_LOCKED ? "another chatsniff is using this state file" :
                    code == SQLITE_NOTADB                        ? "this is not a state file" :
                    code == SQLITE_CORRUPT ? "the state file is damaged; delete it, and everything is checked again" :
                                             sqlite3_errmsg(self->database));
        return FALSE;
}

static gboolean run(State *self, const char *sql, GError **error)
{
        return sqlite3_exec(self->database, sql, NULL, NULL, NULL) == SQLITE_OK ? TRUE : state_error(self, error);
}

static int take_number(void *data, int n, char **values, char **names)
{
        *(gint64 *) data = n > 0 && values[0] ? g_ascii_strtoll(values[0], NULL, 10) : 0;
        return 0;
}

/* Refuses the database of another program. */
static gboolean check_owner(State *self, GError **error)
{
        gint64 owner = 0, tables = 0;

        if (sqlite3_exec(self->database, "PRAGMA application_id", take_number, &owner, NULL) != SQLITE_OK ||
            sqlite3_exec(self->database, "SELECT count(*) FROM sqlite_master", take_number, &tables, NULL) != SQLITE_OK)
                return state_error(self, error);
        if (tables == 0 || owner == g_ascii_strtoll(APPLICATION_ID, NULL, 0))
                return TRUE;
        g_set_error(error, RUBRIC_ERROR, RUBRIC_ERROR_STATE, "%s: this is the database of another program", self->path);
        return FALSE;
}

static gboolean prepare(State *self, GError **error)
{
        /* Only one process may use the file, so SQLite needs no shared memory. A result that is written survives a
         * crash of the process, but not always a power failure. */
        return run(self, "PRAGMA locking_mode = EXCLUSIVE;", error) && check_owner(self, error) &&
               run(self, "PRAGMA synchronous = NORMAL; PRAGMA journal_mode = WAL;", error) &&
               run(self,
                   "PRAGMA application_id = " APPLICATION_ID ";"
                   "CREATE TABLE IF NOT EXISTS results ("
                   "question TEXT NOT NULL, capture TEXT NOT NULL, result BLOB NOT NULL,"
                   "PRIMARY KEY (question, capture)) WITHOUT ROWID;",
                   error) &&
               (sqlite3_prepare_v2(self->database, "SELECT result FROM results WHERE question = ? AND capture = ?", -1,
                                   &self->find, NULL) == SQLITE_OK &&
                                sqlite3_prepare_v2(self->database, "REPLACE INTO results VALUES (?, ?, ?)", -1,
                                                   &self->keep, NULL) == SQLITE_OK ?
                        TRUE :
                        state_error(self, error));
}

State *state_open(const char *path, const char *question, GError **error)
{
        g_autoptr(State) self = g_new0(State, 1);

        self->path = g_strdup(path);
        self->question = g_strdup(question);
        if (sqlite3_open_v2(path, &self->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK) {
                state_error(self, error);
                return NULL;
        }
        return prepare(self, error) ? g_steal_pointer(&self) : NULL;
}

void state_close(State *self)
{
        if (!self)
                return;
        sqlite3_finalize(self->find);
        sqlite3_finalize(self->keep);
        sqlite3_close(self->database);
        g_free(self->path);
        g_free(self->question);
        g_free(self);
}

GBytes *state_find(State *self, const char *capture)
{
        GBytes *result = NULL;

        sqlite3_bind_text(self->find, 1, self->question, -1, SQLITE_STATIC);
        sqlite3_bind_text(self->find, 2, capture, -1, SQLITE_STATIC);
        if (sqlite3_step(self->find) == SQLITE_ROW)
                result = g_bytes_new(sqlite3_column_blob(self->find, 0), (gsize) sqlite3_column_bytes(self->find, 0));
        sqlite3_reset(self->find);
        return result;
}

gboolean state_keep(State *self, const char *capture, GBytes *result, GError **error)
{
        gsize length;
        const void *octets = g_bytes_get_data(result, &length);
        gboolean is_kept;

        sqlite3_bind_text(self->keep, 1, self->question, -1, SQLITE_STATIC);
        sqlite3_bind_text(self->keep, 2, capture, -1, SQLITE_STATIC);
        sqlite3_bind_blob64(self->keep, 3, octets, length, SQLITE_STATIC);
        is_kept = sqlite3_step(self->keep) == SQLITE_DONE ? TRUE : state_error(self, error);
        sqlite3_reset(self->keep);
        sqlite3_clear_bindings(self->keep);
        return is_kept;
}
