/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the sections of a report write to: headings, paragraphs, tables and figures, whatever the format. The backends
 * are html.c and markdown.c. Everything that is handed in is text: a backend escapes it. */
#pragma once

#include "analyzer/timeline/record.h"
#include "reports/frame-set.h"

#include <libxml/xmlwriter.h>

G_BEGIN_DECLS

typedef enum {
        TEXT_PLAIN,
        TEXT_STRONG, /* what answers the question */
        TEXT_CODE,   /* addresses, commands, filters */
        TEXT_MUTED,
        TEXT_WIRE, /* names and messages: what somebody typed, to be kept apart from the sentence around it */
} TextStyle;

typedef enum {
        PARAGRAPH_TEXT,
        PARAGRAPH_NOTE, /* small, below a figure */
} ParagraphStyle;

typedef enum {
        COLUMN_TEXT,
        COLUMN_TITLE, /* names its row */
        COLUMN_NUMBER,
        COLUMN_FRAMES,
        COLUMN_PHASE,
        COLUMN_LAYER_1, /* the four of the stack, the link layer first */
        COLUMN_LAYER_2,
        COLUMN_LAYER_3,
        COLUMN_LAYER_4,
} ColumnKind;

typedef struct {
        const char *title;
        ColumnKind kind;
        const char *unit; /* of numbers, for where the column's head is not beside them: "packets"; or NULL */
} Column;

typedef enum {
        ROW_PLAIN,
        ROW_GROUP, /* begins a new group */
        ROW_SUM,
        ROW_NONE, /* of nothing: told, but muted */
} RowStyle;

typedef struct Document Document;

typedef struct {
        void (*begin_section)(Document *document, const char *id, const char *title, const char *bar);
        void (*end_section)(Document *document);
        void (*heading)(Document *document, const char *title);
        void (*question)(Document *document, guint number, const char *title);
        void (*begin_paragraph)(Document *document, ParagraphStyle style);
        void (*end_paragraph)(Document *document);
        void (*text)(Document *document, TextStyle style, const char *text);
        void (*frames)(Document *document, const FrameSet *frames);
        void (*frame)(Document *document, guint64 frame);
        void (*figure)(Document *document, guint64 n, const FrameSet *frames);
        void (*phase)(Document *document, Phase phase);
        void (*begin_table)(Document *document, const char *name, const Column *columns, guint n_columns);
        void (*end_table)(Document *document);
        void (*begin_row)(Document *document, RowStyle style);
        void (*end_row)(Document *document);
        void (*begin_cell)(Document *document, const Column *column, guint rows);
        void (*end_cell)(Document *document);
        void (*filter)(Document *document, const char *note, const char *filter, guint64 packets);
        xmlTextWriterPtr (*get_page)(Document *document);
        void (*free)(Document *document);
} DocumentBackend;

struct Document {
        const DocumentBackend *backend;
        gboolean for_print;    /* on paper: no links, nothing to open */
        const Column *columns; /* of the table that is open */
        guint n_columns, column;
};

void document_free(Document *document);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Document, document_free)

/* bar: how the page's navigation calls it, or NULL for not at all. Strings must last as long as the document. */
void document_begin_section(Document *document, const char *id, const char *title, const char *bar);
void document_end_section(Document *document);
void document_heading(Document *document, const char *title);
/* A heading with a number before it. */
void document_question(Document *document, guint number, const char *title);

void document_begin_paragraph(Document *document, ParagraphStyle style);
void document_end_paragraph(Document *document);
void document_text(Document *document, TextStyle style, const char *text);
void document_printf(Document *document, TextStyle style, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Octets from the wire, through prose_append_wire(). */
void document_wire(Document *document, const char *octets, gsize length, gsize max_characters);
/* Each of the frames, or its ranges, with a link where the frame is on the page; "–" for none. */
void document_frames(Document *document, const FrameSet *frames);
void document_summary_frames(Document *document, const Frames *frames);
void document_frame(Document *document, guint64 frame);
/* A number that leads to the frames it counts, of which there may be none. */
void document_figure(Document *document, guint64 n, const FrameSet *frames);
void document_phase(Document *document, Phase phase);

/* columns must last until document_end_table(). name: of the kind of table, for its looks; an identifier. */
void document_begin_table(Document *document, const char *name, const Column *columns, guint n_columns);
void document_end_table(Document *document);
void document_begin_row(Document *document, RowStyle style);
void document_end_row(Document *document);
/* The row's next cell, which stands for so many rows; those below it call document_skip_cell(). */
void document_begin_cell(Document *document, guint rows);
void document_end_cell(Document *document);
void document_skip_cell(Document *document);
void document_text_cell(Document *document, const char *text);
void document_number_cell(Document *document, guint64 n);

/* Below a table or drawing: a note (or NULL), and the Wireshark filter that shows the same packets, of which there are
 * so many (0: the filter shows something else than packets counted here). */
void document_filter(Document *document, const char *note, const char *filter, guint64 packets);

/* For what only a page can show, drawings and bytes; NULL where the format is no page. */
xmlTextWriterPtr document_get_page(Document *document);

G_END_DECLS
