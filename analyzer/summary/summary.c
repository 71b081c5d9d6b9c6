/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/summary/summary-private.h"

#include <string.h>

struct SummaryBuilder {
        Summary *summary;
        Phases *phases;
        Traffic *traffic;
        Cast *cast;
        Sessions *sessions;
        Findings *findings;
};

const char *severity_to_string(Severity severity)
{
        static const char *const names[] = {"info", "notice", "warning"};

        return names[severity];
}

char *summary_copy_slice(const ChatSlice *slice)
{
        return slice->start ? g_strndup(slice->start, slice->length) : NULL;
}

char *summary_copy_name(const char *name)
{
        const char *end;

        if (!name || strnlen(name, SUMMARY_MAX_NAME + 1) <= SUMMARY_MAX_NAME)
                return g_strdup(name);
        /* Do not cut within a UTF-8 character: its second and later bytes begin with the bits 10. */
        for (end = name + SUMMARY_MAX_NAME; end > name && ((guint8) *end & 0xc0) == 0x80; end--)
                ;
        return g_strndup(name, (gsize) (end - name));
}

int summary_compare_names(gconstpointer a, gconstpointer b, gpointer unused)
{
        return strcmp(a, b);
}

void summary_append_endpoint(GString *text, const Endpoint *endpoint)
{
        char address[IP_ADDRESS_STRING_SIZE];

        ip_address_to_string(&endpoint->address, address);
        g_string_append_printf(text, endpoint->address.family == 6 ? "[%s]:%u" : "%s:%u", address, endpoint->port);
}

const ChatMessage *summary_message(const Record *record)
{
        const SessionPacket *told = record->told;

        return told->n_messages > 0 && told->messages[0].form ? &told->messages[0].message : NULL;
}

static void conversation_free(gpointer data)
{
        SummaryConversation *self = data;

        g_free(self->client_name);
        g_free(self->server_name);
        g_free(self->label);
        g_free(self);
}

SummaryBuilder *summary_builder_new(gsize memory_limit)
{
        SummaryBuilder *self = g_new0(SummaryBuilder, 1);
        MemoryBudget *memory;

        self->summary = g_new0(Summary, 1);
        memory = &self->summary->memory;
        memory->limit = memory_limit > 0 ? memory_limit : SUMMARY_MEMORY_LIMIT;
        self->summary->link_types = g_array_new(FALSE, FALSE, sizeof(guint16));
        self->summary->conversations = g_ptr_array_new_with_free_func(conversation_free);
        self->summary->protocols = g_array_new(FALSE, FALSE, sizeof(SummaryProtocol));
        self->summary->features = g_array_new(FALSE, FALSE, sizeof(SummaryFeatures));
        self->phases = phases_new(memory);
        self->traffic = traffic_new();
        self->cast = cast_new(memory);
        self->sessions = sessions_new(memory);
        self->findings = findings_new(memory);
        return self;
}

void summary_builder_free(SummaryBuilder *self)
{
        if (!self)
                return;
        phases_free(self->phases);
        traffic_free(self->traffic);
        cast_free(self->cast);
        sessions_free(self->sessions);
        findings_free(self->findings);
        summary_free(self->summary);
        g_free(self);
}

void summary_free(Summary *self)
{
        if (!self)
                return;
        g_array_unref(self->link_types);
        g_array_unref(self->protocols);
        g_array_unref(self->features);
        g_ptr_array_unref(self->conversations);
        g_clear_pointer(&self->traffic, g_array_unref);
        g_clear_pointer(&self->hosts, g_ptr_array_unref);
        g_clear_pointer(&self->phases, g_ptr_array_unref);
        g_clear_pointer(&self->sessions, g_ptr_array_unref);
        g_clear_pointer(&self->findings, g_ptr_array_unref);
        g_free(self);
}

static void note_link_type(Summary *self, guint16 link_type)
{
        for (guint i = 0; i < self->link_types->len; i++)
                if (g_array_index(self->link_types, guint16, i) == link_type)
                        return;
        g_array_append_val(self->link_types, link_type);
}

void summary_builder_packet(const Packet *packet, gpointer data)
{
        SummaryBuilder *self = data;
        Summary *summary = self->summary;
        const CaptureFrame *frame = packet->frame;

        if (packet_is_left_out(packet))
                return;
        summary->packets++;
        summary->bytes += frame->original_length;
        if (frame->is_packet)
                note_link_type(summary, frame->link_type);
        if (frame->has_time) {
                summary->first_time = summary->has_time ? MIN(summary->first_time, frame->time) : frame->time;
                summary->last_time = summary->has_time ? MAX(summary->last_time, frame->time) : frame->time;
                summary->has_time = TRUE;
        }
        traffic_add(self->traffic, packet);
        findings_add_packet(self->findings, packet);
}

void summary_builder_record(const Record *record, gpointer data)
{
        SummaryBuilder *self = data;

        /* With --all, packets that belong to no chat have records, too. */
        if (!record->told || !record->told->protocol)
                return;
        self->summary->chat_packets++;
        self->summary->chat_bytes += record->packet->frame->original_length;
        traffic_take_out(self->traffic, record->packet);
        phases_add(self->phases, record);
        features_add(self->summary, record);
        cast_add(self->cast, record);
        sessions_add(self->sessions, record);
        findings_add(self->findings, record);
}

static void count_protocol(Summary *self, const ConversationRecord *record)
{
        SummaryProtocol count = {.protocol = record->protocol};
        SummaryProtocol *known = NULL;

        for (guint i = 0; i < self->protocols->len && !known; i++)
                if (g_array_index(self->protocols, SummaryProtocol, i).protocol == record->protocol)
                        known = &g_array_index(self->protocols, SummaryProtocol, i);
        if (!known) {
                g_array_append_val(self->protocols, count);
                known = &g_array_index(self->protocols, SummaryProtocol, self->protocols->len - 1);
        }
        known->conversations++;
        known->packets += record->conversation->packets;
}

void summary_builder_conversation(const ConversationRecord *record, gpointer data)
{
        SummaryBuilder *self = data;
        const Conversation *conversation = record->conversation;
        FlowSide client = record->client;
        SummaryConversation *copy;

        if (!record->protocol)
                return;
        count_protocol(self->summary, record);
        findings_add_conversation(self->findings, record);
        if (self->summary->conversations->len >= SUMMARY_MAX_CONVERSATIONS ||
            !memory_budget_take(&self->summary->memory,
                                sizeof *copy + record->label->len + 2 * SUMMARY_MAX_NAME + ENTRY_COST))
                return;
        copy = g_new0(SummaryConversation, 1);
        *copy = (SummaryConversation){
                .transport = conversation->transport,
                .stream = conversation->stream,
                .protocol = record->protocol,
                .client = conversation->endpoints[client],
                .server = conversation->endpoints[!client],
                .client_name = summary_copy_name(record->names[client]),
                .server_name = summary_copy_name(record->names[!client]),
                .is_peers = record->is_peers,
                .packets = conversation->packets,
                .bytes = conversation->octets,
                .offset = record->offset,
                .n_messages = {record->n_messages[client], record->n_messages[!client]},
                .n_requests = record->n_requests,
                .n_answered = record->n_answered,
                .teardown = record->teardown,
                .state = record->state,
                .label = g_strndup(record->label->str, record->label->len),
        };
        copy->has_time = self->summary->has_time &&
                         !__builtin_sub_overflow(conversation->last_time, conversation->first_time, &copy->duration);
        if (conversation->tcp) {
                copy->handshake_frames[0] = conversation->tcp->handshake_syn_frame;
                copy->handshake_frames[1] = conversation->tcp->handshake_syn_ack_frame;
                copy->handshake_frames[2] = conversation->tcp->handshake_ack_frame;
                copy->handshake_duration = conversation->tcp->handshake_duration;
        }
        g_ptr_array_add(self->summary->conversations, copy);
}

Summary *summary_builder_finish(SummaryBuilder *self, const TimelineCounts *counts)
{
        Summary *summary = self->summary;

        summary->counts = *counts;
        summary->findings = g_ptr_array_new();
        phases_finish(self->phases, summary);
        traffic_finish(self->traffic, summary);
        cast_finish(self->cast, summary);
        sessions_finish(self->sessions, summary);
        findings_finish(self->findings, summary);
        summary->counts.unlisted = summary->memory.given_up;
        return g_steal_pointer(&self->summary);
}
