/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/input.h"

#include "analyzer/capture/input-pipe.h"
#include "analyzer/capture/input-spool.h"
#include "analyzer/capture/source-private.h"
#include "analyzer/capture/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Octets read at a time: small enough that they are still in the second-level cache when they are decoded. */
#define CHUNK (256 * 1024)

struct Input {
        char *name;
        int fd;             /* -1: memory */
        struct stat opened; /* what was opened, even if it was then copied to a temporary file */
        guint64 size;
        const char *compression; /* NULL: none */
        Unpacker *unpacker;
        InputPipe *pipe;               /* instead of fd if a pipe is read as it comes */
        guint8 *buffer;                /* owned, unless is_memory */
        gsize capacity, start, filled; /* octets [start, filled) are not consumed yet */
        guint8 *head;                  /* see input_take_head(); NULL until it is called */
        guint64 offset;
        gboolean at_end, is_memory;
        char *failure;
};

static void open_compressed(Input *self)
{
        g_clear_pointer(&self->unpacker, unpacker_free);
        self->unpacker = unpacker_new(self->compression, self->fd, capture_get_memory_limit() / 4);
}

/* Looks at the first octets of the file, and leaves it at its beginning. */
static gboolean detect_compression(Input *self, GError **error)
{
        guint8 first;
        gssize n = pread(self->fd, &first, 1, 0);

        if (n < 0) {
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: cannot be read: %s", self->name,
                            g_strerror(errno));
                return FALSE;
        }
        if (n == 0) {
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: empty file", self->name);
                return FALSE;
        }
        self->compression = unpacker_detect(self->fd);
        if (self->compression)
                open_compressed(self);
        return TRUE;
}

static void fill(Input *self)
{
        gssize n;

        if (self->pipe)
                n = input_pipe_read(self->pipe, self->buffer + self->filled, self->capacity - self->filled);
        else if (self->unpacker)
                n = unpacker_read(self->unpacker, self->buffer + self->filled, self->capacity - self->filled,
                                  &self->failure);
        else
                do
                        n = read(self->fd, self->buffer + self->filled, self->capacity - self->filled);
                while (n < 0 && errno == EINTR);
        if (n < 0 && !self->failure)
                self->failure = g_strdup(g_strerror(errno));
        if (n <= 0)
                self->at_end = TRUE;
        else
                self->filled += (gsize) n;
}

/* Reads the first octets of a pipe into the buffer. Returns FALSE with error set if there are none. */
static gboolean open_pipe(Input *self, GError **error)
{
        self->pipe = input_pipe_new(self->fd);
        self->fd = -1;
        while (self->filled < UNPACKER_MAGIC_SIZE && !self->at_end)
                fill(self);
        if (self->filled > 0)
                return TRUE;
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: %s", self->name,
                    self->failure ? self->failure : "empty file");
        return FALSE;
}

/* Replaces the pipe by a temporary file with the same octets. */
static gboolean spool_pipe(Input *self, GError **error)
{
        self->fd = input_spool(input_pipe_get_fd(self->pipe), self->buffer, self->filled, self->name, error);
        g_clear_pointer(&self->pipe, input_pipe_free);
        self->filled = 0;
        self->at_end = FALSE;
        return self->fd >= 0;
}

/* Takes over fd, which stands at its beginning; if it is -1, error is set already, and NULL is returned. */
static Input *input_new(int fd, const char *name, gboolean is_pipe, gboolean as_it_comes, GError **error)
{
        g_autoptr(Input) self = g_new0(Input, 1);
        struct stat status;

        self->name = g_strdup(name);
        self->fd = fd;
        self->capacity = CHUNK;
        self->buffer = g_malloc(self->capacity);
        if (self->fd < 0)
                return NULL;
        if (fstat(self->fd, &self->opened) != 0) {
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: %s", self->name, g_strerror(errno));
                return NULL;
        }
        if (is_pipe) {
                if (!open_pipe(self, error))
                        return NULL;
                /* A compressed pipe is not read as it comes: compressors collect much before they write anything. */
                if (as_it_comes && !unpacker_detect_head(self->buffer, self->filled))
                        return g_steal_pointer(&self);
                if (!spool_pipe(self, error))
                        return NULL;
        }
        if (fstat(self->fd, &status) != 0) {
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: %s", self->name, g_strerror(errno));
                return NULL;
        }
        self->size = (guint64) status.st_size;
        return detect_compression(self, error) ? g_steal_pointer(&self) : NULL;
}

Input *input_open(const char *path, gboolean as_it_comes, GError **error)
{
        const char *name = g_str_equal(path, "-") ? "standard input" : path;
        gboolean is_pipe = FALSE;
        int fd = input_open_fd(path, &is_pipe, error);

        return input_new(fd, name, is_pipe, as_it_comes, error);
}

/* Opens the file by way of /proc: this works even for an unnamed file, and gives a position of its own. */
Input *input_open_again(const Input *other, GError **error)
{
        g_autofree char *path = NULL;
        int fd;

        if (other->is_memory)
                return input_open_memory(other->buffer, other->size);
        path = g_strdup_printf("/proc/self/fd/%d", other->fd);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: cannot be read again: %s", other->name,
                            g_strerror(errno));
        return input_new(fd, other->name, FALSE, FALSE, error);
}

Input *input_open_memory(const guint8 *octets, gsize length)
{
        Input *self = g_new0(Input, 1);

        self->name = g_strdup("memory");
        self->fd = -1;
        self->is_memory = TRUE;
        self->buffer = (guint8 *) octets;
        self->size = self->capacity = self->filled = length;
        self->at_end = TRUE;
        return self;
}

void input_free(Input *self)
{
        if (!self)
                return;
        unpacker_free(self->unpacker);
        input_pipe_free(self->pipe);
        if (self->fd >= 0)
                close(self->fd);
        if (!self->is_memory)
                g_free(self->buffer);
        g_free(self->head);
        g_free(self->failure);
        g_free(self->name);
        g_free(self);
}

void input_rewind(Input *self)
{
        self->start = 0;
        self->offset = 0;
        g_clear_pointer(&self->failure, g_free);
        if (self->is_memory)
                return;
        self->filled = 0;
        self->at_end = FALSE;
        lseek(self->fd, 0, SEEK_SET);
        if (self->compression)
                open_compressed(self);
}

const guint8 *input_peek(Input *self, gsize n, gsize *ret_left)
{
        if (self->filled - self->start < n && !self->at_end) {
                /* What is left moves to the front once per buffer, not once per block. */
                memmove(self->buffer, self->buffer + self->start, self->filled - self->start);
                self->filled -= self->start;
                self->start = 0;
                if (n > self->capacity && n <= INPUT_MAX_PEEK) {
                        gsize capacity = MAX(n, 2 * self->capacity);
                        guint8 *larger = g_try_realloc(self->buffer, capacity);

                        if (larger) {
                                self->buffer = larger;
                                self->capacity = capacity;
                        }
                }
                while (self->filled < MIN(n, self->capacity) && !self->at_end)
                        fill(self);
        }
        if (ret_left)
                *ret_left = self->filled - self->start;
        return self->filled - self->start >= n ? self->buffer + self->start : NULL;
}

void input_consume(Input *self, gsize n)
{
        self->start += n;
        self->offset += n;
}

static gboolean skip(Input *self, gsize n)
{
        while (n > 0) {
                gsize left, step = MIN(n, CHUNK);

                if (!input_peek(self, step, &left)) {
                        input_consume(self, left);
                        return FALSE;
                }
                input_consume(self, step);
                n -= step;
        }
        return TRUE;
}

const guint8 *input_take_head(Input *self, gsize n, gsize head)
{
        const guint8 *octets = input_peek(self, head, NULL);

        if (!octets)
                return NULL;
        if (!self->head)
                self->head = g_malloc(INPUT_MAX_HEAD);
        memcpy(self->head, octets, head);
        input_consume(self, head);
        return skip(self, n - head) ? self->head : NULL;
}

guint64 input_get_offset(const Input *self)
{
        return self->offset;
}

guint64 input_get_end(const Input *self)
{
        return self->offset + (self->filled - self->start);
}

const char *input_get_error(const Input *self)
{
        return self->failure;
}

gboolean input_is_too_large(const Input *self)
{
        return self->unpacker && unpacker_is_too_large(self->unpacker);
}

const char *input_get_compression(const Input *self)
{
        return self->compression;
}

const char *input_get_name(const Input *self)
{
        return self->name;
}

gboolean input_is_file(const Input *self, const struct stat *status)
{
        return S_ISREG(self->opened.st_mode) && S_ISREG(status->st_mode) && self->opened.st_dev == status->st_dev &&
               self->opened.st_ino == status->st_ino;
}

gboolean input_is_pipe(const Input *self)
{
        return self->pipe != NULL;
}

gboolean input_has_more(const Input *self, gsize enough)
{
        return !self->pipe || self->at_end || self->filled - self->start >= enough || !input_pipe_is_empty(self->pipe);
}

void input_stop(Input *self)
{
        input_pipe_stop(self->pipe);
}

gboolean input_was_stopped(const Input *self)
{
        return self->pipe && input_pipe_was_stopped(self->pipe);
}

void input_get_progress(const Input *self, guint64 *ret_done, guint64 *ret_total)
{
        if (self->pipe)
                return;
        *ret_total = self->size;
        *ret_done = self->compression ? (guint64) MAX(lseek(self->fd, 0, SEEK_CUR), 0) : self->offset;
}
