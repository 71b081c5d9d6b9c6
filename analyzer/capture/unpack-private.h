/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The decoders of the formats, as unpack.c uses them. */
#pragma once

#include <glib.h>

/* The octets given to a decoder, and the room for its output. It moves both begins past what it has used. */
typedef struct {
        const guint8 *begin, *end;
} UnpackInput;
typedef struct {
        guint8 *begin, *end;
} UnpackOutput;

typedef enum {
        UNPACK_GOES_ON,
        UNPACK_ENDS,      /* a stream is complete; another may follow */
        UNPACK_DAMAGED,   /* the output of earlier calls is good */
        UNPACK_TOO_LARGE, /* it needs more memory than is allowed */
} UnpackStatus;

typedef struct {
        const char *name;
        guint8 magic[6];
        gsize magic_length;
        gpointer (*open)(gsize memory_limit); /* octets; 0: the decoder's own limit. Never fails. */
        /* Prepares for the next stream. NULL if the decoder does that by itself. */
        void (*reset)(gpointer decoder);
        UnpackStatus (*run)(gpointer decoder, UnpackInput *input, UnpackOutput *output);
        void (*close)(gpointer decoder);
        gboolean ignores_trailer; /* what follows a stream, and is not another one, is padding, as for the format's tool
                                   */
} UnpackFormat;

extern const UnpackFormat unpack_gzip, unpack_xz, unpack_zstd, unpack_lz4;
