/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record as the comment of its packet in a pcapng file, which Wireshark shows beside the packet. */
#pragma once

#include "analyzer/timeline/record.h"

G_BEGIN_DECLS

typedef enum {
        COMMENT_LABEL,       /* the label */
        COMMENT_EXPLANATION, /* the label, then the explanation from the next line on, if the record has one */
        COMMENT_PHASE,       /* the phase alone */
} CommentContent;

/* Appends valid UTF-8 of at most limit octets, which must be at least 3. Its only control characters are the line feeds
 * between label and points; those from the wire are escaped. Longer comments are cut and end with an ellipsis. */
void comment_append(GString *comment, const Record *record, CommentContent content, gsize limit);

G_END_DECLS
