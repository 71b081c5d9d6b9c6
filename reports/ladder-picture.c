/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/ladder-picture.h"

#include "reports/ladder-arrows.h"
#include "reports/ladder-layout.h"

#include <cairo-pdf.h>
#include <librsvg/rsvg.h>
#include <math.h>
#include <string.h>

/* px */
#define MARGIN 24
#define HEADING 44
#define GROUP_SPACE 36
#define FOOT 30
/* The sides of a PDF page, in points. */
#define A4_SHORT 595.28
#define A4_LONG 841.89
/* A wider picture gets pages in landscape format, px. */
#define PORTRAIT_WIDTH 1300
/* A PNG has two pixels for each px in either direction, or fewer if it would be too large. Cairo's images have at most
 * 32767 rows. */
#define PNG_SCALE 2.0
#define PNG_LEAST_SCALE 0.75
#define PNG_MAX_SIDE 32767.0
#define PNG_MAX_PIXELS 80e6

GQuark picture_error_quark(void)
{
        return g_quark_from_static_string("chatsniff-picture-error");
}

typedef struct {
        const PictureContent *content;
        LadderOptions options;
        GPtrArray *ladders; /* Ladder, of the groups */
        double width;
        double page_height; /* 0: a single page, as high as necessary */
        GPtrArray *pages;   /* Drawing */
        double y;           /* how far the last page is filled */
} Picture;

static void lay_out(Picture *self)
{
        for (guint i = 0; i < self->content->groups->len; i++) {
                const LadderGroup *group = g_ptr_array_index(self->content->groups, i);
                Ladder *ladder =
                        ladder_new((const Record *const *) group->records->pdata, group->records->len, &self->options);

                g_ptr_array_add(self->ladders, ladder);
                self->width = MAX(self->width, lifelines_get_width(ladder->lifelines) + 2 * MARGIN);
        }
}

static gboolean is_portrait(const Picture *self)
{
        return self->width <= PORTRAIT_WIDTH;
}

/* The height of a page follows from the width of the picture, so diagrams are laid out twice: first for their width,
 * then in parts that fit on a page. */
static void lay_out_pages(Picture *self)
{
        lay_out(self);
        self->page_height = self->width * (is_portrait(self) ? A4_LONG / A4_SHORT : A4_SHORT / A4_LONG);
        self->options.max_height = self->page_height - 2 * MARGIN - HEADING - FOOT;
        g_ptr_array_set_size(self->ladders, 0);
        lay_out(self);
}

static Drawing *begin_page(Picture *self)
{
        g_ptr_array_add(self->pages, drawing_new());
        self->y = MARGIN;
        return g_ptr_array_index(self->pages, self->pages->len - 1);
}

/* The page with room for something of that height: the last one, or a new one. */
static Drawing *make_room(Picture *self, double height)
{
        if (self->options.max_height > 0 && self->y > MARGIN && self->y + height > self->page_height - MARGIN - FOOT)
                return begin_page(self);
        return g_ptr_array_index(self->pages, self->pages->len - 1);
}

/* Draws the heading of a diagram of that width, with the Wireshark filter that shows the same packets ("": none). */
static void draw_heading(const Picture *self,
                         Drawing *drawing,
                         double width,
                         const char *heading,
                         const char *filter_text,
                         gboolean continues)
{
        g_autofree char *title = ladder_text_harmless(heading, strlen(heading), 60);
        g_autofree char *text = g_strconcat(title, continues ? ", continued" : "", NULL);
        double room = width - MARGIN - text_kind_width(TEXT_KIND_HEADING, text);
        g_autofree char *filter =
                ladder_text_shorten(filter_text, LADDER_FONT_MONO, text_kind_size(TEXT_KIND_ADDRESS), room, 200);

        drawing_set_origin(drawing, 0, 0);
        drawing_text(drawing, TEXT_KIND_HEADING, MARGIN, self->y + 18, ANCHOR_START, NULL, text);
        if (*filter && room > 80)
                drawing_text(drawing, TEXT_KIND_ADDRESS, MARGIN + width, self->y + 18, ANCHOR_END, NULL, filter);
}

static void draw_group(Picture *self, guint index)
{
        const LadderGroup *group = g_ptr_array_index(self->content->groups, index);
        const Ladder *ladder = g_ptr_array_index(self->ladders, index);

        for (guint i = 0; i < ladder->parts->len; i++) {
                double height = g_array_index(ladder->parts, LadderPart, i).height;
                Drawing *drawing = make_room(self, HEADING + height);

                draw_heading(self, drawing, lifelines_get_width(ladder->lifelines), group->title, group->filter, i > 0);
                drawing_set_origin(drawing, MARGIN, self->y + HEADING);
                ladder_draw(ladder, i, drawing);
                self->y += HEADING + height;
        }
        self->y += GROUP_SPACE;
}

static void draw_session(Picture *self)
{
        const GPtrArray *session = self->content->session;
        Drawing *drawing = g_ptr_array_index(self->pages, 0);
        double width;

        if (!session)
                return;
        draw_heading(self, drawing, self->width - 2 * MARGIN, "The whole session", "", FALSE);
        drawing_set_origin(drawing, MARGIN, self->y + HEADING);
        self->y += HEADING + GROUP_SPACE +
                   session_strip_draw(drawing, (const Record *const *) session->pdata, session->len, &self->options,
                                      &width);
}

/* The width of the strip; 0: there is none. */
static double session_width(const Picture *self)
{
        g_autoptr(Drawing) scratch = drawing_new();
        const GPtrArray *session = self->content->session;
        double width = 0;

        if (session)
                session_strip_draw(scratch, (const Record *const *) session->pdata, session->len, &self->options,
                                   &width);
        return width;
}

static guint used_forms(const Picture *self)
{
        guint forms = 0;

        for (guint i = 0; i < self->ladders->len; i++) {
                const Ladder *ladder = g_ptr_array_index(self->ladders, i);

                for (guint j = 0; j < ladder->rows->len; j++) {
                        const LadderRow *row = &g_array_index(ladder->rows, LadderRow, j);

                        if (row->kind == ROW_MISSING)
                                forms |= 1u << (row->is_lost ? ARROW_LOST : ARROW_NOT_CAPTURED);
                        else if (row->kind != ROW_LEFT_OUT)
                                forms |= 1u << arrow_form(row->first);
                }
        }
        return forms;
}

static void draw_key(Picture *self)
{
        g_autoptr(Drawing) scratch = drawing_new();
        double room = self->width - 2 * MARGIN, height = ladder_key_draw(scratch, room, used_forms(self));
        Drawing *drawing;

        self->y -= GROUP_SPACE / 2.0;
        drawing = make_room(self, height);
        drawing_set_origin(drawing, MARGIN, self->y);
        ladder_key_draw(drawing, room, used_forms(self));
        self->y += height + 8;
}

/* Draws the last line of a page: the capture's name, and the page number if there are several pages. */
static void draw_foot(const Picture *self, guint page, double y)
{
        Drawing *drawing = g_ptr_array_index(self->pages, page);

        drawing_set_origin(drawing, 0, 0);
        if (self->content->source) {
                g_autofree char *harmless =
                        ladder_text_harmless(self->content->source, strlen(self->content->source), 200);
                g_autofree char *text = ladder_text_shorten(harmless, LADDER_FONT_SANS, text_kind_size(TEXT_KIND_NOTE),
                                                            self->width - 2 * MARGIN - 120, 200);

                drawing_text(drawing, TEXT_KIND_NOTE, MARGIN, y, ANCHOR_START, NULL, text);
        }
        if (self->pages->len > 1) {
                g_autofree char *number = g_strdup_printf("page %u of %u", page + 1, self->pages->len);

                drawing_text(drawing, TEXT_KIND_NOTE, self->width - MARGIN, y, ANCHOR_END, NULL, number);
        }
}

static void draw(Picture *self)
{
        begin_page(self);
        draw_session(self);
        for (guint i = 0; i < self->content->groups->len; i++)
                draw_group(self, i);
        draw_key(self);
        if (self->page_height == 0)
                self->page_height = self->y + FOOT;
        for (guint i = 0; i < self->pages->len; i++)
                draw_foot(self, i, self->page_height - MARGIN / 2.0 - 2);
}

static GBytes *page_to_svg(const Picture *self, guint page)
{
        xmlBufferPtr buffer = xmlBufferCreate();
        xmlTextWriterPtr xml = xmlNewTextWriterMemory(buffer, 0);
        GBytes *svg;

        xmlTextWriterSetIndent(xml, 1);
        xmlTextWriterSetIndentString(xml, BAD_CAST " ");
        xmlTextWriterStartDocument(xml, NULL, "UTF-8", NULL);
        drawing_write(g_ptr_array_index(self->pages, page), xml, "picture", self->width, self->page_height,
                      &self->options);
        xmlTextWriterEndDocument(xml);
        xmlFreeTextWriter(xml);
        svg = g_bytes_new(xmlBufferContent(buffer), (gsize) xmlBufferLength(buffer));
        xmlBufferFree(buffer);
        return svg;
}

/* Renders a page; scale: units of the surface for each px. */
static gboolean render(const Picture *self, guint page, cairo_t *cairo, double scale, GError **error)
{
        g_autoptr(GBytes) svg = page_to_svg(self, page);
        g_autoptr(GInputStream) stream = g_memory_input_stream_new_from_bytes(svg);
        RsvgHandle *handle = rsvg_handle_new_from_stream_sync(stream, NULL, RSVG_HANDLE_FLAG_UNLIMITED, NULL, error);
        RsvgRectangle viewport = {0, 0, self->width * scale, self->page_height * scale};
        gboolean good = handle && rsvg_handle_render_document(handle, cairo, &viewport, error);

        g_clear_object(&handle);
        return good;
}

static cairo_status_t append_octets(void *closure, const unsigned char *data, unsigned int length)
{
        g_byte_array_append(closure, data, length);
        return CAIRO_STATUS_SUCCESS;
}

static gboolean check(cairo_status_t status, GError **error)
{
        if (status == CAIRO_STATUS_SUCCESS)
                return TRUE;
        g_set_error(error, PICTURE_ERROR, PICTURE_ERROR_RENDER, "the picture cannot be made: %s",
                    cairo_status_to_string(status));
        return FALSE;
}

static GBytes *to_png(const Picture *self, GError **error)
{
        double scale = MIN(PNG_SCALE, PNG_MAX_SIDE / MAX(self->width, self->page_height));
        g_autoptr(GByteArray) octets = g_byte_array_new();
        cairo_surface_t *surface;
        cairo_t *cairo;
        gboolean good;

        scale = MIN(scale, sqrt(PNG_MAX_PIXELS / (self->width * self->page_height)));
        if (scale < PNG_LEAST_SCALE) {
                g_set_error(error, PICTURE_ERROR, PICTURE_ERROR_TOO_LARGE,
                            "%.0f by %.0f pixels are too many for a PNG; write SVG or PDF, or draw less", self->width,
                            self->page_height);
                return NULL;
        }
        surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int) ceil(self->width * scale),
                                             (int) ceil(self->page_height * scale));
        cairo = cairo_create(surface);
        good = render(self, 0, cairo, scale, error) && check(cairo_status(cairo), error) &&
               check(cairo_surface_write_to_png_stream(surface, append_octets, octets), error);
        cairo_destroy(cairo);
        cairo_surface_destroy(surface);
        return good ? g_byte_array_free_to_bytes(g_steal_pointer(&octets)) : NULL;
}

static GBytes *to_pdf(const Picture *self, GError **error)
{
        double width = is_portrait(self) ? A4_SHORT : A4_LONG, height = is_portrait(self) ? A4_LONG : A4_SHORT;
        g_autoptr(GByteArray) octets = g_byte_array_new();
        cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(append_octets, octets, width, height);
        cairo_t *cairo = cairo_create(surface);
        gboolean good = TRUE;

        if (self->options.title)
                cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, self->options.title);
        for (guint i = 0; good && i < self->pages->len; i++) {
                good = render(self, i, cairo, width / self->width, error);
                cairo_show_page(cairo);
        }
        cairo_surface_finish(surface);
        good = good && check(cairo_surface_status(surface), error);
        cairo_destroy(cairo);
        cairo_surface_destroy(surface);
        return good ? g_byte_array_free_to_bytes(g_steal_pointer(&octets)) : NULL;
}

static void picture_clear(Picture *self)
{
        g_ptr_array_unref(self->pages);
        g_ptr_array_unref(self->ladders);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Picture, picture_clear)

GBytes *ladder_picture_new(const PictureContent *content, PictureFormat format, GError **error)
{
        g_auto(Picture) self = {
                .content = content,
                .options = content->options,
                .ladders = g_ptr_array_new_with_free_func((GDestroyNotify) ladder_free),
                .pages = g_ptr_array_new_with_free_func((GDestroyNotify) drawing_free),
        };

        self.width = session_width(&self) + 2 * MARGIN;
        if (format == PICTURE_PDF)
                lay_out_pages(&self);
        else
                lay_out(&self);
        draw(&self);
        switch (format) {
        case PICTURE_PNG:
                return to_png(&self, error);
        case PICTURE_PDF:
                return to_pdf(&self, error);
        case PICTURE_SVG:
                break;
        }
        return page_to_svg(&self, 0);
}
