/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record as the comment of its packet in a pcapng file: what Wireshark shows beside it. */
#pragma once

#include "analyzer/timeline/record.h"

G_BEGIN_DECLS

typedef enum {
        COMMENT_LABEL,       /* the label */
        COMMENT_EXPLANATION, /* the label, and from the next line on the explanation, if the record has one
                              */
        COMMENT_PHASE,       /* the phase alone */
} CommentContent;

/* Appends valid UTF-8 of at most limit octets, without control characters but line feeds; those of the wire
 * are written as escapes. What is longer is cut and ends with an ellipsis. */
void comment_append(GString *comment, const Record *record, CommentContent content, gsize limit);

G_END_DECLS
