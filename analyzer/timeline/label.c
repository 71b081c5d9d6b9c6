/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The label: the one line beside a packet. It goes on from the sender's name: "client → server: asks to open a
 * connection". */
#include "analyzer/timeline/label.h"

#include <string.h>

/* Text in a label is cut to this many bytes; the messages of the record hold all of it. */
#define LABEL_TEXT 100

/* The length of text without an incomplete character at its end. */
static gsize whole_characters(const char *text, gsize length)
{
        gsize start = length;

        for (guint i = 0; i < 3 && start > 0 && ((guchar) text[start - 1] & 0xc0) == 0x80; i++)
                start--;
        if (start == 0 || (guchar) text[start - 1] < 0xc0)
                return length;
        return g_utf8_get_char_validated(text + start - 1, (gssize) (length - start + 1)) == (gunichar) -2 ? start - 1 :
                                                                                                             length;
}

static void append_quoted(GString *label, const char *text, gsize length, gboolean goes_on)
{
        gsize shown = MIN(length, LABEL_TEXT);

        if (shown < length || goes_on)
                shown = whole_characters(text, shown);
        append_literal(label, "“");
        append_len(label, text, shown);
        append_text(label, shown < length ? "…”" : "”");
}

void label_append_quoted(GString *label, const char *text, gsize length)
{
        append_quoted(label, text, length, FALSE);
}

void label_append_beginning(GString *label, const char *text, gsize length)
{
        append_quoted(label, text, length, TRUE);
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

/* Whether the protocol's description has a sentence for the message. A message that is nothing but text is quoted. */
static gboolean has_sentence(const SessionMessage *message)
{
        return message->form && message->form->label[0] != '\0' &&
               (message->form->code || message->form->n_arguments != 1 ||
                message->form->meaning != CHAT_MEANING_MESSAGE);
}

void label_append_line(GString *label, const SessionMessage *message)
{
        gsize length = message->octets.length;

        if (length > 0 && message->octets.start[length - 1] == '\n')
                length--;
        label_append_quoted(label, message->octets.start, length);
        if (message->missing > 0)
                sentence_append(label,
                                sentence_for(message->missing, " (1 byte of it was not captured)",
                                             " ({n} bytes of it were not captured)"),
                                VALUES(NUMBER("n", message->missing)));
}

/* Whether the messages already report all bytes of a gap as missing. */
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

        if (told->gap > 0 && !covers(told->messages, told->n_messages, told->gap))
                sentence_append(label,
                                sentence_for(told->gap, "; 1 byte before was not captured",
                                             "; {n} bytes before were not captured"),
                                VALUES(NUMBER("n", told->gap)));
}

#define LABEL_LINES 3

static void append_lines(const Record *record, GString *label, const SessionMessage *messages, guint n)
{
        for (guint i = 0; i < n && i < LABEL_LINES; i++) {
                if (i > 0)
                        append_literal(label, ", ");
                if (has_sentence(&messages[i]))
                        chat_message_append_label(&messages[i].message, lookup_placeholder, (gpointer) record, label);
                else
                        label_append_line(label, &messages[i]);
        }
        if (n > LABEL_LINES)
                sentence_append(label, " and {n} more", VALUES(NUMBER("n", n - LABEL_LINES)));
}

/* Lines that came in earlier packets. This packet reports them, because only it shows that nothing more belongs to
 * them. */
static void
append_earlier(const Record *record, GString *label, const char *role, const SessionMessage *messages, guint n)
{
        guint is_cut = !messages[n - 1].line_ended;

        if (n > is_cut) {
                sentence_append(label, "; the {role} had said: ", VALUES(TEXT("role", role)));
                append_lines(record, label, messages, n - is_cut);
        }
        if (is_cut) {
                sentence_append(label, "; the {role}'s line ", VALUES(TEXT("role", role)));
                label_append_line(label, &messages[n - 1]);
                append_literal(label, " stays incomplete");
        }
}

static void append_released(const Record *record, GString *label)
{
        const SessionPacket *told = record->told;
        const char *role = record_destination_role(record);

        if (told->released_gap > 0 && !covers(told->released, told->n_released, told->released_gap))
                sentence_append(label,
                                sentence_for(told->released_gap, "; 1 byte from the {role} is missing from the capture",
                                             "; {n} bytes from the {role} are missing from the capture"),
                                VALUES(NUMBER("n", told->released_gap), TEXT("role", role)));
        if (told->n_released > 0)
                append_earlier(record, label, role, told->released, told->n_released);
}

static void append_message(const Record *record, GString *label)
{
        const SessionMessage *message = &record->told->messages[0];

        if (message->n_segments > 1)
                sentence_append(label,
                                "completes a line that took {n} segments: ", VALUES(NUMBER("n", message->n_segments)));
        if (has_sentence(message)) {
                chat_message_append_label(&message->message, lookup_placeholder, (gpointer) record, label);
                if (message->exchange.kind == SESSION_KIND_REPLY && message->exchange.request == 0)
                        append_literal(label, " (the request was not captured)");
                return;
        }
        if (message->missing > 0 && message->octets.length == 1 && message->line_ended) {
                sentence_append(label,
                                sentence_for(message->missing, "ends a line of which 1 byte was not captured",
                                             "ends a line of which {n} bytes were not captured"),
                                VALUES(NUMBER("n", message->missing)));
                return;
        }
        if (message->n_segments <= 1)
                append_literal(label, "says: ");
        label_append_line(label, message);
        if (!message->line_ended)
                append_literal(label, ", a last line without line feed");
}

void label_append_messages(const Record *record, GString *label)
{
        const SessionPacket *told = record->told;

        if (told->n_messages == 1) {
                append_message(record, label);
        } else {
                guint more = told->n_messages - 1;

                if (told->messages[0].n_segments > 1)
                        sentence_append(label,
                                        sentence_for(more, "completes a line and sends 1 more: ",
                                                     "completes a line and sends {n} more: "),
                                        VALUES(NUMBER("n", more)));
                else
                        sentence_append(label,
                                        record->flow->fills_gap ? "completes {n} lines, with what came before it: " :
                                        has_sentence(&told->messages[0]) ? "sends {n} lines in one segment: " :
                                                                           "says {n} lines in one segment: ",
                                        VALUES(NUMBER("n", told->n_messages)));
                append_lines(record, label, told->messages, told->n_messages);
        }
        if (told->pending > 0)
                append_literal(label, ", and begins another line");
}

static void append_known_datagram(const Record *record, GString *label)
{
        const SessionPacket *told = record->told;
        const SessionMessage *message = &told->messages[0];

        chat_message_append_label(&message->message, lookup_placeholder, (gpointer) record, label);
        if (told->repeats > 0)
                sentence_append(label, " (the same request as frame {frame})", VALUES(NUMBER("frame", told->repeats)));
        else if (told->unheard > 0 && told->kind == SESSION_KIND_REQUEST)
                sentence_append(label, " (again, as if the answer in frame {frame} had not come)",
                                VALUES(NUMBER("frame", told->unheard)));
        else if (told->unheard > 0)
                sentence_append(label, " (again, as in frame {frame})", VALUES(NUMBER("frame", told->unheard)));
        else if (told->answered_again)
                sentence_append(label, " (again: the request in frame {frame} was repeated)",
                                VALUES(NUMBER("frame", told->request)));
        else if (told->kind == SESSION_KIND_REPLY && told->request == 0)
                append_literal(label, " (the request was not captured)");
        if (message->missing > 0)
                sentence_append(label,
                                sentence_for(message->missing, " (1 byte of it was not captured)",
                                             " ({n} bytes of it were not captured)"),
                                VALUES(NUMBER("n", message->missing)));
        if (record_exceeds_limit(record))
                sentence_append(label, " (longer than {n} bytes: receivers lose the rest)",
                                VALUES(NUMBER("n", chat_protocol_get_receive_limit(told->protocol))));
}

static void append_udp(const Record *record, GString *label)
{
        const SessionPacket *told = record->told;
        const SessionMessage *message = told->n_messages > 0 ? &told->messages[0] : NULL;
        guint32 length = record->packet->payload_length;

        if (record->packet->has_bad_length)
                append_literal(label, "sends a datagram that the receiver drops: its UDP header claims more "
                                      "bytes than its packet holds");
        else if (message && message->form)
                append_known_datagram(record, label);
        else if (length == 0)
                append_literal(label, "sends an empty datagram");
        else if (message && told->protocol && message->why == CHAT_PARSE_CUT_OFF)
                sentence_append(label,
                                sentence_for(message->missing, "sends a datagram of which 1 byte was not captured",
                                             "sends a datagram of which {n} bytes were not captured"),
                                VALUES(NUMBER("n", message->missing)));
        else if (message && told->protocol)
                sentence_append(label, "sends a datagram that means nothing in this chat: {reason}",
                                VALUES(TEXT("reason", chat_parse_status_to_string(message->why))));
        else
                sentence_append(label, sentence_for(length, "sends 1 byte of data", "sends {n} bytes of data"),
                                VALUES(NUMBER("n", length)));
}

/* Everything else was said when the packet was captured first. */
static void append_captured_twice(const FlowPacket *flow, GString *label)
{
        sentence_append(label,
                        flow->since_first < 0 ? "frame {frame} captured a second time, {since} earlier by the "
                                                "clock" :
                                                "frame {frame} captured a second time, {since} later",
                        VALUES(NUMBER("frame", flow->captured_twice), DURATION("since", ABS(flow->since_first))));
}

void record_append_label(const Record *record, GString *label)
{
        if (record->flow->captured_twice != 0) {
                append_captured_twice(record->flow, label);
                return;
        }
        switch (record->packet->transport) {
        case TRANSPORT_TCP:
                label_append_tcp(record, label);
                append_gap(record, label);
                if (record->kind == KIND_RST && record->told->n_messages > 0)
                        append_earlier(record, label, record_source_role(record), record->told->messages,
                                       record->told->n_messages);
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
        if (record->packet->datagram)
                sentence_append(label,
                                sentence_for(record->packet->datagram->n_frames, " (its datagram came in 1 fragment)",
                                             " (its datagram came in {n} fragments)"),
                                VALUES(NUMBER("n", record->packet->datagram->n_frames)));
}
