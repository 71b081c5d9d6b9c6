/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The conversations: a table of them, and in a page sequence diagrams, the whole session on one strip and then a ladder
 * for each. The page contains each diagram in two widths and shows the one that fits the screen. */
#include "reports/ladder.h"
#include "reports/markup.h"
#include "reports/prose.h"
#include "reports/sections.h"

/* The most ladders of a page, and the most conversations in the table. */
#define MAX_LADDERS 24
#define MAX_ROWS 100
/* A strip of more packets would be too narrow to read. */
#define MAX_STRIP 80

/* The height of a ladder on paper, in its own px: A4 without margins, at the width that the ladder has there. */
#define PAPER_HEIGHT 1150
/* A ladder of fewer packets fits into that height. */
#define PAPER_PACKETS 15

static const char *name_of(const Endpoint *endpoint, Transport transport, gpointer data)
{
        return naming_get_endpoint(data, endpoint, transport);
}

static LadderOptions
make_options(Document *document, const Story *story, LadderWidth width, const char *title, const char *id)
{
        guint n_unshown;

        return (LadderOptions){
                .width = width,
                .style = document->for_print ? LADDER_STYLE_LIGHT : LADDER_STYLE_PAGE,
                .max_height = document->for_print ? PAPER_HEIGHT : 0,
                .title = title,
                .id_prefix = id,
                .link_prefix = document->for_print ? NULL : "#f",
                .hint = "chatsniff ladder draws all of it",
                .partial = story_count_unshown(story, &n_unshown) > 0,
                .name_of = name_of,
                .name_of_data = story->naming,
        };
}

typedef void (*DrawFunc)(xmlTextWriterPtr xml,
                         const Record *const *records,
                         guint n_records,
                         const LadderOptions *options);

static const struct {
        LadderWidth width;
        const char *class;
} widths[] = {{LADDER_WIDE, "wide"}, {LADDER_NARROW, "narrow"}};

static guint count_widths(Document *document)
{
        return document->for_print ? 1 : G_N_ELEMENTS(widths);
}

static void
draw(Document *document, const Story *story, DrawFunc func, const GPtrArray *records, const char *title, const char *id)
{
        xmlTextWriterPtr xml = document_get_page(document);

        for (guint i = 0; i < count_widths(document); i++) {
                g_autofree char *own_id = g_strdup_printf("%s-%s", id, widths[i].class);
                LadderOptions options = make_options(document, story, widths[i].width, title, own_id);

                markup_open(xml, "div", widths[i].class);
                func(xml, (const Record *const *) records->pdata, records->len, &options);
                markup_close(xml);
        }
}

/* Draws the ladder in pieces that fit on a sheet of paper; the page shows them in its place when it is printed. */
static void
draw_sheets(Document *document, const Story *story, const GPtrArray *records, const char *title, const char *id)
{
        xmlTextWriterPtr xml = document_get_page(document);
        g_autofree char *own_id = g_strdup_printf("%s-sheets", id);
        LadderOptions options = make_options(document, story, LADDER_WIDE, title, own_id);

        options.max_height = PAPER_HEIGHT;
        options.link_prefix = NULL;
        markup_open(xml, "div", "sheets");
        ladder_write(xml, (const Record *const *) records->pdata, records->len, &options);
        markup_close(xml);
}

static void write_key(Document *document, const Story *story)
{
        xmlTextWriterPtr xml = document_get_page(document);

        for (guint i = 0; i < count_widths(document); i++) {
                LadderOptions options = make_options(document, story, widths[i].width, NULL, NULL);

                markup_open(xml, "div", widths[i].class);
                ladder_key_write(xml, &options);
                markup_close(xml);
        }
}

static void write_strip(Document *document, const Story *story)
{
        xmlTextWriterPtr xml = document_get_page(document);

        if (story->chats->len < 2 || story->shown->len > MAX_STRIP)
                return;
        document_heading(document, "The whole session");
        markup_open(xml, "figure", "strip");
        draw(document, story, session_strip_write, story->shown, "The whole session", "strip");
        markup_open(xml, "figcaption", "note");
        markup_text(xml, "Every packet of the chats in order, from host to host; wider spaces are pauses.");
        markup_close(xml);
        markup_close(xml);
}

static gboolean is_tcp(const LadderGroup *group)
{
        const Record *first = g_ptr_array_index(group->records, 0);

        return first->flow->conversation->transport == TRANSPORT_TCP;
}

static const char *note_of(const LadderGroup *group)
{
        if (is_tcp(group))
                return "Left and right of the lifelines: the state of each end of the connection. A heavy line is an "
                       "open connection.";
        return "Where an arrow jumps over a lifeline, its packet does not concern that host.";
}

/* The attributes that lecture mode reads. */
static void write_chat(xmlTextWriterPtr xml, const Story *story, const Record *first)
{
        const StoryConversation *conversation = story_get_conversation(story, first);
        const Endpoint *ends = conversation->endpoints;
        FlowSide client = conversation->client;

        markup_attributef(xml, "data-chat", "%u", conversation->chat->index);
        markup_attribute(xml, "data-client",
                         naming_get_endpoint(story->naming, &ends[client], conversation->transport));
        markup_attribute(xml, "data-server",
                         naming_get_endpoint(story->naming, &ends[1 - client], conversation->transport));
}

static void write_ladder(Document *document, const Story *story, const LadderGroup *group, guint index)
{
        xmlTextWriterPtr xml = document_get_page(document);
        g_autofree char *id = g_strdup_printf("ladder%u", index), *title = g_strdup_printf("The %s", group->title);
        gboolean in_sheets = !document->for_print && group->records->len >= PAPER_PACKETS;
        g_autofree char *class =
                g_strdup_printf("ladder-figure%s%s", is_tcp(group) ? "" : " many", in_sheets ? " in-sheets" : "");

        document_heading(document, title);
        markup_open(xml, "figure", class);
        write_chat(xml, story, g_ptr_array_index(group->records, 0));
        draw(document, story, ladder_write, group->records, title, id);
        if (in_sheets)
                draw_sheets(document, story, group->records, title, id);
        markup_close(xml);
        document_filter(document, note_of(group), group->filter, 0);
}

static void write_drawings(Document *document, const Story *story)
{
        g_autoptr(GPtrArray) groups =
                ladder_group_records((const Record *const *) story->shown->pdata, story->shown->len);

        document_begin_paragraph(document, PARAGRAPH_TEXT);
        document_text(document, TEXT_PLAIN,
                      "An arrow is a packet. In the ladders, time runs downwards; the text above an arrow says what "
                      "the packet does, and the fields below it show that. A long pause breaks the lifelines.");
        document_end_paragraph(document);
        write_key(document, story);
        write_strip(document, story);
        for (guint i = 0; i < MIN(groups->len, MAX_LADDERS); i++)
                write_ladder(document, story, g_ptr_array_index(groups, i), i);
}

static void write_conversation(Document *document, const Story *story, const StoryConversation *conversation)
{
        g_autofree char *name = g_strdup_printf("%s %u", conversation->transport == TRANSPORT_TCP ? "TCP" : "UDP",
                                                conversation->stream);
        const Endpoint *ends = conversation->endpoints;

        document_begin_row(document, ROW_PLAIN);
        document_text_cell(document, name);
        document_begin_cell(document, 1);
        document_text(document, TEXT_WIRE,
                      naming_get_endpoint(story->naming, &ends[conversation->client], conversation->transport));
        document_text(document, TEXT_PLAIN, " and ");
        document_text(document, TEXT_WIRE,
                      naming_get_endpoint(story->naming, &ends[1 - conversation->client], conversation->transport));
        document_end_cell(document);
        document_begin_cell(document, 1);
        document_text(document, TEXT_PLAIN, conversation->label ? conversation->label : "–");
        document_end_cell(document);
        document_figure_cell(document, conversation->frames.packets, &conversation->frames);
        document_number_cell(document, conversation->frames.bytes);
        document_frames_cell(document, &conversation->frames);
        document_end_row(document);
}

static void write_table(Document *document, const Story *story)
{
        static const Column columns[] = {
                {"stream", COLUMN_TITLE, NULL},       {"between", COLUMN_TEXT, NULL},
                {"what happened", COLUMN_TEXT, NULL}, {"packets", COLUMN_NUMBER, "packets"},
                {"bytes", COLUMN_NUMBER, "bytes"},    {"frames", COLUMN_FRAMES, NULL},
        };
        guint n = story->conversations->len;

        document_begin_table(document, "conversations", columns, G_N_ELEMENTS(columns));
        for (guint i = 0; i < MIN(n, MAX_ROWS); i++)
                write_conversation(document, story, g_ptr_array_index(story->conversations, i));
        document_end_table(document);
        if (n > MAX_ROWS) {
                g_autoptr(GString) text = g_string_new(NULL);

                prose_append_number(text, n - MAX_ROWS);
                g_string_append(text, n - MAX_ROWS == 1 ? " more conversation; " : " more conversations; ");
                document_begin_paragraph(document, PARAGRAPH_NOTE);
                document_text(document, TEXT_PLAIN, text->str);
                document_text(document, TEXT_CODE, "chatsniff conversations");
                document_text(document, TEXT_PLAIN, " lists them all.");
                document_end_paragraph(document);
        }
}

void section_diagrams(Document *document, const Story *story)
{
        if (story->conversations->len == 0)
                return;
        document_begin_section(document, "diagrams", "The conversations", "Diagrams");
        write_table(document, story);
        if (document_get_page(document) && story->shown->len > 0)
                write_drawings(document, story);
        document_end_section(document);
}
