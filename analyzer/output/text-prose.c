/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Headings, paragraphs and lists of frames, for the summary. */
#include "analyzer/output/escape.h"
#include "analyzer/output/text-private.h"

#define MAX_FRAMES 40 /* how many ranges of a list are shown; JSON has all of them */
#define LEAST_COLUMNS 80
#define MOST_COLUMNS 120 /* no line of prose is longer, however wide the terminal */

void text_heading(TextWriter *writer, const char *title)
{
        append_char(writer->buffer, '\n');
        text_begin_style(writer, TEXT_BOLD);
        append_text(writer->buffer, title);
        text_end_style(writer);
        append_char(writer->buffer, '\n');
}

void text_hang(TextWriter *writer, const char *text, guint column, guint indent)
{
        g_autoptr(GString) safe = g_string_new(NULL);
        guint end = writer->columns > 0 ? CLAMP(writer->columns, LEAST_COLUMNS, MOST_COLUMNS) : MOST_COLUMNS;

        escape_append_for_terminal(safe, text, strlen(text));
        text_append_wrapped(writer->buffer, safe, &(TextMargin){column, indent, end, FALSE});
        append_char(writer->buffer, '\n');
}

void text_paragraph(TextWriter *writer, const char *text, guint indent)
{
        text_append_spaces(writer->buffer, indent);
        text_hang(writer, text, indent, indent);
}

void text_append_frames(GString *text, const Frames *frames)
{
        for (guint i = 0; i < MIN(frames->ranges->len, MAX_FRAMES); i++) {
                const FrameRange *range = &g_array_index(frames->ranges, FrameRange, i);

                if (i > 0)
                        append_char(text, ' ');
                append_unsigned(text, range->first);
                if (range->last > range->first) {
                        append_text(text, range->last == range->first + 1 ? " " : "–");
                        append_unsigned(text, range->last);
                }
        }
        if (frames->ranges->len > MAX_FRAMES)
                append_text(text, " …");
        append_end(text);
}

void text_append_count(GString *text, guint64 n, const char *one, const char *several)
{
        append_unsigned(text, n);
        append_char(text, ' ');
        append_text(text, n == 1 ? one : several);
        append_end(text);
}

const char *text_transport(Transport transport)
{
        static const char *const names[] = {"", "TCP", "UDP", "ICMP", "IGMP"};

        return names[transport];
}
