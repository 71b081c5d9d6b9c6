/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For input.c. */
#pragma once

#include <glib.h>

typedef struct Gzip Gzip;

Gzip *gzip_new(int fd); /* fd is borrowed, and stands at its beginning */
void gzip_free(Gzip *gzip);
void gzip_rewind(Gzip *gzip); /* the caller has rewound fd */
/* Unpacks at most size octets; 0 at the end; -1 with ret_failure (transfer: full) where the stream is damaged. */
gssize gzip_read(Gzip *gzip, guint8 *octets, gsize size, char **ret_failure);
