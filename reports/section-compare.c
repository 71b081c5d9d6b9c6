/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP and UDP side by side, with the figures of this capture. */
#include "reports/filters.h"
#include "reports/markup.h"
#include "reports/prose.h"
#include "reports/sections.h"

/* The drawing that shows which layers the bytes belong to, in its own units. */
enum {
        BAR_LEFT = 60,
        BAR_WIDTH = 700,
        BAR_HEIGHT = 28,
        BAR_PITCH = 36,
        DRAWING_WIDTH = 880,
};

typedef struct {
        const StoryType *types[4];
        guint n;
} Comparison;

static gboolean is_tcp(const StoryType *type)
{
        return type->transport == TRANSPORT_TCP;
}

static void append_frames(Document *document, const FrameSet *set)
{
        if (set->packets == 0)
                return;
        document_text(document, TEXT_MUTED, set->packets == 1 ? "  frame " : "  frames ");
        document_frames(document, set);
}

static void write_before(Document *document, const StoryType *type)
{
        if (type->typed.packets == 0)
                document_text(document, TEXT_PLAIN, "nothing was said");
        else
                document_figure(document, type->before.packets, &type->before);
        if (type->typed.packets > 0)
                append_frames(document, &type->before);
}

static void write_round_trips(Document *document, const StoryType *type)
{
        if (type->asked_before.packets == 0) {
                document_text(document, TEXT_PLAIN, "none captured");
                return;
        }
        document_printf(document, TEXT_PLAIN, "%" G_GUINT64_FORMAT ", made by the %s", type->asked_before.packets,
                        is_tcp(type) ? "operating system" : "programs");
        append_frames(document, &type->asked_before);
}

static void write_messages(Document *document, const StoryType *type)
{
        g_autoptr(GString) text = g_string_new(NULL);

        prose_append_numbered(text, type->n_messages, is_tcp(type) ? "line" : "message");
        document_text(document, TEXT_PLAIN, text->str);
        append_frames(document, &type->typed);
}

static void write_acknowledgements(Document *document, const StoryType *type)
{
        g_autoptr(GString) text = g_string_new(NULL);

        if (!is_tcp(type)) {
                document_text(document, TEXT_PLAIN, "none");
                return;
        }
        prose_append_numbered(text, type->acknowledgements.packets, "packet");
        document_text(document, TEXT_PLAIN, text->str);
        append_frames(document, &type->acknowledgements);
}

static void write_order(Document *document, const StoryType *type)
{
        document_text(document, TEXT_PLAIN, is_tcp(type) ? "sequence numbers" : "nothing");
}

static void write_loss(Document *document, const StoryType *type)
{
        const FrameSet *recovery = &type->phases[PHASE_RECOVERY];

        if (!is_tcp(type)) {
                document_text(document, TEXT_PLAIN, "only the program, if it waits for an answer");
                return;
        }
        document_text(document, TEXT_PLAIN,
                      recovery->packets > 0 ? "TCP, which repaired it here" : "TCP; it would send the data again");
        append_frames(document, recovery);
}

static void write_close(Document *document, const StoryType *type)
{
        if (type->closing.packets == 0)
                document_text(document, TEXT_PLAIN, "nobody, as far as it was captured");
        else if (is_tcp(type))
                document_text(document, TEXT_PLAIN, "the two ends, with FIN or RST");
        else
                document_text(document, TEXT_PLAIN, "each client signs off; there is nothing to close");
        append_frames(document, &type->closing);
}

static guint64 count_headers(const StoryType *type)
{
        return type->all.bytes - MIN(type->all.bytes, type->features->layer_bytes[LAYER_GROUP_DATA]);
}

static void write_headers(Document *document, const StoryType *type)
{
        g_autoptr(GString) text = g_string_new(NULL);

        prose_append_number(text, count_headers(type));
        g_string_append(text, " of ");
        prose_append_numbered(text, type->all.bytes, "byte");
        if (type->all.bytes > 0)
                g_string_append_printf(text, ": %" G_GUINT64_FORMAT " %%",
                                       (count_headers(type) * 200 + type->all.bytes) / (type->all.bytes * 2));
        document_text(document, TEXT_PLAIN, text->str);
}

static void write_table(Document *document, const Comparison *comparison)
{
        static const struct {
                const char *title;
                void (*write)(Document *document, const StoryType *type);
        } rows[] = {
                {"packets before the first word", write_before},
                {"round trips before the first word", write_round_trips},
                {"messages", write_messages},
                {"acknowledgements", write_acknowledgements},
                {"what tells the order", write_order},
                {"who notices a loss", write_loss},
                {"who closes", write_close},
                {"headers", write_headers},
        };
        Column columns[1 + G_N_ELEMENTS(comparison->types)] = {{"", COLUMN_TITLE, NULL}};

        for (guint i = 0; i < comparison->n; i++)
                columns[1 + i] = (Column){comparison->types[i]->title, COLUMN_TEXT, comparison->types[i]->title};
        document_begin_table(document, "compare", columns, 1 + comparison->n);
        for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
                document_begin_row(document, ROW_PLAIN);
                document_text_cell(document, rows[i].title);
                for (guint j = 0; j < comparison->n; j++) {
                        document_begin_cell(document, 1);
                        rows[i].write(document, comparison->types[j]);
                        document_end_cell(document);
                }
                document_end_row(document);
        }
        document_end_table(document);
}

static void get_parts(const StoryType *type, guint64 parts[N_LAYER_GROUPS + 1])
{
        guint64 rest = type->all.bytes;

        for (guint i = 0; i < N_LAYER_GROUPS; i++) {
                parts[i] = type->features->layer_bytes[i];
                rest -= MIN(rest, parts[i]);
        }
        parts[N_LAYER_GROUPS] = rest;
}

static const char *const part_names[] = {"link layer", "IP", "TCP, UDP, ICMP", "data", "padding"};
static const char *const part_classes[] = {"l1", "l2", "l3", "l4", "l0"};

static const char *const part_fills[] = {"#ebe8df", "#d3cdbd", "#b6ac94", "#24282d", "#dcdcd6"};

static gboolean has_padding(const Comparison *comparison)
{
        for (guint i = 0; i < comparison->n; i++) {
                guint64 parts[N_LAYER_GROUPS + 1];

                get_parts(comparison->types[i], parts);
                if (parts[N_LAYER_GROUPS] > 0)
                        return TRUE;
        }
        return FALSE;
}

static void write_bytes_table(Document *document, const Comparison *comparison)
{
        guint n = N_LAYER_GROUPS + (has_padding(comparison) ? 1 : 0);
        Column columns[3 + N_LAYER_GROUPS] = {{"", COLUMN_TITLE, NULL}};

        for (guint i = 0; i < n; i++)
                columns[1 + i] = (Column){part_names[i], COLUMN_NUMBER, part_names[i]};
        columns[1 + n] = (Column){"bytes", COLUMN_NUMBER, "bytes"};
        document_begin_table(document, "parts", columns, n + 2);
        for (guint i = 0; i < comparison->n; i++) {
                guint64 parts[N_LAYER_GROUPS + 1];

                get_parts(comparison->types[i], parts);
                document_begin_row(document, ROW_PLAIN);
                document_text_cell(document, comparison->types[i]->title);
                for (guint j = 0; j < n; j++)
                        document_number_cell(document, parts[j]);
                document_number_cell(document, comparison->types[i]->all.bytes);
                document_end_row(document);
        }
        document_end_table(document);
}

static void write_bar(xmlTextWriterPtr xml, const StoryType *type, guint row, guint64 most)
{
        guint64 parts[N_LAYER_GROUPS + 1];
        double at = BAR_LEFT, y = row * BAR_PITCH;

        get_parts(type, parts);
        markup_open(xml, "text", "bar-name");
        markup_attributef(xml, "x", "%d", 0);
        markup_attributef(xml, "y", "%.1f", y + 19);
        markup_text(xml, is_tcp(type) ? "TCP" : "UDP");
        markup_close(xml);
        for (guint i = 0; i <= N_LAYER_GROUPS; i++) {
                double width = (double) parts[i] * BAR_WIDTH / (double) most;
                g_autoptr(GString) number = g_string_new(NULL);
                g_autofree char *class = g_strconcat("bar-", part_classes[i], NULL);

                if (parts[i] == 0)
                        continue;
                prose_append_number(number, parts[i]);
                markup_open(xml, "rect", class);
                markup_attribute(xml, "fill", part_fills[i]); /* for viewers that ignore the page's style */
                markup_attributef(xml, "x", "%.1f", at);
                markup_attributef(xml, "y", "%.1f", y);
                markup_attributef(xml, "width", "%.1f", MAX(width - 1, .5));
                markup_attributef(xml, "height", "%d", BAR_HEIGHT);
                markup_close(xml);
                if (width > 10 + 8.5 * (double) number->len) {
                        g_autofree char *on = g_strconcat("on-", part_classes[i], NULL);

                        markup_open(xml, "text", on);
                        markup_attribute(xml, "fill", i == LAYER_GROUP_DATA ? "#fdfdfb" : "#1c2024");
                        markup_attributef(xml, "x", "%.1f", at + 7);
                        markup_attributef(xml, "y", "%.1f", y + 19);
                        markup_text(xml, number->str);
                        markup_close(xml);
                }
                at += width;
        }
}

static void write_drawing(xmlTextWriterPtr xml, const Comparison *comparison)
{
        guint64 most = 1;

        for (guint i = 0; i < comparison->n; i++)
                most = MAX(most, comparison->types[i]->all.bytes);
        markup_open(xml, "svg", "bars");
        markup_attribute(xml, "xmlns", "http://www.w3.org/2000/svg");
        markup_attributef(xml, "viewBox", "0 0 %d %u", DRAWING_WIDTH, comparison->n * BAR_PITCH);
        markup_attribute(xml, "aria-hidden", "true"); /* the table says the same */
        for (guint i = 0; i < comparison->n; i++)
                write_bar(xml, comparison->types[i], i, most);
        markup_close(xml);
}

void section_compare(Document *document, const Story *story)
{
        xmlTextWriterPtr xml = document_get_page(document);
        g_autoptr(GString) filter = g_string_new(NULL);
        Comparison comparison = {0};

        for (guint i = 0; i < story->types->len && comparison.n < G_N_ELEMENTS(comparison.types); i++) {
                const StoryType *type = g_ptr_array_index(story->types, i);

                if (type->is_chat && type->features)
                        comparison.types[comparison.n++] = type;
        }
        if (comparison.n == 0)
                return;
        document_begin_section(document, "compare", comparison.n > 1 ? "TCP beside UDP" : "What the chat costs",
                               "TCP and UDP");
        write_table(document, &comparison);
        document_heading(document, "Where the bytes go");
        if (xml)
                write_drawing(xml, &comparison);
        write_bytes_table(document, &comparison);
        if (filter_append_story(filter, story))
                document_filter(document, NULL, filter->str, story->summary->chat_packets);
        section_requests(document, story);
        document_end_section(document);
}
