/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/unpack.h"

#include "analyzer/capture/unpack-private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct Unpacker {
        const UnpackFormat *format;
        gpointer decoder;
        int fd;            /* borrowed */
        UnpackInput input; /* what is left in buffer */
        gboolean at_end;   /* the file has ended */
        gboolean is_limited, is_too_large;
        gboolean between; /* before the first stream, between two, or after the last */
        char *failure;    /* not returned yet */
        guint8 buffer[64 * 1024];
};

static const UnpackFormat *const formats[] = {&unpack_gzip, &unpack_xz, &unpack_zstd, &unpack_lz4};

/* Among the frames of zstd and lz4 there may be skippable frames, which decoders ignore: a magic number, four octets of
 * length, and any content (RFC 8878 section 3.1.2). */
#define SKIPPABLE_HEADER 8
#define MAX_SKIPPED 1024

static gboolean is_skippable(const guint8 *header)
{
        return (header[0] & 0xf0) == 0x50 && header[1] == 0x2a && header[2] == 0x4d && header[3] == 0x18;
}

static const UnpackFormat *find_format(const guint8 *octets, gsize length)
{
        for (guint i = 0; i < G_N_ELEMENTS(formats); i++)
                if (length >= formats[i]->magic_length &&
                    memcmp(octets, formats[i]->magic, formats[i]->magic_length) == 0)
                        return formats[i];
        return NULL;
}

gboolean unpacker_detect_head(const guint8 *octets, gsize length)
{
        return find_format(octets, length) || (length >= UNPACKER_MAGIC_SIZE && is_skippable(octets));
}

const char *unpacker_detect(int fd)
{
        guint8 header[SKIPPABLE_HEADER];
        off_t offset = 0;

        for (guint skipped = 0; skipped < MAX_SKIPPED; skipped++) {
                gssize n = pread(fd, header, sizeof header, offset);
                const UnpackFormat *format = find_format(header, (gsize) MAX(n, 0));

                if (format)
                        return format->name;
                if (n < (gssize) sizeof header || !is_skippable(header))
                        return NULL;
                offset += SKIPPABLE_HEADER +
                          (off_t) (header[4] | header[5] << 8 | header[6] << 16 | (guint32) header[7] << 24);
        }
        return NULL;
}

Unpacker *unpacker_new(const char *name, int fd, gsize memory_limit)
{
        Unpacker *self = g_new0(Unpacker, 1);

        for (guint i = 0; i < G_N_ELEMENTS(formats); i++)
                if (g_str_equal(formats[i]->name, name))
                        self->format = formats[i];
        self->is_limited = memory_limit > 0;
        self->decoder = self->format->open(memory_limit);
        self->fd = fd;
        self->input.begin = self->input.end = self->buffer;
        self->between = TRUE;
        return self;
}

void unpacker_free(Unpacker *self)
{
        if (!self)
                return;
        self->format->close(self->decoder);
        g_free(self->failure);
        g_free(self);
}

/* Reads more after what is left. Returns FALSE with failure set if the file cannot be read. */
static gboolean fill(Unpacker *self)
{
        gsize left = (gsize) (self->input.end - self->input.begin);
        gssize n;

        memmove(self->buffer, self->input.begin, left);
        self->input.begin = self->buffer;
        self->input.end = self->buffer + left;
        do
                n = read(self->fd, self->buffer + left, sizeof self->buffer - left);
        while (n < 0 && errno == EINTR);
        if (n < 0) {
                self->failure = g_strdup(g_strerror(errno));
                return FALSE;
        }
        self->input.end += n;
        self->at_end = n == 0;
        return TRUE;
}

/* Whether no other stream follows. */
static gboolean is_over(const Unpacker *self)
{
        gsize left = (gsize) (self->input.end - self->input.begin);

        if (!self->format->ignores_trailer)
                return left == 0;
        return left < self->format->magic_length ||
               memcmp(self->input.begin, self->format->magic, self->format->magic_length) != 0;
}

/* Runs one step of the decoder, which may have no output. */
static void advance(Unpacker *self, UnpackOutput *output)
{
        const guint8 *in = self->input.begin, *out = output->begin;
        UnpackStatus status = self->format->run(self->decoder, &self->input, output);
        gboolean stands = self->input.begin == in && output->begin == out;

        self->between = status == UNPACK_ENDS || (self->between && self->input.begin == in);
        if (status == UNPACK_ENDS && self->format->reset)
                self->format->reset(self->decoder);
        else if (status == UNPACK_DAMAGED)
                self->failure = g_strdup_printf("the %s stream is corrupt", self->format->name);
        else if ((self->is_too_large = status == UNPACK_TOO_LARGE))
                self->failure = g_strdup_printf("the %s stream asks for too much memory%s", self->format->name,
                                                self->is_limited ? " (see --memory-limit)" : "");
        else if (status == UNPACK_GOES_ON && stands && self->at_end && !self->between)
                self->failure = g_strdup_printf("the %s stream is cut short", self->format->name);
        else if (stands && self->input.end - self->input.begin == sizeof self->buffer)
                self->failure = g_strdup_printf("the %s stream is corrupt", self->format->name);
}

gssize unpacker_read(Unpacker *self, guint8 *octets, gsize size, char **ret_failure)
{
        UnpackOutput output = {octets, octets + size};

        while (output.begin == octets && !self->failure) {
                /* Read enough to see whether another stream begins. */
                while (self->input.end - self->input.begin < (gssize) self->format->magic_length && !self->at_end)
                        if (!fill(self))
                                break;
                if (self->failure || (self->between && is_over(self)))
                        break;
                advance(self, &output);
                if (output.begin == octets && !self->failure && !self->at_end && !fill(self))
                        break;
        }
        if (output.begin > octets)
                return output.begin - octets;
        if (!self->failure)
                return 0;
        *ret_failure = g_steal_pointer(&self->failure);
        return -1;
}

gboolean unpacker_is_too_large(const Unpacker *self)
{
        return self->is_too_large;
}
