/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/pcapng-writer.h"

#include "analyzer/capture/pcapng-format.h"
#include "analyzer/capture/write-fully.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define NANOSECONDS 9 /* 10^-9 */

struct CaptureWriter {
        char *path;
        int fd;
        gboolean is_created; /* the file was not there before */
        guint64 octets;      /* of the complete blocks in the file */
        guint64 frames;
        guint n_interfaces;
        guint64 lost; /* packets that were lost before the last one that was written */
        GByteArray *block;
};

static gboolean set_failure(const CaptureWriter *self, GError **error)
{
        const char *reason = g_strerror(errno);

        if (self->octets == 0)
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: cannot be written: %s", self->path, reason);
        else
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE,
                            "%s: cannot be written any further: %s; it holds %" G_GUINT64_FORMAT
                            " packet%s, %" G_GUINT64_FORMAT " bytes",
                            self->path, reason, self->frames, self->frames == 1 ? "" : "s", self->octets);
        return FALSE;
}

/* Removes a block that was written in part, which would make the file a damaged one. */
static gboolean take_back(CaptureWriter *self, GError **error)
{
        int code = errno;

        if (ftruncate(self->fd, (off_t) self->octets) != 0)
                g_debug("%s: %s", self->path, g_strerror(errno)); /* it is a device or a pipe */
        errno = code;
        return set_failure(self, error);
}

/* Writes a block at once, so that whoever reads the file meanwhile, or after the program was killed, finds complete
 * blocks. */
static gboolean write_block(CaptureWriter *self, GError **error)
{
        if (write_fully(self->fd, self->block->data, self->block->len) < self->block->len)
                return take_back(self, error);
        self->octets += self->block->len;
        return TRUE;
}

CaptureWriter *capture_writer_new(const char *path, GError **error)
{
        g_autoptr(CaptureWriter) self = g_new0(CaptureWriter, 1);

        self->path = g_strdup(path);
        self->block = g_byte_array_new();
        self->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        self->is_created = self->fd >= 0;
        if (self->fd < 0 && errno == EEXIST)
                self->fd = open(path, O_WRONLY | O_CLOEXEC);
        if (self->fd < 0 && errno == ENOENT) { /* a link to a file that does not exist */
                self->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
                self->is_created = self->fd >= 0;
        }
        if (self->fd < 0) {
                set_failure(self, error);
                return NULL;
        }
        return g_steal_pointer(&self);
}

gboolean capture_writer_writes(const CaptureWriter *self, const struct stat *status)
{
        struct stat own;

        return fstat(self->fd, &own) == 0 && S_ISREG(own.st_mode) && own.st_dev == status->st_dev &&
               own.st_ino == status->st_ino;
}

void capture_writer_abandon(CaptureWriter *self)
{
        g_autofree char *file = g_new(char, PATH_MAX);

        if (self->is_created && realpath(self->path, file))
                unlink(file);
}

gboolean capture_writer_begin(CaptureWriter *self, const char *application, GError **error)
{
        struct stat status;

        if (fstat(self->fd, &status) == 0 && S_ISREG(status.st_mode) && ftruncate(self->fd, 0) != 0)
                return set_failure(self, error);
        pcapng_block_set_section(self->block, application);
        return write_block(self, error);
}

gboolean capture_writer_add_interface(
        CaptureWriter *self, const CaptureInterface *interface, const char *filter, guint *ret_index, GError **error)
{
        pcapng_block_set_interface(self->block, interface, filter, NANOSECONDS);
        if (!write_block(self, error))
                return FALSE;
        *ret_index = self->n_interfaces++;
        return TRUE;
}

gboolean capture_writer_add_frame(CaptureWriter *self, const CaptureFrame *frame, const char *comment, GError **error)
{
        if (!frame->is_packet) /* it would become a packet of the first interface */
                return TRUE;
        pcapng_block_set_packet(self->block, frame, (guint64) frame->time, 0, frame->lost - self->lost, comment);
        self->lost = frame->lost;
        if (!write_block(self, error))
                return FALSE;
        self->frames++;
        return TRUE;
}

gboolean capture_writer_finish(CaptureWriter *self, guint64 received, guint64 dropped, GError **error)
{
        int result;

        for (guint i = 0; i < self->n_interfaces; i++) {
                guint64 now = (guint64) g_get_real_time() * 1000;

                pcapng_block_begin(self->block, PCAPNG_STATISTICS);
                pcapng_block_add_u32(self->block, i);
                pcapng_block_add_u32(self->block, (guint32) (now >> 32));
                pcapng_block_add_u32(self->block, (guint32) now);
                if (received != G_MAXUINT64)
                        pcapng_block_add_option(self->block, PCAPNG_OPTION_RECEIVED, &received, sizeof received);
                if (dropped != G_MAXUINT64)
                        pcapng_block_add_option(self->block, PCAPNG_OPTION_DROPPED, &dropped, sizeof dropped);
                pcapng_block_add_option(self->block, PCAPNG_OPTION_END, NULL, 0);
                pcapng_block_end(self->block);
                if (!write_block(self, error))
                        return FALSE;
        }
        result = close(self->fd);
        self->fd = -1;
        return result == 0 || set_failure(self, error);
}

void capture_writer_free(CaptureWriter *self)
{
        if (!self)
                return;
        if (self->fd >= 0)
                close(self->fd);
        g_byte_array_unref(self->block);
        g_free(self->path);
        g_free(self);
}
