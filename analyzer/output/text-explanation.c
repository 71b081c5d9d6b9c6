/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/output/escape.h"
#include "analyzer/output/text-private.h"

/* Longer lines are hard to read. */
#define EXPLANATION_COLUMNS 90

/* Appends a paragraph, on lines of its own. */
static void append_paragraph(TextWriter *writer, const GString *text, guint indent)
{
        GString *buffer = writer->buffer;
        guint column = indent + TEXT_BAR_CELLS;
        TextMargin margin = {column, column, MIN(writer->columns, column + EXPLANATION_COLUMNS), TRUE};

        append_char(buffer, '\n');
        text_append_spaces(buffer, indent);
        append_literal(buffer, TEXT_BAR);
        text_append_wrapped(buffer, text, &margin);
}

void text_append_explanation(TextWriter *writer, const Explanation *explanation, guint indent)
{
        GString *said = writer->parts[0], *escaped = writer->parts[1];
        TopicSet here = {0};
        const char *separator = " │ ";

        for (guint i = 0; i < explanation->n_points; i++) {
                g_string_truncate(said, 0);
                explanation_append_point(explanation, i, writer->explain_fully ? &here : &writer->topics, said);
                if (said->len == 0)
                        continue;
                g_string_truncate(escaped, 0);
                escape_append_for_terminal(escaped, said->str, said->len);
                if (writer->columns > 0) {
                        append_paragraph(writer, escaped, indent);
                } else {
                        append_text(writer->buffer, separator);
                        append_len(writer->buffer, escaped->str, escaped->len);
                        separator = " ";
                }
        }
}
