/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the text backend share. */
#pragma once

#include "analyzer/output/writer-backend.h"
#include "analyzer/timeline/append.h"

G_BEGIN_DECLS

/* The priv of a writer of text. */
typedef struct {
        GString *buffer; /* that of the Writer */
        gboolean colour, quiet;
        guint columns;          /* width of a line; 0: unlimited */
        gboolean explain_fully; /* every explanation repeats what is general */
        TopicSet topics;        /* those whose general part was written already */
        GHashTable *seen;       /* conversations that were shown already; each gets a heading once */
        GString *parts[4];      /* scratch space for the parts of one record */
        guint64 lost;           /* packets that were not captured before the last record */
        guint64 n_records;      /* written so far: records, conversations or topics */
} TextWriter;

/* Hooks of the backend: text-conversation.c, glossary.c, text-summary.c */
void text_conversation(Writer *base, const ConversationRecord *record);
void text_close_conversations(Writer *base, const TimelineCounts *counts, GString *text);
void text_topic(Writer *base, const TopicInfo *topic);
void text_summary(Writer *base, const Summary *summary, const char *file);

#define TEXT_BOLD "1"

/* text-sheet.c: answers the four questions of the lab sheet */
void text_sheet(TextWriter *writer, const Summary *summary);

/* text-prose.c: writes an empty line and a title. */
void text_heading(TextWriter *writer, const char *title);
/* Writes text as a paragraph, each line after indent spaces. text may hold any octets and ends with NUL. */
void text_paragraph(TextWriter *writer, const char *text, guint indent);
/* Likewise, but the first line continues one that is filled up to column. */
void text_hang(TextWriter *writer, const char *text, guint column, guint indent);
/* "7–9 11 13" */
void text_append_frames(GString *text, const Frames *frames);
/* "1 packet", "2 packets" */
void text_append_count(GString *text, guint64 n, const char *one, const char *several);
/* "TCP"; static */
const char *text_transport(Transport transport);

/* text-conversation.c: appends a sentence for a capture that has no records to show. */
void text_append_nothing(GString *text, const TimelineCounts *counts);

/* text-explanation.c: appends the points of an explanation that say something new. Each is a paragraph behind a bar,
 * below what it explains. If lines have no width, all of them are appended to the current line. */
void text_append_explanation(TextWriter *writer, const Explanation *explanation, guint indent);

/* text-layout.c. style: the parameters of an SGR sequence. Both do nothing if colours are off. */
void text_begin_style(TextWriter *writer, const char *style);
void text_end_style(TextWriter *writer);
void text_append_spaces(GString *buffer, guint n);
/* The width of text in cells of a terminal, which is what columns means everywhere below. text must be valid UTF-8. */
guint text_cells(const char *text, const char *end);
/* Appends text; if it is wider than columns, cuts out its middle, since the network and the port are the most telling
 * parts of a long IPv6 address. */
void text_append_cut(GString *buffer, const GString *text, guint columns);
/* Likewise, and pads it to columns. */
void text_append_column(GString *buffer, const GString *text, guint columns);
/* Appends text and pads it to columns; wider text is not cut. */
void text_append_padded(GString *buffer, const GString *text, guint columns);

/* Where a paragraph stands: its first line begins at column, where the buffer ends; the others reach from indent to
 * end. has_bar: they begin with a bar. */
typedef struct {
        guint column, indent, end;
        gboolean has_bar;
} TextMargin;
#define TEXT_BAR "│ "
#define TEXT_BAR_CELLS 2
/* Appends text, broken into lines at spaces; a word that is longer than a line is broken anywhere between two
 * characters. */
void text_append_wrapped(GString *buffer, const GString *text, const TextMargin *margin);
/* Appends a number, right-aligned in columns; it may be wider. */
void text_append_unsigned(GString *buffer, guint64 value, guint columns);
void text_append_seconds(GString *buffer, gint64 nanoseconds, guint decimals, guint columns);
void text_append_endpoint(GString *buffer, Transport transport, const Endpoint *endpoint);
/* Sets party to the chat name, escaped; if name is NULL, to the endpoint. */
void text_set_party(GString *party, Transport transport, const Endpoint *endpoint, const char *name);

G_END_DECLS
