/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A format's own decoder, as unpack.c sees it. */
#pragma once

#include <glib.h>

/* What a decoder is given, and what it has done with it: both sides move begin forward. */
typedef struct {
        const guint8 *begin, *end;
} UnpackInput;
typedef struct {
        guint8 *begin, *end;
} UnpackOutput;

typedef enum {
        UNPACK_GOES_ON,
        UNPACK_ENDS,      /* a stream is whole; another may follow */
        UNPACK_DAMAGED,   /* what was put out before stays good */
        UNPACK_TOO_LARGE, /* it asks for more memory than it gets */
} UnpackStatus;

typedef struct {
        const char *name;
        guint8 magic[6];
        gsize magic_length;
        gpointer (*open)(gsize memory_limit); /* never fails; 0: a limit of its own */
        /* Ready for the next stream. NULL: it is by itself. */
        void (*reset)(gpointer decoder);
        UnpackStatus (*run)(gpointer decoder, UnpackInput *input, UnpackOutput *output);
        void (*close)(gpointer decoder);
        gboolean ignores_trailer; /* as its own tool does: what follows a stream is padding unless it is another one */
} UnpackFormat;

extern const UnpackFormat unpack_gzip, unpack_xz, unpack_zstd, unpack_lz4;
