/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands and replies: what clients asked the chat's server, and how long the answers took. */
#include "reports/markup.h"
#include "reports/prose.h"
#include "reports/sections.h"

#define MAX_REQUESTS 100
/* The width of the longest bar, in units of the drawing. */
#define BAR_WIDTH 130

static void write_name(Document *document, const SummaryRequest *request)
{
        g_autoptr(GString) text = g_string_new(request->form->code ? request->form->code : request->form->name);

        if (request->argument) {
                g_string_append_c(text, ' ');
                prose_append_wire(text, request->argument, strlen(request->argument), 40);
        }
        document_text(document, TEXT_CODE, text->str);
}

static void write_bar(Document *document, gint64 latency, gint64 longest)
{
        xmlTextWriterPtr xml = document_get_page(document);

        if (!xml || longest <= 0)
                return;
        markup_open(xml, "svg", "latency");
        markup_attribute(xml, "xmlns", "http://www.w3.org/2000/svg");
        markup_attributef(xml, "viewBox", "0 0 %d 6", BAR_WIDTH);
        markup_attribute(xml, "aria-hidden", "true");
        markup_open(xml, "rect", NULL);
        markup_attributef(xml, "width", "%.1f", MAX((double) latency * BAR_WIDTH / (double) longest, 1));
        markup_attribute(xml, "height", "6");
        markup_attribute(xml, "fill", "#b9bab3");
        markup_close(xml);
        markup_close(xml);
}

/* Why there is no answer. */
static void write_silence(Document *document, const SummaryRequest *request)
{
        if (request->errors.count > 0) {
                document_text(document, TEXT_PLAIN, "not delivered, according to ICMP: ");
                document_summary_frames(document, &request->errors);
        } else if (request->is_last_word) {
                document_text(document, TEXT_MUTED, "the capture ends");
        } else {
                document_text(document, TEXT_PLAIN, "not answered");
        }
}

static void write_request(
        Document *document, const Story *story, const SummaryRequest *request, Transport transport, gint64 longest)
{
        g_autoptr(GString) after = g_string_new(NULL);

        document_begin_row(document, ROW_PLAIN);
        document_begin_cell(document, 1);
        write_name(document, request);
        document_end_cell(document);
        document_begin_cell(document, 1);
        document_text(document, TEXT_WIRE, naming_get_endpoint(story->naming, &request->client, transport));
        document_end_cell(document);
        document_begin_cell(document, 1);
        document_frame(document, request->frame);
        if (request->repeats.count > 0) {
                document_text(document, TEXT_PLAIN, " and again ");
                document_summary_frames(document, &request->repeats);
        }
        document_end_cell(document);
        document_begin_cell(document, 1);
        if (request->replies.count > 0)
                document_summary_frames(document, &request->replies);
        else
                write_silence(document, request);
        document_end_cell(document);
        document_begin_cell(document, 1);
        if (request->has_latency) {
                prose_append_duration(after, request->latency);
                document_text(document, TEXT_PLAIN, after->str);
        }
        document_end_cell(document);
        if (document_get_page(document)) {
                document_begin_cell(document, 1);
                if (request->has_latency)
                        write_bar(document, request->latency, longest);
                document_end_cell(document);
        }
        document_end_row(document);
}

static gint64 find_longest(const GPtrArray *sessions)
{
        gint64 longest = 0;

        for (guint i = 0; i < sessions->len; i++) {
                const SummarySession *session = g_ptr_array_index(sessions, i);

                for (guint j = 0; j < session->requests->len; j++) {
                        const SummaryRequest *request = g_ptr_array_index(session->requests, j);

                        longest = request->has_latency ? MAX(longest, request->latency) : longest;
                }
        }
        return longest;
}

/* The filter uses the Wireshark plugin, whose fields begin with the name of the protocol. */
static void write_filter(Document *document, const GPtrArray *sessions)
{
        g_autoptr(GString) filter = g_string_new(NULL);

        for (guint i = 0; i < sessions->len; i++) {
                const SummarySession *session = g_ptr_array_index(sessions, i);
                g_autofree char *field = g_strconcat(chat_protocol_get_name(session->protocol), ".reply_in", NULL);

                if (session->requests->len > 0 && !strstr(filter->str, field))
                        g_string_append_printf(filter, "%s%s", filter->len > 0 ? " or " : "", field);
        }
        document_filter(document, "The requests with an answer, if the chatsniff plugin is installed:", filter->str, 0);
}

void section_requests(Document *document, const Story *story)
{
        static const Column columns[] = {
                {"command", COLUMN_TITLE, NULL},
                {"asked by", COLUMN_TEXT, NULL},
                {"request", COLUMN_FRAMES, "asked in frame"},
                {"answered in", COLUMN_FRAMES, "answer:"},
                {"after", COLUMN_NUMBER, NULL},
                {"", COLUMN_TEXT, NULL},
        };
        const GPtrArray *sessions = story->summary->sessions;
        gint64 longest = find_longest(sessions);
        guint n = 0, columns_shown = document_get_page(document) ? 6 : 5;

        for (guint i = 0; i < sessions->len; i++)
                n += ((const SummarySession *) g_ptr_array_index(sessions, i))->requests->len;
        if (n == 0)
                return;
        document_heading(document, "Commands and replies");
        document_begin_table(document, "requests", columns, columns_shown);
        n = 0;
        for (guint i = 0; i < sessions->len; i++) {
                const SummarySession *session = g_ptr_array_index(sessions, i);
                Transport transport = chat_protocol_get_transport(session->protocol) == CHAT_TRANSPORT_TCP ?
                                              TRANSPORT_TCP :
                                              TRANSPORT_UDP;

                for (guint j = 0; j < session->requests->len; j++)
                        if (n++ < MAX_REQUESTS)
                                write_request(document, story, g_ptr_array_index(session->requests, j), transport,
                                              longest);
        }
        document_end_table(document);
        if (n > MAX_REQUESTS) {
                document_begin_paragraph(document, PARAGRAPH_NOTE);
                document_printf(document, TEXT_PLAIN,
                                n - MAX_REQUESTS == 1 ? "%u more request; " : "%u more requests; ", n - MAX_REQUESTS);
                document_text(document, TEXT_CODE, "chatsniff summary");
                document_text(document, TEXT_PLAIN, " lists them all.");
                document_end_paragraph(document);
        }
        write_filter(document, sessions);
}
