/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/document.h"

#include "reports/prose.h"

void document_free(Document *self)
{
        if (self)
                self->backend->free(self);
}

void document_begin_section(Document *self, const char *id, const char *title, const char *bar)
{
        self->backend->begin_section(self, id, title, bar);
}

void document_end_section(Document *self)
{
        self->backend->end_section(self);
}

void document_heading(Document *self, const char *title)
{
        self->backend->heading(self, title);
}

void document_question(Document *self, guint number, const char *title)
{
        self->backend->question(self, number, title);
}

void document_begin_paragraph(Document *self, ParagraphStyle style)
{
        self->backend->begin_paragraph(self, style);
}

void document_end_paragraph(Document *self)
{
        self->backend->end_paragraph(self);
}

void document_text(Document *self, TextStyle style, const char *text)
{
        self->backend->text(self, style, text);
}

void document_printf(Document *self, TextStyle style, const char *format, ...)
{
        g_autofree char *text = NULL;
        va_list arguments;

        va_start(arguments, format);
        text = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        document_text(self, style, text);
}

void document_wire(Document *self, const char *octets, gsize length, gsize max_characters)
{
        g_autoptr(GString) text = g_string_new(NULL);
        gsize n = prose_append_wire(text, octets, length, max_characters);

        document_text(self, TEXT_WIRE, text->str);
        if (max_characters > 0 && n > max_characters)
                document_printf(self, TEXT_MUTED, " … %" G_GSIZE_FORMAT " characters", n);
}

void document_frames(Document *self, const FrameSet *frames)
{
        if (frames->packets == 0)
                document_text(self, TEXT_PLAIN, "–");
        else
                self->backend->frames(self, frames);
}

void document_summary_frames(Document *self, const Frames *frames)
{
        FrameSet set = {0};

        frame_set_join(&set, frames, 0);
        document_frames(self, &set);
        frame_set_clear(&set);
}

void document_frame(Document *self, guint64 frame)
{
        self->backend->frame(self, frame);
}

void document_figure(Document *self, guint64 n, const FrameSet *frames)
{
        self->backend->figure(self, n, frames);
}

void document_phase(Document *self, Phase phase)
{
        self->backend->phase(self, phase);
}

void document_begin_table(Document *self, const char *name, const Column *columns, guint n_columns)
{
        self->columns = columns;
        self->n_columns = n_columns;
        self->backend->begin_table(self, name, columns, n_columns);
}

void document_end_table(Document *self)
{
        self->backend->end_table(self);
        self->columns = NULL;
}

void document_begin_row(Document *self, RowStyle style)
{
        self->column = 0;
        self->backend->begin_row(self, style);
}

void document_end_row(Document *self)
{
        self->backend->end_row(self);
}

void document_begin_cell(Document *self, guint rows)
{
        g_return_if_fail(self->column < self->n_columns);
        self->backend->begin_cell(self, &self->columns[self->column], rows);
}

void document_end_cell(Document *self)
{
        self->backend->end_cell(self);
        self->column++;
}

void document_skip_cell(Document *self)
{
        self->backend->begin_cell(self, &self->columns[self->column], 0);
        self->column++;
}

void document_text_cell(Document *self, const char *text)
{
        document_begin_cell(self, 1);
        document_text(self, TEXT_PLAIN, text);
        document_end_cell(self);
}

void document_number_cell(Document *self, guint64 n)
{
        g_autoptr(GString) text = g_string_new(NULL);

        prose_append_number(text, n);
        document_text_cell(self, text->str);
}

void document_figure_cell(Document *self, guint64 n, const FrameSet *frames)
{
        document_begin_cell(self, 1);
        document_figure(self, n, frames);
        document_end_cell(self);
}

void document_frames_cell(Document *self, const FrameSet *frames)
{
        document_begin_cell(self, 1);
        document_frames(self, frames);
        document_end_cell(self);
}

void document_phase_cell(Document *self, Phase phase)
{
        document_begin_cell(self, 1);
        document_phase(self, phase);
        document_end_cell(self);
}

void document_filter(Document *self, const char *note, const char *filter, guint64 packets)
{
        self->backend->filter(self, note, filter, packets);
}

xmlTextWriterPtr document_get_page(Document *self)
{
        return self->backend->get_page(self);
}
