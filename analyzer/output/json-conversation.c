/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conversations as JSON lines. The keys are public; the manual page describes them. */
#include "analyzer/output/json-private.h"

static void append_party(GString *json, const ConversationRecord *record, FlowSide side)
{
        json_append_party(json, &record->conversation->endpoints[side], TRUE, record->names[side]);
}

static void append_handshake(GString *json, const FlowTcp *tcp)
{
        guint64 frames[] = {tcp->handshake_syn_frame, tcp->handshake_syn_ack_frame, tcp->handshake_ack_frame};
        gboolean complete = TRUE, first = TRUE;

        for (guint i = 0; i < G_N_ELEMENTS(frames); i++)
                complete &= frames[i] != 0;
        json_literal(json, ",\"handshake\":{\"complete\":");
        if (complete)
                json_literal(json, "true");
        else
                json_literal(json, "false");
        json_key(json, "rtt");
        if (tcp->has_initial_rtt)
                json_append_seconds(json, tcp->initial_rtt);
        else
                json_literal(json, "null");
        json_literal(json, ",\"frames\":[");
        for (guint i = 0; i < G_N_ELEMENTS(frames); i++) {
                if (frames[i] == 0)
                        continue;
                if (!first)
                        json_literal(json, ",");
                append_unsigned(json, frames[i]);
                first = FALSE;
        }
        json_literal(json, "]}");
}

static void append_analysis(GString *json, const FlowTcp *tcp)
{
        gboolean first = TRUE;

        json_literal(json, ",\"analysis\":{");
        for (guint i = 0; tcp->rule_analysis_counts && i < TCP_ANALYSIS_COUNT; i++) {
                if (tcp->rule_analysis_counts[i] == 0)
                        continue;
                if (!first)
                        json_literal(json, ",");
                json_append_name(json, tcp_analysis_to_string((TcpAnalysis) (1u << i)));
                json_literal(json, ":");
                append_unsigned(json, tcp->rule_analysis_counts[i]);
                first = FALSE;
        }
        json_literal(json, "}");
}

static void append_tcp(GString *json, const ConversationRecord *record)
{
        const FlowTcp *tcp = record->conversation->tcp;

        append_handshake(json, tcp);
        json_literal(json, ",\"teardown\":{\"kind\":");
        json_append_name(json, tcp_teardown_to_string(record->teardown));
        json_key_string(json, "initiator",
                        record->initiator == G_MAXUINT      ? NULL :
                        record->initiator == record->client ? "client" :
                                                              "server");
        json_literal(json, "}");
        json_key_number(json, "completeness", tcp->completeness);
        json_key_name(json, "state", record->state);
        append_analysis(json, tcp);
}

static void append_chat(GString *json, const ConversationRecord *record)
{
        if (!record->conversation->tcp && !record->is_peers) {
                json_literal(json, ",\"requests\":{\"asked\":");
                append_unsigned(json, record->n_requests);
                json_key_number(json, "answered", record->n_answered);
                json_literal(json, "}");
        }
        json_literal(json, ",\"messages\":{\"client\":");
        append_unsigned(json, record->n_messages[record->client]);
        json_key_number(json, "server", record->n_messages[!record->client]);
        json_literal(json, "}");
}

void json_conversation(Writer *writer, const ConversationRecord *record)
{
        JsonWriter *self = writer->priv;
        GString *json = writer->buffer;
        const Conversation *conversation = record->conversation;
        gint64 duration;

        json_literal(json, "{\"transport\":");
        json_append_name(json, transport_to_string(conversation->transport));
        json_key_number(json, "stream", conversation->stream);
        json_key_string(json, "protocol", record->protocol ? chat_protocol_get_name(record->protocol) : NULL);
        json_key(json, "client");
        append_party(json, record, record->client);
        json_key(json, "server");
        append_party(json, record, !record->client);
        json_key_number(json, "packets", conversation->packets);
        json_key_number(json, "bytes", conversation->octets);
        if (conversation->has_time &&
            !__builtin_sub_overflow(conversation->last_time, conversation->first_time, &duration)) {
                json_key(json, "start");
                json_append_time(json, &self->clock, conversation->first_time);
                json_key(json, "offset");
                json_append_seconds(json, record->offset);
                json_key(json, "duration");
                json_append_seconds(json, duration);
        }
        if (conversation->tcp)
                append_tcp(json, record);
        if (record->protocol)
                append_chat(json, record);
        json_key(json, "label");
        json_append_string_len(json, record->label->str, record->label->len);
        if (record->explanation)
                json_append_explanation(writer, record->explanation);
        json_literal(json, "}\n");
}
