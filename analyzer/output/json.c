/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records as JSON lines, for programs: the keys are public, see the manual page. */
#include "analyzer/output/json-append.h"
#include "analyzer/output/writer-private.h"

static void append_endpoint(GString *json, const Packet *packet, const Endpoint *endpoint, const char *name)
{
        json_append_endpoint(json, endpoint, packet->transport == TRANSPORT_TCP || packet->transport == TRANSPORT_UDP);
        json_key_string(json, "name", name);
        json_literal(json, "}");
}

static void append_flags(GString *json, guint flags)
{
        static const struct {
                guint flag;
                char letter;
        } letters[] = {
                {TCP_SYN, 'S'}, {TCP_FIN, 'F'}, {TCP_RST, 'R'}, {TCP_PSH, 'P'},
                {TCP_ACK, 'A'}, {TCP_URG, 'U'}, {TCP_ECE, 'E'}, {TCP_CWR, 'C'},
        };
        char *out = append_reserve(json, G_N_ELEMENTS(letters));

        for (guint i = 0; i < G_N_ELEMENTS(letters); i++)
                if (flags & letters[i].flag)
                        *out++ = letters[i].letter;
        json->len = (gsize) (out - json->str);
}

static void append_analysis(GString *json, guint flags)
{
        gboolean first = TRUE;

        for (; flags != 0; flags &= flags - 1, first = FALSE) {
                if (!first)
                        json_literal(json, ",");
                json_append_name(json, tcp_analysis_to_string((TcpAnalysis) (flags & -flags)));
        }
}

static void append_tcp(GString *json, const Record *record)
{
        const FlowPacket *flow = record->flow;
        FlowSide client = record_client(record);

        json_literal(json, ",\"tcp\":{\"flags\":\"");
        append_flags(json, record->packet->tcp.flags);
        json_literal(json, "\"");
        json_key_number(json, "seq", flow->relative_sequence);
        if (record->packet->tcp.flags & TCP_ACK)
                json_key_number(json, "ack", flow->relative_acknowledgement);
        else
                json_literal(json, ",\"ack\":null");
        json_key_number(json, "window", flow->scaled_window);
        json_key_number(json, "length", flow->payload_length);
        json_literal(json, "},\"analysis\":[");
        append_analysis(json, flow->analysis);
        json_literal(json, "],\"states\":{\"client\":");
        json_append_name(json, tcp_state_to_string(flow->states[client]));
        json_key_name(json, "server", tcp_state_to_string(flow->states[!client]));
        json_literal(json, "}");
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

        json_literal(json, "{\"form\":");
        json_append_string(json, message->form ? message->form->name : "unknown");
        if (message->form && message->form->code)
                json_key_string(json, "code", message->form->code);
        else if (!message->form && !is_line && length > 0) {
                json_literal(json, ",\"code\":");
                json_append_string_len(json, message->octets.start, first_token(&message->octets));
        }
        if (message->form) {
                json_literal(json, ",\"arguments\":[");
                for (guint i = 0; i < message->message.n_arguments; i++) {
                        const ChatSlice *argument = &message->message.arguments[i];
                        gboolean is_rest = message->form->argument_types[i] == CHAT_ARGUMENT_REST;

                        if (i > 0)
                                json_literal(json, ",");
                        json_append_string_len(json, argument->start,
                                          is_rest ? message->message.text.length : argument->length);
                }
                json_literal(json, "]");
                if (message->message.text.start) {
                        json_literal(json, ",\"text\":");
                        json_append_string_len(json, message->message.text.start, message->message.text.length);
                }
        } else {
                if (length > 0 && message->octets.start[length - 1] == '\n')
                        length--;
                json_literal(json, ",\"arguments\":[],\"text\":");
                json_append_string_len(json, message->octets.start, length);
                json_key_string(json, "reason", chat_parse_status_to_string(message->why));
        }
        if (message->missing > 0)
                json_key_number(json, "missing", message->missing);
        if (is_line && !message->line_ended)
                json_literal(json, ",\"terminated\":false");
        json_literal(json, "}");
}

/* The frames of the fragments that made the datagram; the packet's own is the last. */
static void append_fragments(GString *json, const Datagram *datagram)
{
        json_literal(json, ",\"fragments\":[");
        for (guint i = 0; i < datagram->n_frames; i++) {
                if (i > 0)
                        json_literal(json, ",");
                append_unsigned(json, datagram->frames[i]);
        }
        json_literal(json, "]");
}

static void json_record(Writer *writer, const Record *record)
{
        GString *json = writer->buffer;
        const Packet *packet = record->packet;
        const SessionPacket *told = record->told;

        json_literal(json, "{\"frame\":");
        append_unsigned(json, packet->frame->number);
        if (packet->frame->has_time) {
                json_literal(json, ",\"time\":");
                json_append_time(json, &writer->clock, packet->frame->time);
                json_literal(json, ",\"offset\":");
                json_append_seconds(json, record->offset);
        }
        json_key_name(json, "transport", transport_to_string(packet->transport));
        json_key_number(json, "stream", record->flow->conversation->stream);
        json_key_string(json, "protocol", told->protocol ? chat_protocol_get_name(told->protocol) : NULL);
        json_key(json, "source");
        append_endpoint(json, packet, &packet->source, told->source_name);
        json_key(json, "destination");
        append_endpoint(json, packet, &packet->destination, told->destination_name);
        json_key_name(json, "sender", record_source_role(record));
        json_key_name(json, "phase", phase_to_string(record->phase));
        json_key_name(json, "kind", kind_to_string(record->kind));
        json_key_name(json, "layer", consumer_to_string(record->layer));
        if (record->maintenance)
                json_literal(json, ",\"maintenance\":true");
        else
                json_literal(json, ",\"maintenance\":false");
        if (packet->transport == TRANSPORT_TCP)
                append_tcp(json, record);
        if (packet->transport == TRANSPORT_TCP || packet->transport == TRANSPORT_UDP) {
                json_literal(json, ",\"messages\":[");
                for (guint i = 0; i < told->n_messages; i++) {
                        if (i > 0)
                                json_literal(json, ",");
                        append_message(json, &told->messages[i], packet->transport == TRANSPORT_TCP);
                }
                json_literal(json, "]");
        }
        if (told->request > 0) {
                json_key_number(json, "request", told->request);
                json_literal(json, ",\"latency\":");
                json_append_seconds(json, told->latency);
        }
        if (packet->datagram)
                append_fragments(json, packet->datagram);
        json_literal(json, ",\"label\":");
        json_append_string_len(json, record->label->str, record->label->len);
        if (record->explanation) {
                json_literal(json, ",\"explanation\":");
                json_append_string_len(json, record->explanation->str, record->explanation->len);
        }
        json_literal(json, "}\n");
}

static void json_finish(Writer *writer, const TimelineCounts *counts)
{
}

Writer *writer_new_json(FILE *file)
{
        static const WriterBackend backend = {json_record, json_conversation, json_finish, json_finish};
        Writer *self = g_new0(Writer, 1);

        self->backend = &backend;
        self->file = file;
        self->buffer = g_string_sized_new(4096);
        return self;
}
