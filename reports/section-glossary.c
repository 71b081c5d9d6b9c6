/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The topics in the explanations of the packets shown, each with its source and the first of these packets. */
#include "reports/explanation-html.h"
#include "reports/markup.h"
#include "reports/sections.h"

static void write_topic(Document *document, Topic topic, guint64 frame)
{
        const TopicInfo *info = topic_get(topic);
        xmlTextWriterPtr xml = document_get_page(document);
        g_autofree char *anchor = topic_anchor(topic);

        document_begin_row(document, ROW_PLAIN);
        if (xml)
                markup_attribute(xml, "id", anchor);
        document_text_cell(document, info->title);
        document_text_cell(document, info->paragraph);
        document_begin_cell(document, 1);
        document_text(document, TEXT_MUTED, info->source);
        document_end_cell(document);
        document_begin_cell(document, 1);
        document_frame(document, frame);
        document_end_cell(document);
        document_end_row(document);
}

void section_glossary(Document *document, const Story *story)
{
        static const Column columns[] = {
                {"term", COLUMN_TITLE, NULL},
                {"explanation", COLUMN_TEXT, NULL},
                {"source", COLUMN_TEXT, NULL},
                {"first in frame", COLUMN_FRAMES, NULL},
        };
        guint64 frames[TOPIC_COUNT] = {0};
        gboolean any = FALSE;

        for (guint i = 0; i < story->shown->len; i++) {
                const Record *record = g_ptr_array_index(story->shown, i);

                for (guint j = 0; record->explanation && j < record->explanation->n_points; j++) {
                        Topic topic = record->explanation->points[j].topic;

                        if (frames[topic] == 0)
                                frames[topic] = record->packet->frame->number;
                        any = TRUE;
                }
        }
        if (!any)
                return;
        document_begin_section(document, "glossary", "Glossary", "Glossary");
        document_begin_table(document, "glossary", columns, G_N_ELEMENTS(columns));
        for (guint topic = 0; topic < TOPIC_COUNT; topic++)
                if (frames[topic] > 0)
                        write_topic(document, topic, frames[topic]);
        document_end_table(document);
        document_begin_paragraph(document, PARAGRAPH_NOTE);
        document_text(document, TEXT_CODE, "chatsniff quiz");
        document_text(document, TEXT_PLAIN, " makes questions about this capture, with their answers; ");
        document_text(document, TEXT_CODE, "chatsniff check");
        document_text(document, TEXT_PLAIN, " grades the captures of a whole class by a rubric.");
        document_end_paragraph(document);
        document_end_section(document);
}
