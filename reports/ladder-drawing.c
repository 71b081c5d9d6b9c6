/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/ladder-drawing.h"

#include <math.h>

typedef enum {
        SHAPE_TEXT,
        SHAPE_RECTANGLE,
        SHAPE_LINE,
        SHAPE_PATH,
        SHAPE_BEGIN_ROW,
        SHAPE_END_ROW,
} ShapeKind;

typedef struct {
        ShapeKind kind;
        TextKind text_kind;
        Anchor anchor;
        const char *classes; /* or NULL */
        double x, y;         /* of a row, y is the top */
        double x2, y2;       /* of a line, the other end; of a rectangle, its size; of a row, y2 is the bottom */
        char *text;          /* of a path, its relative commands */
        guint64 frame, last; /* of a row; of a text, frame is the one that it links to, or 0 */
} Shape;

struct Drawing {
        GArray *shapes;
        double origin_x, origin_y;
};

static const struct {
        const char *class;
        LadderFont font;
        double size;
} text_kinds[N_TEXT_KINDS] = {
        [TEXT_KIND_HEADING] = {"heading", LADDER_FONT_BOLD, 18},
        [TEXT_KIND_NAME] = {"name", LADDER_FONT_BOLD, 15},
        [TEXT_KIND_ADDRESS] = {"address", LADDER_FONT_MONO, 11.5},
        [TEXT_KIND_PHASE] = {"phase", LADDER_FONT_BOLD, 13.5},
        [TEXT_KIND_PHASE_AGAIN] = {"again", LADDER_FONT_SANS, 12.5},
        [TEXT_KIND_FRAME] = {"frame", LADDER_FONT_BOLD, 13.5},
        [TEXT_KIND_SECONDS] = {"seconds", LADDER_FONT_SANS, 13},
        [TEXT_KIND_LABEL] = {"label", LADDER_FONT_SANS, 13.5},
        [TEXT_KIND_INFERRED] = {"inferred", LADDER_FONT_SANS, 13.5},
        [TEXT_KIND_TERMS] = {"terms", LADDER_FONT_MONO, 11.5},
        [TEXT_KIND_STATE] = {"state", LADDER_FONT_BOLD, 11.5},
        [TEXT_KIND_NOTE] = {"note", LADDER_FONT_SANS, 12.5},
        [TEXT_KIND_SMALL] = {"small", LADDER_FONT_SANS, 11.5},
        [TEXT_KIND_SMALL_PHASE] = {"word", LADDER_FONT_BOLD, 11.5},
};

LadderFont text_kind_font(TextKind kind)
{
        return text_kinds[kind].font;
}

double text_kind_size(TextKind kind)
{
        return text_kinds[kind].size;
}

const char *text_kind_class(TextKind kind)
{
        return text_kinds[kind].class;
}

double text_kind_width(TextKind kind, const char *text)
{
        return ladder_text_width(text, text_kinds[kind].font, text_kinds[kind].size);
}

static void shape_clear(gpointer data)
{
        g_free(((Shape *) data)->text);
}

Drawing *drawing_new(void)
{
        Drawing *self = g_new0(Drawing, 1);

        self->shapes = g_array_new(FALSE, TRUE, sizeof(Shape));
        g_array_set_clear_func(self->shapes, shape_clear);
        return self;
}

void drawing_free(Drawing *self)
{
        if (!self)
                return;
        g_array_unref(self->shapes);
        g_free(self);
}

void drawing_set_origin(Drawing *self, double x, double y)
{
        self->origin_x = x;
        self->origin_y = y;
}

static Shape *add(Drawing *self, ShapeKind kind, const char *classes, double x, double y)
{
        g_array_set_size(self->shapes, self->shapes->len + 1);

        Shape *shape = &g_array_index(self->shapes, Shape, self->shapes->len - 1);

        shape->kind = kind;
        shape->classes = classes;
        shape->x = x + self->origin_x;
        shape->y = y + self->origin_y;
        return shape;
}

void drawing_text(
        Drawing *self, TextKind kind, double x, double baseline, Anchor anchor, const char *classes, const char *text)
{
        Shape *shape = add(self, SHAPE_TEXT, classes, x, baseline);

        shape->text_kind = kind;
        shape->anchor = anchor;
        shape->text = g_strdup(text);
}

void drawing_frame(Drawing *self, TextKind kind, double x, double baseline, Anchor anchor, guint64 frame)
{
        Shape *shape = add(self, SHAPE_TEXT, NULL, x, baseline);

        shape->text_kind = kind;
        shape->anchor = anchor;
        shape->text = g_strdup_printf("%" G_GUINT64_FORMAT, frame);
        shape->frame = frame;
}

void drawing_rectangle(Drawing *self, const char *classes, double x, double y, double width, double height)
{
        Shape *shape = add(self, SHAPE_RECTANGLE, classes, x, y);

        shape->x2 = width;
        shape->y2 = height;
}

void drawing_line(Drawing *self, const char *classes, double x1, double y1, double x2, double y2)
{
        Shape *shape = add(self, SHAPE_LINE, classes, x1, y1);

        shape->x2 = x2 + self->origin_x;
        shape->y2 = y2 + self->origin_y;
}

void drawing_path(Drawing *self, const char *classes, double x, double y, const char *format, ...)
{
        Shape *shape = add(self, SHAPE_PATH, classes, x, y);
        va_list arguments;

        va_start(arguments, format);
        shape->text = g_strdup_vprintf(format, arguments);
        va_end(arguments);
}

void drawing_begin_row(Drawing *self, guint64 frame, guint64 last, double top, double bottom)
{
        Shape *shape = add(self, SHAPE_BEGIN_ROW, NULL, 0, top);

        shape->frame = frame;
        shape->last = last;
        shape->y2 = bottom + self->origin_y;
}

void drawing_end_row(Drawing *self)
{
        add(self, SHAPE_END_ROW, NULL, 0, 0);
}

/* Formats a number with one decimal, and with a decimal point in every locale. Adding 0.0 turns -0 into 0. */
static const char *number(double value, char buffer[G_ASCII_DTOSTR_BUF_SIZE])
{
        return g_ascii_formatd(buffer, G_ASCII_DTOSTR_BUF_SIZE, "%.10g", round(value * 10) / 10 + 0.0);
}

static void attribute(xmlTextWriterPtr xml, const char *name, const char *value)
{
        xmlTextWriterWriteAttribute(xml, BAD_CAST name, BAD_CAST value);
}

static void number_attribute(xmlTextWriterPtr xml, const char *name, double value)
{
        char buffer[G_ASCII_DTOSTR_BUF_SIZE];

        attribute(xml, name, number(value, buffer));
}

static void start(xmlTextWriterPtr xml, const char *name)
{
        xmlTextWriterStartElement(xml, BAD_CAST name);
}

static void end(xmlTextWriterPtr xml)
{
        xmlTextWriterEndElement(xml);
}

/* Appends classes with the prefix "l-", so that no other rule of a page applies to diagrams. */
static void append_classes(GString *string, const char *classes)
{
        g_auto(GStrv) words = g_strsplit(classes, " ", -1);

        for (char **word = words; *word; word++)
                g_string_append_printf(string, "%sl-%s", string->len > 0 ? " " : "", *word);
}

static void write_classes(xmlTextWriterPtr xml, const char *classes)
{
        g_autoptr(GString) string = g_string_new(NULL);

        append_classes(string, classes);
        attribute(xml, "class", string->str);
}

static void write_text(xmlTextWriterPtr xml, const Shape *shape, const LadderOptions *options)
{
        static const char *const anchors[] = {NULL, "m", "e"};
        g_autoptr(GString) classes = g_string_new(NULL);
        gboolean links = shape->frame > 0 && options->link_prefix != NULL;

        append_classes(classes, text_kinds[shape->text_kind].class);
        if (anchors[shape->anchor])
                append_classes(classes, anchors[shape->anchor]);
        if (shape->classes)
                append_classes(classes, shape->classes);
        if (links) {
                start(xml, "a");
                xmlTextWriterWriteFormatAttribute(xml, BAD_CAST "href", "%s%" G_GUINT64_FORMAT, options->link_prefix,
                                                  shape->frame);
                attribute(xml, "tabindex", "-1");
        }
        start(xml, "text");
        attribute(xml, "class", classes->str);
        number_attribute(xml, "x", shape->x);
        number_attribute(xml, "y", shape->y);
        xmlTextWriterWriteString(xml, BAD_CAST shape->text);
        end(xml);
        if (links)
                end(xml);
}

static void write_path(xmlTextWriterPtr xml, const Shape *shape)
{
        char x[G_ASCII_DTOSTR_BUF_SIZE], y[G_ASCII_DTOSTR_BUF_SIZE];

        start(xml, "path");
        write_classes(xml, shape->classes);
        xmlTextWriterWriteFormatAttribute(xml, BAD_CAST "d", "M%s %s%s", number(shape->x, x), number(shape->y, y),
                                          shape->text);
        end(xml);
}

static void write_row(xmlTextWriterPtr xml, const Shape *shape)
{
        start(xml, "g");
        write_classes(xml, "row");
        xmlTextWriterWriteFormatAttribute(xml, BAD_CAST "data-frame", "%" G_GUINT64_FORMAT, shape->frame);
        if (shape->last != shape->frame)
                xmlTextWriterWriteFormatAttribute(xml, BAD_CAST "data-last", "%" G_GUINT64_FORMAT, shape->last);
        number_attribute(xml, "data-top", shape->y);
        number_attribute(xml, "data-bottom", shape->y2);
}

static void write_shape(xmlTextWriterPtr xml, const Shape *shape, const LadderOptions *options)
{
        switch (shape->kind) {
        case SHAPE_TEXT:
                write_text(xml, shape, options);
                return;
        case SHAPE_PATH:
                write_path(xml, shape);
                return;
        case SHAPE_BEGIN_ROW:
                write_row(xml, shape);
                return;
        case SHAPE_END_ROW:
                end(xml);
                return;
        case SHAPE_RECTANGLE:
                start(xml, "rect");
                write_classes(xml, shape->classes);
                number_attribute(xml, "x", shape->x);
                number_attribute(xml, "y", shape->y);
                number_attribute(xml, "width", shape->x2);
                number_attribute(xml, "height", shape->y2);
                break;
        case SHAPE_LINE:
                start(xml, "line");
                write_classes(xml, shape->classes);
                number_attribute(xml, "x1", shape->x);
                number_attribute(xml, "y1", shape->y);
                number_attribute(xml, "x2", shape->x2);
                number_attribute(xml, "y2", shape->y2);
                break;
        }
        end(xml);
}

/* On a page, a diagram grows and shrinks with the text around it (rem); a picture has a fixed size. */
static void write_size(xmlTextWriterPtr xml, double width, double height, const LadderOptions *options)
{
        char w[G_ASCII_DTOSTR_BUF_SIZE], h[G_ASCII_DTOSTR_BUF_SIZE];

        xmlTextWriterWriteFormatAttribute(xml, BAD_CAST "viewBox", "0 0 %s %s", number(width, w), number(height, h));
        if (options->style == LADDER_STYLE_PAGE) {
                xmlTextWriterWriteFormatAttribute(xml, BAD_CAST "width", "%srem",
                                                  g_ascii_formatd(w, G_ASCII_DTOSTR_BUF_SIZE, "%.4g", width / 16));
        } else {
                attribute(xml, "width", w);
                attribute(xml, "height", h);
        }
}

/* Screen readers do not find links in an image, so a diagram with links is a group. */
static void write_title(xmlTextWriterPtr xml, const LadderOptions *options)
{
        attribute(xml, "role", options->link_prefix ? "group" : "img");
        if (!options->title)
                return;
        if (options->id_prefix)
                xmlTextWriterWriteFormatAttribute(xml, BAD_CAST "aria-labelledby", "%stitle", options->id_prefix);
        start(xml, "title");
        if (options->id_prefix)
                xmlTextWriterWriteFormatAttribute(xml, BAD_CAST "id", "%stitle", options->id_prefix);
        xmlTextWriterWriteString(xml, BAD_CAST options->title);
        end(xml);
}

static void write_style(xmlTextWriterPtr xml, double width, double height, LadderStyle style)
{
        g_autoptr(GString) css = g_string_new("\n");

        if (style == LADDER_STYLE_PAGE)
                return;
        ladder_append_css(css, style);
        xmlTextWriterWriteElement(xml, BAD_CAST "style", BAD_CAST css->str);
        write_shape(xml, &(Shape){.kind = SHAPE_RECTANGLE, .classes = "paper", .x2 = width, .y2 = height},
                    &(LadderOptions){0});
}

void drawing_write(const Drawing *self,
                   xmlTextWriterPtr xml,
                   const char *kind,
                   double width,
                   double height,
                   const LadderOptions *options)
{
        start(xml, "svg");
        attribute(xml, "xmlns", "http://www.w3.org/2000/svg");
        xmlTextWriterWriteFormatAttribute(xml, BAD_CAST "class", "ladder l-%s", kind);
        write_size(xml, width, height, options);
        write_title(xml, options);
        write_style(xml, width, height, options->style);
        for (guint i = 0; i < self->shapes->len; i++)
                write_shape(xml, &g_array_index(self->shapes, Shape, i), options);
        end(xml);
}
