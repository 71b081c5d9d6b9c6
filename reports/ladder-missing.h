/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is missing from a TCP conversation, as far as a packet shows it and later ones tell what became of
 * it. */
#pragma once

#include "analyzer/timeline/record.h"

G_BEGIN_DECLS

/* What is known of both sides so far. Zero-initialise for a conversation. */
typedef struct {
        struct {
                gboolean has_end;
                guint32 end; /* relative: after the highest byte seen */
        } sides[2];
} MissingState;

typedef struct {
        guint32 first, last;  /* relative numbers of the bytes */
        gboolean is_reversed; /* the packet's receiver sent them */
        guint64 resent;       /* the frame that begins to send them again; 0: none does */
} Missing;

/* TRUE where record, whose later ones follow it, shows that bytes before it are missing. Bytes that only
 * come later, out of order, are not. */
gboolean ladder_missing_find(MissingState *state, const Record *const *record, guint n_records, Missing *ret_missing);

G_END_DECLS
