/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who takes part: hosts with their addresses and sockets. */
#include "reports/prose.h"
#include "reports/sections.h"

/* The most hosts, and sockets of a host, that are listed; the others are counted. */
#define MAX_HOSTS 24
#define MAX_SOCKETS 6

static const SummarySocket *get_socket(const SummaryHost *host, guint i)
{
        return &g_array_index(host->sockets, SummarySocket, i);
}

static void write_sockets(Document *document, const SummaryHost *host)
{
        for (guint i = 0; i < MIN(host->sockets->len, MAX_SOCKETS); i++) {
                const SummarySocket *socket = get_socket(host, i);

                if (i > 0)
                        document_text(document, TEXT_PLAIN, ", ");
                document_printf(document, TEXT_CODE, "%s %u", socket->transport == TRANSPORT_TCP ? "TCP" : "UDP",
                                socket->port);
        }
        if (host->sockets->len > MAX_SOCKETS)
                document_printf(document, TEXT_MUTED, " and %u more", host->sockets->len - MAX_SOCKETS);
}

/* "TCP: client; UDP: server". */
static void write_parts(Document *document, const SummaryHost *host)
{
        static const Transport transports[] = {TRANSPORT_TCP, TRANSPORT_UDP};
        gboolean any = FALSE;

        for (guint i = 0; i < G_N_ELEMENTS(transports); i++) {
                guint parts = 0, n = 0;

                for (guint j = 0; j < host->sockets->len; j++)
                        if (get_socket(host, j)->transport == transports[i])
                                parts |= 1u << get_socket(host, j)->part;
                for (guint part = CHAT_SENDER_CLIENT; part <= CHAT_SENDER_PEER; part++) {
                        if (!(parts & 1u << part))
                                continue;
                        if (n++ == 0)
                                document_printf(document, TEXT_PLAIN, "%s%s: ", any ? "; " : "",
                                                transports[i] == TRANSPORT_TCP ? "TCP" : "UDP");
                        document_printf(document, TEXT_PLAIN, "%s%s", n > 1 ? " and " : "",
                                        chat_sender_to_string(part));
                        any = TRUE;
                }
        }
}

static void write_names(Document *document, const Story *story, const SummaryHost *host)
{
        for (guint i = 0; i < MIN(host->sockets->len, MAX_SOCKETS); i++) {
                const SummarySocket *socket = get_socket(host, i);
                const char *title = naming_get_socket(story->naming, host, socket);

                if (!title || !socket->name)
                        continue;
                document_text(document, TEXT_PLAIN, "; ");
                document_text(document, TEXT_WIRE, title);
                document_printf(document, TEXT_PLAIN, " is port %u", socket->port);
        }
}

static void write_host(Document *document, const Story *story, const SummaryHost *host)
{
        char address[IP_ADDRESS_STRING_SIZE];

        document_begin_row(document, ROW_PLAIN);
        document_begin_cell(document, 1);
        document_text(document, TEXT_WIRE, naming_get_host(story->naming, host));
        document_end_cell(document);
        document_begin_cell(document, 1);
        document_text(document, TEXT_CODE, ip_address_to_string(&host->address, address));
        document_end_cell(document);
        document_begin_cell(document, 1);
        document_text(document, host->link_address ? TEXT_CODE : TEXT_PLAIN,
                      host->link_address ? host->link_address : "–");
        document_end_cell(document);
        document_begin_cell(document, 1);
        write_sockets(document, host);
        document_end_cell(document);
        document_begin_cell(document, 1);
        write_parts(document, host);
        write_names(document, story, host);
        document_end_cell(document);
        document_end_row(document);
}

void section_cast(Document *document, const Story *story)
{
        static const Column columns[] = {
                {"host", COLUMN_TITLE, NULL},   {"address", COLUMN_TEXT, NULL},     {"MAC address", COLUMN_TEXT, NULL},
                {"sockets", COLUMN_TEXT, NULL}, {"part played", COLUMN_TEXT, NULL},
        };
        const GPtrArray *hosts = story->summary->hosts;

        if (hosts->len == 0)
                return;
        document_begin_section(document, "cast", "The cast", "Cast");
        document_begin_table(document, "cast", columns, G_N_ELEMENTS(columns));
        for (guint i = 0; i < MIN(hosts->len, MAX_HOSTS); i++)
                write_host(document, story, g_ptr_array_index(hosts, i));
        document_end_table(document);
        if (hosts->len > MAX_HOSTS) {
                g_autoptr(GString) text = g_string_new(NULL);

                prose_append_numbered(text, hosts->len - MAX_HOSTS, "more host");
                g_string_append(text, "; ");
                document_begin_paragraph(document, PARAGRAPH_NOTE);
                document_text(document, TEXT_PLAIN, text->str);
                document_text(document, TEXT_CODE, "chatsniff summary");
                document_text(document, TEXT_PLAIN, " lists them.");
                document_end_paragraph(document);
        }
        document_end_section(document);
}
