/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The summary for people: the capture, the answers to the lab sheet (text-sheet.c), who took part, what happened, and
 * findings. */
#include "analyzer/output/escape.h"
#include "analyzer/output/text-private.h"

#define MAX_ROWS 100 /* how many rows are shown of a table that grows with the capture */
#define INDENT 2

/* Writes how many of n rows are not shown. */
static void tell_more(TextWriter *writer, guint64 n, guint indent)
{
        if (n <= MAX_ROWS)
                return;
        text_append_spaces(writer->buffer, indent);
        g_string_append_printf(writer->buffer, "… and %" G_GUINT64_FORMAT " more: see --format json\n", n - MAX_ROWS);
}

static void append_safe(GString *text, const char *from)
{
        escape_append_for_terminal(text, from, strlen(from));
}

static void append_party(GString *text, Transport transport, const Endpoint *endpoint, const char *name)
{
        if (name) {
                append_safe(text, name);
                append_text(text, " (");
        }
        text_append_endpoint(text, transport, endpoint);
        if (name)
                append_char(text, ')');
}

static void append_duration_of(GString *text, gint64 nanoseconds)
{
        append_duration(text, nanoseconds);
        append_end(text);
}

/* --- the capture ------------------------------------------------------------------------------------- */

static void tell_capture(TextWriter *writer, const Summary *summary, const char *file)
{
        g_autoptr(GString) text = g_string_new(NULL);
        gint64 duration;

        if (file) {
                append_text(text, file);
                append_text(text, ": ");
        }
        text_append_count(text, summary->packets, "packet", "packets");
        append_text(text, ", ");
        append_bytes(text, summary->bytes);
        if (summary->has_time && !__builtin_sub_overflow(summary->last_time, summary->first_time, &duration)) {
                g_autoptr(GDateTime) begin = g_date_time_new_from_unix_utc(summary->first_time / 1000000000);
                g_autofree char *date = begin ? g_date_time_format(begin, "%Y-%m-%d %H:%M:%S UTC") : NULL;

                if (date) {
                        append_text(text, ", from ");
                        append_text(text, date);
                }
                append_text(text, " over ");
                append_duration_of(text, duration);
        }
        append_text(text, ".");
        append_end(text);
        text_paragraph(writer, text->str, 0);

        g_string_truncate(text, 0);
        text_append_count(text, summary->chat_packets, "packet belongs to chats", "packets belong to chats");
        for (guint i = 0; i < summary->protocols->len; i++) {
                const SummaryProtocol *protocol = &g_array_index(summary->protocols, SummaryProtocol, i);

                append_text(text, i > 0 ? ", " : " (");
                text_append_count(text, protocol->conversations, "conversation of ", "conversations of ");
                append_text(text, chat_protocol_get_name(protocol->protocol));
        }
        append_text(text, summary->protocols->len > 0 ? "). " : ". ");
        text_append_count(text, summary->packets - summary->chat_packets, "packet is other traffic",
                          "packets are other traffic");
        for (guint i = 0; i < summary->traffic->len; i++) {
                const SummaryTraffic *traffic = &g_array_index(summary->traffic, SummaryTraffic, i);

                append_text(text, i > 0 ? ", " : ": ");
                append_text(text, traffic->name);
                append_char(text, ' ');
                append_unsigned(text, traffic->packets);
        }
        append_text(text, ".");
        append_end(text);
        text_paragraph(writer, text->str, 0);
}

/* --- who ---------------------------------------------------------------------------------------------- */

static void tell_hosts(TextWriter *writer, const Summary *summary)
{
        if (summary->hosts->len == 0)
                return;
        text_heading(writer, "Hosts");
        for (guint i = 0; i < MIN(summary->hosts->len, MAX_ROWS); i++) {
                const SummaryHost *host = g_ptr_array_index(summary->hosts, i);
                g_autoptr(GString) text = g_string_new(NULL);
                char address[IP_ADDRESS_STRING_SIZE];

                append_text(text, ip_address_to_string(&host->address, address));
                if (host->link_address) {
                        append_text(text, ", ");
                        append_text(text, host->link_address);
                }
                for (guint j = 0; j < MIN(host->sockets->len, MAX_ROWS); j++) {
                        const SummarySocket *socket = &g_array_index(host->sockets, SummarySocket, j);

                        append_text(text, j == 0 ? ": " : "; ");
                        append_text(text, text_transport(socket->transport));
                        append_text(text, " port ");
                        append_unsigned(text, socket->port);
                        append_char(text, ' ');
                        append_text(text, chat_sender_to_string(socket->part));
                        if (socket->name) {
                                append_text(text, " “");
                                append_safe(text, socket->name);
                                append_text(text, "”");
                        }
                }
                if (host->sockets->len > MAX_ROWS)
                        append_text(text, "; …");
                append_end(text);
                text_paragraph(writer, text->str, INDENT);
        }
        tell_more(writer, summary->hosts->len, INDENT);
}

static void tell_conversations(TextWriter *writer, const Summary *summary)
{
        if (summary->conversations->len == 0)
                return;
        text_heading(writer, "Conversations");
        for (guint i = 0; i < MIN(summary->conversations->len, MAX_ROWS); i++) {
                const SummaryConversation *chat = g_ptr_array_index(summary->conversations, i);
                g_autoptr(GString) text = g_string_new(NULL);

                append_text(text, transport_to_string(chat->transport));
                append_char(text, ' ');
                append_unsigned(text, chat->stream);
                append_text(text, ", ");
                append_party(text, chat->transport, &chat->client, chat->client_name);
                append_text(text, chat->is_peers ? " ◀▶ " : " ─▶ ");
                append_party(text, chat->transport, &chat->server, chat->server_name);
                append_text(text, ", ");
                text_append_count(text, chat->packets, "packet: ", "packets: ");
                append_safe(text, chat->label);
                append_end(text);
                text_paragraph(writer, text->str, INDENT);
        }
        if (summary->conversations->len > MAX_ROWS)
                g_string_append_printf(writer->buffer, "  … and %u more: see “chatsniff conversations”\n",
                                       summary->conversations->len - MAX_ROWS);
}

/* --- sessions ----------------------------------------------------------------------------------------- */

static void append_moment(GString *text, gint64 offset, guint64 frame)
{
        text_append_seconds(text, offset, 3, 0);
        append_text(text, " s (frame ");
        append_unsigned(text, frame);
        append_char(text, ')');
}

static void tell_users(TextWriter *writer, const SummarySession *session)
{
        for (guint i = 0; i < MIN(session->users->len, MAX_ROWS); i++) {
                const SummaryUser *user = g_ptr_array_index(session->users, i);
                g_autoptr(GString) text = g_string_new(NULL);

                append_text(text, "user ");
                append_party(text, TRANSPORT_UDP, &user->endpoint, user->name ? user->name : "?");
                if (user->is_inferred) {
                        append_text(text, ": the registration was not captured; inferred from frame ");
                        append_unsigned(text, user->seen);
                } else {
                        append_text(text, ": registered at ");
                        append_moment(text, user->registered_offset, user->registered);
                }
                if (user->left > 0) {
                        append_text(text, ", left at ");
                        append_moment(text, user->left_offset, user->left);
                } else {
                        append_text(text, ", did not sign off in this capture");
                }
                append_end(text);
                text_paragraph(writer, text->str, INDENT + 2);
        }
        tell_more(writer, session->users->len, INDENT + 2);
}

static void tell_member(TextWriter *writer, const SummaryMember *member)
{
        g_autoptr(GString) text = g_string_new(NULL);

        append_party(text, TRANSPORT_UDP, &member->endpoint, member->name);
        append_text(text, member->is_inferred ? " is a member at " : " joins at ");
        append_moment(text, member->joined_offset, member->joined);
        if (member->is_inferred)
                append_text(text, "; the join was not captured");
        if (member->left > 0) {
                append_text(text, ", leaves at ");
                append_moment(text, member->left_offset, member->left);
        }
        append_end(text);
        text_paragraph(writer, text->str, INDENT + 4);
}

/* Appends the multicast group of a room, and the frames in which hosts join or leave it. */
static void append_group(GString *text, const SummaryRoom *room)
{
        if (room->group.address.family == 0)
                return;
        append_text(text, ", talks in the multicast group ");
        append_party(text, TRANSPORT_UDP, &room->group, NULL);
        if (room->reports.count > 0) {
                append_text(text, " (hosts join and leave it in frames ");
                text_append_frames(text, &room->reports);
                append_text(text, ")");
        }
}

static void tell_rooms(TextWriter *writer, const SummarySession *session)
{
        for (guint i = 0; i < MIN(session->rooms->len, MAX_ROWS); i++) {
                const SummaryRoom *room = g_ptr_array_index(session->rooms, i);
                g_autoptr(GString) text = g_string_new("room ");

                append_safe(text, room->name ? room->name : "whose name was not captured");
                if (room->created > 0) {
                        append_text(text, ", created in frame ");
                        append_unsigned(text, room->created);
                }
                append_group(text, room);
                append_text(text, room->members->len > 0 ? ":" : ": nobody joined it");
                append_end(text);
                text_paragraph(writer, text->str, INDENT + 2);
                for (guint j = 0; j < MIN(room->members->len, MAX_ROWS); j++)
                        tell_member(writer, g_ptr_array_index(room->members, j));
                tell_more(writer, room->members->len, INDENT + 4);
        }
        tell_more(writer, session->rooms->len, INDENT + 2);
}

static void tell_request(TextWriter *writer, const SummaryRequest *request)
{
        g_autoptr(GString) text = g_string_new(NULL);

        append_text(text, "frame ");
        append_unsigned(text, request->frame);
        append_text(text, ", ");
        append_party(text, TRANSPORT_UDP, &request->client, request->client_name);
        append_text(text, ": ");
        append_safe(text, request->form->code ? request->form->code : request->form->name);
        if (request->argument) {
                append_char(text, ' ');
                append_safe(text, request->argument);
        }
        append_text(text, " (");
        append_safe(text, request->form->name);
        append_char(text, ')');
        if (request->repeats.count > 0) {
                append_text(text, request->repeats.count == 1 ? ", asked again in frame " : ", asked again in frames ");
                text_append_frames(text, &request->repeats);
        }
        if (request->replies.count > 0) {
                append_text(text, request->replies.count == 1 ? " → answered by frame " : " → answered by frames ");
                text_append_frames(text, &request->replies);
                if (request->has_latency) {
                        append_text(text, " after ");
                        append_duration_of(text, request->latency);
                }
        } else {
                append_text(text, " → not answered");
                if (request->errors.count > 0) {
                        append_text(text,
                                    request->errors.count == 1 ? ": ICMP error in frame " : ": ICMP errors in frames ");
                        text_append_frames(text, &request->errors);
                }
        }
        append_end(text);
        text_paragraph(writer, text->str, INDENT + 2);
}

static void tell_session(TextWriter *writer, const SummarySession *session)
{
        g_autoptr(GString) title = g_string_new(NULL);

        append_safe(title, chat_protocol_get_title(session->protocol));
        if (session->server.address.family != 0) {
                append_text(title, ", server ");
                text_append_endpoint(title, TRANSPORT_UDP, &session->server);
        } else {
                append_text(title, ", whose server was not captured");
        }
        append_end(title);
        text_heading(writer, title->str);
        tell_users(writer, session);
        tell_rooms(writer, session);
        for (guint i = 0; i < MIN(session->requests->len, MAX_ROWS); i++)
                tell_request(writer, g_ptr_array_index(session->requests, i));
        tell_more(writer, session->requests->len, INDENT + 2);
}

/* --- findings ----------------------------------------------------------------------------------------- */

static void tell_finding(TextWriter *writer, const SummaryFinding *finding)
{
        static const char *const styles[] = {
                [SEVERITY_INFO] = "0", [SEVERITY_NOTICE] = "0", [SEVERITY_WARNING] = TEXT_BOLD};
        g_autoptr(GString) head = g_string_new(NULL);
        g_autofree char *words = summary_finding_title(finding);

        g_string_append_printf(head, "%-7s  %s", severity_to_string(finding->severity), words);
        if (finding->frames.count > 0) {
                append_text(head, finding->frames.count == 1 ? ", frame " : ", frames ");
                text_append_frames(head, &finding->frames);
        }
        append_end(head);
        text_begin_style(writer, styles[finding->severity]);
        text_paragraph(writer, head->str, INDENT);
        text_end_style(writer);
        text_paragraph(writer, finding->text, INDENT + 9);
}

static void tell_findings(TextWriter *writer, const Summary *summary)
{
        guint64 n = 0;

        text_heading(writer, "Findings");
        for (guint i = 0; i < N_SEVERITIES; i++)
                n += summary->n_findings[i];
        for (guint i = 0; i < MIN(summary->findings->len, MAX_ROWS); i++)
                tell_finding(writer, g_ptr_array_index(summary->findings, i));
        tell_more(writer, n, INDENT);
        if (n == 0)
                text_paragraph(writer, "Nothing out of the ordinary.", INDENT);
}

void text_summary(Writer *base, const Summary *summary, const char *file)
{
        TextWriter *writer = base->priv;

        tell_capture(writer, summary, file);
        if (summary->chat_packets == 0) {
                text_append_nothing(writer->buffer, &summary->counts);
                shortcomings_append(writer->buffer, &summary->counts);
                return;
        }
        text_sheet(writer, summary);
        tell_hosts(writer, summary);
        tell_conversations(writer, summary);
        for (guint i = 0; i < MIN(summary->sessions->len, MAX_ROWS); i++)
                tell_session(writer, g_ptr_array_index(summary->sessions, i));
        tell_more(writer, summary->sessions->len, 0);
        tell_findings(writer, summary);
        shortcomings_append(writer->buffer, &summary->counts);
}
