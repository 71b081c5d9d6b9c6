/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/output/comment.h"

#include "analyzer/output/escape.h"

#include <string.h>

#define ELLIPSIS "…"

/* The explanation's own line feeds part its points; in a label there are only those of the wire. */
static void append_lines(GString *comment, const GString *text)
{
        const char *line = text->str, *end = text->str + text->len;

        while (line < end) {
                const char *feed = memchr(line, '\n', (gsize) (end - line));
                const char *stop = feed ? feed : end;

                g_string_append_c(comment, '\n');
                escape_append_for_terminal(comment, line, (gsize) (stop - line));
                line = feed ? feed + 1 : end;
        }
}

/* Cuts between two characters. */
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
                append_lines(comment, record->explanation);
        limit_length(comment, begin, limit);
}
