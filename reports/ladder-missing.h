/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds bytes that are missing from a TCP conversation, and whether they were sent again later. */
#pragma once

#include "analyzer/timeline/record.h"

G_BEGIN_DECLS

/* What is known of both sides so far. Zero-initialise it for each conversation. */
typedef struct {
        struct {
                gboolean has_end;
                guint32 end; /* the relative sequence number after the highest byte seen */
        } sides[2];
} MissingState;

typedef struct {
        guint32 first, last;  /* the relative sequence numbers of the missing bytes */
        gboolean is_reversed; /* the receiver of the packet that shows it had sent them */
        guint64 resent;       /* the frame that begins to send them again; 0: none does */
} Missing;

/* Whether *record shows that bytes before it are missing. record points into an array, with n_records records from
 * there to its end, which are needed to see what came later: bytes that only arrived out of order are not missing.
 * ret_missing is untouched if FALSE. */
gboolean ladder_missing_find(MissingState *state, const Record *const *record, guint n_records, Missing *ret_missing);

G_END_DECLS
