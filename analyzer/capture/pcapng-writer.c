/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/pcapng-writer.h"

#include "analyzer/capture/pcapng-format.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define NANOSECONDS 9 /* 10^-9 */

struct CaptureWriter {
        char *path;
        int fd;
        guint n_interfaces;
        guint64 lost; /* packets, before the last one written */
        GByteArray *block;
};

static gboolean set_failure(const CaptureWriter *self, GError **error)
{
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: cannot be written: %s", self->path,
                    g_strerror(errno));
        return FALSE;
}

/* One block, one write: whoever reads the file meanwhile, or after a kill, finds whole blocks. */
static gboolean write_block(CaptureWriter *self, GError **error)
{
        const guint8 *p = self->block->data;

        for (gsize left = self->block->len; left > 0;) {
                gssize n = write(self->fd, p, left);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return set_failure(self, error);
                p += n;
                left -= (gsize) n;
        }
        return TRUE;
}

CaptureWriter *capture_writer_new(const char *path, const char *application, GError **error)
{
        g_autoptr(CaptureWriter) self = g_new0(CaptureWriter, 1);

        self->path = g_strdup(path);
        self->block = g_byte_array_new();
        self->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (self->fd < 0) {
                set_failure(self, error);
                return NULL;
        }
        pcapng_block_set_section(self->block, application);
        return write_block(self, error) ? g_steal_pointer(&self) : NULL;
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
        return write_block(self, error);
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
