/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/input.h"

#include "analyzer/capture/input-gzip.h"
#include "analyzer/capture/input-pipe.h"
#include "analyzer/capture/input-spool.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What fits beside the rest into the second level of cache. */
#define CHUNK (256 * 1024)
/* Whoever asks for more than fits gets room for most that there is, so that it need not grow again. */
#define LARGE_CHUNK (17 * 1024 * 1024)

struct Input {
        char *name;
        int fd; /* -1: memory */
        guint64 size;
        const guint8 *unpacked; /* the rest of the archive's last block */
        gsize n_unpacked;
        struct archive *archive; /* xz, zstd, lz4 */
        Gzip *gzip;
        InputPipe *pipe; /* instead of fd: read as it comes */
        const char *compression;
        guint8 *buffer; /* owned, but for memory */
        gsize capacity, start, filled; /* octets [start, filled) are not consumed yet */
        guint64 offset;
        gboolean at_end, is_memory;
        char *failure;
};

static const struct {
        const char *name;
        guint8 magic[6];
        guint length;
} compressions[] = {
        {"gzip", {0x1f, 0x8b}, 2},
        {"xz", {0xfd, '7', 'z', 'X', 'Z', 0}, 6},
        {"zstd", {0x28, 0xb5, 0x2f, 0xfd}, 4},
        {"lz4", {0x04, 0x22, 0x4d, 0x18}, 4},
};

static gboolean open_compressed(Input *self, GError **error)
{
        struct archive_entry *entry;

        if (g_str_equal(self->compression, "gzip")) {
                if (!self->gzip)
                        self->gzip = gzip_new(self->fd);
                gzip_rewind(self->gzip);
                return TRUE;
        }
        self->n_unpacked = 0;
        self->archive = archive_read_new();
        archive_read_support_filter_xz(self->archive);
        archive_read_support_filter_zstd(self->archive);
        archive_read_support_filter_lz4(self->archive);
        archive_read_support_format_raw(self->archive);
        archive_read_support_format_empty(self->archive);
        if (archive_read_open_fd(self->archive, self->fd, 256 * 1024) == ARCHIVE_OK &&
            archive_read_next_header(self->archive, &entry) == ARCHIVE_OK)
                return TRUE;
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED,
                    "%s: truncated at byte 0, after packet 0: its %s compression is cut short or corrupt", self->name,
                    self->compression);
        return FALSE;
}

#define MAGIC_SIZE 6

static const char *find_compression(const guint8 *octets, gsize n)
{
        for (guint i = 0; i < G_N_ELEMENTS(compressions); i++)
                if (n >= compressions[i].length && memcmp(octets, compressions[i].magic, compressions[i].length) == 0)
                        return compressions[i].name;
        return NULL;
}

/* Looks at the first octets of the file, and leaves it at its beginning. */
static gboolean detect_compression(Input *self, GError **error)
{
        guint8 magic[MAGIC_SIZE];
        gssize n = pread(self->fd, magic, sizeof magic, 0);

        if (n < 0) {
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: cannot be read: %s", self->name, g_strerror(errno));
                return FALSE;
        }
        if (n == 0) {
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: empty file", self->name);
                return FALSE;
        }
        self->compression = find_compression(magic, (gsize) n);
        return !self->compression || open_compressed(self, error);
}

/* A block at a time: archive_read_data() fills its buffer from many, and forgets them all when the last is damaged. */
static gssize read_archive(Input *self, guint8 *buffer, gsize size)
{
        const void *block;
        la_int64_t offset;

        while (self->n_unpacked == 0) {
                int result = archive_read_data_block(self->archive, &block, &self->n_unpacked, &offset);

                if (result != ARCHIVE_OK)
                        self->n_unpacked = 0;
                if (result == ARCHIVE_EOF)
                        return 0;
                if (result != ARCHIVE_OK)
                        return -1;
                self->unpacked = block;
        }
        size = MIN(size, self->n_unpacked);
        memcpy(buffer, self->unpacked, size);
        self->unpacked += size;
        self->n_unpacked -= size;
        return (gssize) size;
}

static void fill(Input *self)
{
        gssize n;

        if (self->pipe)
                n = input_pipe_read(self->pipe, self->buffer + self->filled, self->capacity - self->filled);
        else if (self->gzip)
                n = gzip_read(self->gzip, self->buffer + self->filled, self->capacity - self->filled, &self->failure);
        else if (self->archive)
                n = read_archive(self, self->buffer + self->filled, self->capacity - self->filled);
        else
                do
                        n = read(self->fd, self->buffer + self->filled, self->capacity - self->filled);
                while (n < 0 && errno == EINTR);
        if (n < 0 && !self->failure) {
                self->failure = g_strdup(self->archive ? archive_error_string(self->archive) : g_strerror(errno));
                if (!self->failure)
                        self->failure = g_strdup("the compressed data is damaged");
        }
        if (n <= 0)
                self->at_end = TRUE;
        else
                self->filled += (gsize) n;
}

/* The first octets of a pipe are in the buffer then. FALSE: there are none. */
static gboolean open_pipe(Input *self, GError **error)
{
        self->pipe = input_pipe_new(self->fd);
        self->fd = -1;
        while (self->filled < MAGIC_SIZE && !self->at_end)
                fill(self);
        if (self->filled > 0)
                return TRUE;
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: %s", self->name,
                    self->failure ? self->failure : "empty file");
        return FALSE;
}

/* From here on it is a file. */
static gboolean spool_pipe(Input *self, GError **error)
{
        self->fd = input_spool(input_pipe_get_fd(self->pipe), self->buffer, self->filled, self->name, error);
        g_clear_pointer(&self->pipe, input_pipe_free);
        self->filled = 0;
        self->at_end = FALSE;
        return self->fd >= 0;
}

Input *input_open(const char *path, gboolean as_it_comes, GError **error)
{
        g_autoptr(Input) self = g_new0(Input, 1);
        gboolean is_pipe;
        struct stat status;

        self->name = g_strdup(g_str_equal(path, "-") ? "standard input" : path);
        self->capacity = CHUNK;
        self->buffer = g_malloc(self->capacity);
        self->fd = input_open_fd(path, &is_pipe, error);
        if (self->fd < 0)
                return NULL;
        if (is_pipe) {
                if (!open_pipe(self, error))
                        return NULL;
                /* Compressors gather so much before they write that nothing comes at once anyway. */
                if (as_it_comes && !find_compression(self->buffer, self->filled))
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
        if (self->archive)
                archive_read_free(self->archive);
        gzip_free(self->gzip);
        input_pipe_free(self->pipe);
        if (self->fd >= 0)
                close(self->fd);
        if (!self->is_memory)
                g_free(self->buffer);
        g_free(self->failure);
        g_free(self->name);
        g_free(self);
}

gboolean input_rewind(Input *self, GError **error)
{
        self->start = 0;
        self->offset = 0;
        g_clear_pointer(&self->failure, g_free);
        if (self->is_memory)
                return TRUE;
        self->filled = 0;
        self->at_end = FALSE;
        if (self->archive)
                archive_read_free(g_steal_pointer(&self->archive));
        lseek(self->fd, 0, SEEK_SET);
        return !self->compression || open_compressed(self, error);
}

const guint8 *input_peek(Input *self, gsize n, gsize *ret_left)
{
        if (self->filled - self->start < n && !self->at_end) {
                /* What is left moves to the front once a buffer, not once a block. */
                memmove(self->buffer, self->buffer + self->start, self->filled - self->start);
                self->filled -= self->start;
                self->start = 0;
                if (n > self->capacity && n <= INPUT_MAX_PEEK) {
                        gsize capacity = MAX(n, LARGE_CHUNK);
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

const char *input_get_compression(const Input *self)
{
        return self->compression;
}

const char *input_get_name(const Input *self)
{
        return self->name;
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
