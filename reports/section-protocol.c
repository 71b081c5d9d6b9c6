/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the messages of the chats look like and what they mean, from the descriptions of their protocols. */
#include "reports/markdown.h"
#include "reports/protocol-table.h"
#include "reports/sections.h"

static void write_row(Document *document, const ChatForm *form)
{
        g_autoptr(GString) text = g_string_new(NULL);

        document_begin_row(document, ROW_PLAIN);
        for (ChatCell cell = 0; cell < CHAT_CELL_COUNT; cell++) {
                g_string_truncate(text, 0);
                chat_form_append_cell(form, cell, text);
                document_begin_cell(document, 1);
                document_text(document, cell == CHAT_CELL_MESSAGE ? TEXT_CODE : TEXT_PLAIN, text->str);
                document_end_cell(document);
        }
        document_end_row(document);
}

static void write_facts(Document *document, const ChatProtocol *protocol)
{
        gboolean is_tcp = chat_protocol_get_transport(protocol) == CHAT_TRANSPORT_TCP;
        const char *description = chat_protocol_get_description(protocol);
        guint n;
        const guint16 *ports = chat_protocol_get_ports(protocol, &n);

        document_begin_paragraph(document, PARAGRAPH_TEXT);
        if (*description)
                document_printf(document, TEXT_PLAIN, "%s. ", description);
        document_text(document, TEXT_PLAIN,
                      is_tcp ? "Over TCP: a line is a message." : "Over UDP: a datagram is a message.");
        for (guint i = 0; i < n; i++)
                document_printf(document, TEXT_PLAIN, "%s%u",
                                i > 0  ? ", " :
                                n == 1 ? " Its port is " :
                                         " Its ports are ",
                                ports[i]);
        document_text(document, TEXT_PLAIN, n > 0 ? "." : "");
        document_end_paragraph(document);
}

static void write_table(Document *document, const ChatProtocol *protocol)
{
        static Column columns[CHAT_CELL_COUNT];
        guint n;
        const ChatForm *forms = chat_protocol_get_forms(protocol, &n);

        for (ChatCell cell = 0; cell < CHAT_CELL_COUNT; cell++)
                columns[cell] =
                        (Column){chat_cell_get_title(cell), cell == CHAT_CELL_FORM ? COLUMN_TITLE : COLUMN_TEXT, NULL};
        document_begin_table(document, "protocol", columns, CHAT_CELL_COUNT);
        for (guint i = 0; i < n; i++)
                write_row(document, &forms[i]);
        document_end_table(document);
}

void section_protocol(Document *document, const Story *story)
{
        const GArray *protocols = story->summary->protocols;
        gboolean has_begun = FALSE;

        for (guint i = 0; i < protocols->len; i++) {
                const ChatProtocol *protocol = g_array_index(protocols, SummaryProtocol, i).protocol;

                if (!protocol)
                        continue;
                if (!has_begun)
                        document_begin_section(document, "protocol", "The messages of these protocols", NULL);
                has_begun = TRUE;
                document_heading(document, chat_protocol_get_title(protocol));
                write_facts(document, protocol);
                write_table(document, protocol);
        }
        if (has_begun)
                document_end_section(document);
}

gboolean protocol_table_write(const ChatProtocol *protocol, FILE *file)
{
        g_autoptr(Document) document = markdown_document_new();

        markdown_document_title(document, chat_protocol_get_title(protocol));
        write_facts(document, protocol);
        write_table(document, protocol);
        return markdown_document_write(document, file);
}
