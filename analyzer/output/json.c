/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records as JSON lines, for programs. The keys are public; the manual page describes them. */
#include "analyzer/output/json-private.h"

/* The names that records consist of, in quotation marks. */
struct JsonNames {
        JsonName transports[TRANSPORT_IGMP + 1];
        JsonName phases[PHASE_TRANSFER + 1];
        JsonName kinds[KIND_IGMP + 1];
        JsonName consumers[CONSUMER_APPLICATION + 1];
        JsonName states[TCP_STATE_CLOSED + 1];
        JsonName analysis[TCP_ANALYSIS_COUNT];
};

static JsonNames *names_new(void)
{
        JsonNames *self = g_new(JsonNames, 1);

        for (guint i = 0; i < G_N_ELEMENTS(self->transports); i++)
                self->transports[i] = json_name(transport_to_string((Transport) i));
        for (guint i = 0; i < G_N_ELEMENTS(self->phases); i++)
                self->phases[i] = json_name(phase_to_string((Phase) i));
        for (guint i = 0; i < G_N_ELEMENTS(self->kinds); i++)
                self->kinds[i] = json_name(kind_to_string((Kind) i));
        for (guint i = 0; i < G_N_ELEMENTS(self->consumers); i++)
                self->consumers[i] = json_name(consumer_to_string((Consumer) i));
        for (guint i = 0; i < G_N_ELEMENTS(self->states); i++)
                self->states[i] = json_name(tcp_state_to_string((TcpState) i));
        for (guint i = 0; i < G_N_ELEMENTS(self->analysis); i++)
                self->analysis[i] = json_name(tcp_analysis_to_string((TcpAnalysis) (1u << i)));
        return self;
}

/* Characters for all parts of a record together that are neither lists nor strings from the wire. */
#define FIXED_PART 2048

static char *begin(GString *json)
{
        return append_reserve(json, FIXED_PART);
}

static void end(GString *json, const char *out)
{
        json->len = (gsize) (out - json->str);
}

static char *put_flags(char *out, guint flags)
{
        for (guint i = 0; i < TCP_FLAG_COUNT; i++) {
                *out = tcp_flags[i].letter;
                out += (flags & tcp_flags[i].bit) != 0 && tcp_flags[i].letter != 0;
        }
        return out;
}

static char *put_analysis(char *out, const JsonNames *names, guint flags)
{
        for (gboolean first = TRUE; flags != 0; flags &= flags - 1, first = FALSE) {
                if (!first)
                        out = put_literal(out, ",");
                out = json_put_name(out, &names->analysis[__builtin_ctz(flags)]);
        }
        return out;
}

static char *put_tcp(char *out, const JsonNames *names, const Record *record)
{
        const FlowPacket *flow = record->flow;
        FlowSide client = record_client(record);

        out = put_flags(put_literal(out, ",\"tcp\":{\"flags\":\""), record->packet->tcp.flags);
        out = put_unsigned(put_literal(out, "\",\"seq\":"), flow->relative_sequence);
        if (record->packet->tcp.flags & TCP_ACK)
                out = put_unsigned(json_put_key(out, "ack"), flow->relative_acknowledgement);
        else
                out = put_literal(out, ",\"ack\":null");
        out = put_unsigned(json_put_key(out, "window"), flow->scaled_window);
        out = put_unsigned(json_put_key(out, "length"), flow->payload_length);
        out = put_analysis(put_literal(out, "},\"analysis\":["), names, flow->rule_analysis);
        out = json_put_name(put_literal(out, "],\"states\":{\"client\":"), &names->states[flow->states[client]]);
        out = json_put_name(json_put_key(out, "server"), &names->states[flow->states[!client]]);
        return put_literal(out, "}");
}

/* The length of the first word. A datagram that fits no form has this as its code. */
static gsize first_token(const ChatSlice *octets)
{
        gsize n = 0;

        while (n < octets->length && !g_ascii_isspace(octets->start[n]))
                n++;
        return n;
}

void json_append_message(GString *json, const SessionMessage *message, gboolean is_line, const char *sender)
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
        if (sender)
                json_key_string(json, "sender", sender);
        if (message->missing > 0)
                json_key_number(json, "missing", message->missing);
        if (is_line && message->exchange.request > 0) {
                json_key_number(json, "request", message->exchange.request);
                if (message->exchange.has_latency) {
                        json_key(json, "latency");
                        json_append_seconds(json, message->exchange.latency);
                }
        }
        if (is_line && !message->line_ended)
                json_literal(json, ",\"terminated\":false");
        json_literal(json, "}");
}

/* Appends the frames with the datagram's fragments; the last one is the packet's own. */
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

static char *put_head(char *out, JsonWriter *self, const Record *record)
{
        const JsonNames *names = self->names;
        const CaptureFrame *frame = record->packet->frame;

        out = put_unsigned(put_literal(out, "{\"frame\":"), frame->number);
        if (frame->has_time) {
                out = json_put_time(json_put_key(out, "time"), &self->clock, frame->time);
                out = json_put_seconds(json_put_key(out, "offset"), record->offset);
        }
        if (frame->lost > 0)
                out = put_unsigned(json_put_key(out, "lost"), frame->lost);
        out = json_put_name(json_put_key(out, "transport"), &names->transports[record->packet->transport]);
        if (record_is_membership(record))
                return out;
        return put_unsigned(json_put_key(out, "stream"), record->flow->conversation->stream);
}

static char *put_classes(char *out, const JsonNames *names, const Record *record)
{
        const char *role = record_source_role(record);

        out = put_len(put_literal(out, ",\"sender\":\""), role, strlen(role));
        out = json_put_name(put_literal(out, "\",\"phase\":"), &names->phases[record->phase]);
        out = json_put_name(json_put_key(out, "kind"), &names->kinds[record->kind]);
        out = json_put_name(json_put_key(out, "layer"), &names->consumers[record->layer]);
        return record->maintenance ? put_literal(out, ",\"maintenance\":true") :
                                     put_literal(out, ",\"maintenance\":false");
}

static void append_messages(GString *json, const Record *record, gboolean are_lines)
{
        const SessionPacket *told = record->told;

        json_key(json, "messages");
        json_literal(json, "[");
        for (guint i = 0; i < told->n_released + told->n_messages; i++) {
                gboolean is_released = i < told->n_released;

                if (i > 0)
                        json_literal(json, ",");
                json_append_message(json, is_released ? &told->released[i] : &told->messages[i - told->n_released],
                                    are_lines, is_released ? record_destination_role(record) : NULL);
        }
        json_literal(json, "]");
}

static void append_checksum(GString *json, ChecksumStatus status)
{
        if (status == CHECKSUM_BAD)
                json_literal(json, ",\"checksum\":\"bad\"");
        else if (status == CHECKSUM_OFFLOADED)
                json_literal(json, ",\"checksum\":\"offloaded\"");
}

static void append_group_changes(GString *json, const SessionPacket *told)
{
        char text[IP_ADDRESS_STRING_SIZE];

        json_literal(json, ",\"groups\":[");
        for (guint i = 0; i < told->n_group_changes; i++) {
                const SessionGroupChange *change = &told->group_changes[i];

                if (i > 0)
                        json_literal(json, ",");
                json_literal(json, "{\"group\":");
                json_append_string(json, ip_address_to_string(&change->group.address, text));
                json_key_string(json, "room", change->room);
                json_key_string(json, "change", membership_change_to_string(change->change));
                if (change->is_repeated)
                        json_literal(json, ",\"repeated\":true");
                json_literal(json, "}");
        }
        json_literal(json, "]");
}

void json_append_explanation(Writer *writer, const Explanation *explanation)
{
        GString *json = writer->buffer, *text = ((JsonWriter *) writer->priv)->explanation;
        Topic topics[EXPLANATION_MAX_POINTS];
        guint n = explanation_get_topics(explanation, topics);

        g_string_truncate(text, 0);
        explanation_append(explanation, NULL, text);
        json_key(json, "explanation");
        json_append_string_len(json, text->str, text->len);
        json_literal(json, ",\"topics\":[");
        for (guint i = 0; i < n; i++) {
                if (i > 0)
                        json_literal(json, ",");
                json_append_name(json, topic_get(topics[i])->name);
        }
        json_literal(json, "]");
}

static void json_record(Writer *writer, const Record *record)
{
        JsonWriter *self = writer->priv;
        GString *json = writer->buffer;
        const Packet *packet = record->packet;
        const SessionPacket *told = record->told;
        gboolean is_tcp = packet->transport == TRANSPORT_TCP;
        gboolean has_ports = is_tcp || packet->transport == TRANSPORT_UDP;
        char *out;

        end(json, put_head(begin(json), self, record));
        json_key_string(json, "protocol", told->protocol ? chat_protocol_get_name(told->protocol) : NULL);
        json_key(json, "source");
        json_append_party(json, &packet->source, has_ports, told->source_name);
        json_key(json, "destination");
        json_append_party(json, &packet->destination, has_ports, told->destination_name);
        out = put_classes(begin(json), self->names, record);
        if (is_tcp)
                out = put_tcp(out, self->names, record);
        end(json, out);
        if (has_ports)
                append_messages(json, record, is_tcp);
        if (told->request > 0) {
                json_key_number(json, "request", told->request);
                if (told->has_latency) {
                        json_key(json, "latency");
                        json_append_seconds(json, told->latency);
                }
        }
        if (record_is_membership(record))
                append_group_changes(json, told);
        if (record->flow->captured_twice != 0)
                json_key_number(json, "captured_twice", record->flow->captured_twice);
        if (told->repeats > 0)
                json_key_number(json, "repeats", told->repeats);
        if (told->cause > 0)
                json_key_number(json, "cause", told->cause);
        if (told->unheard > 0)
                json_key_number(json, "unheard", told->unheard);
        if (told->undelivered > 0)
                json_key_number(json, "undelivered", told->undelivered);
        append_checksum(json, record_checksum(record));
        if (packet->datagram)
                append_fragments(json, packet->datagram);
        json_key(json, "label");
        json_append_string_len(json, record->label->str, record->label->len);
        if (record->explanation)
                json_append_explanation(writer, record->explanation);
        json_literal(json, "}\n");
}

static void json_close(Writer *writer, const TimelineCounts *counts, GString *text)
{
        shortcomings_append(text, counts);
}

static void json_free(gpointer priv)
{
        JsonWriter *self = priv;

        g_free(self->names);
        g_string_free(self->explanation, TRUE);
        g_free(self);
}

Writer *writer_new_json(FILE *file)
{
        static const WriterBackend backend = {
                .record = json_record,
                .conversation = json_conversation,
                .topic = json_topic,
                .summary = json_summary,
                .close = json_close,
                .close_conversations = json_close,
                .free = json_free,
        };
        JsonWriter *self = g_new0(JsonWriter, 1);

        self->names = names_new();
        self->explanation = g_string_new(NULL);
        return writer_new(&backend, self, file, TRUE);
}

static Writer *new_writer(FILE *file, const TextStyle *style)
{
        return writer_new_json(file);
}

const WriterFormat json_format = {"json", "one object a line", FALSE, new_writer};
