/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/unpack-private.h"

#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

/* A file may ask for any amount of memory; it gets at most this many octets, unless another limit is set. */
#define XZ_MEMORY_LIMIT (G_GUINT64_CONSTANT(1) << 30)

static gpointer gzip_open(gsize memory_limit)
{
        z_stream *stream = g_new0(z_stream, 1);

        if (inflateInit2(stream, 16 + MAX_WBITS) != Z_OK)
                g_error("zlib cannot be used");
        return stream;
}

static void gzip_reset(gpointer decoder)
{
        inflateReset(decoder);
}

static UnpackStatus gzip_run(gpointer decoder, UnpackInput *input, UnpackOutput *output)
{
        z_stream *stream = decoder;
        int result;

        stream->next_in = (Bytef *) input->begin;
        stream->avail_in = (uInt) (input->end - input->begin);
        stream->next_out = output->begin;
        stream->avail_out = (uInt) MIN((gsize) (output->end - output->begin), G_MAXUINT);
        result = inflate(stream, Z_NO_FLUSH);
        input->begin = stream->next_in;
        output->begin = stream->next_out;
        if (result == Z_STREAM_END)
                return UNPACK_ENDS;
        return result == Z_OK || result == Z_BUF_ERROR ? UNPACK_GOES_ON : UNPACK_DAMAGED;
}

static void gzip_close(gpointer decoder)
{
        inflateEnd(decoder);
        g_free(decoder);
}

const UnpackFormat unpack_gzip = {
        .name = "gzip",
        .magic = {0x1f, 0x8b},
        .magic_length = 2,
        .open = gzip_open,
        .reset = gzip_reset,
        .run = gzip_run,
        .close = gzip_close,
        .ignores_trailer = TRUE,
};

typedef struct {
        lzma_stream stream;
        guint64 memory_limit;
} XzDecoder;

static void xz_reset(gpointer decoder)
{
        XzDecoder *self = decoder;

        if (lzma_stream_decoder(&self->stream, self->memory_limit, 0) != LZMA_OK)
                g_error("liblzma cannot be used");
}

static gpointer xz_open(gsize memory_limit)
{
        XzDecoder *self = g_new0(XzDecoder, 1);

        self->stream = (lzma_stream) LZMA_STREAM_INIT;
        self->memory_limit = memory_limit > 0 ? memory_limit : XZ_MEMORY_LIMIT;
        xz_reset(self);
        return self;
}

static UnpackStatus xz_run(gpointer decoder, UnpackInput *input, UnpackOutput *output)
{
        lzma_stream *stream = &((XzDecoder *) decoder)->stream;
        lzma_ret result;

        /* There may be zeros between two streams, and after the last. */
        if (stream->total_in == 0 && input->begin < input->end && *input->begin == 0) {
                while (input->begin < input->end && *input->begin == 0)
                        input->begin++;
                return UNPACK_ENDS;
        }
        stream->next_in = input->begin;
        stream->avail_in = (size_t) (input->end - input->begin);
        stream->next_out = output->begin;
        stream->avail_out = (size_t) (output->end - output->begin);
        result = lzma_code(stream, LZMA_RUN);
        input->begin = stream->next_in;
        output->begin = stream->next_out;
        switch (result) {
        case LZMA_OK:
        case LZMA_BUF_ERROR:
                return UNPACK_GOES_ON;
        case LZMA_STREAM_END:
                return UNPACK_ENDS;
        case LZMA_MEM_ERROR:
        case LZMA_MEMLIMIT_ERROR:
                return UNPACK_TOO_LARGE;
        default:
                return UNPACK_DAMAGED;
        }
}

static void xz_close(gpointer decoder)
{
        lzma_end(&((XzDecoder *) decoder)->stream);
        g_free(decoder);
}

const UnpackFormat unpack_xz = {
        .name = "xz",
        .magic = {0xfd, '7', 'z', 'X', 'Z', 0},
        .magic_length = 6,
        .open = xz_open,
        .reset = xz_reset,
        .run = xz_run,
        .close = xz_close,
};

/* A call of zstd or lz4 that meets damage does not say what it has unpacked before the damage. So each call gets only
 * one block: as many octets as the last call asked for, less the header of the next block, which that includes. */
typedef struct {
        gpointer context;
        size_t wanted; /* octets that the last call asked for */
} BlockDecoder;

static size_t limit_input(const BlockDecoder *self, const UnpackInput *input, size_t header)
{
        size_t wanted = self->wanted > header ? self->wanted - header : MAX(self->wanted, 1);

        return MIN(wanted, (size_t) (input->end - input->begin));
}

static gpointer zstd_open(gsize memory_limit)
{
        BlockDecoder *self = g_new0(BlockDecoder, 1);

        if (!(self->context = ZSTD_createDStream()))
                g_error("libzstd cannot be used");
        /* Allows windows up to the largest power of two within the limit. */
        if (memory_limit > 0)
                ZSTD_DCtx_setParameter(self->context, ZSTD_d_windowLogMax,
                                       (int) CLAMP(g_bit_storage(memory_limit) - 1, 10, 27));
        return self;
}

static UnpackStatus zstd_run(gpointer decoder, UnpackInput *input, UnpackOutput *output)
{
        BlockDecoder *self = decoder;
        ZSTD_inBuffer in = {input->begin, limit_input(self, input, 3), 0};
        ZSTD_outBuffer out = {output->begin, (size_t) (output->end - output->begin), 0};
        size_t result = ZSTD_decompressStream(self->context, &out, &in);

        input->begin += in.pos;
        output->begin += out.pos;
        if (ZSTD_isError(result))
                return ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge ? UNPACK_TOO_LARGE :
                                                                                               UNPACK_DAMAGED;
        self->wanted = result;
        return result == 0 ? UNPACK_ENDS : UNPACK_GOES_ON;
}

static void zstd_close(gpointer decoder)
{
        BlockDecoder *self = decoder;

        ZSTD_freeDStream(self->context);
        g_free(self);
}

const UnpackFormat unpack_zstd = {
        .name = "zstd",
        .magic = {0x28, 0xb5, 0x2f, 0xfd},
        .magic_length = 4,
        .open = zstd_open,
        .run = zstd_run,
        .close = zstd_close,
};

static gpointer lz4_open(gsize memory_limit)
{
        BlockDecoder *self = g_new0(BlockDecoder, 1);
        LZ4F_dctx *context = NULL;

        if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)))
                g_error("liblz4 cannot be used");
        self->context = context;
        return self;
}

static UnpackStatus lz4_run(gpointer decoder, UnpackInput *input, UnpackOutput *output)
{
        BlockDecoder *self = decoder;
        size_t in = limit_input(self, input, 4), out = (size_t) (output->end - output->begin);
        size_t result = LZ4F_decompress(self->context, output->begin, &out, input->begin, &in, NULL);

        if (LZ4F_isError(result))
                return UNPACK_DAMAGED;
        input->begin += in;
        output->begin += out;
        self->wanted = result;
        return result == 0 ? UNPACK_ENDS : UNPACK_GOES_ON;
}

static void lz4_close(gpointer decoder)
{
        BlockDecoder *self = decoder;

        LZ4F_freeDecompressionContext(self->context);
        g_free(self);
}

const UnpackFormat unpack_lz4 = {
        .name = "lz4",
        .magic = {0x04, 0x22, 0x4d, 0x18},
        .magic_length = 4,
        .open = lz4_open,
        .run = lz4_run,
        .close = lz4_close,
};
