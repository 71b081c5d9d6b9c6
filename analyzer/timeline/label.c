/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one line beside a packet. It reads on from the sender's name: "client → server: asks to open a connection". */
#include "analyzer/timeline/label.h"

#include <string.h>

/* Text in a label is cut: the whole of it is in the messages. */
#define LABEL_TEXT 100

void label_append_quoted(GString *label, const char *text, gsize length)
{
        gsize shown = MIN(length, LABEL_TEXT);

        /* Not in the middle of a character. */
        while (shown < length && shown > 0 && ((guchar) text[shown] & 0xc0) == 0x80)
                shown--;
        append_literal(label, "“");
        append_len(label, text, shown);
        append_text(label, shown < length ? "…”" : "”");
}

static const char *lookup_placeholder(const char *placeholder, gpointer user_data)
{
        const Record *record = user_data;

        if (g_str_equal(placeholder, "source"))
                return record->told->source_name ? record->told->source_name : record_source_role(record);
        if (g_str_equal(placeholder, "destination"))
                return record->told->destination_name ? record->told->destination_name :
                                                        record_destination_role(record);
        return NULL;
}

/* A line that is a text and nothing else is quoted; others have a sentence in their description. */
static gboolean has_sentence(const SessionMessage *message)
{
        return message->form && message->form->label[0] != '\0' &&
               (message->form->code || message->form->n_arguments != 1 || message->form->meaning != CHAT_MEANING_MESSAGE);
}

void label_append_line(GString *label, const SessionMessage *message)
{
        gsize length = message->octets.length;

        if (length > 0 && message->octets.start[length - 1] == '\n')
                length--;
        label_append_quoted(label, message->octets.start, length);
        if (message->missing > 0) {
                append_literal(label, " (with a gap of ");
                append_bytes(label, message->missing);
                append_literal(label, " that were not captured)");
        }
}

/* Whether the messages say all of a gap. */
static gboolean covers(const SessionMessage *messages, guint n, guint64 gap)
{
        guint64 said = 0;

        for (guint i = 0; i < n; i++)
                said += messages[i].missing;
        return said >= gap;
}

static void append_gap(const Record *record, GString *label)
{
        const SessionPacket *told = record->told;

        if (told->gap == 0 || covers(told->messages, told->n_messages, told->gap))
                return;
        append_literal(label, "; there is a gap of ");
        append_bytes(label, told->gap);
        append_literal(label, " that were not captured");
}

#define LABEL_LINES 3

/* Lines that came before the packet that tells them. */
static void append_earlier(GString *label, const SessionMessage *messages, guint n)
{
        append_literal(label, " had said: ");
        for (guint i = 0; i < n && i < LABEL_LINES; i++) {
                if (i > 0)
                        append_literal(label, ", ");
                label_append_line(label, &messages[i]);
        }
        if (n > LABEL_LINES)
                g_string_append_printf(label, " and %u more", n - LABEL_LINES);
        else if (!messages[n - 1].line_ended)
                append_literal(label, ", a last line without line feed");
}

static void append_released(const Record *record, GString *label)
{
        const SessionPacket *told = record->told;

        if (told->released_gap > 0 && !covers(told->released, told->n_released, told->released_gap)) {
                append_literal(label, "; in what the ");
                append_text(label, record_destination_role(record));
                append_literal(label, " sent there is a gap of ");
                append_bytes(label, told->released_gap);
                append_literal(label, " that were not captured");
        }
        if (told->n_released == 0)
                return;
        append_literal(label, "; the ");
        append_text(label, record_destination_role(record));
        append_earlier(label, told->released, told->n_released);
}

void label_append_messages(const Record *record, GString *label)
{
        const SessionPacket *told = record->told;

        if (told->n_messages == 1) {
                const SessionMessage *message = &told->messages[0];

                if (has_sentence(message)) {
                        if (message->n_segments > 1)
                                g_string_append_printf(label, "completes, in %u segments: ", message->n_segments);
                        chat_message_append_label(&message->message, lookup_placeholder, (gpointer) record, label);
                        return;
                }
                if (message->n_segments > 1)
                        g_string_append_printf(label, "completes the line, in %u segments: ", message->n_segments);
                else
                        append_literal(label, "says: ");
                label_append_line(label, message);
                if (!message->line_ended)
                        append_literal(label, ", a last line without line feed");
        } else {
                gboolean fills_gap = record->flow->fills_gap;

                append_text(label, fills_gap ? "completes " : has_sentence(&told->messages[0]) ? "sends " : "says ");
                append_unsigned(label, told->n_messages);
                append_text(label, fills_gap ? " lines, with what came before it: " : " lines in one segment: ");
                for (guint i = 0; i < told->n_messages && i < LABEL_LINES; i++) {
                        if (i > 0)
                                append_literal(label, ", ");
                        label_append_line(label, &told->messages[i]);
                }
                if (told->n_messages > LABEL_LINES)
                        g_string_append_printf(label, " and %u more", told->n_messages - LABEL_LINES);
        }
        if (told->pending > 0)
                append_literal(label, ", and begins another line");
}

static void append_udp(const Record *record, GString *label)
{
        const SessionPacket *told = record->told;
        const SessionMessage *message = told->n_messages > 0 ? &told->messages[0] : NULL;

        if (record->packet->has_bad_length) {
                append_literal(label, "sends a datagram that the receiver drops: its UDP header says more bytes than its packet holds");
        } else if (message && message->form) {
                chat_message_append_label(&message->message, lookup_placeholder, (gpointer) record, label);
                if (told->repeats > 0)
                        g_string_append_printf(label, " (the same request as frame %" G_GUINT64_FORMAT ")", told->repeats);
                else if (told->answered_again)
                        g_string_append_printf(label, " (again: the request in frame %" G_GUINT64_FORMAT " was repeated)",
                                               told->request);
                else if (told->kind == SESSION_KIND_REPLY && told->request == 0)
                        append_literal(label, " (the request was not captured)");
                if (message->missing > 0) {
                        append_literal(label, " (");
                        append_bytes(label, message->missing);
                        append_literal(label, " of it were not captured)");
                }
                if (record->packet->payload_length > CHAT_RECEIVE_LIMIT)
                        g_string_append_printf(label, " (longer than the %d bytes that receivers read)",
                                               CHAT_RECEIVE_LIMIT);
        } else if (record->packet->payload_length == 0) {
                append_literal(label, "sends an empty datagram");
        } else if (message && told->protocol && message->why == CHAT_PARSE_CUT_OFF) {
                append_literal(label, "sends a datagram of which the capture holds the beginning alone: ");
                append_bytes(label, message->missing);
                append_literal(label, " are missing");
        } else if (message && told->protocol) {
                g_string_append_printf(label, "sends a datagram that means nothing in this chat: %s",
                                       chat_parse_status_to_string(message->why));
        } else {
                append_literal(label, "sends ");
                append_bytes(label, record->packet->payload_length);
                append_literal(label, " of data");
        }
}

/* All that can be said of it was said where it was captured first. */
static void append_captured_twice(const Record *record, GString *label)
{
        append_literal(label, "frame ");
        append_unsigned(label, record->flow->captured_twice);
        append_literal(label, " once more: captured twice, ");
        append_duration(label, ABS(record->flow->since_first));
        append_literal(label, " apart");
}

void record_append_label(const Record *record, GString *label)
{
        if (record->flow->captured_twice != 0) {
                append_captured_twice(record, label);
                return;
        }
        switch (record->packet->transport) {
        case TRANSPORT_TCP:
                label_append_tcp(record, label);
                append_gap(record, label);
                if (record->kind == KIND_RST && record->told->n_messages > 0) {
                        append_literal(label, "; it");
                        append_earlier(label, record->told->messages, record->told->n_messages);
                }
                append_released(record, label);
                break;
        case TRANSPORT_UDP:
                append_udp(record, label);
                break;
        default:
                label_append_icmp(record, label);
                break;
        }
        if (record_checksum(record) == CHECKSUM_BAD)
                append_literal(label, " (its checksum is wrong: the receiver discards it)");
        if (record->packet->datagram) {
                append_literal(label, " (its datagram came in ");
                append_unsigned(label, record->packet->datagram->n_frames);
                append_literal(label, " fragments)");
        }
}
