/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records as JSON lines, for programs: the keys are public, see the manual page. */
#include "analyzer/output/escape.h"
#include "analyzer/output/writer.h"

#include <string.h>
#include <time.h>

static void append_number(GString *json, guint64 value)
{
        char digits[20];
        guint n = sizeof digits;

        do
                digits[--n] = (char) ('0' + value % 10);
        while ((value /= 10) > 0);
        g_string_append_len(json, digits + n, (gssize) (sizeof digits - n));
}

static void append_fraction(GString *json, guint32 nanoseconds)
{
        char digits[9];

        for (guint i = sizeof digits; i-- > 0; nanoseconds /= 10)
                digits[i] = (char) ('0' + nanoseconds % 10);
        g_string_append_c(json, '.');
        g_string_append_len(json, digits, sizeof digits);
}

/* Seconds with nine decimals. */
static void append_seconds(GString *json, gint64 nanoseconds)
{
        guint64 magnitude = nanoseconds < 0 ? 0 - (guint64) nanoseconds : (guint64) nanoseconds;

        if (nanoseconds < 0)
                g_string_append_c(json, '-');
        append_number(json, magnitude / 1000000000u);
        append_fraction(json, (guint32) (magnitude % 1000000000u));
}

static void append_time(GString *json, gint64 time)
{
        gint64 seconds = time / 1000000000, rest = time % 1000000000;
        time_t stamp;
        struct tm utc;
        char text[32];

        if (rest < 0) {
                rest += 1000000000;
                seconds--;
        }
        stamp = seconds;
        gmtime_r(&stamp, &utc);
        g_string_append_len(json, text, (gssize) strftime(text, sizeof text, "\"%Y-%m-%dT%H:%M:%S", &utc));
        append_fraction(json, (guint32) rest);
        g_string_append(json, "Z\"");
}

static void append_string_len(GString *json, const char *text, gsize length)
{
        g_string_append_c(json, '"');
        escape_append_for_json(json, text, length);
        g_string_append_c(json, '"');
}

static void append_string(GString *json, const char *text)
{
        if (text)
                append_string_len(json, text, strlen(text));
        else
                g_string_append(json, "null");
}

static void append_key_number(GString *json, const char *key, guint64 value)
{
        g_string_append_printf(json, ",\"%s\":", key);
        append_number(json, value);
}

static void append_key_string(GString *json, const char *key, const char *value)
{
        g_string_append_printf(json, ",\"%s\":", key);
        append_string(json, value);
}

static void append_endpoint(GString *json, const char *key, const Packet *packet, const Endpoint *endpoint, const char *name)
{
        char address[IP_ADDRESS_STRING_SIZE];

        g_string_append_printf(json, ",\"%s\":{\"address\":\"%s\"", key, ip_address_to_string(&endpoint->address, address));
        if (packet->transport == TRANSPORT_TCP || packet->transport == TRANSPORT_UDP)
                append_key_number(json, "port", endpoint->port);
        append_key_string(json, "name", name);
        g_string_append_c(json, '}');
}

static void append_tcp(GString *json, const Record *record)
{
        static const struct {
                guint flag;
                char letter;
        } letters[] = {
                {TCP_SYN, 'S'}, {TCP_FIN, 'F'}, {TCP_RST, 'R'}, {TCP_PSH, 'P'},
                {TCP_ACK, 'A'}, {TCP_URG, 'U'}, {TCP_ECE, 'E'}, {TCP_CWR, 'C'},
        };
        const FlowPacket *flow = record->flow;
        FlowSide client = record_client(record);

        g_string_append(json, ",\"tcp\":{\"flags\":\"");
        for (guint i = 0; i < G_N_ELEMENTS(letters); i++)
                if (record->packet->tcp.flags & letters[i].flag)
                        g_string_append_c(json, letters[i].letter);
        g_string_append_c(json, '"');
        append_key_number(json, "seq", flow->relative_sequence);
        if (record->packet->tcp.flags & TCP_ACK)
                append_key_number(json, "ack", flow->relative_acknowledgement);
        else
                g_string_append(json, ",\"ack\":null");
        append_key_number(json, "window", flow->scaled_window);
        append_key_number(json, "length", flow->payload_length);
        g_string_append(json, "},\"analysis\":[");
        for (guint flags = flow->analysis, i = 0; i < TCP_ANALYSIS_COUNT; i++) {
                if (!(flags & 1u << i))
                        continue;
                if ((flags & ((1u << i) - 1)) != 0)
                        g_string_append_c(json, ',');
                append_string(json, tcp_analysis_to_string((TcpAnalysis) (1u << i)));
        }
        g_string_append(json, "],\"states\":{\"client\":");
        append_string(json, tcp_state_to_string(flow->states[client]));
        append_key_string(json, "server", tcp_state_to_string(flow->states[!client]));
        g_string_append_c(json, '}');
}

/* The first token of something that fits no form: what it would have been the code of. */
static gsize first_token(const ChatSlice *octets)
{
        gsize n = 0;

        while (n < octets->length && !g_ascii_isspace(octets->start[n]))
                n++;
        return n;
}

static void append_message(GString *json, const SessionMessage *message, gboolean is_line)
{
        gsize length = message->octets.length;

        g_string_append(json, "{\"form\":");
        append_string(json, message->form ? message->form->name : "unknown");
        if (message->form && message->form->code)
                append_key_string(json, "code", message->form->code);
        else if (!message->form && !is_line && length > 0) {
                g_string_append(json, ",\"code\":");
                append_string_len(json, message->octets.start, first_token(&message->octets));
        }
        if (message->form) {
                g_string_append(json, ",\"arguments\":[");
                for (guint i = 0; i < message->message.n_arguments; i++) {
                        const ChatSlice *argument = &message->message.arguments[i];
                        gboolean is_rest = message->form->argument_types[i] == CHAT_ARGUMENT_REST;

                        if (i > 0)
                                g_string_append_c(json, ',');
                        append_string_len(json, argument->start,
                                          is_rest ? message->message.text.length : argument->length);
                }
                g_string_append_c(json, ']');
                if (message->message.text.start) {
                        g_string_append(json, ",\"text\":");
                        append_string_len(json, message->message.text.start, message->message.text.length);
                }
        } else {
                if (length > 0 && message->octets.start[length - 1] == '\n')
                        length--;
                g_string_append(json, ",\"arguments\":[],\"text\":");
                append_string_len(json, message->octets.start, length);
                append_key_string(json, "reason", chat_parse_status_to_string(message->why));
        }
        if (message->missing > 0)
                append_key_number(json, "missing", message->missing);
        if (is_line && !message->line_ended)
                g_string_append(json, ",\"terminated\":false");
        g_string_append_c(json, '}');
}

static void json_record(Writer *writer, const Record *record)
{
        GString *json = writer->buffer;
        const Packet *packet = record->packet;
        const SessionPacket *told = record->told;

        g_string_append(json, "{\"frame\":");
        append_number(json, packet->frame->number);
        if (packet->frame->has_time) {
                g_string_append(json, ",\"time\":");
                append_time(json, packet->frame->time);
                g_string_append(json, ",\"offset\":");
                append_seconds(json, record->offset);
        }
        append_key_string(json, "transport", transport_to_string(packet->transport));
        append_key_number(json, "stream", record->flow->conversation->stream);
        append_key_string(json, "protocol", told->protocol ? chat_protocol_get_name(told->protocol) : NULL);
        append_endpoint(json, "source", packet, &packet->source, told->source_name);
        append_endpoint(json, "destination", packet, &packet->destination, told->destination_name);
        append_key_string(json, "sender", record_source_role(record));
        append_key_string(json, "phase", phase_to_string(record->phase));
        append_key_string(json, "kind", kind_to_string(record->kind));
        append_key_string(json, "layer", consumer_to_string(record->layer));
        g_string_append_printf(json, ",\"maintenance\":%s", record->maintenance ? "true" : "false");
        if (packet->transport == TRANSPORT_TCP)
                append_tcp(json, record);
        if (packet->transport == TRANSPORT_TCP || packet->transport == TRANSPORT_UDP) {
                g_string_append(json, ",\"messages\":[");
                for (guint i = 0; i < told->n_messages; i++) {
                        if (i > 0)
                                g_string_append_c(json, ',');
                        append_message(json, &told->messages[i], packet->transport == TRANSPORT_TCP);
                }
                g_string_append_c(json, ']');
        }
        if (told->request > 0) {
                append_key_number(json, "request", told->request);
                g_string_append(json, ",\"latency\":");
                append_seconds(json, told->latency);
        }
        g_string_append(json, ",\"label\":");
        append_string_len(json, record->label->str, record->label->len);
        if (record->explanation) {
                g_string_append(json, ",\"explanation\":");
                append_string_len(json, record->explanation->str, record->explanation->len);
        }
        g_string_append(json, "}\n");
}

static void json_finish(Writer *writer, const TimelineCounts *counts)
{
}

Writer *writer_new_json(FILE *file)
{
        static const WriterBackend backend = {json_record, json_finish};
        Writer *self = g_new0(Writer, 1);

        self->backend = &backend;
        self->file = file;
        self->buffer = g_string_sized_new(4096);
        return self;
}
