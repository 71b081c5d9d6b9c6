/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gzip, through GIO's converter: where a file is cut short, libarchive throws away up to 64 KiB of what it had already
 * unpacked, and a capture whose compression was interrupted is the most common of all damaged ones. */
#include "analyzer/capture/input-gzip.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

struct Gzip {
        int fd; /* borrowed */
        GConverter *inflater;
        guint8 buffer[64 * 1024];
        gsize begin, end;
        gboolean at_end;
        gboolean between; /* at the beginning of a member, or after the last one */
};

Gzip *gzip_new(int fd)
{
        Gzip *self = g_new0(Gzip, 1);

        self->fd = fd;
        self->inflater = G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
        self->between = TRUE;
        return self;
}

void gzip_free(Gzip *self)
{
        if (!self)
                return;
        g_object_unref(self->inflater);
        g_free(self);
}

void gzip_rewind(Gzip *self)
{
        g_converter_reset(self->inflater);
        self->begin = self->end = 0;
        self->at_end = FALSE;
        self->between = TRUE;
}

static gboolean gzip_fill(Gzip *self)
{
        gssize n;

        memmove(self->buffer, self->buffer + self->begin, self->end - self->begin);
        self->end -= self->begin;
        self->begin = 0;
        do
                n = read(self->fd, self->buffer + self->end, sizeof self->buffer - self->end);
        while (n < 0 && errno == EINTR);
        if (n < 0)
                return FALSE;
        self->end += (gsize) n;
        self->at_end = n == 0;
        return TRUE;
}

gssize gzip_read(Gzip *self, guint8 *octets, gsize size, char **ret_failure)
{
        for (;;) {
                g_autoptr(GError) reason = NULL;
                gsize taken = 0, written = 0;
                GConverterResult result;

                while (self->end - self->begin < 2 && !self->at_end)
                        if (!gzip_fill(self)) {
                                *ret_failure = g_strdup(g_strerror(errno));
                                return -1;
                        }
                /* As gzip itself does: what follows the last member is padding unless it is another one. */
                if (self->between && (self->end - self->begin < 2 || self->buffer[self->begin] != 0x1f ||
                                      self->buffer[self->begin + 1] != 0x8b))
                        return 0;
                self->between = FALSE;
                result = g_converter_convert(self->inflater, self->buffer + self->begin, self->end - self->begin, octets, size,
                                             G_CONVERTER_NO_FLAGS, &taken, &written, &reason);
                self->begin += taken;
                if (result == G_CONVERTER_FINISHED) {
                        g_converter_reset(self->inflater);
                        self->between = TRUE;
                } else if (result == G_CONVERTER_ERROR) {
                        gboolean hungry = g_error_matches(reason, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);

                        if (hungry && !self->at_end && gzip_fill(self) && !self->at_end)
                                continue;
                        *ret_failure = g_strdup(hungry ? "the gzip stream is cut short" : "the gzip stream is corrupt");
                        return -1;
                }
                if (written > 0)
                        return (gssize) written;
        }
}
