/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The document that the sections of a report write: headings, paragraphs, tables and figures, independent of the
 * format. The backends are html.c and markdown.c. Every string that is passed in is plain text; the backend escapes it.
 */
#pragma once

#include "analyzer/timeline/record.h"
#include "reports/frame-set.h"

#include <libxml/xmlwriter.h>

G_BEGIN_DECLS

typedef enum {
        TEXT_PLAIN,
        TEXT_STRONG, /* the answer to a question */
        TEXT_CODE,   /* addresses, commands, filters */
        TEXT_MUTED,
        TEXT_WIRE, /* names and messages that somebody typed; their direction of writing must not affect the sentence */
} TextStyle;

typedef enum {
        PARAGRAPH_TEXT,
        PARAGRAPH_NOTE, /* small, below a figure */
} ParagraphStyle;

typedef enum {
        COLUMN_TEXT,
        COLUMN_TITLE, /* the name of the row */
        COLUMN_NUMBER,
        COLUMN_FRAMES,
        COLUMN_PHASE,
        COLUMN_LAYER_1, /* the four layers of the stack, the link layer first */
        COLUMN_LAYER_2,
        COLUMN_LAYER_3,
        COLUMN_LAYER_4,
} ColumnKind;

typedef struct {
        const char *title;
        ColumnKind kind;
        const char *unit; /* "packets": shown beside a number on narrow screens, which hide the head of the table; or
                             NULL */
} Column;

typedef enum {
        ROW_PLAIN,
        ROW_GROUP, /* begins a new group */
        ROW_SUM,
        ROW_NONE, /* nothing of the kind happened: the row is muted */
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
        gboolean for_print;    /* on paper: no links, and nothing that opens */
        const Column *columns; /* of the current table */
        guint n_columns, column;
};

void document_free(Document *document);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Document, document_free)

/* bar: the section's name in the page's navigation bar; NULL: it is not listed there. The strings must outlive the
 * document. */
void document_begin_section(Document *document, const char *id, const char *title, const char *bar);
void document_end_section(Document *document);
void document_heading(Document *document, const char *title);
/* A heading with a number before it. */
void document_question(Document *document, guint number, const char *title);

void document_begin_paragraph(Document *document, ParagraphStyle style);
void document_end_paragraph(Document *document);
void document_text(Document *document, TextStyle style, const char *text);
void document_printf(Document *document, TextStyle style, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Octets from the wire, made harmless by prose_append_wire(); beyond max_characters (0: no limit) only the length is
 * shown. */
void document_wire(Document *document, const char *octets, gsize length, gsize max_characters);
/* The frame numbers, as ranges where possible, with links to the frames that are on the page; "–" for an empty set. */
void document_frames(Document *document, const FrameSet *frames);
void document_summary_frames(Document *document, const Frames *frames);
void document_frame(Document *document, guint64 frame);
/* The number n, which links to the first of the frames that it counts; frames may be empty. */
void document_figure(Document *document, guint64 n, const FrameSet *frames);
void document_phase(Document *document, Phase phase);

/* columns must last until document_end_table(). name: an identifier of this kind of table, for the style sheet. */
void document_begin_table(Document *document, const char *name, const Column *columns, guint n_columns);
void document_end_table(Document *document);
void document_begin_row(Document *document, RowStyle style);
void document_end_row(Document *document);
/* The row's next cell, which spans this number of rows; the rows below it call document_skip_cell() in its place. */
void document_begin_cell(Document *document, guint rows);
void document_end_cell(Document *document);
void document_skip_cell(Document *document);
void document_text_cell(Document *document, const char *text);
void document_number_cell(Document *document, guint64 n);
void document_figure_cell(Document *document, guint64 n, const FrameSet *frames);
void document_frames_cell(Document *document, const FrameSet *frames);
void document_phase_cell(Document *document, Phase phase);

/* Below a table or drawing: a note (or NULL), and the Wireshark filter that shows the same packets. packets: how many
 * packets the filter lets through; 0 where no figure of the report counts them. */
void document_filter(Document *document, const char *note, const char *filter, guint64 packets);

/* The XML writer of the page, for drawings and bytes, which only a page can show. Borrowed; NULL if the document is not
 * a page. */
xmlTextWriterPtr document_get_page(Document *document);

G_END_DECLS
