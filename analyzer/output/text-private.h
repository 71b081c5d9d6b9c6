/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the text backend share. */
#pragma once

#include "analyzer/output/writer-backend.h"
#include "analyzer/timeline/append.h"

G_BEGIN_DECLS

/* The priv of a writer of text. */
typedef struct {
        GString *buffer; /* the writer's */
        gboolean colour, quiet;
        guint columns;          /* width of a line; 0: unlimited */
        gboolean explain_fully; /* what is general is told every time */
        TopicSet topics;        /* told in general already */
        GHashTable *seen;       /* conversations already introduced */
        GString *parts[4];      /* of the record at hand */
        guint64 lost;           /* packets, before the last record */
        guint64 n_records;      /* written so far; conversations and topics, too */
} TextWriter;

/* Hooks of the backend: text-conversation.c, glossary.c, text-summary.c */
void text_conversation(Writer *base, const ConversationRecord *record);
void text_close_conversations(Writer *base, const TimelineCounts *counts, GString *text);
void text_topic(Writer *base, const TopicInfo *topic);
void text_summary(Writer *base, const Summary *summary, const char *file);

#define TEXT_BOLD "1"

/* text-sheet.c: the lab sheet's four questions, answered */
void text_sheet(TextWriter *writer, const Summary *summary);

/* text-prose.c: a title after an empty line. */
void text_heading(TextWriter *writer, const char *title);
/* Lines of text after an indent. Text may hold any bytes, but must end with its string. */
void text_paragraph(TextWriter *writer, const char *text, guint indent);
/* The same on a line that is begun and reaches to column; its other lines stand at the indent. */
void text_hang(TextWriter *writer, const char *text, guint column, guint indent);
/* "7–9 11 13" */
void text_append_frames(GString *text, const Frames *frames);
/* "1 packet", "2 packets" */
void text_append_count(GString *text, guint64 n, const char *one, const char *several);
/* "TCP"; static */
const char *text_transport(Transport transport);

/* text-conversation.c: instead of records. */
void text_append_nothing(GString *text, const TimelineCounts *counts);

/* text-explanation.c: what is new of an explanation, a paragraph each point, below what it explains and behind a bar;
 * where everything is on one line, at its end. */
void text_append_explanation(TextWriter *writer, const Explanation *explanation, guint indent);

/* text-layout.c: styles are the parameters of an SGR sequence; nothing where colours are off. */
void text_begin_style(TextWriter *writer, const char *style);
void text_end_style(TextWriter *writer);
void text_append_spaces(GString *buffer, guint n);
/* Columns are counted in the cells of a terminal. */
guint text_cells(const char *text, const char *end);
/* Cuts out the middle where text has more cells than that: of a long IPv6 address the network and the port tell most.
 */
void text_append_cut(GString *buffer, const GString *text, guint columns);
/* The same, and pads. */
void text_append_column(GString *buffer, const GString *text, guint columns);
/* Pads, or is wider. */
void text_append_padded(GString *buffer, const GString *text, guint columns);

/* Where a paragraph stands: the buffer at column, further lines from indent to end. has_bar: a bar marks those. */
typedef struct {
        guint column, indent, end;
        gboolean has_bar;
} TextMargin;
#define TEXT_BAR "│ "
#define TEXT_BAR_CELLS 2
/* Breaks text into lines at spaces, and a word that is longer than a line anywhere between two characters. */
void text_append_wrapped(GString *buffer, const GString *text, const TextMargin *margin);
/* Right-aligned in columns, or wider. */
void text_append_unsigned(GString *buffer, guint64 value, guint columns);
void text_append_seconds(GString *buffer, gint64 nanoseconds, guint decimals, guint columns);
void text_append_endpoint(GString *buffer, Transport transport, const Endpoint *endpoint);
/* The chat name, escaped, or where there is none the endpoint. */
void text_set_party(GString *party, Transport transport, const Endpoint *endpoint, const char *name);

G_END_DECLS
