/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who takes part: hosts with their addresses and sockets. */
#include "reports/sections.h"

/* Beyond so many hosts, or sockets of one, the rest is counted. */
#define MAX_HOSTS 24
#define MAX_SOCKETS 6

static void write_sockets(Document *document, const CastHost *host)
{
        for (guint i = 0; i < MIN(host->sockets->len, MAX_SOCKETS); i++) {
                const CastSocket *socket = g_ptr_array_index(host->sockets, i);

                if (i > 0)
                        document_text(document, TEXT_PLAIN, ", ");
                document_printf(document, TEXT_CODE, "%s %u", socket->transport == TRANSPORT_TCP ? "TCP" : "UDP",
                                socket->endpoint.port);
        }
        if (host->sockets->len > MAX_SOCKETS)
                document_printf(document, TEXT_MUTED, " and %u more", host->sockets->len - MAX_SOCKETS);
}

static void write_part(Document *document, const CastHost *host, Transport transport, gboolean *ret_any)
{
        gboolean client = FALSE, server = FALSE, peer = FALSE;
        const char *parts[4] = {NULL};
        guint n = 0;

        for (guint i = 0; i < host->sockets->len; i++) {
                const CastSocket *socket = g_ptr_array_index(host->sockets, i);

                if (socket->transport != transport)
                        continue;
                client |= socket->is_client;
                server |= socket->is_server;
                peer |= socket->is_peer;
        }
        if (server)
                parts[n++] = "server";
        if (client)
                parts[n++] = "client";
        if (peer)
                parts[n++] = "peer";
        if (n > 0) {
                g_autofree char *joined = g_strjoinv(" and ", (char **) parts);

                document_printf(document, TEXT_PLAIN, "%s%s: %s", *ret_any ? "; " : "",
                                transport == TRANSPORT_TCP ? "TCP" : "UDP", joined);
                *ret_any = TRUE;
        }
}

static void write_names(Document *document, const CastHost *host)
{
        for (guint i = 0; i < MIN(host->sockets->len, MAX_SOCKETS); i++) {
                const CastSocket *socket = g_ptr_array_index(host->sockets, i);

                if (!host->by_socket || !socket->name)
                        continue;
                document_text(document, TEXT_PLAIN, "; ");
                document_text(document, TEXT_WIRE, socket->title);
                document_printf(document, TEXT_PLAIN, " is port %u", socket->endpoint.port);
        }
}

static void write_host(Document *document, const CastHost *host)
{
        char address[IP_ADDRESS_STRING_SIZE];
        gboolean any = FALSE;

        document_begin_row(document, ROW_PLAIN);
        document_begin_cell(document, 1);
        document_text(document, TEXT_WIRE, host->title);
        document_end_cell(document);
        document_begin_cell(document, 1);
        document_text(document, TEXT_CODE, ip_address_to_string(&host->address, address));
        document_end_cell(document);
        document_begin_cell(document, 1);
        if (host->has_mac)
                document_printf(document, TEXT_CODE, "%02x:%02x:%02x:%02x:%02x:%02x", host->mac[0], host->mac[1],
                                host->mac[2], host->mac[3], host->mac[4], host->mac[5]);
        else
                document_text(document, TEXT_PLAIN, "–");
        document_end_cell(document);
        document_begin_cell(document, 1);
        write_sockets(document, host);
        document_end_cell(document);
        document_begin_cell(document, 1);
        write_part(document, host, TRANSPORT_TCP, &any);
        write_part(document, host, TRANSPORT_UDP, &any);
        write_names(document, host);
        document_end_cell(document);
        document_end_row(document);
}

void section_cast(Document *document, const Story *story)
{
        static const Column columns[] = {
                {"host", COLUMN_TITLE, NULL},   {"address", COLUMN_TEXT, NULL}, {"MAC address", COLUMN_TEXT, NULL},
                {"sockets", COLUMN_TEXT, NULL}, {"part played", COLUMN_TEXT, NULL},
        };
        const GPtrArray *hosts = cast_get_hosts(story->cast);

        if (hosts->len == 0)
                return;
        document_begin_section(document, "cast", "The cast", "Cast");
        document_begin_table(document, "cast", columns, G_N_ELEMENTS(columns));
        for (guint i = 0; i < MIN(hosts->len, MAX_HOSTS); i++)
                write_host(document, g_ptr_array_index(hosts, i));
        document_end_table(document);
        if (hosts->len > MAX_HOSTS) {
                document_begin_paragraph(document, PARAGRAPH_NOTE);
                document_printf(document, TEXT_PLAIN, "%u hosts more take part.", hosts->len - MAX_HOSTS);
                document_end_paragraph(document);
        }
        document_end_section(document);
}
