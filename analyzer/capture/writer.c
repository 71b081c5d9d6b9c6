/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
        BLOCK_SECTION_HEADER = 0x0a0d0d0a,
        BLOCK_INTERFACE = 1,
        BLOCK_STATISTICS = 5,
        BLOCK_ENHANCED_PACKET = 6,
        OPTION_COMMENT = 1,
        OPTION_NAME = 2,
        OPTION_APPLICATION = 4,
        OPTION_RESOLUTION = 9,
        OPTION_FILTER = 11,
        OPTION_RECEIVED = 4,
        OPTION_DROPPED = 5,
        NANOSECONDS = 9, /* 10^-9 */
};

struct CaptureWriter {
        char *path;
        int fd;
        guint n_interfaces;
        GByteArray *block; /* in the byte order of this host, as the section header says */
};

static void put(CaptureWriter *self, gconstpointer octets, gsize length)
{
        static const guint8 padding[4] = {0};

        g_byte_array_append(self->block, octets, (guint) length);
        g_byte_array_append(self->block, padding, (guint) (-length & 3));
}

static void put_u32(CaptureWriter *self, guint32 value)
{
        put(self, &value, sizeof value);
}

static void put_option(CaptureWriter *self, guint16 code, gconstpointer octets, gsize length)
{
        guint16 head[2];

        /* A length has 16 bits; what is longer is a text, and is cut between two characters. */
        if (length > G_MAXUINT16)
                for (length = G_MAXUINT16; length > 0 && (((const guint8 *) octets)[length] & 0xc0) == 0x80; length--)
                        ;
        head[0] = code;
        head[1] = (guint16) length;

        put(self, head, sizeof head);
        put(self, octets, head[1]);
}

static void begin_block(CaptureWriter *self, guint32 type)
{
        g_byte_array_set_size(self->block, 0);
        put_u32(self, type);
        put_u32(self, 0);
}

/* One block, one write: whoever reads the file meanwhile, or after a kill, finds whole blocks. */
static gboolean end_block(CaptureWriter *self, GError **error)
{
        guint32 total = self->block->len + 4;
        const guint8 *p;
        gsize left;

        put_u32(self, total);
        memcpy(self->block->data + 4, &total, sizeof total);
        for (p = self->block->data, left = self->block->len; left > 0;) {
                gssize n = write(self->fd, p, left);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0) {
                        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: cannot be written: %s", self->path,
                                    g_strerror(errno));
                        return FALSE;
                }
                p += n;
                left -= (gsize) n;
        }
        return TRUE;
}

CaptureWriter *capture_writer_new(const char *path, const char *application, GError **error)
{
        static const guint32 magic = 0x1a2b3c4d;
        static const guint16 version[2] = {1, 0};
        static const gint64 unknown_length = -1;
        g_autoptr(CaptureWriter) self = g_new0(CaptureWriter, 1);

        self->path = g_strdup(path);
        self->block = g_byte_array_new();
        self->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (self->fd < 0) {
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: cannot be written: %s", path, g_strerror(errno));
                return NULL;
        }
        begin_block(self, BLOCK_SECTION_HEADER);
        put(self, &magic, sizeof magic);
        put(self, version, sizeof version);
        put(self, &unknown_length, sizeof unknown_length);
        put_option(self, OPTION_APPLICATION, application, strlen(application));
        put_option(self, 0, NULL, 0);
        return end_block(self, error) ? g_steal_pointer(&self) : NULL;
}

gboolean capture_writer_add_interface(CaptureWriter *self,
                                      const CaptureInterface *interface,
                                      const char *filter,
                                      guint *ret_index,
                                      GError **error)
{
        const guint16 link_type[2] = {interface->link_type, 0};
        const guint8 resolution = NANOSECONDS;

        begin_block(self, BLOCK_INTERFACE);
        put(self, link_type, sizeof link_type);
        put_u32(self, interface->snapshot_length);
        if (interface->name)
                put_option(self, OPTION_NAME, interface->name, strlen(interface->name));
        put_option(self, OPTION_RESOLUTION, &resolution, 1);
        if (filter) {
                g_autofree char *value = g_strconcat("\1", filter, NULL);

                value[0] = 0; /* 0: a libpcap filter string follows */
                put_option(self, OPTION_FILTER, value, strlen(filter) + 1);
        }
        put_option(self, 0, NULL, 0);
        if (!end_block(self, error))
                return FALSE;
        *ret_index = self->n_interfaces++;
        return TRUE;
}

gboolean capture_writer_add_frame(CaptureWriter *self, const CaptureFrame *frame, const char *comment, GError **error)
{
        if (!frame->is_packet) /* it would become a packet of the first interface */
                return TRUE;
        begin_block(self, BLOCK_ENHANCED_PACKET);
        put_u32(self, frame->interface);
        put_u32(self, (guint32) ((guint64) frame->time >> 32));
        put_u32(self, (guint32) frame->time);
        put_u32(self, frame->captured_length);
        put_u32(self, frame->original_length);
        put(self, frame->data, frame->captured_length);
        if (comment) {
                put_option(self, OPTION_COMMENT, comment, strlen(comment));
                put_option(self, 0, NULL, 0);
        }
        return end_block(self, error);
}

gboolean capture_writer_finish(CaptureWriter *self, guint64 received, guint64 dropped, GError **error)
{
        for (guint i = 0; i < self->n_interfaces; i++) {
                guint64 now = (guint64) g_get_real_time() * 1000;

                begin_block(self, BLOCK_STATISTICS);
                put_u32(self, i);
                put_u32(self, (guint32) (now >> 32));
                put_u32(self, (guint32) now);
                if (received != G_MAXUINT64)
                        put_option(self, OPTION_RECEIVED, &received, sizeof received);
                if (dropped != G_MAXUINT64)
                        put_option(self, OPTION_DROPPED, &dropped, sizeof dropped);
                put_option(self, 0, NULL, 0);
                if (!end_block(self, error))
                        return FALSE;
        }
        if (close(self->fd) != 0) {
                self->fd = -1;
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: cannot be written: %s", self->path,
                            g_strerror(errno));
                return FALSE;
        }
        self->fd = -1;
        return TRUE;
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
