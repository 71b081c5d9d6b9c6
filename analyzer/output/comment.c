/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/output/comment.h"

#include "analyzer/output/escape.h"

#include <string.h>

#define ELLIPSIS "…"

/* Appends the points of an explanation, each on a line of its own. Every comment repeats what is general, because a
 * reader may see any of them first. */
static void append_points(GString *comment, const Explanation *explanation)
{
        g_autoptr(GString) point = g_string_new(NULL);
        TopicSet told = {0};

        for (guint i = 0; i < explanation->n_points; i++) {
                g_string_truncate(point, 0);
                explanation_append_point(explanation, i, &told, point);
                if (point->len == 0)
                        continue;
                g_string_append_c(comment, '\n');
                escape_append_for_terminal(comment, point->str, point->len);
        }
}

/* Cuts what comes behind begin to limit octets, between two characters. */
static void limit_length(GString *comment, gsize begin, gsize limit)
{
        gsize end = begin + limit - strlen(ELLIPSIS);

        if (comment->len - begin <= limit)
                return;
        while (end > begin && ((guint8) comment->str[end] & 0xc0) == 0x80)
                end--;
        g_string_truncate(comment, end);
        g_string_append(comment, ELLIPSIS);
}

void comment_append(GString *comment, const Record *record, CommentContent content, gsize limit)
{
        gsize begin = comment->len;

        g_return_if_fail(limit >= strlen(ELLIPSIS));
        if (content == COMMENT_PHASE)
                g_string_append(comment, phase_to_string(record->phase));
        else
                escape_append_for_terminal(comment, record->label->str, record->label->len);
        if (content == COMMENT_EXPLANATION && record->explanation)
                append_points(comment, record->explanation);
        limit_length(comment, begin, limit);
}
